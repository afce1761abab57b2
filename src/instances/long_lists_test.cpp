// Whoever posts chooses how many names there are and what they are: the work grows with them, and no faster.
#include <gtest/gtest.h>

#include "instances/contested.h"
#include "instances/matched_rows.h"
#include "instances/testing/instances_fixture.h"

namespace alting::instances {
namespace {

using base::Json;

forms::PostedField posted_in(std::string path, std::string text) {
  return {{.path = std::move(path)}, std::move(text)};
}

// A page that showed `rows` rows of which the first is gone now, and `lists` names of lists that no form has.
std::size_t steps_for(std::size_t rows, std::size_t lists) {
  Json list = Json::array();
  Seen seen{{"rad[]", std::to_string(rows)}};
  for (std::size_t i = 0; i < rows; ++i) {
    auto row = Json::object({{"navn", fmt::format("nr. {}", i)}, {"slag", "likt"}});
    for (const auto& [name, value] : row.members()) seen[fmt::format("rad[{}].{}", i, name)] = fingerprint(&value);
    if (i > 0) list.push_back(std::move(row));
  }
  for (std::size_t i = 0; i < lists; ++i) seen[fmt::format("a{}[]", i)] = "1";
  const auto data = Json::object({{"rad", std::move(list)}});
  return match_rows(Fingerprints(data, {}), {{posted_in("rad[1].navn", "nytt")}, {}}, seen).steps;
}

TEST(LongLists, following_rows_that_moved_takes_twice_the_steps_for_twice_the_rows) {
  EXPECT_LT(steps_for(200, 0), 3 * steps_for(100, 0));
  EXPECT_LT(steps_for(800, 0), 3 * steps_for(400, 0));
}

TEST(LongLists, following_rows_takes_twice_the_steps_for_twice_the_lists_that_no_form_has) {
  EXPECT_LT(steps_for(2, 2'000), 3 * steps_for(2, 1'000));
  EXPECT_LT(steps_for(2, 4'000), 3 * steps_for(2, 2'000));
}

TEST(LongLists, a_row_is_matched_by_what_it_shows_and_not_when_too_many_show_the_same) {
  const auto match = [](std::size_t alike) {
    Json list = Json::array();
    Seen seen{{"rad[]", std::to_string(alike + 2)}};
    const Json first("foerst"), same("likt"), last("sist");
    for (std::size_t i = 0; i < alike + 2; ++i) {
      const auto& value = i == 0 ? first : i == alike + 1 ? last : same;
      seen[fmt::format("rad[{}].navn", i)] = fingerprint(&value);
      if (i > 0) list.push_back(Json::object({{"navn", value}}));
    }
    const auto data = Json::object({{"rad", std::move(list)}});
    return match_rows(Fingerprints(data, {}),
                      {{posted_in(fmt::format("rad[{}].tekst", alike + 1), "av den siste"),
                        posted_in("rad[0].tekst", "av den første")},
                       {}},
                      std::move(seen));
  };
  for (const std::size_t alike : {1U, 500U}) {
    const auto matched = match(alike);
    ASSERT_EQ(matched.posted.fields.size(), 1U);
    EXPECT_EQ(matched.posted.fields[0].name.path, fmt::format("rad[{}].tekst", alike));
    ASSERT_EQ(matched.lost.size(), 1U);
    EXPECT_EQ(matched.lost[0].text, "av den første");
  }
}

TEST(LongLists, a_row_in_a_row_that_moved_moves_with_it) {
  const Json a("a"), b("b"), x("x"), y("y");
  const Seen seen{{"rad[]", "2"},        {"rad[0].navn", fingerprint(&a)},     {"rad[1].navn", fingerprint(&b)},
                  {"rad[1].del[]", "2"}, {"rad[1].del[0].t", fingerprint(&x)}, {"rad[1].del[1].t", fingerprint(&y)}};
  const auto parts = Json::array({Json::object({{"t", x}}), Json::object({{"t", y}})});
  const auto data = Json::object({{"rad", Json::array({Json::object({{"navn", b}, {"del", parts}})})}});
  const auto matched = match_rows(Fingerprints(data, {}),
                                  {{posted_in("rad[0].navn", "bort"), posted_in("rad[1].del[1].t", "ny")}, {}}, seen);
  ASSERT_EQ(matched.posted.fields.size(), 1U);
  EXPECT_EQ(matched.posted.fields[0].name.path, "rad[0].del[1].t");
  ASSERT_EQ(matched.lost.size(), 1U);
  EXPECT_TRUE(matched.seen.contains("rad[0].del[]"));
}

// What `refused` of `count` contested fields cost in applications of the form's rules.
int applications_for(int count, int refused) {
  FieldsByPath contested;
  for (int i = 0; i < count; ++i) contested[fmt::format("f{:05}", i)] = {posted_in(fmt::format("f{:05}", i), "v")};
  int applied = 0;
  const auto made = values_made(contested, [&](const PostedFields& some) -> base::Result<forms::Applied> {
    ++applied;
    forms::Applied made_of_some;
    for (const auto& [name, text] : some) {
      if (std::stoi(name.path.substr(1)) < refused)
        return base::make_error(base::ErrorKind::invalid, "error.form.field");
      made_of_some.data.set(name.path, text);
    }
    return made_of_some;
  });
  EXPECT_EQ(made.size(), static_cast<std::size_t>(count));
  for (const auto& [path, value] : made) {
    const bool is_refused = std::stoi(path.substr(1)) < refused;
    EXPECT_FALSE(is_refused && value) << path;
    EXPECT_TRUE(is_refused || value || refused > 3) << path;
  }
  return applied;
}

TEST(LongLists, the_form_is_applied_once_for_all_contested_fields) {
  EXPECT_EQ(applications_for(1, 0), 1);
  EXPECT_EQ(applications_for(2'000, 0), 1);
}

TEST(LongLists, fields_that_may_be_changed_no_longer_are_told_apart_in_few_applications) {
  EXPECT_LE(applications_for(1'000, 1), 25);
  EXPECT_LE(applications_for(1'000, 3), 40);
  EXPECT_LE(applications_for(5'000, 5'000), 2 * max_refusals + 2);
}

class SeenOfForm : public testing::InstancesFixture {};
INSTANTIATE_TEST_SUITE_P(Engines, SeenOfForm, store::testing::engines(), store::testing::engine_name);

TEST_P(SeenOfForm, of_what_a_page_says_it_showed_only_paths_of_the_form_count_each_written_in_one_way) {
  const auto app = apps.find(guidance);
  const auto kept = seen_of_form(*app, {{"sporsmal.emne", "1"},
                                        {"sporsmal", "1"},
                                        {"", "1"},
                                        {".", "1"},
                                        {"..sporsmal.emne", "1"},
                                        {"sporsmal.emne[0]", "1"},
                                        {"sporsmal.emne[]", "1"},
                                        {"finnes.ikke", "1"}});
  EXPECT_EQ(kept, (Seen{{"sporsmal.emne", "1"}}));
}

}  // namespace
}  // namespace alting::instances
