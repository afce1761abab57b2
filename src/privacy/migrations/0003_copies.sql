-- A copy of everything that somebody asked for: in the making, ready to be fetched, or deleted again. kept_from is when it
-- was asked for, and from when it is ready that.
CREATE TABLE privacy_copy (
  copy_id TEXT NOT NULL PRIMARY KEY,
  party_id BIGINT NOT NULL,
  asked_by BIGINT NOT NULL,
  user_id BIGINT NOT NULL,
  language TEXT NOT NULL,
  asked_at BIGINT NOT NULL,
  kept_from BIGINT NOT NULL,
  state TEXT NOT NULL,
  tries BIGINT NOT NULL,
  items_done BIGINT NOT NULL,
  items_all BIGINT NOT NULL,
  lease_holder TEXT,
  leased_until BIGINT NOT NULL,
  key_id TEXT,
  blob_name TEXT,
  size BIGINT NOT NULL,
  digest {blob},
  downloads BIGINT NOT NULL
);
CREATE INDEX privacy_copy_party ON privacy_copy (party_id, asked_by, asked_at);
CREATE INDEX privacy_copy_asked_by ON privacy_copy (asked_by);
CREATE INDEX privacy_copy_waiting ON privacy_copy (asked_at) WHERE state = 'waiting';
CREATE INDEX privacy_copy_ends ON privacy_copy (kept_from);
CREATE INDEX privacy_copy_blob ON privacy_copy (blob_name);

-- The key that signs copies: one, made by whoever needs it first.
CREATE TABLE copy_signer (
  signer_id BIGINT NOT NULL PRIMARY KEY,
  key_id TEXT NOT NULL,
  secret {blob} NOT NULL,
  public_key TEXT NOT NULL,
  made_at BIGINT NOT NULL
);
