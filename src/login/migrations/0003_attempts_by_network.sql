-- How many logins one network has begun: for a limit, so that nobody can keep others from logging in.
ALTER TABLE login_attempt ADD COLUMN network_hash TEXT NOT NULL DEFAULT '';
CREATE INDEX login_attempt_by_network ON login_attempt (network_hash, started_at) WHERE used_at IS NULL;
