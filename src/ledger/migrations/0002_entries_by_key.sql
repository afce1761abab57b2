-- For erasing: which entries are sealed under a key. Key ids sort by time, so that a commit only touches the newest end.
CREATE INDEX ledger_entry_body_key ON ledger_entry (body_key) WHERE body_key IS NOT NULL;
CREATE INDEX ledger_entry_actor_key ON ledger_entry (actor_key) WHERE actor_key IS NOT NULL;
