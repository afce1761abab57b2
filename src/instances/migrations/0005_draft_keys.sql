-- Instances that were sent while the key of their draft was kept, for the job that gives it up: their captions are sealed
-- under it. New ones never come here.
CREATE TABLE draft_key_kept (
  party_id BIGINT NOT NULL,
  instance_id TEXT NOT NULL,
  PRIMARY KEY (party_id, instance_id)
);
INSERT INTO draft_key_kept (party_id, instance_id)
  SELECT s.party_id, s.instance_id FROM submission s
  JOIN instance i ON i.party_id = s.party_id AND i.instance_id = s.instance_id WHERE i.key_id <> s.key_id;
