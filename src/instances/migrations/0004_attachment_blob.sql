-- The hourly search for files that no row names asks for each by its name.
CREATE INDEX attachment_blob ON attachment (blob_name);
