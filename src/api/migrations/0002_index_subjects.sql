-- By whom rows are found for a copy of what is kept about them.
CREATE INDEX correspondence_attachment_announced_by ON correspondence_attachment (announced_by);
