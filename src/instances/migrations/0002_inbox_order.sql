-- The inbox is listed and counted from this index alone: the form stands in it, because a right may be to one form.
DROP INDEX instance_folder;
CREATE INDEX instance_folder ON instance (party_id, state, changed_at, instance_id, org, app);
