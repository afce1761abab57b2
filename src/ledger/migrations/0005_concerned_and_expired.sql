-- What a party whom an entry concerns may see of it, sealed under a key of its own; the row goes when that is erased. `place` as in ledger_activity, NULL until the entry has its position.
CREATE TABLE ledger_concerned (
  entry_id TEXT NOT NULL,
  party BIGINT NOT NULL,
  key_id {blob} NOT NULL,
  body {blob} NOT NULL,
  shares_key BIGINT NOT NULL,
  place BIGINT,
  at BIGINT NOT NULL,
  kind TEXT NOT NULL,
  search TEXT NOT NULL,
  PRIMARY KEY (entry_id, party)
);
CREATE INDEX ledger_concerned_party ON ledger_concerned (party, place);
CREATE INDEX ledger_concerned_key ON ledger_concerned (key_id) WHERE shares_key = 1;
CREATE INDEX ledger_concerned_waiting ON ledger_concerned (entry_id) WHERE place IS NULL;

-- How far the entries of a retention have been ended in each log: none that was to end stands before this position.
CREATE TABLE ledger_expired (
  log BIGINT NOT NULL,
  retention TEXT NOT NULL,
  position BIGINT NOT NULL,
  PRIMARY KEY (log, retention)
);
CREATE INDEX ledger_erasure_due ON ledger_erasure (due_at, key_id);
