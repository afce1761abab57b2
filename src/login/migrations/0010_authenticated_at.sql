-- When the person showed the issuer who they are; NULL where the issuer does not say, and in sessions from before.
ALTER TABLE login_session ADD COLUMN authenticated_at BIGINT;
