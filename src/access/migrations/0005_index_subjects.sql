-- By whom rows are found for a copy of what is kept about them.
CREATE INDEX delegation_given_by_receiver ON delegation_given (to_party);
CREATE INDEX delegation_given_by_giver ON delegation_given (given_by);
CREATE INDEX delegation_received_by_party ON delegation_received (from_party);
CREATE INDEX delegation_received_by_giver ON delegation_received (given_by);
CREATE INDEX access_request_by_decider ON access_request (decided_by) WHERE decided_by IS NOT NULL;
CREATE INDEX access_block_by_blocker ON access_block (blocked_by);
CREATE INDEX access_certificate_by_ender ON access_certificate (ended_by) WHERE ended_by IS NOT NULL;
CREATE INDEX access_certificate_rights_by_changer ON access_certificate_rights (changed_by);
CREATE INDEX access_restriction_by_imposer ON access_restriction (imposed_by);
CREATE INDEX access_restriction_opening_by_party ON access_restriction_opening (party);
