-- Addresses that an organisation adds itself. services: "org/app" with blanks between, "" for all.
CREATE TABLE own_address (
  id TEXT NOT NULL PRIMARY KEY,
  organisation BIGINT NOT NULL,
  user_id BIGINT NOT NULL,
  person BIGINT NOT NULL,
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  for_person BIGINT NOT NULL,
  services TEXT NOT NULL,
  verified_at BIGINT,
  added_at BIGINT NOT NULL
);
CREATE INDEX own_address_by_organisation ON own_address (organisation, added_at);
CREATE INDEX own_address_by_person ON own_address (person);
CREATE INDEX own_address_by_age ON own_address (added_at);
-- Codes that were asked for. The code itself is no row: it is made of the id and a key outside the database.
CREATE TABLE own_address_code (
  id TEXT NOT NULL PRIMARY KEY,
  address TEXT NOT NULL,
  person BIGINT NOT NULL,
  sent_to TEXT NOT NULL,
  language TEXT NOT NULL,
  tries BIGINT NOT NULL,
  made_at BIGINT NOT NULL
);
CREATE INDEX own_address_code_by_address ON own_address_code (address, made_at);
CREATE INDEX own_address_code_by_person ON own_address_code (person, made_at);
CREATE INDEX own_address_code_by_sent_to ON own_address_code (sent_to, made_at);
CREATE INDEX own_address_code_by_age ON own_address_code (made_at);
-- Addresses that do not work: a keyed hash, and what a person knows it again by.
CREATE TABLE bounced_address (
  party BIGINT NOT NULL,
  address TEXT NOT NULL,
  masked TEXT NOT NULL,
  source TEXT NOT NULL,
  status TEXT NOT NULL,
  bounced_at BIGINT NOT NULL,
  PRIMARY KEY (party, address)
);
CREATE INDEX bounced_address_by_age ON bounced_address (bounced_at);
-- Who looked up a person's contact data, and why.
CREATE TABLE contact_look_up (
  id TEXT NOT NULL PRIMARY KEY,
  person BIGINT NOT NULL,
  purpose TEXT NOT NULL,
  on_behalf_of TEXT NOT NULL,
  cause TEXT NOT NULL,
  looked_up_at BIGINT NOT NULL
);
CREATE INDEX contact_look_up_by_person ON contact_look_up (person, id);
CREATE INDEX contact_look_up_by_age ON contact_look_up (looked_up_at);
-- How far a register's list of changes was read.
CREATE TABLE register_feed (
  name TEXT NOT NULL PRIMARY KEY,
  position BIGINT NOT NULL
);

-- The local registers behind the demo.
ALTER TABLE local_krr ADD COLUMN email_shared BIGINT NOT NULL DEFAULT 0;
ALTER TABLE local_krr ADD COLUMN mobile_shared BIGINT NOT NULL DEFAULT 0;
ALTER TABLE local_krr ADD COLUMN change_id BIGINT NOT NULL DEFAULT 0;
CREATE INDEX local_krr_by_change ON local_krr (change_id);
-- accepted 0: sent in, and not in force before the register accepts it.
CREATE TABLE local_organisation_contact (
  organisation_number TEXT NOT NULL,
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  accepted BIGINT NOT NULL,
  PRIMARY KEY (organisation_number, kind, value)
);
