#include "privacy/erasure.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <map>

#include "access/restrictions.h"
#include "inbox/message_rows.h"
#include "instances/instance.h"
#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"
#include "privacy/erasure_orders.h"
#include "privacy/own_level.h"
#include "store/failpoint.h"
#include "store/once.h"

namespace alting::privacy {
namespace {

using base::ErrorKind;
using base::make_error;

constexpr std::int64_t most_certificates = 50;
constexpr std::int64_t most_counted = 4'999;  // rows of one table: the page says of more "at least 5000"
constexpr std::string_view told_operator = "operator";
constexpr std::array erased_in_order{"drafts",    "sent",     "messages", "files",    "copies", "choices",
                                     "addresses", "look_ups", "disputes", "sessions", "reads"};

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

// How much there is of each category, and what agencies have copies of. Of each table some thousand rows are counted at the most:
// it is a page, and whoever has more of something has much.
class ErasableCount {
 public:
  struct Count {
    std::int64_t count = 0;
    bool more = false;
  };
  ErasableCount(store::Database& database, const store::Catalogue& catalogue, ErasedSubject subject)
      : database_(database), catalogue_(catalogue), subject_(subject) {}

  void count() {
    each("instance", "party_id", {"state", "org"}, [this](const auto& cells, const Count& found) {
      const bool draft = text_of_cell(cells[0]) == "draft";
      add(goes[draft ? "drafts" : "sent"], found);
      if (!draft) add(agencies[text_of_cell(cells[1])], found);
    });
    each("message", "party_id", {"folder", "org", "announced_at"}, [this](const auto& cells, const Count& found) {
      if (cells[2].index() == 0) return;  // nobody knows of it before it is published
      if (text_of_cell(cells[0]) != inbox::in_none) add(goes["messages"], found);
      add(agencies[text_of_cell(cells[1])], found);
    });
    each("privacy_copy", "party_id", {"state"}, [this](const auto& cells, const Count& found) {
      if (text_of_cell(cells[0]) != "deleted") add(goes["copies"], found);
    });
    each("ledger_activity", "party", {"actor", "kind"}, [this](const auto& cells, const Count& found) {
      if (number_of_cell(cells[0]) == subject_.party.value && text_of_cell(cells[1]) == "own.read")
        add(goes["reads"], found);
    });
    for (const auto& fate : erasure_fates())
      if (fate.how == FateBy::rows) {
        std::vector<std::string_view> settled;
        if (!fate.settled.empty()) settled.push_back(fate.settled);
        each(fate.table, fate.column, settled, [&](const auto& cells, const Count& found) {
          if (cells.empty() || cells[0].index() != 0) add(goes[std::string(fate.category)], found);
        });
      }
  }

  std::map<std::string, Count> goes, agencies;

 private:
  static void add(Count& to, const Count& found) {
    to.count += found.count;
    to.more = to.more || found.more;
  }
  void each(std::string_view name, std::string_view column, const std::vector<std::string_view>& columns,
            const std::function<void(const std::vector<store::Cell>&, const Count&)>& take) {
    const auto* table = find_catalogued(catalogue_, name);
    const auto cell = table == nullptr ? std::nullopt : cell_of(*table, column, subject_);
    if (!cell) return;
    const auto counts = database_.read(
        [&](store::Tx& tx) { return store::counts_of(tx, *table, {column, *cell}, columns, most_counted); });
    for (const auto& group : counts.groups)
      if (group.count > 0) take(group.cells, {group.count, counts.more});
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
    if (const auto found = counting.goes[category]; found.count > 0)
      plan.goes.push_back({.category = category,
                           .count = found.count,
                           .more = found.more,
                           .law = "",
                           .rule = "",
                           .controller = std::string(told_operator)});
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
    for (const auto& [org, found] : counting.agencies) {
      item.controller = org;
      item.count = found.count;
      item.more = found.more;
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
      if (const auto held = erasure_held_until(tx, permit.party(), at)) return held_erasure(*held);
      // One's own erasing goes on; what the program ends of who is gone waits.
      if (permit.actor().is_program() && access::is_restricted_anywhere(tx, permit.party()))
        return access::restricted_error();
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
  ALTING_CHECK(check_own_level(with_.database, with_.decider, permit));
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
    const auto user = with_.database.read([&](store::Tx& tx) { return user_of_party(tx, with_.catalogue, party); });
    if (const auto ordered = order(permit, user, at, base::Uuid::v4(with_.random).text()); !ordered)
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
    if (hold.party ? *hold.party == party : hold.rule.empty())
      until = until ? std::max(*until, hold.until) : hold.until;
  return until;
}

}  // namespace alting::privacy
