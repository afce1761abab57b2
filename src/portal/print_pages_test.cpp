// Forms on paper, and what the error pages tell of other ways.
#include "portal/print_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "portal/other_ways.h"
#include "portal/testing/small_portal.h"

namespace alting::portal {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class PrintPagesTest : public ::testing::Test {
 protected:
  PrintPagesTest() {
    PageSet broken{
        .name = "broken",
        .routes = {open_page(Method::get, "/broken",
                             [](View&) -> Response { throw store::DatabaseError("secret of the disk"); }),
                   open_page(Method::get, "/busy",
                             [](View& view) {
                               return view.fail(base::make_error(base::ErrorKind::too_many, "error.quota.entries", "",
                                                                 {{"minutes", "5"}}));
                             })},
        .words = {"home.title"}};
    small.open({print_pages({.apps = apps}), std::move(broken)});
  }
  std::string ways(Language language) { return small.t(language, "other_ways.title"); }

  testing::SmallPortal small;
  forms::AppCatalogue apps{std::filesystem::path(ALTING_SOURCE_DIR) / "services", false};
};

TEST_F(PrintPagesTest, hold_every_question_of_a_form_for_everyone) {
  for (const auto& app : apps.all()) {
    for (const auto language : base::all_languages) {
      const auto page = small.get(printed_form_address(app->facts().id), language);
      ASSERT_EQ(page.status, 200) << app->facts().id.text();
      for (const auto& part : app->printed(language, small.registers.clock.now()))
        EXPECT_THAT(page.body, HasSubstr(html::text(part.title.plain()).markup()));
      EXPECT_THAT(page.body, HasSubstr("class=\"paper-tick\""));
    }
  }
  EXPECT_EQ(small.get("/skjema/dat/finnes-ikke/utskrift").status, 404);
}

TEST_F(PrintPagesTest, need_no_database) {
  small.sessions.broken = true;
  EXPECT_EQ(small.get("/skjema/dat/avviksmelding/utskrift").status, 200);
}

TEST_F(PrintPagesTest, error_pages_tell_the_other_ways_and_nothing_of_what_broke) {
  for (const auto language : base::all_languages) {
    const auto page = small.get("/broken", language);
    EXPECT_EQ(page.status, 503);
    EXPECT_THAT(page.body, AllOf(HasSubstr(ways(language)), HasSubstr("/skjema/dat/avviksmelding/utskrift"),
                                 HasSubstr("postkasse@datatilsynet.no"), Not(HasSubstr("secret"))));
  }
  const auto busy = small.get("/busy");
  EXPECT_EQ(busy.status, 429);
  EXPECT_THAT(busy.body, HasSubstr(ways(Language::nb)));
  EXPECT_THAT(small.get("/finnes-ikke").body, Not(HasSubstr(ways(Language::nb)))) << "the portal works";
}

TEST_F(PrintPagesTest, the_other_ways_are_made_once_for_each_language_until_a_form_changes) {
  const auto folder = std::filesystem::temp_directory_path() /
                      ("alting-ways-" + base::Uuid::v7(small.registers.random, small.registers.clock.now()).text());
  std::filesystem::copy(std::filesystem::path(ALTING_SOURCE_DIR) / "services", folder,
                        std::filesystem::copy_options::recursive);
  forms::AppCatalogue changing(folder, true);
  KnownWays known(changing);
  const auto first = known.in(Language::nb);
  ASSERT_FALSE(first->empty());
  EXPECT_EQ(known.in(Language::nb), first);
  EXPECT_NE(known.in(Language::en), first);
  const auto file = folder / "dat" / "avviksmelding" / "config" / "alting.json";
  std::filesystem::last_write_time(file, std::filesystem::last_write_time(file) + std::chrono::hours(1));
  ASSERT_TRUE(changing.refresh());
  EXPECT_NE(known.in(Language::nb), first);
  std::filesystem::remove_all(folder);
}

TEST_F(PrintPagesTest, the_other_ways_are_told_also_where_there_is_no_page) {
  const auto words = other_ways_in_words(small.texts, apps, Language::nb);
  EXPECT_THAT(words, AllOf(HasSubstr("Datatilsynet"), HasSubstr("\n- "), Not(HasSubstr("<")), Not(HasSubstr("]("))));
}

}  // namespace
}  // namespace alting::portal
