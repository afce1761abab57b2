-- The keystore is a database of its own, outside the main one.
CREATE TABLE key_wrap (
  key_id {blob} NOT NULL,
  holder TEXT NOT NULL,
  wrap {blob} NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (key_id, holder)
) WITHOUT ROWID;
CREATE TABLE erased_key (
  key_id {blob} NOT NULL,
  holder TEXT NOT NULL,
  erased_at BIGINT NOT NULL,
  PRIMARY KEY (key_id, holder)
) WITHOUT ROWID;
