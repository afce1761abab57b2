-- An agency's queue is ordered, searched and counted from one index for each order. search_words is
-- base::search_words(party_name and archive_reference), computed by the program; rows that are there already get what
-- both engines can fold alone, the letters of Norwegian names.
ALTER TABLE submission ADD COLUMN search_words TEXT NOT NULL DEFAULT '';
UPDATE submission SET search_words =
  REPLACE(REPLACE(REPLACE(LOWER(party_name || ' ' || archive_reference), 'Æ', 'æ'), 'Ø', 'ø'), 'Å', 'å');
DROP INDEX submission_queue;
CREATE INDEX submission_by_deadline ON submission
  (org, kind, (COALESCE(deadline_at, 9000000000000000000)), party_id, instance_id, app, search_words);
CREATE INDEX submission_by_receipt ON submission (org, kind, (-received_at), party_id, instance_id, app, search_words);
