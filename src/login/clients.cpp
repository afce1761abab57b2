#include "login/clients.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/text.h"
#include "base/typed_text.h"
#include "crypto/hash.h"
#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"
#include "login/client_rows.h"
#include "login/token_scopes.h"
#include "parties/organisation_number.h"
#include "store/once.h"

namespace alting::login {
namespace {

using base::ErrorKind;
using base::Instant;
using store::Tx;

base::Error refuse_client(ErrorKind kind, std::string_view code,
                          std::vector<std::pair<std::string, std::string>> params = {}) {
  return base::make_error(kind, std::string(code), {}, std::move(params));
}

base::Error no_client() { return refuse_client(ErrorKind::not_found, "error.client.not_found"); }

base::Status check_party_permit(const terms::Permit& permit, std::initializer_list<terms::Action> actions) {
  if (permit.resource() != "party" || std::ranges::find(actions, permit.action()) == actions.end())
    return refuse_client(ErrorKind::forbidden, "error.access.forbidden");
  return {};
}

NewClient cleaned_client(NewClient client) {
  client.name = base::clean_line(client.name);
  std::ranges::sort(client.scopes);
  client.scopes.erase(std::ranges::unique(client.scopes).begin(), client.scopes.end());
  return client;
}

base::Result<NewClient> checked_client(const NewClient& given) {
  if (const auto faults = faults_of_client(given); !faults.empty()) return faults.front();
  return cleaned_client(given);
}

// Who does what is to be done: with a permit, or the program by an operator's command.
struct Doing {
  const terms::Permit* permit = nullptr;
  parties::Party organisation;
  Instant at;
};

ledger::NewEntry client_entry(ledger::EventKind kind, const Doing& doing) {
  auto entry = doing.permit ? ledger::entry_for(kind, *doing.permit, doing.at) : ledger::NewEntry{kind, doing.at};
  if (!doing.permit) {
    entry.actor.kind = terms::ActorKind::system;
    entry.actor.name = "alting";
    entry.party = doing.organisation.id;
    entry.party_uuid = doing.organisation.uuid;
    entry.resource = "party";
  }
  entry.party_name = doing.organisation.name;
  return entry;
}

class DatabaseClients final : public Clients {
 public:
  explicit DatabaseClients(ClientsParts parts) : with_(std::move(parts)) {}

  bool are_here() const override { return with_.mode == terms::Mode::test; }

  std::vector<Client> list(const terms::Permit& permit) override {
    return listed(permit, [](Tx& tx, const std::string& number) { return clients_of(tx, number); });
  }
  std::vector<Supplier> suppliers(const terms::Permit& permit) override {
    return named(listed(permit, [](Tx& tx, const std::string& number) { return suppliers_of(tx, number); }));
  }

  base::Result<Client> add(const terms::Permit& permit, const NewClient& client, Instant at,
                           std::string_view post_id) override {
    ALTING_TRY(doing, doing_of(permit, at));
    return add_to(doing, client, post_id);
  }
  base::Result<Client> add_by_operator(std::string_view organisation, const NewClient& client, Instant at) override {
    ALTING_TRY(doing, doing_of(organisation, at));
    return add_to(doing, client, "");
  }

  base::Status end(const terms::Permit& permit, std::string_view client_id, Instant at,
                   std::string_view post_id) override {
    ALTING_TRY(doing, doing_of(permit, at));
    return end_of(doing, client_id, post_id);
  }
  base::Status end_by_operator(std::string_view client_id, Instant at) override {
    const auto row = with_.database.read([&](Tx& tx) { return client_with(tx, client_id); });
    if (!row) return no_client();
    ALTING_TRY(doing, doing_of(row->client.organisation, at));
    return end_of(doing, client_id, "");
  }

  base::Result<Supplier> give(const terms::Permit& permit, std::string_view supplier, std::string_view scope,
                              Instant at, std::string_view post_id) override {
    ALTING_TRY(doing, doing_of(permit, at));
    return give_to(doing, supplier, scope, post_id);
  }
  std::vector<base::Error> faults_of_supplier(const terms::Permit& permit, std::string_view supplier,
                                              std::string_view scope, Instant at) override {
    const auto doing = doing_of(permit, at);
    if (!doing) return {doing.error()};
    std::vector<base::Error> faults;
    if (const auto party = supplier_for(*doing, supplier); !party) faults.push_back(party.error());
    if (!is_known_scope(scope)) faults.push_back(refuse_client(ErrorKind::invalid, "error.client.scope"));
    return faults;
  }
  base::Result<Supplier> give_by_operator(std::string_view consumer, std::string_view supplier, std::string_view scope,
                                          Instant at) override {
    ALTING_TRY(doing, doing_of(consumer, at));
    return give_to(doing, supplier, scope, "");
  }

