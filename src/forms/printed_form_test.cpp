// All questions of the forms that are shipped, as they are printed.
#include "forms/printed_form.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "forms/catalogue.h"

namespace alting::forms {
namespace {

class PrintedFormTest : public ::testing::Test {
 protected:
  static std::shared_ptr<const App> app(const std::string& id) {
    auto loaded = load_app(std::filesystem::path(ALTING_SOURCE_DIR) / "services" / id);
    if (!loaded.app) throw std::runtime_error(id + " has faults");
    return loaded.app;
  }
  static std::size_t count(const std::vector<PrintedQuestion>& questions, const auto& is_so) {
    std::size_t found = 0;
    for (const auto& one : questions) found += (is_so(one) ? 1 : 0) + count(one.questions, is_so);
    return found;
  }
  static std::size_t count(const std::vector<PrintedPage>& pages, const auto& is_so) {
    std::size_t found = 0;
    for (const auto& page : pages) found += count(page.questions, is_so);
    return found;
  }
  const base::Instant now = *base::from_rfc3339("2026-11-20T12:00:00Z");
};

TEST_F(PrintedFormTest, asks_also_what_only_some_are_asked) {
  const auto pages = app("dat/avviksmelding")->printed(Language::nb, now);
  EXPECT_GT(count(pages, [](const auto& one) { return one.sometimes; }), 10U);
  EXPECT_GT(count(pages, [](const auto& one) { return !one.options.empty(); }), 20U);
  EXPECT_EQ(pages.front().title, app("dat/avviksmelding")->text(Language::nb, "Viktigste").plain());
  EXPECT_TRUE(std::ranges::none_of(pages, &PrintedPage::sometimes)) << "a page of a way is everybody's on paper";
  EXPECT_EQ(count(pages, [](const auto& one) { return one.kind == ComponentKind::alert; }), 0U)
      << "what is said of answers is for the screen";
}

TEST_F(PrintedFormTest, leaves_the_page_of_additions_out_and_asks_nothing_twice) {
  const auto form = app("dat/veiledning");
  const auto pages = form->printed(Language::nb, now);
  EXPECT_FALSE(pages.empty());
  std::vector<std::string> titles;
  for (const auto& page : pages) titles.push_back(page.title.plain());
  EXPECT_THAT(titles, ::testing::Not(::testing::Contains(form->text(Language::nb, "Mer").plain())));
  for (const auto& page : app("dat/avviksmelding")->printed(Language::en, now))
    EXPECT_FALSE(page.questions.empty()) << page.title;
}

}  // namespace
}  // namespace alting::forms
