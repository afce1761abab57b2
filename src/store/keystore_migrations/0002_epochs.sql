-- Epoch 0 is the master key itself, under which all wraps were before there were epochs.
ALTER TABLE key_wrap ADD COLUMN epoch BIGINT NOT NULL DEFAULT 0;
CREATE TABLE key_epoch (
  epoch BIGINT NOT NULL PRIMARY KEY,
  made_at BIGINT NOT NULL,
  in_use_at BIGINT,
  settled_at BIGINT,
  destroyed_at BIGINT,
  proof {blob} NOT NULL
);
