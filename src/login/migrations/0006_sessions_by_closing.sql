-- The job forget_sessions ends them by when they were closed.
CREATE INDEX login_session_by_closing ON login_session (closed_at) WHERE closed_at IS NOT NULL;
