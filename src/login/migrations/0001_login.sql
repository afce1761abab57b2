CREATE TABLE login_session (
  id_hash TEXT NOT NULL PRIMARY KEY,
  reference TEXT NOT NULL UNIQUE,
  user_id BIGINT NOT NULL,
  party_id BIGINT NOT NULL,
  party_uuid TEXT NOT NULL,
  name TEXT NOT NULL,
  level BIGINT NOT NULL,
  method TEXT NOT NULL,
  issuer TEXT NOT NULL,
  issuer_session_hash TEXT NOT NULL,
  id_token {blob} NOT NULL,
  started_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  closed_at BIGINT
);
CREATE INDEX login_session_by_user ON login_session (user_id, started_at);
CREATE INDEX login_session_by_issuer_session ON login_session (issuer_session_hash);
CREATE INDEX login_session_by_end ON login_session (ends_at);

CREATE TABLE login_attempt (
  state_hash TEXT NOT NULL PRIMARY KEY,
  browser_hash TEXT NOT NULL,
  return_path TEXT NOT NULL,
  level BIGINT NOT NULL,
  started_at BIGINT NOT NULL,
  used_at BIGINT
);
CREATE INDEX login_attempt_by_start ON login_attempt (started_at);
