#include "instances/agency_machine.h"

#include <fmt/format.h>

#include <algorithm>

#include "access/restrictions.h"
#include "base/page_token.h"
#include "instances/agency.h"
#include "instances/attachment_rows.h"
#include "instances/use_case.h"
#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"
#include "store/row_reader.h"

namespace alting::instances {

namespace {

constexpr int largest_sent_page = 200;

// In the order that read_sent() takes them; of the table under the name `s`.
constexpr std::string_view sent_columns =
    "s.party_id, s.instance_id, s.org, s.app, s.app_version, s.root_id, s.kind, s.archive_reference, s.received_at, "
    "s.committed_at, s.confirmed_at, s.digest, s.size, s.entry_id, s.party_uuid, s.party_name, s.deadline_at, s.late, "
    "s.open_count";

SentInstance read_sent(store::Tx& tx, const store::Row& row) {
  store::RowReader from(row);
  SentInstance sent;
  sent.at.state = State::sent;
  sent.at.party = from.next<terms::PartyId>();
  sent.at.id = from.next<terms::InstanceId>();
  sent.at.app.org = from.next<std::string>();
  sent.at.app.app = from.next<std::string>();
  sent.app_version = from.next<std::string>();
  sent.at.root = from.next<terms::InstanceId>();
  sent.supplement = from.next<std::string>() == "supplement";
  sent.archive_reference = from.next<std::string>();
  sent.created = from.next<base::Instant>();
  sent.committed = from.next<base::Instant>();
  sent.confirmed = from.next<std::optional<base::Instant>>();
  sent.digest = from.next<std::string>();
  sent.size = from.next<std::int64_t>();
  sent.entry_id = from.next<base::Uuid>();
  sent.party_uuid = from.next<terms::PartyUuid>();
  sent.party_name = from.next<std::string>();
  sent.deadline = from.next<std::optional<base::Instant>>();
  sent.late = from.next<bool>();
  sent.open_count = from.next<std::int64_t>();
  sent.last_changed = sent.confirmed.value_or(sent.committed);
  sent.attachments = attachments_of(tx, sent.at.party, sent.at.id);
  return sent;
}

std::optional<SentInstance> find_sent(store::Tx& tx, const terms::Permit& permit) {
  const auto row =
      tx.query_one(fmt::format("SELECT {} FROM submission s WHERE s.party_id = ? AND s.instance_id = ?", sent_columns),
                   {permit.party(), *permit.instance()});
  if (!row) return std::nullopt;
  return read_sent(tx, *row);
}

// What the query asks for, as a condition on `submission`, and by what its rows are ordered.
class SentCondition {
 public:
  SentCondition(const terms::Scope& scope, const StorageQuery& query)
      : key_(query.confirmed == false ? "committed_at" : "COALESCE(confirmed_at, committed_at)") {
    if (query.archive_reference) key_ += " + 0";  // not by the index of the order: very few have this reference
    text_ = "org = ? AND agency_ended_at IS NULL AND " + access::unrestricted("party_id", "root_id");
    values_.emplace_back(*scope.agency());
    values_.emplace_back(*scope.agency());
    only_apps(scope, query);
    if (query.complete == false) text_ += " AND 1 = 0";  // it was not sent
    if (query.party) add(" AND party_id = ?", *query.party);
    if (query.archive_reference) add(" AND archive_reference = ?", std::string_view(*query.archive_reference));
    if (query.confirmed) text_ += *query.confirmed ? " AND confirmed_at IS NOT NULL" : " AND confirmed_at IS NULL";
    within("received_at", query.created);
    // What came later was stored later, as far as a clock may go wrong: the index need not be read from its beginning.
    if (query.created.from) add(fmt::format(" AND {} >= ?", key_), *query.created.from - base::Duration::hours(24));
    within(key_, query.last_changed);
  }

  void only_after(std::string_view token) {
    const auto place = base::from_page_token<std::int64_t, std::int64_t, base::Uuid>(token);
    if (!place) {  // nothing comes after a token that is none
      text_ += " AND 1 = 0";
      return;
    }
    const auto& [key, party, instance] = *place;
    // The first condition says no more than the second, but lets SQLite begin there.
    text_ += fmt::format(" AND {} >= ? AND ({}, party_id, instance_id) > (?, ?, ?)", key_, key_);
    values_.emplace_back(key);
    values_.emplace_back(key);
    values_.emplace_back(party);
    values_.emplace_back(instance);
  }

  [[nodiscard]] std::vector<store::Row> find(store::Tx& tx, std::size_t limit) const {
    auto values = values_;
    values.emplace_back(static_cast<std::int64_t>(limit));
    return tx.query_with(fmt::format("SELECT {} FROM (SELECT {} AS place, party_id, instance_id FROM submission WHERE "
                                     "{} ORDER BY {}, party_id, instance_id LIMIT ?) k JOIN submission s ON s.party_id "
                                     "= k.party_id AND s.instance_id = k.instance_id ORDER BY k.place, k.party_id, "
                                     "k.instance_id",
                                     sent_columns, key_, text_, key_),
                         values);
  }

