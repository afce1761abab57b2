-- When a draft's clock ends, by its answers; empty where they do not say, and once it is sent. A draft of before has it from
-- its next save. The inbox lists drafts from this index alone: those whose time is shortest first, then the last changed.
ALTER TABLE instance ADD COLUMN deadline_at BIGINT;
CREATE INDEX instance_drafts ON instance
  (party_id, (COALESCE(deadline_at, 9000000000000000000)), (-changed_at), instance_id, org, app)
  WHERE state = 'draft';
