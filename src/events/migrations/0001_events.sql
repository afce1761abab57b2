-- How far each agency's feed has come. The row is what those who number meet at: numbers are given in the order of commits.
-- The row without an org counts the subscriptions.
CREATE TABLE event_counter (
  org TEXT NOT NULL PRIMARY KEY,
  last BIGINT NOT NULL
);

CREATE TABLE event (
  org TEXT NOT NULL,
  seq BIGINT NOT NULL,
  id TEXT NOT NULL,
  type TEXT NOT NULL,
  happened_at BIGINT NOT NULL,
  numbered_at BIGINT NOT NULL,
  party_id BIGINT NOT NULL,
  organisation TEXT NOT NULL,
  parent_id BIGINT,
  parent_organisation TEXT NOT NULL,
  app TEXT,
  instance_id TEXT,
  about TEXT NOT NULL,
  PRIMARY KEY (org, seq)
);
CREATE INDEX event_by_age ON event (numbered_at);

CREATE TABLE event_subscription (
  id BIGINT NOT NULL PRIMARY KEY,
  org TEXT NOT NULL,
  owner_id BIGINT NOT NULL,
  end_point TEXT NOT NULL,
  source_filter TEXT NOT NULL,
  resource_filter TEXT NOT NULL,
  subject_filter TEXT NOT NULL,
  alternative_subject_filter TEXT NOT NULL,
  type_filter TEXT NOT NULL,
  include_subunits BIGINT NOT NULL,
  state TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  validated_at BIGINT,
  ended_at BIGINT,
  -- The number of the feed up to which it was looked at, for this end point.
  position BIGINT NOT NULL,
  -- Its lane: who has it, how often, and when it may be had next.
  turn BIGINT NOT NULL,
  leased_until BIGINT NOT NULL,
  not_before BIGINT NOT NULL,
  -- How it goes.
  failures BIGINT NOT NULL,
  failing_since BIGINT,
  told BIGINT NOT NULL,
  slow BIGINT NOT NULL,
  last_delivered_at BIGINT,
  last_outcome TEXT NOT NULL,
  last_status BIGINT NOT NULL
);
CREATE INDEX event_subscription_of ON event_subscription (org, id);
CREATE INDEX event_subscription_ended ON event_subscription (ended_at);

-- One event for one subscription: there from when it was looked at, so that the page can say what went where.
CREATE TABLE event_delivery (
  subscription_id BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  state TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  tried_at BIGINT,
  delivered_at BIGINT,
  last_outcome TEXT NOT NULL,
  last_status BIGINT NOT NULL,
  PRIMARY KEY (subscription_id, seq)
);
CREATE INDEX event_delivery_due ON event_delivery (subscription_id, state, due_at);
CREATE INDEX event_delivery_by_age ON event_delivery (created_at);
