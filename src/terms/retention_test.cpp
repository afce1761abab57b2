// When a dated rule ends what it keeps.
#include "terms/retention.h"

#include <gtest/gtest.h>

#include <array>

namespace alting::terms {
namespace {

base::Instant at(std::string_view text) { return base::from_rfc3339(text).value(); }
constexpr std::int64_t day = 24 * 60;

RetentionRule rule_of(std::span<const RuleVersion> versions) {
  return {"store.sample", "Samples.", "made_at", CountsIn::microseconds, "", versions};
}

TEST(Retention, counts_minutes_by_the_clock_and_months_by_the_calendar) {
  EXPECT_EQ(earlier(at("2026-11-28T10:00:00Z"), {.minutes = 90}), at("2026-11-28T08:30:00Z"));
  EXPECT_EQ(earlier(at("2026-11-28T10:00:00.000001Z"), {.months = 12}), at("2025-11-28T10:00:00.000001Z"));
  EXPECT_EQ(earlier(at("2026-03-31T10:00:00Z"), {.months = 1}), at("2026-02-28T10:00:00Z"));
  EXPECT_EQ(earlier(at("2028-02-29T10:00:00Z"), {.months = 12}), at("2027-02-28T10:00:00Z"));
  EXPECT_EQ(earlier(at("1970-01-01T00:00:00Z"), {.months = 12}), at("1969-01-01T00:00:00Z"));
}

TEST(Retention, ends_nothing_before_a_version_is_in_force) {
  const std::array versions{RuleVersion{at("2026-01-01T00:00:00Z"), Period{.minutes = day}, "law", "why"}};
  const auto rule = rule_of(versions);
  EXPECT_EQ(in_force(rule, at("2025-12-31T23:59:59Z")), nullptr);
  EXPECT_FALSE(ended_before(rule, at("2025-12-31T23:59:59Z")));
  ASSERT_NE(in_force(rule, at("2026-01-01T00:00:00Z")), nullptr);
  EXPECT_EQ(ended_before(rule, at("2026-01-01T00:00:00Z")), at("2025-12-31T00:00:00Z"));
}

TEST(Retention, that_becomes_shorter_ends_what_there_is) {
  const std::array versions{RuleVersion{at("2026-01-01T00:00:00Z"), Period{.minutes = 10 * day}, "law", "why"},
                            RuleVersion{at("2026-06-01T00:00:00Z"), Period{.minutes = 2 * day}, "law", "why"}};
  EXPECT_EQ(ended_before(rule_of(versions), at("2026-05-31T23:00:00Z")), at("2026-05-21T23:00:00Z"));
  EXPECT_EQ(ended_before(rule_of(versions), at("2026-06-01T00:00:00Z")), at("2026-05-30T00:00:00Z"));
}

TEST(Retention, that_becomes_longer_holds_for_what_begins_since_only) {
  const std::array versions{RuleVersion{at("2026-01-01T00:00:00Z"), Period{.minutes = 2 * day}, "law", "why"},
                            RuleVersion{at("2026-06-01T00:00:00Z"), Period{.minutes = 10 * day}, "law", "why"}};
  const auto rule = rule_of(versions);
  EXPECT_EQ(ended_before(rule, at("2026-06-02T00:00:00Z")), at("2026-05-31T00:00:00Z"))
      << "two days, as it was promised";
  EXPECT_EQ(ended_before(rule, at("2026-06-08T00:00:00Z")), at("2026-06-01T00:00:00Z"))
      << "what came since June is kept for ten";
  EXPECT_EQ(ended_before(rule, at("2026-06-12T00:00:00Z")), at("2026-06-02T00:00:00Z"));
}

TEST(RetentionLaw, is_that_of_the_version_in_force) {
  const std::array versions{RuleVersion{at("2026-01-01T00:00:00Z"), Period{.months = 12}, "the first law", ""},
                            RuleVersion{at("2026-06-01T00:00:00Z"), Period{.months = 6}, "the second law", ""}};
  const auto rule = rule_of(versions);
  EXPECT_EQ(law_of(rule, at("2025-12-31T00:00:00Z")), "the first law") << "there is none before it";
  EXPECT_EQ(law_of(rule, at("2026-05-31T23:59:59Z")), "the first law");
  EXPECT_EQ(law_of(rule, at("2026-06-01T00:00:00Z")), "the second law");
}

TEST(Retention, without_a_period_ends_nothing_by_itself) {
  const std::array versions{RuleVersion{at("2026-01-01T00:00:00Z"), std::nullopt, "law", "why"}};
  EXPECT_FALSE(ended_before(rule_of(versions), at("2027-01-01T00:00:00Z")));
}

TEST(Retention, says_when_what_began_will_end_as_the_end_itself_finds_it) {
  EXPECT_EQ(later(at("2026-11-28T10:00:00Z"), {.minutes = 90}), at("2026-11-28T11:30:00Z"));
  EXPECT_EQ(later(at("2026-11-28T10:00:00Z"), {.months = 24}), at("2028-11-28T10:00:00Z"));
  EXPECT_EQ(later(at("2026-01-31T10:00:00Z"), {.months = 1}), at("2026-03-01T00:00:00Z"));
  const std::array shorter{RuleVersion{at("2026-01-01T00:00:00Z"), Period{.months = 24}, "law", "why"},
                           RuleVersion{at("2026-06-01T00:00:00Z"), Period{.minutes = 2 * day}, "law", "why"}};
  const std::array longer{RuleVersion{at("2026-01-01T00:00:00Z"), Period{.minutes = 2 * day}, "law", "why"},
                          RuleVersion{at("2026-06-01T00:00:00Z"), Period{.months = 24}, "law", "why"}};
  EXPECT_EQ(end_of(rule_of(shorter), at("2026-03-01T00:00:00Z")), at("2026-06-01T00:00:00Z"));
  EXPECT_EQ(end_of(rule_of(shorter), at("2026-07-01T00:00:00Z")), at("2026-07-03T00:00:00Z"));
  EXPECT_EQ(end_of(rule_of(longer), at("2026-03-01T00:00:00Z")), at("2026-03-03T00:00:00Z"));
  EXPECT_EQ(end_of(rule_of(longer), at("2026-07-01T00:00:00Z")), at("2028-07-01T00:00:00Z"));
  for (const auto& versions : {shorter, longer}) {
    for (const auto* begun : {"2026-01-31T10:00:00Z", "2026-05-31T23:00:00Z", "2026-06-01T00:00:00Z"}) {
      const auto began = at(begun);
      const auto ends = end_of(rule_of(versions), began);
      ASSERT_TRUE(ends);
      const base::Duration moment{1};
      EXPECT_GT(ended_before(rule_of(versions), *ends + moment), began) << begun;
      EXPECT_LE(ended_before(rule_of(versions), *ends - moment), began) << begun;
    }
  }
}

}  // namespace
}  // namespace alting::terms
