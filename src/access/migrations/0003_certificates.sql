-- Enterprise certificates that an organisation has logged in with. ended_at: its access management ended it, for good.
CREATE TABLE access_certificate (
  party BIGINT NOT NULL,
  id TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  serial TEXT NOT NULL,
  issuer_name TEXT NOT NULL,
  not_after BIGINT NOT NULL,
  first_used BIGINT NOT NULL,
  last_used BIGINT NOT NULL,
  ended_at BIGINT,
  ended_by BIGINT,
  PRIMARY KEY (party, id)
);
CREATE UNIQUE INDEX access_certificate_fingerprint ON access_certificate (fingerprint);
CREATE UNIQUE INDEX access_certificate_id ON access_certificate (id);
CREATE INDEX access_certificate_by_end ON access_certificate (not_after);

-- What all certificates of an organisation may do, where its access management has chosen other than all there is.
CREATE TABLE access_certificate_rights (
  party BIGINT NOT NULL PRIMARY KEY,
  fills_and_sends BIGINT NOT NULL,
  sub_units BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  changed_by BIGINT NOT NULL
);
