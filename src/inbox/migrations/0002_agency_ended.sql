-- A batch whose agency's copy has come to its end by the rule of its service is in the state 'ended': none of the agency's
-- functions finds it. Its rows go when no recipient has the message any more.
CREATE INDEX message_batch_ended ON message_batch (batch_id) WHERE state = 'ended';
