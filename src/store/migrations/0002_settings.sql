-- What was decided when the data folder was made, and stays: the mode.
CREATE TABLE store_setting (
  name TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
);
