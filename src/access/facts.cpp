#include "access/facts.h"

#include "access/roles.h"

namespace alting::access {
namespace {

const std::vector<DelegationFact> none;

template <class Map>
const std::vector<DelegationFact>& list_of(const Map& map, terms::PartyId party) {
  const auto found = map.find(party);
  return found == map.end() ? none : found->second;
}

}  // namespace

void DelegationIndex::add(const DelegationFact& fact) {
  given_[fact.from].push_back(fact);
  received_[fact.to].push_back(fact);
  ++count_;
}

void DelegationIndex::replace(terms::PartyId from, std::int64_t version, const std::vector<DelegationFact>& given) {
  if (version < this->version(from)) return;
  const auto before = std::exchange(given_[from], {});
  count_ -= before.size();
  for (const auto& fact : before)
    std::erase_if(received_[fact.to], [&](const DelegationFact& other) { return other.id == fact.id; });
  for (const auto& fact : given) add(fact);
  raise_version(from, version);
}

void DelegationIndex::raise_version(terms::PartyId party, std::int64_t version) {
  auto& known = versions_[party];
  known = std::max(known, version);
}

std::int64_t DelegationIndex::version(terms::PartyId party) const {
  const auto found = versions_.find(party);
  return found == versions_.end() ? 0 : found->second;
}

const std::vector<DelegationFact>& DelegationIndex::given(terms::PartyId from) const { return list_of(given_, from); }
const std::vector<DelegationFact>& DelegationIndex::received(terms::PartyId to) const { return list_of(received_, to); }

DelegationFact read_delegation(const store::Row& row, terms::PartyId from) {
  DelegationFact fact;
  fact.id = {row.uuid(0)};
  fact.from = from;
  fact.to = {row.number(1)};
  if (const auto* role = role_table().find(row.text(2)); role != nullptr && !row.text(2).empty()) fact.role = role->id;
  if (auto app = terms::AppId::parse(row.text(3))) fact.app = *std::move(app);
  fact.basis = role_table().set_of(row.text(4));
  return fact;
}

GivenBy load_given_by(store::Database& database, terms::PartyId party) {
  return database.read([&](store::Tx& tx) {
    GivenBy given;
    for (const auto& row :
         tx.query("SELECT id, to_party, role, app, basis FROM delegation_given WHERE party = ? ORDER BY id", {party}))
      given.facts.push_back(read_delegation(row, party));
    if (const auto row = tx.query_one("SELECT version FROM party_access WHERE party = ?", {party}))
      given.version = row->number(0);
    return given;
  });
}

DelegationIndex load_delegations(store::Database& database) {
  constexpr std::int64_t page = 5000;
  return database.read([](store::Tx& tx) {
    DelegationIndex index;
    std::int64_t party = 0;
    std::string id;
    for (;;) {
      const auto rows = tx.query(
          "SELECT id, to_party, role, app, basis, party FROM delegation_given WHERE (party, id) > (?, ?) ORDER BY "
          "party, id LIMIT ?",
          {party, id, page});
      for (const auto& row : rows) index.add(read_delegation(row, {row.number(5)}));
      if (rows.size() < page) break;
      party = rows.back().number(5);
      id = rows.back().text(0);
    }
    for (std::int64_t after = 0;;) {
      const auto rows =
          tx.query("SELECT party, version FROM party_access WHERE party > ? ORDER BY party LIMIT ?", {after, page});
      for (const auto& row : rows) index.raise_version({row.number(0)}, row.number(1));
      if (rows.size() < page) return index;
      after = rows.back().number(0);
    }
  });
}

std::vector<terms::PartyId> MemoryFacts::key_organisations(terms::PartyId person) const {
  std::vector<terms::PartyId> found;
  const auto at = graph_.index_of(person);
  if (at == parties::no_index) return found;
  for (const auto& edge : graph_.held_by(at)) {
    if (!role_table().key_roles().test(edge.role) || graph_.deleted(edge.other)) continue;
    const auto id = graph_.id(edge.other);
    if (std::find(found.begin(), found.end(), id) == found.end()) found.push_back(id);
  }
  return found;
}

std::vector<const DelegationFact*> TxFacts::delegations(terms::PartyId from, terms::PartyId to) {
  std::vector<const DelegationFact*> found;
  for (const auto& row : tx_.query(
           "SELECT id, to_party, role, app, basis FROM delegation_given WHERE party = ? AND to_party = ? ORDER BY id",
           {from, to})) {
    read_.push_back(std::make_unique<DelegationFact>(read_delegation(row, from)));
    found.push_back(read_.back().get());
  }
  return found;
}

std::vector<terms::PartyId> TxFacts::key_organisations(terms::PartyId person) const {
  std::vector<terms::PartyId> found;
  for (const auto& held : registers_.held_by(person))
    if (role_table().key_roles().test(held.role) && std::find(found.begin(), found.end(), held.in) == found.end() &&
        !parties::is_struck_off(tx_, held.in).value_or(false))
      found.push_back(held.in);
  return found;
}

}  // namespace alting::access
