-- The lists of a controller's requests, and how many somebody asked in a day.
CREATE INDEX rights_request_answered ON rights_request (controller, answered_at, id) WHERE state IN ('granted', 'refused');
CREATE INDEX rights_request_taken_back ON rights_request (controller, answered_at, id) WHERE state = 'withdrawn';
CREATE INDEX rights_request_by_asker ON rights_request (asked_by, asked_at);
