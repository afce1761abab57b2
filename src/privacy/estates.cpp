#include "privacy/estates.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <map>
#include <optional>

#include "access/restrictions.h"
#include "store/failpoint.h"
#include "store/row_reader.h"

namespace alting::privacy {
namespace {

constexpr std::int64_t gone_at_once = 300;              // parties looked at in one transaction: some milliseconds
constexpr auto estates_turn = std::chrono::seconds(2);  // a part of the work: a stop waits for it

// A business that had nothing here has nothing to be erased, and most had nothing.
bool has_items(store::Tx& tx, terms::PartyId party) {
  return tx.query_one("SELECT 1 FROM instance WHERE party_id = ? LIMIT 1", {party}) ||
         tx.query_one("SELECT 1 FROM message WHERE party_id = ? LIMIT 1", {party});
}

}  // namespace

struct Estates::Gone {
  base::Instant noticed_at;
  terms::PartyId party;
  bool dead = false;
};

std::int64_t Estates::notice() {
  std::int64_t changed = 0;
  for (terms::PartyId after{0};;) {
    const auto found =
        with_.database.read([&](store::Tx& tx) { return parties::gone_parties(tx, after, gone_at_once); });
    if (found.empty()) break;
    after = found.back().party;
    const auto known = with_.database.read([&](store::Tx& tx) {
      std::map<terms::PartyId, std::string> by;
      for (const auto& row : tx.query("SELECT party, gone_by FROM party_gone WHERE party >= ? AND party <= ?",
                                      {found.front().party, after})) {
        const auto [party, how] = store::read_row<terms::PartyId, std::string>(row);
        by.emplace(party, how);
      }
      return by;
    });
    std::vector<parties::GoneParty> fresh;
    for (const auto& one : found)
      if (const auto at = known.find(one.party); at == known.end() || at->second != parties::to_text(one.by))
        fresh.push_back(one);
    if (fresh.empty()) continue;
    const auto now = with_.clock.now();
    (void)with_.database.write([&](store::Tx& tx) -> base::Status {
      for (const auto& one : fresh)
        tx.run(
            "INSERT INTO party_gone (party, gone_by, noticed_at) VALUES (?, ?, ?) ON CONFLICT (party) DO UPDATE SET "
            "gone_by = excluded.gone_by",
            {one.party, parties::to_text(one.by), now});
      return {};
    });
    store::failpoint::pass("privacy.estates_noticed");
    changed += static_cast<std::int64_t>(fresh.size());
  }
  // Those who are there after all, and those of whom nothing is known any more.
  for (terms::PartyId after{0};;) {
    std::vector<terms::PartyId> looked_at, back;
    with_.database.read([&](store::Tx& tx) {
      looked_at.clear();
      back.clear();
      for (const auto& row :
           tx.query("SELECT party FROM party_gone WHERE party > ? ORDER BY party LIMIT ?", {after, gone_at_once})) {
        looked_at.push_back(store::read_one<terms::PartyId>(row));
        if (!parties::gone_by(tx, looked_at.back())) back.push_back(looked_at.back());
      }
    });
    if (!back.empty())
      changed += with_.database
                     .write([&](store::Tx& tx) -> base::Result<std::int64_t> {
                       std::int64_t gone = 0;
                       for (const auto party : back)
                         if (!parties::gone_by(tx, party))
                           gone += tx.run("DELETE FROM party_gone WHERE party = ?", {party});
                       return gone;
                     })
                     .value();
    if (static_cast<std::int64_t>(looked_at.size()) < gone_at_once) return changed;
    after = looked_at.back();
  }
}

std::vector<Estates::Gone> Estates::past_period(base::Instant at, const Gone* after) {
  const auto of_person = terms::ended_before(with_.catalogue.rule(gone_person_rule), at);
  const auto of_business = terms::ended_before(with_.catalogue.rule(gone_business_rule), at);
  const base::Instant none{0};
  return with_.database.read([&](store::Tx& tx) {
    std::vector<Gone> found;
    for (const auto& row : tx.query(
             "SELECT noticed_at, party, gone_by FROM party_gone WHERE ended_at IS NULL AND (noticed_at, party) > (?, "
             "?) AND noticed_at < ? ORDER BY noticed_at, party LIMIT ?",
             {after != nullptr ? after->noticed_at : none, after != nullptr ? after->party : terms::PartyId{0},
              std::max(of_person.value_or(none), of_business.value_or(none)), gone_at_once})) {
      store::RowReader from(row);
      Gone one{from.next<base::Instant>(), from.next<terms::PartyId>(), from.next<std::string>() == "death"};
      found.push_back(one);
    }
    return found;
  });
}

bool Estates::end(terms::PartyId party, base::Instant at) {
  std::string_view rule;
  const auto [ends, something] = with_.database.read([&](store::Tx& tx) {
    const auto how = parties::gone_by(tx, party);
    rule = how == parties::GoneBy::death ? gone_person_rule : gone_business_rule;
    return std::pair(how && !access::is_restricted_anywhere(tx, party),
                     how && (how == parties::GoneBy::death || has_items(tx, party)));
  });
  if (!ends) return false;  // restricted; or there after all, and the next notice() forgets it
  if (something) {
    const auto erased = with_.erase_own(party, at);
    if (!erased || !*erased) return false;
    store::failpoint::pass("privacy.estate_erased");
  }
  return with_.database
      .write([&](store::Tx& tx) -> base::Result<bool> {
        if (access::is_restricted_anywhere(tx, party)) return false;
        parties::forget_roles_in(tx, party);
        if (tx.run("UPDATE party_gone SET ended_at = ? WHERE party = ? AND ended_at IS NULL", {at, party}) == 0)
          return false;
        if (with_.holds) with_.holds(tx).count(tx, rule, "party_gone", 1);
        return true;
      })
      .value();
}

std::int64_t Estates::end_due() {
  const auto at = with_.clock.now();
  const auto stop = std::chrono::steady_clock::now() + estates_turn;
  std::int64_t ended = 0;
  std::optional<Gone> last;
  std::exception_ptr fault;  // of one, which keeps none behind it waiting
  const auto finished = [&] {
    if (fault) std::rethrow_exception(fault);
    return ended;
  };
  for (;;) {
    const auto due_now = past_period(at, last ? &*last : nullptr);
    for (const auto& one : due_now) {
      last = one;
      const auto before =
          terms::ended_before(with_.catalogue.rule(one.dead ? gone_person_rule : gone_business_rule), at);
      if (!before || one.noticed_at >= *before) continue;
      try {
        if (end(one.party, at)) ++ended;  // what is held, or goes on, is asked for again the next time
      } catch (const std::exception&) {
        if (!fault) fault = std::current_exception();
      }
      if (std::chrono::steady_clock::now() > stop) return finished();
    }
    if (static_cast<std::int64_t>(due_now.size()) < gone_at_once) return finished();
  }
}

std::vector<RoomPlan> estate_plans(const store::Catalogue& catalogue) {
  std::vector<RoomPlan> plans;
  for (const auto rule : {gone_person_rule, gone_business_rule})
    plans.push_back({rule, "party_gone",
                     [&catalogue, rule](store::Tx& tx, base::Instant at) -> std::int64_t {
                       const auto before = terms::ended_before(catalogue.rule(rule), at);
                       if (!before) return 0;
                       const auto row = rule == gone_person_rule
                                            ? tx.query_one(
                                                  "SELECT COUNT(*) FROM party_gone WHERE ended_at IS NULL AND "
                                                  "noticed_at < ? AND gone_by = 'death'",
                                                  {*before})
                                            : tx.query_one(
                                                  "SELECT COUNT(*) FROM party_gone WHERE ended_at IS NULL AND "
                                                  "noticed_at < ? AND gone_by <> 'death'",
                                                  {*before});
                       return store::read_one<std::int64_t>(row.value());
                     },
                     // Held or restricted by any rule: what the party has is erased as a whole.
                     [&catalogue, rule](store::Tx& tx, base::Instant at, const store::Holds& holds) -> std::int64_t {
                       const auto before = terms::ended_before(catalogue.rule(rule), at);
                       std::int64_t held = 0;
                       if (!before) return held;
                       for (const auto party : holds.parties()) {
                         const auto row = tx.query_one(
                             "SELECT gone_by FROM party_gone WHERE party = ? AND ended_at IS NULL AND noticed_at < ?",
                             {party, *before});
                         if (row && (store::read_one<std::string>(*row) == "death") == (rule == gone_person_rule))
                           ++held;
                       }
                       return held;
                     }});
  return plans;
}

std::vector<store::Job> estate_jobs(Estates& estates) {
  return {
      // Who is gone from the registers since the last time.
      {.code = "notice_gone_parties",
       .legal_basis = "personvernforordningen art. 5 nr. 1 bokstav d og e",
       .every = base::Duration::hours(6),
       .run = [&estates] { return estates.notice(); }},
      // What is left of them, once it has been kept for as long as the dated rule says.
      {.code = "end_gone_parties",
       .legal_basis = "personvernforordningen art. 5 nr. 1 bokstav e",
       .every = base::Duration::hours(1),
       .run = [&estates] { return estates.end_due(); },
       .until_none_left = true,
       .counts_itself = true},
  };
}

}  // namespace alting::privacy
