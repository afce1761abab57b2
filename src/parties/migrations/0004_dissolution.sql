-- Whether a court has decided that the organisation is dissolved or wound up by the rules of bankruptcy.
ALTER TABLE organisation ADD COLUMN dissolving BIGINT NOT NULL DEFAULT 0;
