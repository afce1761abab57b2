-- A lasting entry has keys of its own. Those of before, and passing ones, share theirs with others of the same party (or person) and day.
ALTER TABLE ledger_entry ADD COLUMN shares_key BIGINT NOT NULL DEFAULT 1;
DROP INDEX ledger_entry_body_key;
DROP INDEX ledger_entry_actor_key;
CREATE INDEX ledger_entry_body_key ON ledger_entry (body_key) WHERE shares_key = 1;
CREATE INDEX ledger_entry_actor_key ON ledger_entry (actor_key) WHERE shares_key = 1;

-- Keys that what was erased lay under, written in the transaction that emptied the rows; gone when the keys are.
CREATE TABLE ledger_erasure (
  key_id {blob} NOT NULL PRIMARY KEY,
  due_at BIGINT NOT NULL
);
