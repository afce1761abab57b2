-- Who is gone from the registers: gone_by is 'death', 'struck_off' or 'merger'. What the party had is erased a while after
-- it was noticed, and that it was is noted, so that it is done once.
CREATE TABLE party_gone (
  party BIGINT NOT NULL PRIMARY KEY,
  gone_by TEXT NOT NULL,
  noticed_at BIGINT NOT NULL,
  ended_at BIGINT
);
CREATE INDEX party_gone_open ON party_gone (noticed_at, party) WHERE ended_at IS NULL;
