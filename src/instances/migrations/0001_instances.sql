-- One form's life. The party stands in every primary key, so that the tables distribute by party.
CREATE TABLE instance (
  party_id BIGINT NOT NULL,
  instance_id TEXT NOT NULL,
  org TEXT NOT NULL,
  app TEXT NOT NULL,
  state TEXT NOT NULL,
  parent_id TEXT,
  root_id TEXT NOT NULL,
  key_id TEXT NOT NULL,
  caption {blob},
  created_at BIGINT NOT NULL,
  created_by BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  changed_by BIGINT NOT NULL,
  PRIMARY KEY (party_id, instance_id)
);
CREATE INDEX instance_folder ON instance (party_id, state, changed_at);
CREATE INDEX instance_root ON instance (party_id, root_id);

-- What is being filled in. No query for an agency names this table.
CREATE TABLE draft (
  party_id BIGINT NOT NULL,
  instance_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  content {blob} NOT NULL,
  saved_at BIGINT NOT NULL,
  saved_by BIGINT NOT NULL,
  saved_by_name {blob} NOT NULL,
  PRIMARY KEY (party_id, instance_id)
);

CREATE TABLE attachment (
  party_id BIGINT NOT NULL,
  instance_id TEXT NOT NULL,
  element_id TEXT NOT NULL,
  data_type TEXT NOT NULL,
  file_name TEXT NOT NULL,
  tag TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size BIGINT NOT NULL,
  blob_name TEXT NOT NULL,
  key_id TEXT NOT NULL,
  digest {blob} NOT NULL,
  scan TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  created_by BIGINT NOT NULL,
  PRIMARY KEY (party_id, instance_id, element_id)
);

-- What was sent: immutable.
CREATE TABLE submission (
  party_id BIGINT NOT NULL,
  instance_id TEXT NOT NULL,
  org TEXT NOT NULL,
  app TEXT NOT NULL,
  app_version TEXT NOT NULL,
  root_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  archive_reference TEXT NOT NULL,
  received_at BIGINT NOT NULL,
  committed_at BIGINT NOT NULL,
  key_id TEXT NOT NULL,
  content {blob} NOT NULL,
  digest {blob} NOT NULL,
  size BIGINT NOT NULL,
  entry_id TEXT NOT NULL,
  sender_id BIGINT NOT NULL,
  sender_name {blob} NOT NULL,
  party_uuid TEXT NOT NULL,
  party_name TEXT NOT NULL,
  deadline_at BIGINT,
  late BIGINT NOT NULL,
  open_count BIGINT NOT NULL,
  PRIMARY KEY (party_id, instance_id)
);
CREATE INDEX submission_queue ON submission (org, app, received_at);
CREATE INDEX submission_matter ON submission (party_id, root_id, received_at);
CREATE UNIQUE INDEX submission_reference ON submission (party_id, archive_reference);
