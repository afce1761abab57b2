-- root_id: the form that an addition adds to, itself of what adds to nothing: what is restricted is a form with its additions, and the
-- form's own row may be gone when the event is read. hidden: it was numbered while it was restricted, and gets a number
-- anew when it is so no longer.
ALTER TABLE event ADD COLUMN root_id TEXT;
ALTER TABLE event ADD COLUMN hidden BIGINT NOT NULL DEFAULT 0;
UPDATE event SET root_id = (SELECT s.root_id FROM submission s WHERE s.party_id = event.party_id AND s.instance_id =
  event.instance_id);
CREATE INDEX event_hidden ON event (org, party_id, seq) WHERE hidden = 1;
