#include "portal/page_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "portal/testing/small_portal.h"

namespace alting::portal {
namespace {

using ::testing::HasSubstr;

Response empty_page(View& view) { return view.show({.title = "x"}, {}); }

PageSet good() {
  return {
      .name = "notices",
      .menu_entry = "notices",
      .routes = {open_page(Method::get, "/varsler/om", empty_page), personal_page(Method::get, "/varsler", empty_page),
                 party_page(Method::get, "/a/{party}/varsler", empty_page),
                 personal_page(Method::post, "/varsler/les", empty_page)},
      .menu = {{.key = "notices",
                .text = "menu.notices",
                .somebody = "/a/{party}/varsler",
                .nobody = "/varsler/om",
                .order = 10}},
      .person_menu = {{.text = "menu.notices", .href = "/varsler", .order = 10}},
      .footer = {{.text = "footer.notices", .href = "/varsler/om", .order = 10}},
      .search = "/varsler/om",
      .words = {"notices.title"}};
}

base::Texts texts() {
  base::Texts texts;
  for (const auto language : base::all_languages)
    EXPECT_TRUE(texts.add(language, "\"menu.notices\" = \"a\"\n\"footer.notices\" = \"b\"\n\"notices.title\" = \"c\"\n",
                          "notices"));
  return texts;
}

std::string fault_of(const std::vector<PageSet>& sets) {
  const auto fits = check_page_sets(sets, texts());
  return fits ? "" : fits.error().detail;
}

TEST(PageSet, that_says_all_that_it_must_is_taken) { EXPECT_EQ(fault_of({good()}), ""); }

TEST(PageSet, without_words_pages_or_a_way_to_them_keeps_the_portal_from_starting) {
  struct Case {
    std::string_view fault;
    std::function<void(PageSet&)> spoil;
  };
  const std::vector<Case> cases{
      {"it has no words", [](PageSet& set) { set.words.clear(); }},
      {"the text 'notices.lost' is missing", [](PageSet& set) { set.words.push_back("notices.lost"); }},
      {"the text 'menu.lost' is missing", [](PageSet& set) { set.menu[0].text = "menu.lost"; }},
      {"the text 'menu.lost' is missing", [](PageSet& set) { set.person_menu[0].text = "menu.lost"; }},
      {"the text 'footer.lost' is missing", [](PageSet& set) { set.footer[0].text = "footer.lost"; }},
      {"the text '' is missing", [](PageSet& set) { set.footer[0].text = ""; }},
      {"it has no pages", [](PageSet& set) { set.routes.clear(); }},
      {"its name is missing", [](PageSet& set) { set.name = ""; }},
      {"menu entry 'notices' leads nowhere", [](PageSet& set) { set.menu[0].somebody = ""; }},
      {"no page of the set is at '/varsel'", [](PageSet& set) { set.menu[0].somebody = "/varsel"; }},
      {"no page of the set is at '/varsel'", [](PageSet& set) { set.search = "/varsel"; }},
      {"no page of the set is at '/varsler/les'", [](PageSet& set) { set.person_menu[0].href = "/varsler/les"; }},
      // Nobody may not see a link to what only somebody may see.
      {"no page of the set is at '/varsler' for those", [](PageSet& set) { set.footer[0].href = "/varsler"; }},
      {"no page of the set is at '/a/{party}/varsler' for those",
       [](PageSet& set) { set.menu[0].nobody = "/a/{party}/varsler"; }},
      {"two menu entries are 'notices'", [](PageSet& set) { set.menu.push_back(set.menu[0]); }},
      {"two links want place 10 of the footer", [](PageSet& set) { set.footer.push_back(set.footer[0]); }},
      {"no page set has the menu entry 'mail'", [](PageSet& set) { set.menu_entry = "mail"; }},
  };
  for (const auto& [fault, spoil] : cases) {
    auto set = good();
    spoil(set);
    EXPECT_THAT(fault_of({set}), HasSubstr(fault));
  }
}

TEST(PageSet, cannot_have_the_place_or_name_of_another) {
  auto second = good();
  EXPECT_THAT(fault_of({good(), second}), HasSubstr("page set 'notices': its name is missing or another's"));
  second.name = "mail";
  second.menu[0].key = "mail";
  EXPECT_THAT(fault_of({good(), second}), HasSubstr("page set 'mail': two links want place 10 of the menu"));
}

TEST(PageSet, has_pages_that_answer_with_what_it_was_given) {
  struct Uses {
    const int& number;
  };
  using NumberView = ViewOf<Uses>;
  const int number = 7;
  testing::SmallPortal small;
  small.open({{.name = "number",
               .routes = {open_page(Method::get, "/tall",
                                    with(
                                        Uses{.number = number},
                                        +[](NumberView& view) {
                                          return web::text(std::to_string(view.uses.number) + view.request.path);
                                        }))},
               .words = {"site.name"}}});
  EXPECT_EQ(small.get("/tall").body, "7/tall");
}

}  // namespace
}  // namespace alting::portal
