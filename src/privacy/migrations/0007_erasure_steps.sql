-- How far the keys of an order are written down: '' not begun, a table and the primary key of its last row, JSON, or 'all'.
ALTER TABLE erasure_order ADD COLUMN keys_at TEXT NOT NULL DEFAULT '';
