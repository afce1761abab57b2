#include "terms/retention.h"

#include <algorithm>
#include <chrono>

namespace alting::terms {

base::Instant earlier(base::Instant at, Period by) {
  using namespace std::chrono;
  if (by.months != 0) {
    const sys_time<microseconds> moment{microseconds{at.micros}};
    const auto day = floor<days>(moment);
    auto date = year_month_day{day} - months{by.months};
    if (!date.ok()) date = date.year() / date.month() / last;
    at.micros = (sys_days{date} + (moment - day)).time_since_epoch().count();
  }
  return at - base::Duration::minutes(by.minutes);
}

base::Instant later(base::Instant at, Period by) {
  using namespace std::chrono;
  at = at + base::Duration::minutes(by.minutes);
  if (by.months == 0) return at;
  const sys_time<microseconds> moment{microseconds{at.micros}};
  const auto day = floor<days>(moment);
  auto date = year_month_day{day} + months{by.months};
  auto of_day = moment - day;
  if (!date.ok()) {
    date = (date.year() / date.month() + months{1}) / 1;
    of_day = {};
  }
  return {(sys_days{date} + of_day).time_since_epoch().count()};
}

const RuleVersion* in_force(const RetentionRule& rule, base::Instant now) {
  const RuleVersion* found = nullptr;
  for (const auto& version : rule.versions)
    if (version.from <= now) found = &version;
  return found;
}

std::string_view law_of(const RetentionRule& rule, base::Instant now) {
  const auto* version = in_force(rule, now);
  return version != nullptr ? version->law : rule.versions.front().law;
}

// Under each version what began before now minus its period has ended, but for what began when the next was in force:
// that is the next one's alone.
std::optional<base::Instant> ended_before(const RetentionRule& rule, base::Instant now) {
  std::optional<base::Instant> latest;
  for (std::size_t i = 0; i < rule.versions.size() && rule.versions[i].from <= now; ++i) {
    const auto& version = rule.versions[i];
    if (!version.period) continue;
    auto end = earlier(now, *version.period);
    if (i + 1 < rule.versions.size() && rule.versions[i + 1].from <= now)
      end = std::min(end, rule.versions[i + 1].from);
    latest = latest ? std::max(*latest, end) : end;
  }
  return latest;
}

// A version ends what began before the next was in force, and from its own day on only.
std::optional<base::Instant> end_of(const RetentionRule& rule, base::Instant began) {
  std::optional<base::Instant> end;
  for (std::size_t i = 0; i < rule.versions.size(); ++i) {
    const auto& version = rule.versions[i];
    if (!version.period || (i + 1 < rule.versions.size() && began >= rule.versions[i + 1].from)) continue;
    const auto ends = std::max(version.from, later(began, *version.period));
    end = end ? std::min(*end, ends) : ends;
  }
  return end;
}

}  // namespace alting::terms
