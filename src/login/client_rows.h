// The rows of clients and suppliers. Used by this room only.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "login/clients.h"
#include "store/database.h"

namespace alting::login {

struct ClientRow {
  terms::PartyId party;  // the organisation
  Client client;
  std::string jwk;  // "" when it proves itself with a certificate
};
struct SupplierRow {
  terms::PartyId consumer_party, supplier_party;
  std::string consumer;
  Supplier supplier;  // without its name
};

void insert_client(store::Tx& tx, const ClientRow& row);
void insert_supplier(store::Tx& tx, const SupplierRow& row);

[[nodiscard]] std::optional<ClientRow> client_with(store::Tx& tx, std::string_view client_id);
[[nodiscard]] std::vector<Client> clients_of(store::Tx& tx, std::string_view organisation);
[[nodiscard]] std::optional<SupplierRow> supplier_with(store::Tx& tx, std::string_view id);
[[nodiscard]] std::vector<SupplierRow> suppliers_of(store::Tx& tx, std::string_view consumer);
// Of one in force: whose it is, and its scopes. What is asked at each call.
struct ClientInForce {
  std::string organisation;
  std::vector<std::string> scopes;
};
[[nodiscard]] std::optional<ClientInForce> client_in_force(store::Tx& tx, std::string_view client_id);
[[nodiscard]] std::vector<std::string> scopes_given(store::Tx& tx, std::string_view consumer,
                                                    std::string_view supplier);
// Taken back, and not given again.
[[nodiscard]] std::vector<std::string> scopes_taken_back(store::Tx& tx, std::string_view consumer,
                                                         std::string_view supplier);
[[nodiscard]] std::size_t count_clients(store::Tx& tx, std::string_view organisation);
// Whether one of them that is in force has the key with this thumbprint.
[[nodiscard]] bool has_client_with_key(store::Tx& tx, std::string_view organisation, std::string_view kid);
[[nodiscard]] std::size_t count_suppliers(store::Tx& tx, std::string_view consumer);

// False when it is not there, or was ended before.
[[nodiscard]] bool end_client(store::Tx& tx, std::string_view client_id, base::Instant at);
[[nodiscard]] bool end_supplier(store::Tx& tx, std::string_view id, base::Instant at);

}  // namespace alting::login
