-- By whom rows are found for a copy of what is kept about them.
CREATE INDEX login_session_by_party ON login_session (party_id);
CREATE INDEX login_client_by_party ON login_client (party_id);
CREATE INDEX login_supplier_by_party ON login_supplier (party_id);
CREATE INDEX login_supplier_by_supplier_party ON login_supplier (supplier_party_id);
CREATE INDEX login_supplier_by_supplier ON login_supplier (supplier);
CREATE INDEX login_certificate_turn_by_party ON login_certificate_turn (party_uuid);
