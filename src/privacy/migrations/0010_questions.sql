-- Several questions to one controller can wait for an answer at once: they differ in their words.
DROP INDEX rights_request_open;
CREATE UNIQUE INDEX rights_request_open ON rights_request (party, kind, controller, item)
  WHERE state = 'received' AND kind <> 'other';
