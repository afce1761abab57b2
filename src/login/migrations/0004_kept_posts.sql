-- What someone had typed when the session was over: for the same person, on the same page, after logging in again.
CREATE TABLE login_kept_post (
  user_id BIGINT NOT NULL,
  place_hash TEXT NOT NULL,
  fields {blob} NOT NULL,
  kept_at BIGINT NOT NULL,
  PRIMARY KEY (user_id, place_hash)
);
CREATE INDEX login_kept_post_age ON login_kept_post (kept_at);
