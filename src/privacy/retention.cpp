#include "privacy/retention.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"
#include "privacy/topics.h"
#include "store/row_reader.h"

namespace alting::privacy {
namespace {

constexpr int most_pieces = 100'000;  // of one job in one run: more is a fault of the job
constexpr std::size_t longest_reason = 500, longest_owner = 100;
constexpr std::string_view hold_columns =
    "hold_id, rule, party_id, item_id, reason, owner, placed_at, until_at, renewed_at, lifted_at";

RetentionHold next_hold(const store::Row& row) {
  store::RowReader from(row);
  RetentionHold hold;
  hold.id = from.next<std::string>();
  hold.rule = from.next<std::string>();
  hold.party = from.next<std::optional<terms::PartyId>>();
  hold.item = from.next<std::string>();
  hold.reason = from.next<std::string>();
  hold.owner = from.next<std::string>();
  hold.placed_at = from.next<base::Instant>();
  hold.until = from.next<base::Instant>();
  hold.renewed_at = from.next<std::optional<base::Instant>>();
  hold.lifted_at = from.next<std::optional<base::Instant>>();
  return hold;
}

std::vector<RetentionHold> holds_at(store::Tx& tx, base::Instant at) {
  std::vector<RetentionHold> all;
  for (const auto& row : tx.query(
           fmt::format("SELECT {} FROM retention_hold WHERE lifted_at IS NULL AND until_at > ? ORDER BY placed_at, "
                       "hold_id",
                       hold_columns),
           {at}))
    all.push_back(next_hold(row));
  return all;
}

// How the rooms' columns say each of these.
std::map<std::int64_t, store::HeldParty> held_parties(store::Tx& tx, const std::set<std::int64_t>& ids) {
  std::map<std::int64_t, store::HeldParty> all;
  if (ids.empty()) return all;
  std::vector<store::Value> values(ids.begin(), ids.end());
  std::string places;
  for (std::size_t i = 0; i < ids.size(); ++i) places += i == 0 ? "?" : ", ?";
  for (const auto id : ids) all[id].party = {id};
  for (const auto& row : tx.query_with(fmt::format("SELECT id, uuid FROM party WHERE id IN ({})", places), values)) {
    auto [id, uuid] = store::read_row<std::int64_t, std::string>(row);
    all[id].uuid = std::move(uuid);
  }
  for (const auto& row :
       tx.query_with(fmt::format("SELECT party, user_id FROM portal_user WHERE party IN ({})", places), values)) {
    const auto [id, user] = store::read_row<std::int64_t, std::int64_t>(row);
    all[id].user_ids.push_back(user);
  }
  for (const auto& row :
       tx.query_with(fmt::format("SELECT party, number FROM party_identifier WHERE party IN ({})", places), values)) {
    auto [id, number] = store::read_row<std::int64_t, std::string>(row);
    all[id].numbers.push_back(std::move(number));
  }
  return all;
}

// Parties whose data are restricted, whoever it is towards, as the rooms' columns say them. There may be more of them than
// a statement has places.
constexpr std::array restricted_queries{
    store::HeldQuery{terms::SubjectForm::party_id,
                     "SELECT r.party FROM access_restriction r WHERE r.lifted_at IS NULL"},
    store::HeldQuery{
        terms::SubjectForm::party_uuid,
        "SELECT p.uuid FROM access_restriction r JOIN party p ON p.id = r.party WHERE r.lifted_at IS NULL"},
    store::HeldQuery{terms::SubjectForm::user_id,
                     "SELECT u.user_id FROM access_restriction r JOIN portal_user u ON u.party = r.party WHERE "
                     "r.lifted_at IS NULL"},
    store::HeldQuery{terms::SubjectForm::holder,
                     "SELECT 'party:' || CAST(r.party AS TEXT) FROM access_restriction r WHERE r.lifted_at IS NULL"},
    store::HeldQuery{terms::SubjectForm::holder,
                     "SELECT 'person:' || CAST(r.party AS TEXT) FROM access_restriction r WHERE r.lifted_at IS NULL"},
    store::HeldQuery{terms::SubjectForm::number_hash,
                     "SELECT i.number FROM access_restriction r JOIN party_identifier i ON i.party = r.party WHERE "
                     "r.lifted_at IS NULL"},
    store::HeldQuery{terms::SubjectForm::organisation_number,
                     "SELECT i.number FROM access_restriction r JOIN party_identifier i ON i.party = r.party WHERE "
                     "r.lifted_at IS NULL"}};

base::Error refused_hold(std::string why) {
  return base::make_error(base::ErrorKind::invalid, "error.retention.hold", std::move(why));
}
base::Error no_such_hold() { return base::make_error(base::ErrorKind::not_found, "error.retention.no_hold"); }

std::string month_of(base::Instant at) { return base::to_date_oslo(at).substr(0, 7); }

void tell_hold_changed(store::Tx& tx, base::Random& random, std::string_view id, base::Instant at) {
  store::emit(tx, random, at, hold_changed, id, base::Json::object({{"hold", id}}).dump());
}

terms::Actor the_program() {
  terms::Actor actor;
  actor.kind = terms::ActorKind::system;
  actor.name = "alting";
  return actor;
}

}  // namespace

std::string text_of_rule(std::string_view rule) {
  return fmt::format("retention.of.{}", rule.substr(0, rule.find('.')));
}

bool Retention::is_rule(std::string_view id) const {
  return std::ranges::any_of(with_.catalogue.rooms(),
                             [&](const auto* room) { return terms::find_rule(*room, id) != nullptr; });
}

base::Result<std::string> Retention::place(const NewHold& hold, base::Instant at) {
  if (!hold.rule.empty() && !is_rule(hold.rule)) return refused_hold("there is no such rule");
  if (hold.party && !with_.parties.find(*hold.party)) return refused_hold("there is no such party");
  if (!hold.item.empty() && !hold.party) return refused_hold("a form or message is held of its party");
  if (!hold.item.empty() && !base::Uuid::parse(hold.item)) return refused_hold("not the id of a form or message");
  if (hold.reason.size() < 3 || hold.reason.size() > longest_reason)
    return refused_hold(fmt::format("the reason has 3 to {} octets", longest_reason));
  if (hold.owner.size() < 2 || hold.owner.size() > longest_owner)
    return refused_hold(fmt::format("who answers for it has 2 to {} octets", longest_owner));
  if (hold.until <= at || hold.until > at + longest_hold)
    return refused_hold("it ends after now, and in 366 days at the latest; it can be renewed");
  RetentionHold placed{hold};
  placed.id = base::Uuid::v7(with_.random, at).text();
  placed.placed_at = at;
  const auto prepared = with_.ledger.prepare(entry_of(placed, "placed", at));
  return with_.database.write([&](store::Tx& tx) -> base::Result<std::string> {
    if (static_cast<std::int64_t>(holds_at(tx, at).size()) >= most_holds)
      return refused_hold(fmt::format("{} holds are in force: lift some", most_holds));
    tx.run(
        "INSERT INTO retention_hold (hold_id, rule, party_id, item_id, reason, owner, placed_at, until_at) VALUES (?, "
        "?, ?, ?, ?, ?, ?, ?)",
        {placed.id, placed.rule, placed.party, placed.item, placed.reason, placed.owner, at, placed.until});
    with_.ledger.append(tx, prepared);
    tell_hold_changed(tx, with_.random, placed.id, at);
    return placed.id;
  });
}

std::optional<RetentionHold> Retention::find(std::string_view id, base::Instant at) {
  const auto all = holds(at);
  const auto found = std::ranges::find(all, id, &RetentionHold::id);
  return found == all.end() ? std::nullopt : std::optional(*found);
}

base::Status Retention::renew(std::string_view id, base::Instant until, base::Instant at) {
  auto hold = find(id, at);
  if (!hold) return no_such_hold();
  if (until <= at || until > at + longest_hold) return refused_hold("it ends after now, and in 366 days at the latest");
  hold->until = until;
  const auto prepared = with_.ledger.prepare(entry_of(*hold, "renewed", at));
  return with_.database.write([&](store::Tx& tx) -> base::Status {
    if (tx.run("UPDATE retention_hold SET until_at = ?, renewed_at = ? WHERE hold_id = ? AND lifted_at IS NULL AND "
               "until_at > ?",
               {until, at, id, at}) == 0)
      return no_such_hold();
    with_.ledger.append(tx, prepared);
    tell_hold_changed(tx, with_.random, id, at);
    return {};
  });
}

base::Status Retention::lift(std::string_view id, base::Instant at) {
  auto hold = find(id, at);
  if (!hold) return no_such_hold();
  const auto prepared = with_.ledger.prepare(entry_of(*hold, "lifted", at));
  return with_.database.write([&](store::Tx& tx) -> base::Status {
    // It counts as ended from now on, also for how long the row stays.
    if (tx.run("UPDATE retention_hold SET lifted_at = ?, until_at = ? WHERE hold_id = ? AND lifted_at IS NULL AND "
               "until_at > ?",
               {at, at, id, at}) == 0)
      return no_such_hold();
    with_.ledger.append(tx, prepared);
    tell_hold_changed(tx, with_.random, id, at);
    return {};
  });
}

// The party sees it in its activity log, without the reason and who answers for it.
ledger::NewEntry Retention::entry_of(const RetentionHold& hold, std::string_view change, base::Instant at) {
  ledger::NewEntry entry{ledger::EventKind::retention_held, at};
  entry.actor = the_program();
  if (hold.party) {
    if (const auto party = with_.parties.find(*hold.party)) {
      entry.party = party->id;
      entry.party_uuid = party->uuid;
      entry.party_name = party->name;
    }
  }
  entry.set(ledger::parameter::hold, hold.id);
  entry.set(ledger::parameter::hold_change, change);
  entry.set(ledger::parameter::held_rule, hold.rule);
  entry.set(ledger::parameter::held_until, base::to_rfc3339(hold.until));
  return entry;
}

std::vector<RetentionHold> Retention::holds(base::Instant at) {
  return with_.database.read([&](store::Tx& tx) { return holds_at(tx, at); });
}

store::Holds Retention::in_force(store::Tx& tx, base::Instant at) const {
  const auto holds = holds_at(tx, at);
  std::set<std::int64_t> ids;
  for (const auto& hold : holds)
    if (hold.party) ids.insert(hold.party->value);
  const auto parties = held_parties(tx, ids);
  std::vector<store::Hold> all;
  for (const auto& hold : holds) {
    store::Hold one{.rule = hold.rule, .of = {}, .item = hold.item};
    if (hold.party) one.of.push_back(parties.at(hold.party->value));
    all.push_back(std::move(one));
  }
  // What is restricted is stored: none of what the party has is ended while it is, whoever it is restricted towards.
  store::Hold restricted{.rule = "", .of = {}, .item = "", .queries = restricted_queries};
  for (const auto& row : tx.query("SELECT DISTINCT party FROM access_restriction WHERE lifted_at IS NULL"))
    restricted.of.push_back({.party = store::read_one<terms::PartyId>(row), .uuid = {}, .user_ids = {}, .numbers = {}});
  if (!restricted.of.empty()) all.push_back(std::move(restricted));
  return store::Holds(std::move(all), [this](store::Tx& ending, std::string_view rule, std::string_view table,
                                             std::int64_t ended) { add_count(ending, rule, table, ended); });
}

store::HoldsNow Retention::holds_now() {
  return [this](store::Tx& tx) { return in_force(tx, with_.clock.now()); };
}

std::vector<Retention::Keeps> Retention::keepings() const {
  std::vector<Keeps> all;
  for (const auto* table : with_.catalogue.tables())
    for (const auto& keeping : table->keepings) all.push_back({table, &keeping});
  return all;
}

std::vector<Retention::Keeps> Retention::of_job(std::string_view code) const {
  auto all = keepings();
  std::erase_if(all, [&](const Keeps& one) { return one.keeping->job != code; });
  return all;
}

bool Retention::is_held(std::string_view code) {
  const auto kept_by = of_job(code);
  const auto holds = with_.database.read([&](store::Tx& tx) { return in_force(tx, with_.clock.now()); });
  return std::ranges::any_of(kept_by, [&](const Keeps& one) { return holds.whole(one.keeping->rule); });
}

void Retention::add_count(store::Tx& tx, std::string_view rule, std::string_view table, std::int64_t ended) const {
  tx.run(
      "INSERT INTO retention_count (month, rule, table_name, ended, noted) VALUES (?, ?, ?, ?, 0) ON CONFLICT (month, "
      "rule, table_name) DO UPDATE SET ended = retention_count.ended + excluded.ended",
      {month_of(with_.clock.now()), rule, table, ended});
}

void Retention::count(std::string_view code, std::int64_t ended) {
  const auto kept_by = of_job(code);
  if (kept_by.empty() || ended <= 0) return;
  const auto& first = kept_by.front();
  const auto counted = with_.database.write([&](store::Tx& tx) -> base::Status {
    add_count(tx, first.keeping->rule, first.table->name, ended);
    return {};
  });
  if (!counted) throw store::DatabaseError("what was ended could not be counted");
}

std::vector<store::Job> Retention::kept(std::vector<store::Job> of_rooms) {
  for (auto& job : of_rooms) {
    if (of_job(job.code).empty()) continue;
    if (job.counts_itself) {
      job.run = [this, code = job.code, run = std::move(job.run)] { return is_held(code) ? 0 : run(); };
      continue;
    }
    // What ends elsewhere than in rows is counted after it. What could not be counted then is counted with the next.
    job.run = [this, code = job.code, run = std::move(job.run),
               uncounted = std::make_shared<std::atomic<std::int64_t>>(0)]() -> std::int64_t {
      if (is_held(code)) return 0;
      const auto ended = run();
      const auto all = uncounted->exchange(0) + ended;
      try {
        count(code, all);
      } catch (const std::exception&) {
        *uncounted += all;
        base::log(base::LogLevel::warning, "retention.not_counted", {{"job", code}});
      }
      return ended;
    };
  }
  return of_rooms;
}

RetentionRun Retention::run(const std::vector<store::Job>& jobs, const std::function<bool()>& goes_on) {
  RetentionRun done{.at = with_.clock.now()};
  bool stopped = false;
  for (const auto& job : jobs) {
    const auto kept_by = of_job(job.code);
    if (kept_by.empty() || stopped) continue;
    std::int64_t ended = 0;
    try {
      for (int piece = 0; piece < most_pieces && !stopped; ++piece) {
        const auto some = job.run();
        ended += some;
        if (some == 0 || !job.until_none_left) break;
        stopped = goes_on && !goes_on();
      }
    } catch (const std::exception&) {  // it is tried again by the runner of the jobs, which says why
      base::log(base::LogLevel::error, "retention.job_failed", {{"job", job.code}});
      done.failed.emplace_back(job.code);
    }
    if (ended == 0) continue;
    const std::string rule(kept_by.front().keeping->rule);
    const auto found = std::ranges::find(done.ended, rule, &EndedByRule::rule);
    if (found == done.ended.end())
      done.ended.push_back({rule, ended});
    else
      found->ended += ended;
  }
  done.holds = static_cast<std::int64_t>(holds(done.at).size());
  (void)write_down(true);
  return done;
}

// The counts say how much of them stands in an entry; of two that write it down at once one does.
std::int64_t Retention::write_down(bool also_nothing) {
  struct Unnoted {
    std::string month, rule, table;
    std::int64_t ended = 0, noted = 0;
  };
  std::vector<Unnoted> unnoted;
  with_.database.read([&](store::Tx& tx) {
    unnoted.clear();
    for (const auto& row : tx.query("SELECT month, rule, table_name, ended, noted FROM retention_count WHERE ended > "
                                    "noted ORDER BY month, rule, table_name LIMIT 1000")) {
      store::RowReader from(row);
      Unnoted one;
      one.month = from.next<std::string>();
      one.rule = from.next<std::string>();
      one.table = from.next<std::string>();
      one.ended = from.next<std::int64_t>();
      one.noted = from.next<std::int64_t>();
      unnoted.push_back(std::move(one));
    }
  });
  if (unnoted.empty() && !also_nothing) return 0;
  std::map<std::string, std::int64_t> by_rule;
  for (const auto& one : unnoted) by_rule[one.rule] += one.ended - one.noted;
  auto numbers = base::Json::object();
  for (const auto& [rule, ended] : by_rule) numbers.set(rule, ended);
  const auto now = with_.clock.now();
  ledger::NewEntry entry{ledger::EventKind::retention_run, now};
  entry.actor = the_program();
  entry.set(ledger::parameter::ended_rows, std::move(numbers));
  entry.set(ledger::parameter::holds, static_cast<std::int64_t>(holds(now).size()));
  const auto prepared = with_.ledger.prepare(std::move(entry));
  const auto written = with_.database.write([&](store::Tx& tx) -> base::Result<bool> {
    for (const auto& one : unnoted)
      if (!tx.query_one(
              "SELECT noted FROM retention_count WHERE month = ? AND rule = ? AND table_name = ? AND noted = ?",
              {one.month, one.rule, one.table, one.noted}))
        return false;
    for (const auto& one : unnoted)
      tx.run("UPDATE retention_count SET noted = ? WHERE month = ? AND rule = ? AND table_name = ?",
             {one.ended, one.month, one.rule, one.table});
    with_.ledger.append(tx, prepared);
    return true;
  });
  if (!written) throw store::DatabaseError("what was ended could not be written down");
  return *written ? static_cast<std::int64_t>(by_rule.size()) : 0;
}

std::vector<RetentionCount> Retention::counted() {
  return with_.database.read([](store::Tx& tx) {
    std::vector<RetentionCount> all;
    for (const auto& row :
         tx.query("SELECT month, rule, table_name, ended FROM retention_count ORDER BY month DESC, rule, table_name "
                  "LIMIT 5000")) {
      auto [month, rule, table, ended] = store::read_row<std::string, std::string, std::string, std::int64_t>(row);
      all.push_back({std::move(month), std::move(rule), std::move(table), ended});
    }
    return all;
  });
}

}  // namespace alting::privacy
