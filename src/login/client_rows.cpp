#include "login/client_rows.h"

#include <algorithm>

#include "login/token_check.h"
#include "store/row_reader.h"

namespace alting::login {
namespace {

using store::Tx;

constexpr std::string_view client_columns =
    "client_id, party_id, organisation, name, kid, jwk, scopes, added_at, used_at, ended_at";
constexpr std::string_view supplier_columns =
    "id, party_id, consumer, supplier_party_id, supplier, scope, given_at, ended_at";

// Those in force first, then the newest first.
constexpr std::string_view in_force_first = "CASE WHEN ended_at IS NULL THEN 0 ELSE 1 END";

ClientRow client_of(const store::Row& row) {
  store::RowReader from(row);
  ClientRow read;
  auto& client = read.client;
  client.client_id = from.next<std::string>();
  read.party = from.next<terms::PartyId>();
  client.organisation = from.next<std::string>();
  client.name = from.next<std::string>();
  client.kid = from.next<std::string>();
  read.jwk = from.next<std::string>();
  client.scopes = read_scopes(from.next<std::string>()).value_or(std::vector<std::string>{});
  client.added_at = from.next<base::Instant>();
  client.used_at = from.next<std::optional<base::Instant>>();
  client.ended_at = from.next<std::optional<base::Instant>>();
  return read;
}

SupplierRow supplier_of(const store::Row& row) {
  store::RowReader from(row);
  SupplierRow read;
  read.supplier.id = from.next<std::string>();
  read.consumer_party = from.next<terms::PartyId>();
  read.consumer = from.next<std::string>();
  read.supplier_party = from.next<terms::PartyId>();
  read.supplier.organisation = from.next<std::string>();
  read.supplier.scope = from.next<std::string>();
  read.supplier.given_at = from.next<base::Instant>();
  read.supplier.ended_at = from.next<std::optional<base::Instant>>();
  return read;
}

}  // namespace

void insert_client(Tx& tx, const ClientRow& row) {
  const auto& client = row.client;
  std::string scopes;
  for (const auto& scope : client.scopes) scopes += (scopes.empty() ? "" : " ") + scope;
  tx.run(
      "INSERT INTO login_client (client_id, party_id, organisation, name, kid, jwk, scopes, added_at) VALUES (?, ?, ?, "
      "?, "
      "?, ?, ?, ?)",
      {client.client_id, row.party, client.organisation, client.name, client.kid, row.jwk, scopes, client.added_at});
}

void insert_supplier(Tx& tx, const SupplierRow& row) {
  tx.run(
      "INSERT INTO login_supplier (id, party_id, consumer, supplier_party_id, supplier, scope, given_at) VALUES (?, ?, "
      "?, ?, ?, ?, ?)",
      {row.supplier.id, row.consumer_party, row.consumer, row.supplier_party, row.supplier.organisation,
       row.supplier.scope, row.supplier.given_at});
}

std::optional<ClientRow> client_with(Tx& tx, std::string_view client_id) {
  const auto row =
      tx.query_one(fmt::format("SELECT {} FROM login_client WHERE client_id = ?", client_columns), {client_id});
  if (!row) return std::nullopt;
  return client_of(*row);
}

std::vector<Client> clients_of(Tx& tx, std::string_view organisation) {
  std::vector<Client> clients;
  for (const auto& row :
       tx.query(fmt::format("SELECT {} FROM login_client WHERE organisation = ? ORDER BY {}, added_at DESC, client_id "
                            "LIMIT 500",
                            client_columns, in_force_first),
                {organisation}))
    clients.push_back(std::move(client_of(row).client));
  return clients;
}

std::optional<SupplierRow> supplier_with(Tx& tx, std::string_view id) {
  const auto row = tx.query_one(fmt::format("SELECT {} FROM login_supplier WHERE id = ?", supplier_columns), {id});
  if (!row) return std::nullopt;
  return supplier_of(*row);
}

std::vector<SupplierRow> suppliers_of(Tx& tx, std::string_view consumer) {
  std::vector<SupplierRow> rows;
  for (const auto& row :
       tx.query(fmt::format("SELECT {} FROM login_supplier WHERE consumer = ? ORDER BY {}, given_at DESC, id LIMIT 500",
                            supplier_columns, in_force_first),
                {consumer}))
    rows.push_back(supplier_of(row));
  return rows;
}

std::optional<ClientInForce> client_in_force(Tx& tx, std::string_view client_id) {
  const auto row = tx.query_one(
      "SELECT organisation, scopes FROM login_client WHERE client_id = ? AND ended_at IS NULL", {client_id});
  if (!row) return std::nullopt;
  auto [organisation, scopes] = store::read_row<std::string, std::string>(*row);
  return ClientInForce{std::move(organisation), read_scopes(scopes).value_or(std::vector<std::string>{})};
}

std::vector<std::string> scopes_given(Tx& tx, std::string_view consumer, std::string_view supplier) {
  std::vector<std::string> scopes;
  for (const auto& row :
       tx.query("SELECT scope FROM login_supplier WHERE consumer = ? AND supplier = ? AND ended_at IS NULL",
                {consumer, supplier}))
    scopes.push_back(store::read_one<std::string>(row));
  return scopes;
}

std::vector<std::string> scopes_taken_back(Tx& tx, std::string_view consumer, std::string_view supplier) {
  const auto given = scopes_given(tx, consumer, supplier);
  std::vector<std::string> scopes;
  for (const auto& row : tx.query(
           "SELECT DISTINCT scope FROM login_supplier WHERE consumer = ? AND supplier = ? AND ended_at IS NOT NULL",
           {consumer, supplier})) {
    auto scope = store::read_one<std::string>(row);
    if (std::ranges::find(given, scope) == given.end()) scopes.push_back(std::move(scope));
  }
  return scopes;
}

std::size_t count_clients(Tx& tx, std::string_view organisation) {
  const auto row =
      tx.query_one("SELECT COUNT(*) FROM login_client WHERE organisation = ? AND ended_at IS NULL", {organisation});
  return static_cast<std::size_t>(store::read_one<std::int64_t>(*row));
}

bool has_client_with_key(Tx& tx, std::string_view organisation, std::string_view kid) {
  return tx
      .query_one("SELECT 1 FROM login_client WHERE organisation = ? AND kid = ? AND ended_at IS NULL LIMIT 1",
                 {organisation, kid})
      .has_value();
}

std::size_t count_suppliers(Tx& tx, std::string_view consumer) {
  const auto row =
      tx.query_one("SELECT COUNT(*) FROM login_supplier WHERE consumer = ? AND ended_at IS NULL", {consumer});
  return static_cast<std::size_t>(store::read_one<std::int64_t>(*row));
}

bool end_client(Tx& tx, std::string_view client_id, base::Instant at) {
  return tx.run("UPDATE login_client SET ended_at = ? WHERE client_id = ? AND ended_at IS NULL", {at, client_id}) == 1;
}

bool end_supplier(Tx& tx, std::string_view id, base::Instant at) {
  return tx.run("UPDATE login_supplier SET ended_at = ? WHERE id = ? AND ended_at IS NULL", {at, id}) == 1;
}

}  // namespace alting::login
