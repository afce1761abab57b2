-- Who made a subscription for the agency, when it was no system of its own: the supplier's organisation number, else ''.
ALTER TABLE event_subscription ADD COLUMN supplier TEXT NOT NULL DEFAULT '';
