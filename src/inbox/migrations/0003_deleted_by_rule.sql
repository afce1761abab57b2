-- What a business deleted ends by a dated rule, counted from when it was deleted. goes_at stays as the mark that it lies
-- under Deleted, and as the day that an older version reads.
CREATE INDEX message_removed ON message (removed_at, party_id, message_id) WHERE goes_at IS NOT NULL;