  base::Status take_back(const terms::Permit& permit, std::string_view id, Instant at,
                         std::string_view post_id) override {
    ALTING_TRY(doing, doing_of(permit, at));
    const auto row = with_.database.read([&](Tx& tx) { return supplier_with(tx, id); });
    if (!row || row->consumer != doing.organisation.organisation_number) return no_client();
    // A supplier that makes one subscription after the other must not hold it up: what came in between is made ready too.
    constexpr int tries = 5;
    for (int tried = 1;; ++tried) {
      const auto entry =
          prepare_supplier(ledger::EventKind::supplier_ended, doing, row->supplier_party, row->supplier.scope);
      ClientsParts::Ending end_subscriptions;
      if (with_.end_subscriptions && is_needed_to_subscribe(row->supplier.scope))
        end_subscriptions = with_.end_subscriptions(permit, row->supplier.organisation, at);
      const auto done = write(doing, post_id, supplier_ended, id, entry, [&](Tx& tx) -> base::Result<std::string> {
        if (!end_supplier(tx, id, at)) return no_client();
        if (end_subscriptions) ALTING_CHECK(end_subscriptions(tx));
        return std::string(id);
      });
      if (done) return {};
      if (done.error().kind != ErrorKind::conflict || tried == tries) return std::unexpected(done.error());
    }
  }

  std::optional<Registered> find(std::string_view client_id) override {
    auto row = with_.database.read([&](Tx& tx) { return client_with(tx, client_id); });
    if (!row || row->client.ended_at) return std::nullopt;
    Registered found{std::move(row->client), std::nullopt};
    if (row->jwk.empty()) return found;
    auto key =
        base::Json::parse(row->jwk).and_then([](const base::Json& json) { return crypto::PublicKey::from_jwk(json); });
    if (!key) throw store::DatabaseError("a client's key cannot be read");
    found.key = std::move(*key);
    return found;
  }

  bool in_force(std::string_view client_id, std::string_view consumer,
                const std::vector<std::string>& scopes) override {
    const auto are_in = [&](const std::vector<std::string>& given) {
      return std::ranges::all_of(scopes, [&](const auto& one) { return std::ranges::find(given, one) != given.end(); });
    };
    return with_.database.read([&](Tx& tx) {
      const auto client = client_in_force(tx, client_id);
      if (!client || !are_in(client->scopes)) return false;
      return client->organisation == consumer || are_in(scopes_given(tx, consumer, client->organisation));
    });
  }

  bool was_taken_back(Tx& tx, std::string_view consumer, std::string_view supplier) override {
    return std::ranges::any_of(scopes_taken_back(tx, consumer, supplier), is_needed_to_subscribe);
  }

  bool use_once(std::string_view client_id, std::string_view jti, Instant at) override {
    const auto hash = base::to_hex(crypto::sha256({client_id, "\n", jti}));
    const auto first = with_.database.write([&](Tx& tx) -> base::Result<bool> {
      if (tx.run("INSERT INTO login_assertion (id_hash, used_at) VALUES (?, ?) ON CONFLICT DO NOTHING", {hash, at}) ==
          0)
        return false;
      tx.run("UPDATE login_client SET used_at = ? WHERE client_id = ?", {at, client_id});
      return true;
    });
    return first && *first;
  }

 private:
  base::Result<Doing> doing_of(const terms::Permit& permit, Instant at) {
    ALTING_CHECK(check_party_permit(permit, {terms::Action::delegate}));
    ALTING_CHECK(check_here());
    auto party = with_.parties.find(permit.party());
    if (!party || party->organisation_number.empty() || party->deleted)
      return refuse_client(ErrorKind::not_found, "error.client.organisation");
    return Doing{&permit, std::move(*party), at};
  }
  base::Result<Doing> doing_of(std::string_view organisation, Instant at) {
    ALTING_CHECK(check_here());
    auto party = with_.parties.find_organisation(organisation);
    if (!party || party->deleted) return refuse_client(ErrorKind::not_found, "error.client.organisation");
    return Doing{nullptr, std::move(*party), at};
  }
  base::Status check_here() const {
    return are_here() ? base::Status() : base::Status(refuse_client(ErrorKind::forbidden, "error.client.elsewhere"));
  }

