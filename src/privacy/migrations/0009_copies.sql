-- The services, 'dat/brev dat/svar', of which who asks for a business's copy was given what is confidential.
ALTER TABLE privacy_copy ADD COLUMN confidential_of TEXT NOT NULL DEFAULT '';
-- By whom rows are found for a copy.
CREATE INDEX retention_hold_party ON retention_hold (party_id);
CREATE INDEX rights_request_asked_by ON rights_request (asked_by);
CREATE INDEX erasure_order_user ON erasure_order (user_id);
