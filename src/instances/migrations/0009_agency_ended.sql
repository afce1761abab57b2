-- When the agency's copy came to its end by the rule of its app folder, while the party still has its own. The indexes of
-- the agency's list carry it, and the matter, by which what is restricted is left out: so they are counted from alone.
ALTER TABLE submission ADD COLUMN agency_ended_at BIGINT;
DROP INDEX submission_by_deadline;
DROP INDEX submission_by_receipt;
CREATE INDEX submission_by_deadline ON submission
  (org, kind, (COALESCE(deadline_at, 9000000000000000000)), party_id, instance_id, app, search_words, root_id,
   agency_ended_at);
CREATE INDEX submission_by_receipt ON submission
  (org, kind, (-received_at), party_id, instance_id, app, search_words, root_id, agency_ended_at);
CREATE INDEX submission_agency_due ON submission (org, app, received_at) WHERE agency_ended_at IS NULL;
