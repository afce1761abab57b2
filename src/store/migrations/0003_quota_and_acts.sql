-- What each person has spent in an hour, and what was spent for each party (quota.h).
CREATE TABLE quota_spent (
  who TEXT NOT NULL,
  what TEXT NOT NULL,
  hour BIGINT NOT NULL,
  spent BIGINT NOT NULL,
  PRIMARY KEY (who, what, hour)
);
CREATE INDEX quota_spent_hour ON quota_spent (hour);

-- What a one-time id was used for, and on what: the same id for anything else is refused. Rows from before have none.
ALTER TABLE store_once ADD COLUMN act TEXT NOT NULL DEFAULT '';
