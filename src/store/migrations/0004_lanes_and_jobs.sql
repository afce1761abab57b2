-- A message can go to many, and be due later. Without a subscriber it is of the topic's only one, or not split yet.
-- first_due_at: when it was to be delivered first; rows from before have none, and were due when they were made.
ALTER TABLE outbox ADD COLUMN subscriber TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN first_due_at BIGINT;
CREATE INDEX outbox_lane_due ON outbox (topic, part, subscriber, due_at, id);
DROP INDEX outbox_due;

-- Who delivers a part of a subscription: `turn` grows with each lease, so that who has lost it knows.
CREATE TABLE outbox_lane (
  topic TEXT NOT NULL,
  subscriber TEXT NOT NULL,
  part BIGINT NOT NULL,
  turn BIGINT NOT NULL,
  leased_until BIGINT NOT NULL,
  PRIMARY KEY (topic, subscriber, part)
);

-- The background jobs: when each is due, what its last run came to, and who runs it now.
CREATE TABLE job (
  code TEXT NOT NULL PRIMARY KEY,
  due_at BIGINT NOT NULL,
  last_started_at BIGINT,
  last_ended_at BIGINT,
  last_count BIGINT NOT NULL,
  failures BIGINT NOT NULL,
  lease_holder TEXT NOT NULL,
  leased_until BIGINT NOT NULL
);