  // One act with its entry, once for its one-time id; by an operator's command, which has none, each time.
  template <class Work>
  base::Result<std::string> write(const Doing& doing, std::string_view post_id, std::string_view act,
                                  std::string_view on, const ledger::PreparedEntry& entry, Work&& work) {
    const auto post = base::Uuid::parse(post_id);
    if (doing.permit && !post) return refuse_client(ErrorKind::invalid, "error.post_id");
    return with_.database.write([&](Tx& tx) -> base::Result<std::string> {
      const auto act_now = [&]() -> base::Result<std::string> {
        if (doing.permit) {
          ALTING_CHECK(with_.decider.recheck(tx, *doing.permit));
          ALTING_CHECK(with_.quotas.spend(tx, store::Spending::entries, doing.at, doing.permit->actor().party,
                                          doing.permit->party()));
        }
        ALTING_TRY(outcome, work(tx));
        with_.ledger.append(tx, entry);
        return outcome;
      };
      if (!doing.permit) return act_now();
      return store::once(tx, *post, fmt::format("party:{}", doing.permit->actor().party.value),
                         fmt::format("{} {}", act, on), doing.at, act_now);
    });
  }

  base::Result<Client> add_to(const Doing& doing, const NewClient& given, std::string_view post_id) {
    ALTING_TRY(client, checked_client(given));
    ClientRow row;
    row.party = doing.organisation.id;
    if (client.key) row.jwk = client.key->jwk().dump();
    auto& made = row.client;
    made.client_id = base::Uuid::v4(with_.random).text();
    made.organisation = doing.organisation.organisation_number;
    made.name = client.name;
    if (client.key) made.kid = client.key->thumbprint();
    made.scopes = client.scopes;
    made.added_at = doing.at;
    auto entry = client_entry(ledger::EventKind::client_added, doing);
    entry.set(ledger::parameter::client, made.client_id);
    auto scopes = base::Json::array();
    for (const auto& one : made.scopes) scopes.push_back(one);
    entry.set(ledger::parameter::scopes, std::move(scopes));
    const auto prepared = with_.ledger.prepare(std::move(entry));
    // What was asked for is a part of the act: the same id with another key is another post.
    std::string asked = made.name + "\n" + made.kid;
    for (const auto& one : made.scopes) asked += "\n" + one;
    const auto on = base::to_hex(crypto::sha256(asked));
    ALTING_TRY(id, write(doing, post_id, client_added, on, prepared, [&](Tx& tx) -> base::Result<std::string> {
                 if (count_clients(tx, made.organisation) >= max_clients)
                   return refuse_client(ErrorKind::too_many, "error.client.too_many",
                                        {{"count", std::to_string(max_clients)}});
                 // Two systems with one key could not be told apart, nor one of them ended.
                 if (!made.kid.empty() && has_client_with_key(tx, made.organisation, made.kid))
                   return refuse_client(ErrorKind::conflict, "error.client.same_key");
                 insert_client(tx, row);
                 return made.client_id;
               }));
    const auto stored = with_.database.read([&](Tx& tx) { return client_with(tx, id); });
    if (!stored) return no_client();
    // The same post again: its first answer is true no longer.
    if (stored->client.ended_at) return refuse_client(ErrorKind::conflict, "error.client.ended_since");
    return stored->client;
  }

  base::Status end_of(const Doing& doing, std::string_view client_id, std::string_view post_id) {
    const auto row = with_.database.read([&](Tx& tx) { return client_with(tx, client_id); });
    if (!row || row->client.organisation != doing.organisation.organisation_number) return no_client();
    auto entry = client_entry(ledger::EventKind::client_ended, doing);
    entry.set(ledger::parameter::client, row->client.client_id);
    const auto prepared = with_.ledger.prepare(std::move(entry));
    const auto done =
        write(doing, post_id, client_ended, client_id, prepared, [&](Tx& tx) -> base::Result<std::string> {
          if (!end_client(tx, client_id, doing.at)) return no_client();
          return std::string(client_id);
        });
    return done ? base::Status() : base::Status(std::unexpected(done.error()));
  }

  ledger::PreparedEntry prepare_supplier(ledger::EventKind kind, const Doing& doing, terms::PartyId supplier,
                                         const std::string& scope) {
    auto entry = client_entry(kind, doing);
    entry.set(ledger::parameter::scope, scope);
    if (const auto party = with_.parties.find(supplier)) {
      entry.set(ledger::parameter::recipient, party->uuid.text());
      entry.set(ledger::parameter::recipient_name, party->name);
    }
    // Both see what was given and to whom; the supplier does not see who of the organisation did it.
    entry.concerns = {{supplier,
                       {ledger::parameter::scope},
                       {ledger::parameter::recipient, ledger::parameter::recipient_name},
                       true}};
    return with_.ledger.prepare(std::move(entry));
  }

