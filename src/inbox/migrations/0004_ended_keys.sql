-- While the agency's wraps of answers to a batch that has ended are being erased: the recipient's place up to which they are.
ALTER TABLE message_batch ADD COLUMN keys_erased_to BIGINT;
CREATE INDEX message_batch_keys_left ON message_batch (batch_id) WHERE keys_erased_to IS NOT NULL;
