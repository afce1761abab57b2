-- The job forget_lookups ends them by age.
CREATE INDEX person_lookup_failure_by_age ON person_lookup_failure (tried_at);
