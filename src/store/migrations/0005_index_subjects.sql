-- By whom rows are found for a copy of what is kept about them.
CREATE INDEX store_once_actor ON store_once (actor);
