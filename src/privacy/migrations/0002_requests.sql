-- What somebody asks of a controller about their data. controller: an agency's code, or 'operator'. target: 'all', 'instance',
-- 'message'; item is its id, '' for all. words and answer are sealed under one key, which party and controller hold. One
-- is open for each party, kind, controller and item.
CREATE TABLE rights_request (
  id TEXT NOT NULL PRIMARY KEY,
  party BIGINT NOT NULL,
  kind TEXT NOT NULL,
  controller TEXT NOT NULL,
  target TEXT NOT NULL,
  item TEXT NOT NULL,
  ground TEXT NOT NULL,
  key_id TEXT NOT NULL,
  words {blob} NOT NULL,
  asked_at BIGINT NOT NULL,
  asked_by BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  state TEXT NOT NULL,
  refusal TEXT NOT NULL,
  answer {blob},
  answered_at BIGINT,
  answered_by TEXT NOT NULL
);
CREATE INDEX rights_request_by_party ON rights_request (party, asked_at, id);
CREATE INDEX rights_request_by_controller ON rights_request (controller, state, due_at, id);
CREATE INDEX rights_request_by_answer ON rights_request (answered_at);
CREATE UNIQUE INDEX rights_request_open ON rights_request (party, kind, controller, item) WHERE state = 'received';

-- What somebody says is wrong about them in a register, until they take it back.
CREATE TABLE rights_dispute (
  party BIGINT NOT NULL,
  datum TEXT NOT NULL,
  since BIGINT NOT NULL,
  PRIMARY KEY (party, datum)
);
