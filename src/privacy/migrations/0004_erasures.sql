-- What somebody had erased of all that is theirs: state 'ordered' or 'done'. The certificate is the entry of the log; digest is
-- over the ids of the keys that were destroyed. listed: whether the list of erasures outside names it.
CREATE TABLE erasure_order (
  order_id TEXT NOT NULL PRIMARY KEY,
  party_id BIGINT NOT NULL,
  user_id BIGINT NOT NULL,
  ordered_at BIGINT NOT NULL,
  listed BIGINT NOT NULL,
  state TEXT NOT NULL,
  wraps BIGINT NOT NULL,
  digest TEXT NOT NULL,
  entry_id TEXT,
  done_at BIGINT
);
CREATE INDEX erasure_order_party ON erasure_order (party_id, ordered_at);
CREATE INDEX erasure_order_state ON erasure_order (state, ordered_at);
CREATE INDEX erasure_order_by_end ON erasure_order (done_at);

-- The keys that an order destroys, until it is done: what a kill cuts off is found here again.
CREATE TABLE erasure_key (
  order_id TEXT NOT NULL,
  key_id TEXT NOT NULL,
  erased BIGINT NOT NULL,
  PRIMARY KEY (order_id, key_id)
);
CREATE INDEX erasure_key_left ON erasure_key (order_id, erased, key_id);
