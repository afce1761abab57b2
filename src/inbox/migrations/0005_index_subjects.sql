-- By whom rows are found for a copy of what is kept about them.
CREATE INDEX message_batch_created_by ON message_batch (created_by);
CREATE INDEX message_batch_agency ON message_batch (agency_party);
CREATE INDEX message_opened_by ON message (opened_by) WHERE opened_by IS NOT NULL;
CREATE INDEX message_confirmed_by ON message (confirmed_by) WHERE confirmed_by IS NOT NULL;
CREATE INDEX message_form_reply_begun_by ON message_form_reply (begun_by);
CREATE INDEX message_answer_written_by ON message_answer (written_by);
CREATE INDEX staged_file_staged_by ON staged_file (staged_by);