 private:
  void add(std::string_view condition, const store::Value& value) {
    text_ += condition;
    values_.push_back(value);
  }

  // Of a form that is there no more, and of one that the token is not good enough for, nothing is listed.
  void only_apps(const terms::Scope& scope, const StorageQuery& query) {
    std::string places;
    for (const auto& app : scope.agency_apps()) {
      if (!query.apps.empty() && std::ranges::find(query.apps, app) == query.apps.end()) continue;
      places += places.empty() ? "?" : ", ?";
      values_.emplace_back(app.app);
    }
    text_ += places.empty() ? " AND 1 = 0" : " AND app IN (" + places + ")";
  }

  void within(std::string_view column, const TimeRange& range) {
    if (range.from) add(fmt::format(" AND {} >= ?", column), *range.from);
    if (range.to) add(fmt::format(" AND {} <= ?", column), *range.to);
  }

  std::string key_, text_;
  std::vector<store::Value> values_;
};

}  // namespace

base::Result<terms::Permit> Agency::allow_system(const terms::Actor& actor, terms::PartyId party,
                                                 const terms::InstanceId& id, terms::Action action) {
  const auto at = database_.locate(party, id);
  if (!at) return not_found();
  auto permit = decider_.decide_agency(actor, at->app.org, at->target(), action);
  // That it is another agency's is not theirs to know.
  if (!permit && permit.error().code == "error.access.not_staff") return not_found();
  return permit;
}

base::Result<SentPage> Agency::list_for_system(const terms::Scope& scope, const StorageQuery& query,
                                               base::Instant received) {
  if (!scope.agency()) return not_found();
  const auto limit = static_cast<std::size_t>(std::clamp(query.size, 1, largest_sent_page));
  SentCondition condition(scope, query);
  if (!query.after.empty()) condition.only_after(query.after);
  SentPage page;
  ALTING_TRY(rows, database_.read(scope, [&](store::Tx& tx) {
    std::vector<SentInstance> found;
    for (const auto& row : condition.find(tx, limit + 1)) found.push_back(read_sent(tx, row));
    return found;
  }));
  if (rows.size() > limit) {
    rows.resize(limit);
    const auto& last = rows.back();
    page.next = base::to_page_token(last.last_changed.micros, last.at.party.value, last.at.id.uuid);
  }
  ledger::NewEntry entry{ledger::EventKind::agency_listed, received};
  entry.actor = scope.actor();
  entry.resource = "agency:" + *scope.agency();
  entry.evidence = scope.evidence();
  entry.agency = *scope.agency();
  entry.set(ledger::parameter::count, static_cast<std::int64_t>(rows.size()));
  ALTING_CHECK(database_.write_down(scope, std::move(entry)));
  page.rows = std::move(rows);
  return page;
}

base::Result<SentInstance> Agency::describe(const terms::Permit& permit, base::Instant received) {
  if (!permit.instance() || permit.action() != terms::Action::agency_read) return not_found();
  ALTING_TRY(found, database_.read(permit, [&](store::Tx& tx) { return find_sent(tx, permit); }));
  if (!found) return not_found();
  auto entry = ledger::entry_for(ledger::EventKind::agency_read, permit, received);
  entry.set(ledger::parameter::element_kind, "description");
  entry.set(ledger::parameter::reference, found->archive_reference);
  entry.agency = found->at.app.org;
  ALTING_CHECK(database_.write_down(permit, std::move(entry)));
  return *std::move(found);
}

base::Result<SentInstance> Agency::confirm(const terms::Permit& permit, base::Instant at) {
  if (!permit.instance() || permit.action() != terms::Action::agency_confirm) return not_found();
  const auto find = [&](store::Tx& tx) { return find_sent(tx, permit); };
  ALTING_TRY(found, database_.read(permit, find));
  if (!found) return not_found();
  if (found->confirmed) return *std::move(found);
  auto entry = ledger::entry_for(ledger::EventKind::submission_confirmed, permit, at);
  entry.set(ledger::parameter::reference, found->archive_reference);
  entry.agency = found->at.app.org;
  ALTING_CHECK(database_.write_down(permit, std::move(entry), [&](store::Tx& tx) {
    return tx.run(
               "UPDATE submission SET confirmed_at = ?, opened_at = COALESCE(opened_at, ?) WHERE party_id = ? AND "
               "instance_id = ? AND confirmed_at IS NULL",
               {at, at, permit.party(), *permit.instance()}) == 1;
  }));
  ALTING_TRY(confirmed, database_.read(permit, find));
  if (!confirmed) return not_found();
  return *std::move(confirmed);
}

}  // namespace alting::instances
