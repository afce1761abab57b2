-- By whom rows are found for a copy of what is kept about them.
CREATE INDEX event_by_party ON event (party_id);
CREATE INDEX event_by_parent ON event (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX event_subscription_by_owner ON event_subscription (owner_id);
CREATE INDEX event_subscription_by_supplier ON event_subscription (supplier);
