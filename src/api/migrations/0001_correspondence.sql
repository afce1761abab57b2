-- Attachments that were announced by an agency's system, and whose octets come, or came, in a call of their own. What
-- came lies with the files that wait to be sent, under the same id.
CREATE TABLE correspondence_attachment (
  attachment_id TEXT NOT NULL PRIMARY KEY,
  org TEXT NOT NULL,
  app TEXT NOT NULL,
  announced_by BIGINT NOT NULL,
  announced_at BIGINT NOT NULL,
  file_name TEXT NOT NULL,
  reference TEXT NOT NULL,
  uploaded_at BIGINT
);
CREATE INDEX correspondence_attachment_old ON correspondence_attachment (announced_at);
CREATE INDEX correspondence_attachment_org ON correspondence_attachment (org, announced_by);