  base::Result<parties::Party> supplier_for(const Doing& doing, std::string_view typed) {
    if (base::trim(typed).empty()) return refuse_client(ErrorKind::invalid, "error.client.no_supplier");
    const auto number = parties::read_organisation_number(typed, with_.mode);
    auto supplier = number ? with_.parties.find_organisation(*number) : std::nullopt;
    if (!supplier || supplier->deleted) return refuse_client(ErrorKind::invalid, "error.client.supplier");
    if (supplier->id == doing.organisation.id) return refuse_client(ErrorKind::invalid, "error.client.own_number");
    return std::move(*supplier);
  }

  base::Result<Supplier> give_to(const Doing& doing, std::string_view typed, std::string_view scope,
                                 std::string_view post_id) {
    ALTING_TRY(supplier, supplier_for(doing, typed));
    if (!is_known_scope(scope)) return refuse_client(ErrorKind::invalid, "error.client.scope");
    const auto& number = supplier.organisation_number;
    SupplierRow row;
    row.consumer_party = doing.organisation.id;
    row.consumer = doing.organisation.organisation_number;
    row.supplier_party = supplier.id;
    row.supplier.id = base::Uuid::v4(with_.random).text();
    row.supplier.organisation = number;
    row.supplier.scope = scope;
    row.supplier.given_at = doing.at;
    const auto standing = [&](const std::vector<SupplierRow>& rows) {
      return std::ranges::find_if(rows, [&](const SupplierRow& one) {
        return !one.supplier.ended_at && one.supplier.organisation == number && one.supplier.scope == scope;
      });
    };
    const auto before = with_.database.read([&](Tx& tx) { return suppliers_of(tx, row.consumer); });
    if (const auto found = standing(before); found != before.end()) return named({*found}).front();
    const auto entry =
        prepare_supplier(ledger::EventKind::supplier_given, doing, row.supplier_party, row.supplier.scope);
    ALTING_TRY(id, write(doing, post_id, supplier_given, number + " " + row.supplier.scope, entry,
                         [&](Tx& tx) -> base::Result<std::string> {
                           // Given by another meanwhile: then that is what stands, and they see that.
                           const auto now = scopes_given(tx, row.consumer, number);
                           if (std::ranges::find(now, scope) != now.end())
                             return refuse_client(ErrorKind::conflict, "error.client.given");
                           if (count_suppliers(tx, row.consumer) >= max_suppliers)
                             return refuse_client(ErrorKind::too_many, "error.client.too_many",
                                                  {{"count", std::to_string(max_suppliers)}});
                           insert_supplier(tx, row);
                           return row.supplier.id;
                         }));
    const auto stored = with_.database.read([&](Tx& tx) { return supplier_with(tx, id); });
    if (!stored) return no_client();
    if (stored->supplier.ended_at) return refuse_client(ErrorKind::conflict, "error.client.ended_since");
    return named({*stored}).front();
  }

  template <class Read>
  auto listed(const terms::Permit& permit, Read&& read) -> std::invoke_result_t<Read, Tx&, const std::string&> {
    using Rows = std::invoke_result_t<Read, Tx&, const std::string&>;
    if (!check_party_permit(permit, {terms::Action::read_delegations, terms::Action::delegate})) return {};
    const auto party = with_.parties.find(permit.party());
    if (!party || party->organisation_number.empty()) return {};
    return with_.database.read(
        [&](Tx& tx) { return with_.decider.recheck_read(tx, permit) ? read(tx, party->organisation_number) : Rows{}; });
  }

  std::vector<Supplier> named(std::vector<SupplierRow> rows) {
    std::vector<terms::PartyId> ids;
    for (const auto& row : rows) ids.push_back(row.supplier_party);
    const auto parties = with_.parties.find_many(ids);
    std::vector<Supplier> suppliers;
    for (auto& row : rows) {
      const auto found =
          std::ranges::find_if(parties, [&](const parties::Party& one) { return one.id == row.supplier_party; });
      if (found != parties.end()) row.supplier.name = found->name;
      suppliers.push_back(std::move(row.supplier));
    }
    return suppliers;
  }

  const ClientsParts with_;
};

}  // namespace

std::vector<base::Error> faults_of_client(const NewClient& client) {
  const auto [name, key, scopes] = cleaned_client(client);
  std::vector<base::Error> faults;
  if (name.empty() || base::code_points(name) > max_client_name || name != base::one_line(name, max_client_name))
    faults.push_back(
        refuse_client(ErrorKind::invalid, "error.client.name", {{"count", std::to_string(max_client_name)}}));
  if (scopes.empty() || scopes.size() > known_scopes.size() || !std::ranges::all_of(scopes, is_known_scope))
    faults.push_back(refuse_client(ErrorKind::invalid, "error.client.scope"));
  return faults;
}

std::unique_ptr<Clients> make_clients(ClientsParts parts) {
  return std::make_unique<DatabaseClients>(std::move(parts));
}

}  // namespace alting::login
