-- By whom rows are found for a copy of what is kept about them.
CREATE INDEX own_address_by_user ON own_address (user_id);
