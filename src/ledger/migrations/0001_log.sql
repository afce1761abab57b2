-- A log and the tree it has durably. The newest is the one that grows; older ones are kept so that their receipts can be made again.
CREATE TABLE ledger_log (
  log BIGINT NOT NULL PRIMARY KEY,
  origin TEXT NOT NULL,
  mode TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  size BIGINT NOT NULL,
  root {blob} NOT NULL
);

-- The keys of each log, in order; the secrets lie in files. `statement` is what receipts carry of the key (NULL until it is proved).
CREATE TABLE ledger_key (
  log BIGINT NOT NULL,
  number BIGINT NOT NULL,
  vkey TEXT NOT NULL,
  entry_id TEXT,
  statement TEXT,
  signs_until BIGINT,
  PRIMARY KEY (log, number)
);

-- An entry, sealed. `position` is NULL until it has its place in the tree; body and actor_body are NULL when they are erased.
CREATE TABLE ledger_entry (
  entry_id TEXT NOT NULL PRIMARY KEY,
  log BIGINT NOT NULL,
  position BIGINT,
  commitment {blob} NOT NULL,
  committed_at BIGINT NOT NULL,
  body_key {blob},
  body {blob},
  actor_key {blob},
  actor_body {blob}
);
CREATE UNIQUE INDEX ledger_entry_position ON ledger_entry (log, position);
CREATE INDEX ledger_entry_waiting ON ledger_entry (committed_at, entry_id) WHERE position IS NULL;

-- The full tiles of the tree. Partial ones are in memory, and are made again from what is below them.
CREATE TABLE ledger_tile (
  log BIGINT NOT NULL,
  level BIGINT NOT NULL,
  number BIGINT NOT NULL,
  hashes {blob} NOT NULL,
  root {blob} NOT NULL,
  PRIMARY KEY (log, level, number)
);

-- The activity log: found by party and by actor, filled in batches behind the commit. place = log * 2^40 + position.
CREATE TABLE ledger_activity (
  place BIGINT NOT NULL PRIMARY KEY,
  entry_id TEXT NOT NULL,
  party BIGINT,
  actor BIGINT,
  at BIGINT NOT NULL,
  kind TEXT NOT NULL,
  search TEXT NOT NULL
);
CREATE INDEX ledger_activity_party ON ledger_activity (party, place);
CREATE INDEX ledger_activity_actor ON ledger_activity (actor, place);

-- How far the activity log has come in each log.
CREATE TABLE ledger_indexed (
  log BIGINT NOT NULL PRIMARY KEY,
  position BIGINT NOT NULL
);
