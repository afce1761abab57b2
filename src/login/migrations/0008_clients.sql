-- Systems that get tokens of the built-in issuer, what one organisation lets another's do, and assertions that were used.
CREATE TABLE login_client (
  client_id TEXT NOT NULL PRIMARY KEY,
  party_id BIGINT NOT NULL,
  organisation TEXT NOT NULL,
  name TEXT NOT NULL,
  kid TEXT NOT NULL,
  jwk TEXT NOT NULL,
  scopes TEXT NOT NULL,
  added_at BIGINT NOT NULL,
  used_at BIGINT,
  ended_at BIGINT
);
CREATE INDEX login_client_by_organisation ON login_client (organisation, added_at);
CREATE INDEX login_client_by_end ON login_client (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE login_supplier (
  id TEXT NOT NULL PRIMARY KEY,
  party_id BIGINT NOT NULL,
  consumer TEXT NOT NULL,
  supplier_party_id BIGINT NOT NULL,
  supplier TEXT NOT NULL,
  scope TEXT NOT NULL,
  given_at BIGINT NOT NULL,
  ended_at BIGINT
);
CREATE UNIQUE INDEX login_supplier_in_force ON login_supplier (consumer, supplier, scope) WHERE ended_at IS NULL;
CREATE INDEX login_supplier_by_consumer ON login_supplier (consumer, given_at);
CREATE INDEX login_supplier_by_end ON login_supplier (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE login_assertion (
  id_hash TEXT NOT NULL PRIMARY KEY,
  used_at BIGINT NOT NULL
);
CREATE INDEX login_assertion_by_use ON login_assertion (used_at);
