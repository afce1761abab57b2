#include "privacy/erasure.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <map>

#include "inbox/message_rows.h"
#include "instances/instance.h"
#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"
#include "privacy/erasure_orders.h"
#include "store/failpoint.h"
#include "store/once.h"

namespace alting::privacy {
namespace {

using base::ErrorKind;
using base::make_error;

constexpr std::int64_t most_certificates = 50;
constexpr std::string_view told_operator = "operator";
constexpr std::array erased_in_order{"drafts",    "sent",     "messages", "files",    "copies",   "choices",
                                     "addresses", "look_ups", "notices",  "disputes", "sessions", "reads"};

// A person, for themself, as who manages all that is theirs.
base::Status check_own_erasure(const terms::Permit& permit) {
  const bool own = permit.action() == terms::Action::delegate && permit.resource() == "party" &&
                   permit.actor().is_person() && permit.actor().party == permit.party();
  return own ? base::Status() : make_error(ErrorKind::forbidden, "error.erasure.own_only", "not one's own");
}

base::Error held_erasure(base::Instant until) {
  return make_error(ErrorKind::conflict, "error.erasure.held", "a hold is in force",
                    {{"until", base::to_rfc3339_oslo(until).substr(0, 10)}});
}

// How much there is of each category, and what agencies have copies of.
class ErasableCount {
 public:
  ErasableCount(store::Database& database, const store::Catalogue& catalogue, ErasedSubject subject)
      : database_(database), catalogue_(catalogue), subject_(subject) {}

  void count() {
    each("instance", {"state", "org"}, [this](const auto& row) {
      const bool draft = text_of_cell(row.cells[0]) == "draft";
      ++goes[draft ? "drafts" : "sent"];
      if (!draft) ++agencies[text_of_cell(row.cells[1])];
    });
    each("message", {"folder", "org"}, [this](const auto& row) {
      if (text_of_cell(row.cells[0]) != inbox::in_none) ++goes["messages"];
      ++agencies[text_of_cell(row.cells[1])];
    });
    each("privacy_copy", {}, [this](const auto&) { ++goes["copies"]; });
    each(
        "ledger_activity", {"actor", "kind"},
        [this](const auto& row) {
          if (number_of_cell(row.cells[0]) == subject_.party.value && text_of_cell(row.cells[1]) == "own.read")
            ++goes["reads"];
        },
        "party");
    for (const auto& fate : erasure_fates()) {
      if (fate.how != FateBy::rows) continue;
      const auto* table = find_catalogued(catalogue_, fate.table);
      const auto cell = table == nullptr ? std::nullopt : cell_of(*table, fate.column, subject_);
      if (!cell) continue;
      goes[std::string(fate.category)] +=
          database_.read([&](store::Tx& tx) { return store::count_of(tx, *table, {fate.column, *cell}); });
    }
  }

  std::map<std::string, std::int64_t> goes, agencies;

