// What the dated rules would end, and what of it holds keep.
#include <algorithm>
#include <string>
#include <vector>

#include "privacy/retention.h"
#include "store/catalogue_rows.h"

namespace alting::privacy {
namespace {

bool has_column(const terms::Table& table, std::string_view name) {
  return std::ranges::find(table.columns, name, &terms::Column::name) != table.columns.end();
}

}  // namespace

PlannedEnd Retention::planned(const Keeps& keeps, const terms::RetentionRule& rule,
                              const std::vector<Moment>& moments) {
  const auto& [table, keeping] = keeps;
  const auto at = moments.front().at;
  PlannedEnd end{.rule = std::string(rule.id),
                 .table = std::string(table->name),
                 .law = std::string(terms::law_of(rule, at)),
                 .job = std::string(keeping->job),
                 .before = terms::ended_before(rule, at)};
  if (const auto* version = terms::in_force(rule, at)) end.why = version->why;
  const auto own = std::ranges::find_if(
      with_.plans, [&, &of = *table](const RoomPlan& one) { return one.rule == rule.id && one.table == of.name; });
  const bool by_age = !table->in_keystore && keeping->acts == terms::Acts::rows && has_column(*table, rule.counts_from);
  if (own == with_.plans.end() && !by_age) return end;
  end.counted = true;
  std::vector<std::int64_t> free;
  for (const auto& [then, holds] : moments) {
    const auto counted = with_.database.read([&, &of = *table, &moment = then, &held = holds](store::Tx& tx) {
      store::CountedBefore some;
      if (own != with_.plans.end()) {
        some.all = own->count(tx, moment);
        if (held.whole(rule.id))
          some.held = some.all;
        else if (own->held && !held.none())
          some.held = std::min(some.all, own->held(tx, moment, held));
      } else if (const auto before = terms::ended_before(rule, moment)) {
        some = store::count_before(tx, of, rule, *before, held);
      }
      return some;
    });
    if (free.empty()) end.held = counted.held;
    free.push_back(counted.all - counted.held);
  }
  end.now = free[0];
  end.in_7_days = free[1] - free[0];
  end.in_30_days = free[2] - free[0];
  return end;
}

RetentionPlan Retention::plan(base::Instant at) {
  RetentionPlan plan{.at = at, .ends = {}, .holds = static_cast<std::int64_t>(holds(at).size())};
  std::vector<Moment> moments;
  for (const auto days : {0, 7, 30}) {
    const auto then = at + base::Duration::days(days);
    moments.push_back({then, with_.database.read([&](store::Tx& tx) { return in_force(tx, then); })});
  }
  for (const auto& keeps : keepings())
    if (!keeps.keeping->job.empty())
      plan.ends.push_back(planned(keeps, with_.catalogue.rule(keeps.keeping->rule), moments));
  return plan;
}

}  // namespace alting::privacy
