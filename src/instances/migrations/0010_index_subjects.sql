-- By whom rows are found for a copy of what is kept about them.
CREATE INDEX instance_created_by ON instance (created_by);
CREATE INDEX instance_changed_by ON instance (changed_by);
CREATE INDEX draft_saved_by ON draft (saved_by);
CREATE INDEX attachment_created_by ON attachment (created_by);
CREATE INDEX submission_sender ON submission (sender_id);
