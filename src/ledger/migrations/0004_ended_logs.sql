-- The newest signed checkpoint that the database holds; when the log has ended, the last one, which is served for ever
-- ('': there is none). And the statement, signed by both keys, that ties a log to the one before it.
ALTER TABLE ledger_log ADD COLUMN note TEXT;
ALTER TABLE ledger_log ADD COLUMN succession TEXT;
