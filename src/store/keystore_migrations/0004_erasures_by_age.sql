-- The job forget_erasures ends them by age.
CREATE INDEX erased_key_by_age ON erased_key (erased_at);
