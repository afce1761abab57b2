-- How much of the count an entry of the log has told.
ALTER TABLE retention_count ADD COLUMN noted BIGINT NOT NULL DEFAULT 0;
UPDATE retention_count SET noted = ended;
