-- The local register behind the demo: a number that became another (a D-number that became a fødselsnummer), and from when.
CREATE TABLE local_number_change (
  was TEXT NOT NULL PRIMARY KEY,
  was_sealed {blob} NOT NULL,
  became TEXT NOT NULL,
  became_sealed {blob} NOT NULL,
  changed_at BIGINT NOT NULL
);
CREATE INDEX local_number_change_by_became ON local_number_change (became);
