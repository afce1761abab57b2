-- Counters that hand out numbers: party (31 bits, never reused), user, generation, switch.
CREATE TABLE party_sequence (
  name TEXT NOT NULL PRIMARY KEY,
  next BIGINT NOT NULL
);
INSERT INTO party_sequence (name, next) VALUES ('party', 50000001);
INSERT INTO party_sequence (name, next) VALUES ('user', 20000001);
INSERT INTO party_sequence (name, next) VALUES ('generation', 1);
INSERT INTO party_sequence (name, next) VALUES ('switch', 1);

-- kind: 0 person, 1 organisation, 2 sub-unit. An organisation's name and flags are those of its register row.
CREATE TABLE party (
  id BIGINT NOT NULL PRIMARY KEY,
  uuid TEXT NOT NULL UNIQUE,
  kind BIGINT NOT NULL,
  name TEXT NOT NULL,
  sort_name {blob} NOT NULL,
  made_at BIGINT NOT NULL
);
CREATE INDEX party_by_name ON party (sort_name, id);

-- kind: 'national' (number is a keyed hash, sealed holds the number) or 'organisation' (number is plain, sealed is empty).
CREATE TABLE party_identifier (
  kind TEXT NOT NULL,
  number TEXT NOT NULL,
  party BIGINT NOT NULL,
  sealed {blob},
  valid_from BIGINT NOT NULL,
  valid_to BIGINT,
  PRIMARY KEY (kind, number)
);
CREATE INDEX party_identifier_by_party ON party_identifier (party, kind);

CREATE TABLE person (
  party BIGINT NOT NULL PRIMARY KEY,
  first_name TEXT NOT NULL,
  middle_name TEXT NOT NULL,
  last_name TEXT NOT NULL,
  birth_date TEXT NOT NULL,
  dead BIGINT NOT NULL,
  is_protected BIGINT NOT NULL,
  address TEXT,
  postal_code TEXT,
  postal_place TEXT,
  municipality TEXT,
  country TEXT,
  source TEXT NOT NULL,
  fetched_at BIGINT NOT NULL
);

CREATE TABLE portal_user (
  user_id BIGINT NOT NULL PRIMARY KEY,
  party BIGINT NOT NULL UNIQUE,
  made_at BIGINT NOT NULL
);
CREATE TABLE favourite_party (
  user_id BIGINT NOT NULL,
  party BIGINT NOT NULL,
  made_at BIGINT NOT NULL,
  PRIMARY KEY (user_id, party)
);
CREATE TABLE recent_party (
  user_id BIGINT NOT NULL,
  party BIGINT NOT NULL,
  used_at BIGINT NOT NULL,
  PRIMARY KEY (user_id, party)
);
-- Wrong tries of number and last name, for the limit of ten an hour.
CREATE TABLE person_lookup_failure (
  actor BIGINT NOT NULL,
  tried_at BIGINT NOT NULL
);
CREATE INDEX person_lookup_failure_by_actor ON person_lookup_failure (actor, tried_at);

-- Register content comes in generations. A register is "<source>/<content>", such as 'enhetsregisteret/units'.
CREATE TABLE register_generation (
  generation BIGINT NOT NULL PRIMARY KEY,
  register TEXT NOT NULL,
  state TEXT NOT NULL,
  source_name TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  elements BIGINT NOT NULL,
  stored BIGINT NOT NULL,
  faults BIGINT NOT NULL,
  started_at BIGINT NOT NULL,
  finished_at BIGINT
);
CREATE INDEX register_generation_by_register ON register_generation (register, state);
-- The row that switches a generation on.
CREATE TABLE register_current (
  register TEXT NOT NULL PRIMARY KEY,
  generation BIGINT NOT NULL
);

CREATE TABLE organisation (
  generation BIGINT NOT NULL,
  party BIGINT NOT NULL,
  number TEXT NOT NULL,
  name TEXT NOT NULL,
  sort_name {blob} NOT NULL,
  form TEXT NOT NULL,
  parent_number TEXT NOT NULL,
  deleted BIGINT NOT NULL,
  bankrupt BIGINT NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (generation, party)
);
CREATE INDEX organisation_by_name ON organisation (generation, sort_name, party);

-- Facts with identity: these give roles.
CREATE TABLE role_fact (
  generation BIGINT NOT NULL,
  organisation BIGINT NOT NULL,
  role TEXT NOT NULL,
  holder BIGINT NOT NULL,
  PRIMARY KEY (generation, organisation, role, holder)
);
CREATE INDEX role_fact_by_holder ON role_fact (generation, holder);

-- Open role data: names without identity. It is shown, it never gives anything.
CREATE TABLE open_role (
  generation BIGINT NOT NULL,
  organisation_number TEXT NOT NULL,
  place BIGINT NOT NULL,
  role_group TEXT NOT NULL,
  role TEXT NOT NULL,
  holder_name TEXT NOT NULL,
  holder_number TEXT NOT NULL,
  PRIMARY KEY (generation, organisation_number, place)
);

-- The local registers behind the demo: what Folkeregisteret and KRR would answer. Keyed by the keyed hash of the number.
CREATE TABLE local_folkeregister (
  number TEXT NOT NULL PRIMARY KEY,
  first_name TEXT NOT NULL,
  middle_name TEXT NOT NULL,
  last_name TEXT NOT NULL,
  birth_date TEXT NOT NULL,
  status TEXT NOT NULL,
  grading TEXT NOT NULL,
  address TEXT NOT NULL,
  postal_code TEXT NOT NULL,
  postal_place TEXT NOT NULL,
  municipality TEXT NOT NULL,
  country TEXT NOT NULL
);
CREATE TABLE local_krr (
  number TEXT NOT NULL PRIMARY KEY,
  status TEXT NOT NULL,
  reserved BIGINT NOT NULL,
  email TEXT NOT NULL,
  email_updated_at BIGINT,
  email_verified_at BIGINT,
  mobile TEXT NOT NULL,
  mobile_updated_at BIGINT,
  mobile_verified_at BIGINT,
  language TEXT NOT NULL
);
