-- When somebody of a business deleted it: it lies under Deleted, and goes for good when the rule says. What a person
-- deletes has no row here any more.
ALTER TABLE instance ADD COLUMN removed_at BIGINT;
CREATE INDEX instance_removed ON instance (removed_at, party_id, instance_id) WHERE removed_at IS NOT NULL;
