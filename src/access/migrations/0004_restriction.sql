-- What is restricted (personvernforordningen art. 18): stored, and nothing else is done with it. controller: an org, or 'operator'.
-- item: the id of a form with its additions, or of a message; '' for all that is the party's there. told: who was told of what
-- and when, JSON. lifted_at is NULL as long as it holds.
CREATE TABLE access_restriction (
  restriction_id TEXT NOT NULL PRIMARY KEY,
  party BIGINT NOT NULL,
  controller TEXT NOT NULL,
  item TEXT NOT NULL,
  since BIGINT NOT NULL,
  request_id TEXT NOT NULL,
  ground TEXT NOT NULL,
  imposed_by BIGINT,
  told TEXT NOT NULL,
  announced_at BIGINT,
  lift_at BIGINT,
  lifted_at BIGINT
);
CREATE UNIQUE INDEX access_restriction_in_force ON access_restriction (party, controller, item) WHERE lifted_at IS NULL;
CREATE INDEX access_restriction_by_party ON access_restriction (party, since);
CREATE INDEX access_restriction_by_controller ON access_restriction (controller, since);
CREATE INDEX access_restriction_by_end ON access_restriction (lifted_at);
CREATE INDEX access_restriction_by_lift ON access_restriction (lift_at) WHERE lifted_at IS NULL;

-- That an employee may read one restricted item for a while (art. 18 no. 2).
CREATE TABLE access_restriction_opening (
  opening_id TEXT NOT NULL PRIMARY KEY,
  party BIGINT NOT NULL,
  controller TEXT NOT NULL,
  item TEXT NOT NULL,
  actor BIGINT NOT NULL,
  ground TEXT NOT NULL,
  opened_at BIGINT NOT NULL,
  until_at BIGINT NOT NULL
);
CREATE INDEX access_restriction_opening_by_actor ON access_restriction_opening (actor, party, until_at);
CREATE INDEX access_restriction_opening_by_end ON access_restriction_opening (until_at);
