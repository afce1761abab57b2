#include "access/facts.h"

#include <charconv>
#include <chrono>
#include <set>

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

RoleId role_of_code(std::string_view code) {
  const auto* role = code.empty() ? nullptr : role_table().find(code);
  return role == nullptr ? no_role : role->id;
}

base::Instant end_of_day(std::string_view day) {
  const auto number = [&](std::size_t from, std::size_t size) {
    int value = 0;
    std::from_chars(day.data() + from, day.data() + from + size, value);
    return value;
  };
  if (!base::is_date(day)) return {};
  const std::chrono::year_month_day date{std::chrono::year(number(0, 4)),
                                         std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                         std::chrono::day(static_cast<unsigned>(number(8, 2)))};
  const std::chrono::year_month_day next{std::chrono::sys_days(date) + std::chrono::days(1)};
  return base::from_oslo(static_cast<int>(next.year()), static_cast<int>(static_cast<unsigned>(next.month())),
                         static_cast<int>(static_cast<unsigned>(next.day())), 0, 0)
      .value_or(base::Instant{});
}

DelegationFact next_delegation(store::RowReader& row, terms::PartyId from) {
  DelegationFact fact;
  fact.id = row.next<terms::DelegationId>();
  fact.from = from;
  fact.to = row.next<terms::PartyId>();
  fact.role = role_of_code(row.next<std::string>());
  fact.app = terms::AppId::parse(row.next<std::string>()).value_or(terms::AppId{});
  fact.basis = role_table().set_of(row.next<std::string>());
  fact.until_on = row.next<std::string>();
  if (!fact.until_on.empty()) fact.ends_at = end_of_day(fact.until_on);
  fact.by_estate = row.next<bool>();
  return fact;
}

GivenBy load_given_by(store::Database& database, terms::PartyId party) {
  return database.read([&](store::Tx& tx) {
    GivenBy given;
    for (const auto& row : tx.query("SELECT id, to_party, role, app, basis, until_on, by_estate FROM delegation_given "
                                    "WHERE party = ? ORDER BY id",
                                    {party})) {
      store::RowReader from(row);
      given.facts.push_back(next_delegation(from, party));
    }
    if (const auto row = tx.query_one("SELECT version FROM party_access WHERE party = ?", {party}))
      given.version = store::read_one<std::int64_t>(*row);
    return given;
  });
}

DelegationIndex load_delegations(store::Database& database) {
  constexpr std::int64_t page = 5000;
  return database.read([](store::Tx& tx) {
    DelegationIndex index;
    terms::PartyId party;
    std::string id;
    for (;;) {
      const auto rows = tx.query(
          "SELECT party, id, to_party, role, app, basis, until_on, by_estate FROM delegation_given WHERE (party, id) > "
          "(?, ?) "
          "ORDER BY party, id LIMIT ?",
          {party, id, page});
      for (const auto& row : rows) {
        store::RowReader from(row);
        party = from.next<terms::PartyId>();
        const auto fact = next_delegation(from, party);
        id = fact.id.text();
        index.add(fact);
      }
      if (rows.size() < page) break;
    }
    for (std::int64_t after = 0;;) {
      const auto rows =
          tx.query("SELECT party, version FROM party_access WHERE party > ? ORDER BY party LIMIT ?", {after, page});
      for (const auto& row : rows) {
        const auto [changed, version] = store::read_row<terms::PartyId, std::int64_t>(row);
        index.raise_version(changed, version);
        after = changed.value;
      }
      if (rows.size() < page) return index;
    }
  });
}

std::vector<terms::PartyId> MemoryFacts::key_organisations(terms::PartyId person) const {
  std::vector<terms::PartyId> found;
  std::set<terms::PartyId> seen;  // some hold roles in very many
  const auto at = graph_.index_of(person);
  if (at == parties::no_index) return found;
  for (const auto& edge : graph_.held_by(at)) {
    if (!role_table().key_roles().test(edge.role) || graph_.deleted(edge.other)) continue;
    if (graph_.has_estate(edge.other) && edge.role != administrator_role) continue;
    const auto id = graph_.id(edge.other);
    if (seen.insert(id).second) found.push_back(id);
  }
  return found;
}

std::vector<const DelegationFact*> TxFacts::delegations(terms::PartyId from, terms::PartyId to) {
  std::vector<const DelegationFact*> found;
  for (const auto& row : tx_.query("SELECT id, to_party, role, app, basis, until_on, by_estate FROM delegation_given "
                                   "WHERE party = ? AND to_party = ? ORDER BY id",
                                   {from, to})) {
    store::RowReader columns(row);
    read_.push_back(std::make_unique<DelegationFact>(next_delegation(columns, from)));
    found.push_back(read_.back().get());
  }
  return found;
}

std::vector<terms::PartyId> TxFacts::key_organisations(terms::PartyId person) const {
  std::vector<terms::PartyId> found;
  std::set<terms::PartyId> seen;
  for (const auto& held : registers_.held_by(person)) {
    if (!role_table().key_roles().test(held.role) || seen.contains(held.in)) continue;
    const auto standing = parties::standing_of(tx_, held.in).value_or(parties::Standing{});
    if (standing.struck_off || (standing.has_estate && held.role != administrator_role)) continue;
    seen.insert(held.in);
    found.push_back(held.in);
  }
  return found;
}

}  // namespace alting::access