 private:
  void each(std::string_view name, std::vector<std::string_view> columns,
            const std::function<void(const store::TableReader::Found&)>& take, std::string_view column = "party_id") {
    const auto* table = find_catalogued(catalogue_, name);
    if (table == nullptr) return;
    each_page_of(database_, {*table, {column, store::Cell(subject_.party.value)}, std::move(columns)},
                 [&](const auto& rows) {
                   for (const auto& row : rows) take(row);
                   return true;
                 });
  }
  store::Database& database_;
  const store::Catalogue& catalogue_;
  ErasedSubject subject_;
};

}  // namespace

base::Result<ErasurePlan> Erasures::plan(const terms::Permit& permit) {
  ALTING_CHECK(check_own_erasure(permit));
  const auto now = with_.clock.now();
  ErasableCount counting(with_.database, with_.catalogue, {permit.party(), permit.actor().user_id});
  counting.count();
  ErasurePlan plan;
  for (const auto* category : erased_in_order)
    if (const auto count = counting.goes[category]; count > 0)
      plan.goes.push_back(
          {.category = category, .count = count, .law = "", .rule = "", .controller = std::string(told_operator)});
  for (const auto& one : erasure_stays()) {
    ErasureItem item{.category = std::string(one.category),
                     .law = std::string(one.law),
                     .rule = std::string(one.rule),
                     .controller = std::string(told_operator)};
    if (!one.rule.empty()) item.until = terms::end_of(with_.catalogue.rule(one.rule), now);
    if (one.category != "agency") {
      plan.stays.push_back(std::move(item));
      continue;
    }
    for (const auto& [org, count] : counting.agencies) {
      item.controller = org;
      item.count = count;
      plan.stays.push_back(item);
    }
  }
  if (with_.held_until) plan.held_until = with_.held_until(permit.party(), now);
  return plan;
}

base::Result<ErasureId> Erasures::order(const terms::Permit& permit, std::int64_t user_id, base::Instant at,
                                        std::string_view post_id) {
  const auto post = base::Uuid::parse(post_id);
  if (!post) return make_error(ErrorKind::invalid, "error.post_id", "a post without its one-time id");
  if (const auto held = with_.held_until ? with_.held_until(permit.party(), at) : std::nullopt)
    return held_erasure(*held);
  ErasureOrder wanted;
  wanted.id = {base::Uuid::v7(with_.random, at)};
  wanted.subject = {permit.party(), user_id};
  wanted.ordered_at = at;
  auto entry = ledger::entry_for(ledger::EventKind::erasure_ordered, permit, at);
  entry.set(ledger::parameter::erasure, wanted.id.text());
  const auto prepared = with_.ledger.prepare(std::move(entry));
  const auto poster = instances::party_holder(permit.actor().party);
  const auto act = fmt::format("{} {}", erasure_ordered, permit.party().value);
  ALTING_TRY(done, with_.database.write([&](store::Tx& tx) -> base::Result<std::string> {
    return store::once(tx, *post, poster, act, at, [&]() -> base::Result<std::string> {
      ALTING_CHECK(with_.decider.recheck(tx, permit));
      for (const auto& there : orders_of(tx, permit.party(), 1))
        if (!there.done) return there.id.text();
      ALTING_CHECK(with_.quotas.spend(tx, store::Spending::entries, at, permit.actor().party, permit.party()));
      insert_order(tx, wanted);
      with_.ledger.append(tx, prepared);
      return wanted.id.text();
    });
  }));
  store::failpoint::pass("erasure.ordered");
  const auto id = ErasureId::parse(done);
  if (!id) throw store::DatabaseError("the outcome of a post is no erasure");
  return *id;
}

base::Result<Certificate> Erasures::erase(const terms::Permit& permit, base::Instant at, std::string_view post_id) {
  ALTING_CHECK(check_own_erasure(permit));
  ALTING_TRY(id, order(permit, permit.actor().user_id, at, post_id));
  const auto end = std::chrono::steady_clock::now() + std::chrono::microseconds(erasure_waits.micros);
  (void)go_on(id, [end] { return std::chrono::steady_clock::now() >= end; });
  return find(permit, id);
}

Certificate Erasures::certificate_of(const ErasureOrder& order) {
  Certificate certificate{.id = order.id,
                          .ordered_at = order.ordered_at,
                          .done_at = order.done_at,
                          .wraps = order.wraps,
                          .digest = order.digest};
  if (order.entry)
    if (auto receipt = with_.ledger.receipt(*order.entry)) certificate.json = std::move(receipt->json);
  return certificate;
}

std::vector<Certificate> Erasures::mine(const terms::Permit& permit) {
  std::vector<Certificate> all;
  if (!check_own_erasure(permit)) return all;
  const auto orders =
      with_.database.read([&](store::Tx& tx) { return orders_of(tx, permit.party(), most_certificates); });
  for (const auto& order : orders) all.push_back(certificate_of(order));
  return all;
}

base::Result<Certificate> Erasures::find(const terms::Permit& permit, const ErasureId& id) {
  ALTING_CHECK(check_own_erasure(permit));
  const auto order = with_.database.read([&](store::Tx& tx) { return find_order(tx, id); });
  if (!order || order->subject.party != permit.party())
    return make_error(ErrorKind::not_found, "error.erasure.not_found", "no such erasure of this party");
  return certificate_of(*order);
}

base::Result<bool> Erasures::erase_gone(terms::PartyId party, base::Instant at) {
  auto orders = with_.database.read([&](store::Tx& tx) { return orders_of(tx, party, 1); });
  // One that the person ordered long before is another.
  if (orders.empty() || (orders.front().done && orders.front().ordered_at < at - base::Duration::days(7))) {
    ALTING_TRY(permit, with_.decider.permit_for_job(access::JobKind::erasure, terms::Action::remove, {.party = party}));
    if (const auto ordered = order(permit, user_of(party), at, base::Uuid::v4(with_.random).text()); !ordered)
      return ordered.error();
    orders = with_.database.read([&](store::Tx& tx) { return orders_of(tx, party, 1); });
  }
  if (orders.front().done) return true;
  const auto end = std::chrono::steady_clock::now() + std::chrono::microseconds(erasure_waits.micros);
  (void)go_on(orders.front().id, [end] { return std::chrono::steady_clock::now() >= end; });
  const auto now = with_.database.read([&](store::Tx& tx) { return find_order(tx, orders.front().id); });
  return now && now->done;
}

std::optional<base::Instant> held_until(Retention& retention, terms::PartyId party, base::Instant at) {
  std::optional<base::Instant> until;
  for (const auto& hold : retention.holds(at))
    if (!hold.party || *hold.party == party) until = until ? std::max(*until, hold.until) : hold.until;
  return until;
}

std::int64_t Erasures::user_of(terms::PartyId party) {
  const auto* users = find_catalogued(with_.catalogue, "portal_user");
  if (users == nullptr) return 0;
  return with_.database.read([&](store::Tx& tx) -> std::int64_t {
    const auto rows = store::rows_of(tx, *users, {"party", store::Cell(party.value)}, {}, {}, 1);
    return rows.empty() ? 0 : number_of_cell(rows.front().key.at(0));
  });
}

}  // namespace alting::privacy
