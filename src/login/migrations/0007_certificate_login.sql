-- Organisations log in too, with an enterprise certificate: no person is known, user_id is 0. 0 person, 1 organisation
-- (terms::ActorKind).
ALTER TABLE login_session ADD COLUMN actor_kind BIGINT NOT NULL DEFAULT 0;
-- With what an organisation logged in: "certificate:<id>".
ALTER TABLE login_session ADD COLUMN credential TEXT NOT NULL DEFAULT '';
CREATE INDEX login_session_of_organisation ON login_session (party_id, started_at) WHERE actor_kind = 1;

-- Who came to the door with a certificate, until the browser is back at the portal with the code.
CREATE TABLE login_certificate_turn (
  state_hash TEXT NOT NULL PRIMARY KEY,
  code_hash TEXT NOT NULL,
  party_uuid TEXT NOT NULL,
  serial TEXT NOT NULL,
  issuer_name TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  not_after BIGINT NOT NULL,
  kept_at BIGINT NOT NULL
);
CREATE INDEX login_certificate_turn_age ON login_certificate_turn (kept_at);

-- What issuers answered about revocation: by OCSP of one certificate ("good", "revoked"), or a whole list ("list").
CREATE TABLE login_revocation (
  id TEXT NOT NULL PRIMARY KEY,
  status TEXT NOT NULL,
  list {blob} NOT NULL,
  fetched_at BIGINT NOT NULL,
  counts_until BIGINT NOT NULL
);
CREATE INDEX login_revocation_age ON login_revocation (fetched_at);
