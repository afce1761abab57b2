-- Who has the orders of a part of the recipients in hand: a lane. All orders of one recipient are in one, so that notices go
-- together and limits hold without anybody waiting for another.
CREATE TABLE notify_lane (
  part BIGINT NOT NULL PRIMARY KEY,
  turn BIGINT NOT NULL,
  leased_until BIGINT NOT NULL
);
INSERT INTO notify_lane (part, turn, leased_until) VALUES
  (0, 0, 0), (1, 0, 0), (2, 0, 0), (3, 0, 0), (4, 0, 0), (5, 0, 0), (6, 0, 0), (7, 0, 0),
  (8, 0, 0), (9, 0, 0), (10, 0, 0), (11, 0, 0), (12, 0, 0), (13, 0, 0), (14, 0, 0), (15, 0, 0);

CREATE TABLE notify_order (
  id TEXT NOT NULL PRIMARY KEY,
  part BIGINT NOT NULL,
  template TEXT NOT NULL,
  version BIGINT NOT NULL,
  recipient_id BIGINT NOT NULL,
  service TEXT,
  confidential BIGINT NOT NULL,
  fields TEXT NOT NULL,
  cause TEXT NOT NULL,
  duplicate_key TEXT,
  -- Orders of one recipient with the same may go together.
  merge_key TEXT NOT NULL,
  channel TEXT NOT NULL,
  ignore_reservation BIGINT NOT NULL,
  language TEXT NOT NULL,
  due_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  stepped_at BIGINT NOT NULL,
  tries BIGINT NOT NULL,
  -- How many went as this one, and as which one this went.
  together BIGINT NOT NULL,
  merged_into TEXT,
  -- When it is to be looked at next; empty when nothing is left to do.
  next_at BIGINT,
  handed_over_at BIGINT,
  settled_at BIGINT
);
CREATE INDEX notify_order_due ON notify_order (part, next_at);
CREATE INDEX notify_order_cause ON notify_order (cause);
CREATE INDEX notify_order_merged ON notify_order (merged_into);
CREATE INDEX notify_order_recent ON notify_order (recipient_id, handed_over_at);
CREATE INDEX notify_order_waiting ON notify_order (recipient_id, state, merge_key);
CREATE UNIQUE INDEX notify_order_once ON notify_order (recipient_id, duplicate_key);
CREATE INDEX notify_order_by_age ON notify_order (settled_at);

-- What became of an order at one address; or that there was none.
CREATE TABLE notify_attempt (
  id TEXT NOT NULL PRIMARY KEY,
  order_id TEXT NOT NULL,
  -- Whose address it is: a person's, or an organisation's.
  told_id BIGINT NOT NULL,
  channel TEXT NOT NULL,
  source TEXT NOT NULL,
  address_hash TEXT,
  address_masked TEXT NOT NULL,
  confirmed_at BIGINT,
  created_at BIGINT NOT NULL,
  tried_at BIGINT,
  next_at BIGINT,
  tries BIGINT NOT NULL,
  outcome TEXT NOT NULL,
  code TEXT NOT NULL,
  words TEXT NOT NULL,
  may_have_gone_twice BIGINT NOT NULL
);
CREATE INDEX notify_attempt_of ON notify_attempt (order_id);
CREATE INDEX notify_attempt_told ON notify_attempt (told_id, id);
CREATE INDEX notify_attempt_by_age ON notify_attempt (created_at);

-- Test mode alone: each mail as it left, since it goes to nobody.
CREATE TABLE notify_mail_copy (
  id TEXT NOT NULL PRIMARY KEY,
  kept_at BIGINT NOT NULL,
  address TEXT NOT NULL,
  subject TEXT NOT NULL,
  language TEXT NOT NULL,
  plain TEXT NOT NULL,
  html TEXT NOT NULL,
  text TEXT NOT NULL
);
CREATE INDEX notify_mail_copy_by_age ON notify_mail_copy (kept_at);
