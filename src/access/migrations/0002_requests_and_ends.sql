-- until_on: the last day a delegation holds, "YYYY-MM-DD" in Oslo; '' until it is taken back. by_estate: given by who
-- administers the estate of the party, for as long as it has one.
ALTER TABLE delegation_given ADD COLUMN until_on TEXT NOT NULL DEFAULT '';
ALTER TABLE delegation_given ADD COLUMN by_estate BIGINT NOT NULL DEFAULT 0;
ALTER TABLE delegation_received ADD COLUMN until_on TEXT NOT NULL DEFAULT '';
CREATE INDEX delegation_given_by_end ON delegation_given (until_on);

-- In which order parties were changed, for processes that follow what others did. The row of party 0 counts all changes.
ALTER TABLE party_access ADD COLUMN change BIGINT NOT NULL DEFAULT 0;
CREATE INDEX party_access_by_change ON party_access (change);

-- Requests for access. state: 0 draft, 1 sent, 2 approved, 3 refused, 4 withdrawn. Exactly one of role and app is not
-- empty. closed_at is NULL as long as it is open.
CREATE TABLE access_request (
  id TEXT NOT NULL PRIMARY KEY,
  party BIGINT NOT NULL,
  person BIGINT NOT NULL,
  role TEXT NOT NULL,
  app TEXT NOT NULL,
  back TEXT NOT NULL,
  state BIGINT NOT NULL,
  reason TEXT NOT NULL,
  asked_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  closed_at BIGINT,
  decided_by BIGINT
);
CREATE INDEX access_request_by_party ON access_request (party, state, changed_at, id);
CREATE INDEX access_request_by_person ON access_request (person, asked_at, id);
CREATE INDEX access_request_by_age ON access_request (closed_at);
CREATE INDEX access_request_by_state ON access_request (state, asked_at);
CREATE UNIQUE INDEX access_request_open ON access_request (party, person, role, app) WHERE closed_at IS NULL;

-- Who may not ask a party for access.
CREATE TABLE access_block (
  party BIGINT NOT NULL,
  id TEXT NOT NULL,
  person BIGINT NOT NULL,
  blocked_by BIGINT NOT NULL,
  blocked_at BIGINT NOT NULL,
  PRIMARY KEY (party, person)
);
CREATE INDEX access_block_by_person ON access_block (person, party);
