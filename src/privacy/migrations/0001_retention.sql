-- What may not be ended while somebody answers for why: all of it, what one rule ends, or what one party or one form or
-- message has. It lapses at `until_at` unless it is renewed.
CREATE TABLE retention_hold (
  hold_id TEXT NOT NULL PRIMARY KEY,
  rule TEXT NOT NULL,
  party_id BIGINT,
  item_id TEXT NOT NULL,
  reason TEXT NOT NULL,
  owner TEXT NOT NULL,
  placed_at BIGINT NOT NULL,
  until_at BIGINT NOT NULL,
  renewed_at BIGINT,
  lifted_at BIGINT
);
CREATE INDEX retention_hold_by_end ON retention_hold (until_at);

-- How much each rule ended in each month: public, and of nobody.
CREATE TABLE retention_count (
  month TEXT NOT NULL,
  rule TEXT NOT NULL,
  table_name TEXT NOT NULL,
  ended BIGINT NOT NULL,
  PRIMARY KEY (month, rule, table_name)
);

-- Parties that nothing names any more, since when: who is named again goes from here.
CREATE TABLE party_unnamed (
  party_id BIGINT NOT NULL PRIMARY KEY,
  unnamed_since BIGINT NOT NULL
);
CREATE INDEX party_unnamed_by_age ON party_unnamed (unnamed_since);
