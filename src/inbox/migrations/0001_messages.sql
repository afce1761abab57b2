-- What an agency sent at once, to one or many: one text under one key, which each recipient and the agency hold. Nobody
-- sees anything of it before published_at is set.
CREATE TABLE message_batch (
  batch_id TEXT NOT NULL PRIMARY KEY,
  org TEXT NOT NULL,
  app TEXT NOT NULL,
  agency_party BIGINT NOT NULL,
  sender_name TEXT NOT NULL,
  language TEXT NOT NULL,
  key_id TEXT NOT NULL,
  caption {blob} NOT NULL,
  content {blob} NOT NULL,
  digest {blob} NOT NULL,
  size BIGINT NOT NULL,
  state TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  created_by BIGINT NOT NULL,
  touched_at BIGINT NOT NULL,
  publish_at BIGINT NOT NULL,
  published_at BIGINT,
  due_at BIGINT,
  reply TEXT NOT NULL,
  must_confirm BIGINT NOT NULL,
  confidential BIGINT NOT NULL,
  notify BIGINT NOT NULL,
  ignore_reservation BIGINT NOT NULL,
  reply_to TEXT,
  files BIGINT NOT NULL,
  recipients BIGINT NOT NULL
);
CREATE INDEX message_batch_list ON message_batch (org, created_at, batch_id);
CREATE INDEX message_batch_begun ON message_batch (touched_at) WHERE state = 'writing';

-- What one recipient has of it.
CREATE TABLE message (
  party_id BIGINT NOT NULL,
  message_id TEXT NOT NULL,
  batch_id TEXT NOT NULL,
  place BIGINT NOT NULL,
  org TEXT NOT NULL,
  app TEXT NOT NULL,
  confidential BIGINT NOT NULL,
  key_id TEXT NOT NULL,
  folder TEXT NOT NULL,
  listed_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  due_at BIGINT,
  announced_at BIGINT,
  available_entry TEXT,
  opened_at BIGINT,
  opened_by BIGINT,
  opened_ground TEXT,
  opened_role TEXT,
  opened_entry TEXT,
  confirmed_at BIGINT,
  confirmed_by BIGINT,
  confirmed_ground TEXT,
  confirmed_role TEXT,
  confirmed_entry TEXT,
  answered_at BIGINT,
  removed_at BIGINT,
  removed_entry TEXT,
  goes_at BIGINT,
  PRIMARY KEY (party_id, message_id)
);
CREATE UNIQUE INDEX message_id ON message (message_id);
CREATE INDEX message_received ON message
  (party_id, (COALESCE(due_at, 9000000000000000000)), (-listed_at), message_id, org, app, confidential)
  WHERE folder = 'received';
CREATE INDEX message_received_service ON message
  (party_id, org, app, (COALESCE(due_at, 9000000000000000000)), (-listed_at), message_id, confidential)
  WHERE folder = 'received';
CREATE INDEX message_unread ON message
  (party_id, (COALESCE(due_at, 9000000000000000000)), (-listed_at), message_id, org, app, confidential)
  WHERE folder = 'received' AND opened_at IS NULL;
CREATE INDEX message_folder ON message (party_id, folder, changed_at, message_id);
CREATE INDEX message_recipients ON message (batch_id, place);
CREATE INDEX message_progress ON message (batch_id, opened_at, confirmed_at, answered_at);
CREATE INDEX message_to_tell ON message (batch_id, place) WHERE announced_at IS NULL;
CREATE INDEX message_deleted ON message (goes_at) WHERE goes_at IS NOT NULL;

-- How many lie in each folder, so that none is counted by looking at all.
CREATE TABLE message_count (
  party_id BIGINT NOT NULL,
  org TEXT NOT NULL,
  app TEXT NOT NULL,
  confidential BIGINT NOT NULL,
  folder TEXT NOT NULL,
  total BIGINT NOT NULL,
  unread BIGINT NOT NULL,
  PRIMARY KEY (party_id, org, app, confidential, folder)
);

CREATE TABLE message_file (
  batch_id TEXT NOT NULL,
  file_id TEXT NOT NULL,
  place BIGINT NOT NULL,
  file_name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size BIGINT NOT NULL,
  blob_name TEXT NOT NULL,
  key_id TEXT NOT NULL,
  digest {blob} NOT NULL,
  scan TEXT NOT NULL,
  PRIMARY KEY (batch_id, file_id)
);
CREATE UNIQUE INDEX message_file_id ON message_file (file_id);
CREATE INDEX message_file_blob ON message_file (blob_name);

-- What a recipient wrote back.
CREATE TABLE message_answer (
  party_id BIGINT NOT NULL,
  answer_id TEXT NOT NULL,
  message_id TEXT NOT NULL,
  org TEXT NOT NULL,
  app TEXT NOT NULL,
  key_id TEXT NOT NULL,
  content {blob} NOT NULL,
  written_at BIGINT NOT NULL,
  written_by BIGINT NOT NULL,
  entry_id TEXT NOT NULL,
  read_at BIGINT,
  PRIMARY KEY (party_id, answer_id)
);
CREATE INDEX message_answer_message ON message_answer (message_id, written_at);
CREATE INDEX message_answer_agency ON message_answer (org, app, written_at);

CREATE TABLE message_answer_file (
  party_id BIGINT NOT NULL,
  answer_id TEXT NOT NULL,
  file_id TEXT NOT NULL,
  place BIGINT NOT NULL,
  file_name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size BIGINT NOT NULL,
  blob_name TEXT NOT NULL,
  key_id TEXT NOT NULL,
  digest {blob} NOT NULL,
  scan TEXT NOT NULL,
  PRIMARY KEY (party_id, answer_id, file_id)
);
CREATE INDEX message_answer_file_blob ON message_answer_file (blob_name);

-- A form that was begun as the answer to a message. Its sender learns of it once it is sent, and not before.
CREATE TABLE message_form_reply (
  party_id BIGINT NOT NULL,
  instance_id TEXT NOT NULL,
  message_id TEXT NOT NULL,
  begun_at BIGINT NOT NULL,
  begun_by BIGINT NOT NULL,
  sent_at BIGINT,
  PRIMARY KEY (party_id, instance_id)
);
CREATE INDEX message_form_reply_message ON message_form_reply (message_id, begun_at);
CREATE INDEX message_form_reply_open ON message_form_reply (begun_at) WHERE sent_at IS NULL;

-- Files that wait to be sent with something.
CREATE TABLE staged_file (
  file_id TEXT NOT NULL PRIMARY KEY,
  holder TEXT NOT NULL,
  staged_by BIGINT NOT NULL,
  staged_at BIGINT NOT NULL,
  file_name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size BIGINT NOT NULL,
  blob_name TEXT NOT NULL,
  key_id TEXT NOT NULL,
  digest {blob} NOT NULL,
  scan TEXT NOT NULL
);
CREATE INDEX staged_file_old ON staged_file (staged_at);
CREATE INDEX staged_file_blob ON staged_file (blob_name);
CREATE INDEX staged_file_holder ON staged_file (holder, staged_by);
