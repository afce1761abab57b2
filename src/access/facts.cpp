#include "access/facts.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <map>
#include <set>
#include <tuple>

#include "access/roles.h"

namespace alting::access {
namespace {

const std::vector<DelegationFact> none;

template <class Map>
const std::vector<DelegationFact>& list_of(const Map& map, terms::PartyId party) {
  const auto found = map.find(party);
  return found == map.end() ? none : found->second;
}

// The next columns: id, not_after.
CertificateFact next_certificate(store::RowReader& row) {
  CertificateFact fact;
  fact.id = row.next<std::string>();
  fact.not_after = row.next<base::Instant>();
  return fact;
}

}  // namespace

bool PartyCertificates::holds(std::string_view id, bool in_sub_unit, base::Instant now) const {
  if (!fills_and_sends || (in_sub_unit && !sub_units)) return false;
  return std::ranges::any_of(known, [&](const CertificateFact& one) { return one.id == id && now <= one.not_after; });
}

void DelegationIndex::add(const DelegationFact& fact) {
  given_[fact.from].push_back(fact);
  received_[fact.to].push_back(fact);
  ++count_;
}

void DelegationIndex::add(terms::PartyId organisation, PartyCertificates certificates) {
  for (const auto& one : this->certificates(organisation).known) certificate_holders_.erase(one.id);
  for (const auto& one : certificates.known) certificate_holders_.insert_or_assign(one.id, organisation);
  certificates_.insert_or_assign(organisation, std::move(certificates));
}

const PartyCertificates& DelegationIndex::certificates(terms::PartyId organisation) const {
  static const PartyCertificates untouched;
  const auto found = certificates_.find(organisation);
  return found == certificates_.end() ? untouched : found->second;
}

std::optional<terms::PartyId> DelegationIndex::holder_of_certificate(const std::string& id) const {
  const auto found = certificate_holders_.find(id);
  return found == certificate_holders_.end() ? std::nullopt : std::optional(found->second);
}

void DelegationIndex::replace(terms::PartyId from, std::int64_t version, const std::vector<DelegationFact>& given,
                              PartyCertificates certificates) {
  if (version < this->version(from)) return;
  add(from, std::move(certificates));
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
    given.certificates = certificates_of(tx, party);
    if (const auto row = tx.query_one("SELECT version FROM party_access WHERE party = ?", {party}))
      given.version = store::read_one<std::int64_t>(*row);
    return given;
  });
}

PartyCertificates certificates_of(store::Tx& tx, terms::PartyId organisation) {
  PartyCertificates found;
  if (const auto row = tx.query_one("SELECT fills_and_sends, sub_units FROM access_certificate_rights WHERE party = ?",
                                    {organisation}))
    std::tie(found.fills_and_sends, found.sub_units) = store::read_row<bool, bool>(*row);
  for (const auto& row :
       tx.query("SELECT id, not_after FROM access_certificate WHERE party = ? AND ended_at IS NULL ORDER BY id",
                {organisation})) {
    store::RowReader from(row);
    found.known.push_back(next_certificate(from));
  }
  return found;
}

namespace {

// All that every organisation has, a page of rows at a time.
void load_certificates(store::Tx& tx, DelegationIndex& index, std::int64_t page) {
  std::map<terms::PartyId, PartyCertificates> all;
  terms::PartyId party;
  std::string id;
  for (bool more = true; more;) {
    const auto rows = tx.query(
        "SELECT party, id, not_after FROM access_certificate WHERE (party, id) > (?, ?) AND ended_at IS NULL ORDER BY "
        "party, id LIMIT ?",
        {party, id, page});
    for (const auto& row : rows) {
      store::RowReader from(row);
      party = from.next<terms::PartyId>();
      auto fact = next_certificate(from);
      id = fact.id;
      all[party].known.push_back(std::move(fact));
    }
    more = rows.size() == static_cast<std::size_t>(page);
  }
  terms::PartyId after;
  for (bool more = true; more;) {
    const auto rows = tx.query(
        "SELECT party, fills_and_sends, sub_units FROM access_certificate_rights WHERE party > ? ORDER BY party LIMIT "
        "?",
        {after, page});
    for (const auto& row : rows) {
      store::RowReader from(row);
      after = from.next<terms::PartyId>();
      auto& one = all[after];
      one.fills_and_sends = from.next<bool>();
      one.sub_units = from.next<bool>();
    }
    more = rows.size() == static_cast<std::size_t>(page);
  }
  for (auto& [organisation, certificates] : all) index.add(organisation, std::move(certificates));
}

}  // namespace

DelegationIndex load_delegations(store::Database& database) {
  constexpr std::int64_t page = 5000;
  return database.read([](store::Tx& tx) {
    DelegationIndex index;
    load_certificates(tx, index, page);
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

bool MemoryFacts::certificate_holds(terms::PartyId organisation, std::string_view id, bool in_sub_unit,
                                    base::Instant now) const {
  const auto at = graph_.index_of(organisation);
  return at != parties::no_index && !graph_.deleted(at) &&
         delegations_.certificates(organisation).holds(id, in_sub_unit, now);
}

bool TxFacts::certificate_holds(terms::PartyId organisation, std::string_view id, bool in_sub_unit,
                                base::Instant now) const {
  return !parties::standing_of(tx_, organisation).value_or(parties::Standing{.struck_off = true}).struck_off &&
         certificates_of(tx_, organisation).holds(id, in_sub_unit, now);
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
