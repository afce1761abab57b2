-- Counts changes of what others may do for a party. A write locks and compares it.
CREATE TABLE party_access (
  party BIGINT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL
);

-- A delegation is two rows, one on each side. Exactly one of role and app is not empty.
CREATE TABLE delegation_given (
  party BIGINT NOT NULL,
  id TEXT NOT NULL,
  to_party BIGINT NOT NULL,
  role TEXT NOT NULL,
  app TEXT NOT NULL,
  basis TEXT NOT NULL,
  given_by BIGINT NOT NULL,
  given_at BIGINT NOT NULL,
  PRIMARY KEY (party, id)
);
CREATE TABLE delegation_received (
  party BIGINT NOT NULL,
  id TEXT NOT NULL,
  from_party BIGINT NOT NULL,
  role TEXT NOT NULL,
  app TEXT NOT NULL,
  given_by BIGINT NOT NULL,
  given_at BIGINT NOT NULL,
  PRIMARY KEY (party, id)
);
