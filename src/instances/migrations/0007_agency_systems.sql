-- What an agency's list and systems are told: urgent: it must be looked at at once. opened_at: when the agency first opened
-- it; 0 for what was sent before this was noted. confirmed_at: when a system of the agency confirmed that it has it.
ALTER TABLE submission ADD COLUMN urgent BIGINT NOT NULL DEFAULT 0;
ALTER TABLE submission ADD COLUMN opened_at BIGINT;
ALTER TABLE submission ADD COLUMN confirmed_at BIGINT;
UPDATE submission SET opened_at = 0;
-- Systems list in the order in which something was changed last, and what is not confirmed in the order it came.
CREATE INDEX submission_by_change ON submission (org, (COALESCE(confirmed_at, committed_at)), party_id, instance_id);
CREATE INDEX submission_unconfirmed ON submission (org, committed_at, party_id, instance_id)
  WHERE confirmed_at IS NULL;
CREATE INDEX submission_by_reference ON submission (org, archive_reference);
