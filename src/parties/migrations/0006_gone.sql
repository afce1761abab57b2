-- Who is gone, without a look at all that are there.
CREATE INDEX organisation_struck_off ON organisation (party) WHERE deleted = 1;
CREATE INDEX person_dead ON person (party) WHERE dead = 1;
