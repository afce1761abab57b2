-- Whether a login of now was asked for: the answer must then say when it was.
ALTER TABLE login_attempt ADD COLUMN fresh BIGINT NOT NULL DEFAULT 0;
-- The kind of browser and system a session was begun with, in two words, so that people know their sessions apart.
ALTER TABLE login_session ADD COLUMN device TEXT NOT NULL DEFAULT '';
