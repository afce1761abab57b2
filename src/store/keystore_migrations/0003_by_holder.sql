-- For erasing all that one holder has.
CREATE INDEX key_wrap_holder ON key_wrap (holder, key_id);
