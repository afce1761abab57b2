-- The outcome of each POST, by its one-time id: repeating it gives the first outcome.
CREATE TABLE store_once (
  id TEXT NOT NULL PRIMARY KEY,
  actor TEXT NOT NULL,
  outcome TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX store_once_created_at ON store_once (created_at);

-- What must happen outside (mail, webhooks), at least once. A worker takes one part at a time.
CREATE TABLE outbox (
  id TEXT NOT NULL PRIMARY KEY,
  part BIGINT NOT NULL,
  topic TEXT NOT NULL,
  key TEXT NOT NULL,
  payload TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  attempts BIGINT NOT NULL
);
CREATE INDEX outbox_due ON outbox (part, due_at, id);
