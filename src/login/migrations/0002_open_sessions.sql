-- For ending, in the log too, the sessions that nobody came back to.
CREATE INDEX login_session_open ON login_session (last_seen_at) WHERE closed_at IS NULL;
