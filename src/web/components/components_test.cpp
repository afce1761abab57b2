#include "web/components/components.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "web/components/examples.h"

namespace alting::web::ui {
namespace {

using testing::HasSubstr;
using testing::Not;

// Golden pages: ALTING_UPDATE_GOLDEN=1 writes them anew; look at the difference before committing it.
TEST(Components, look_as_their_golden_pages) {
  std::filesystem::path folder = std::filesystem::path(ALTING_SOURCE_DIR) / "src/web/components/golden";
  std::map<std::string, std::string> pages;
  for (const Example& example : examples())
    pages[example.component] += fmt::format("<!-- {} -->\n{}\n", example.name, example.markup.markup());
  const char* update = std::getenv("ALTING_UPDATE_GOLDEN");
  for (const auto& [name, markup] : pages) {
    std::filesystem::path file = folder / (name + ".html");
    if (update != nullptr) {
      std::filesystem::create_directories(folder);
      std::ofstream(file) << markup;
    }
    std::ifstream in(file);
    std::ostringstream golden;
    golden << in.rdbuf();
    EXPECT_EQ(golden.str(), markup) << name;
  }
}

TEST(Components, have_no_inline_style_script_or_handler) {
  for (const Example& example : examples()) {
    EXPECT_THAT(example.markup.markup(), Not(HasSubstr(" style="))) << example.component;
    EXPECT_THAT(example.markup.markup(), Not(HasSubstr("<style"))) << example.component;
    EXPECT_THAT(example.markup.markup(), Not(HasSubstr(" onclick"))) << example.component;
  }
}

// A browser's Enter presses the first submit button of the form: that must be the main one, or the only one.
TEST(Components, of_a_form_let_Enter_press_what_the_main_button_does) {
  int forms = 0;
  for (const Example& example : examples()) {
    const std::string& markup = example.markup.markup();
    for (std::size_t at = markup.find("<form"); at != std::string::npos; at = markup.find("<form", at + 1)) {
      const std::string form = markup.substr(at, markup.find("</form>", at) - at);
      const std::string submit = "type=\"submit\"";
      const auto first = form.find(submit);
      if (first == std::string::npos) continue;
      ++forms;
      const auto tag = [&](std::size_t where) {
        const auto begin = form.rfind('<', where);
        return form.substr(begin, form.find('>', where) - begin);
      };
      const bool only = form.find(submit, first + 1) == std::string::npos;
      const bool main = tag(first).find("data-variant=\"primary\"") != std::string::npos &&
                        tag(first).find("data-color=\"danger\"") == std::string::npos;
      const bool stands_in = tag(first).find("aria-hidden=\"true\"") != std::string::npos;
      EXPECT_TRUE(only || main || stands_in) << example.component << ": " << form;
    }
  }
  EXPECT_GT(forms, 5);
}

// Every id that aria-describedby, aria-labelledby and for name exists, and no id stands twice.
TEST(Components, refer_only_to_ids_that_exist_once) {
  std::string all = gallery(Assets()).markup();
  std::multiset<std::string> ids;
  auto values_of = [&](std::string_view attribute) {
    std::vector<std::string> values;
    std::string needle = fmt::format(" {}=\"", attribute);
    for (std::size_t at = all.find(needle); at != std::string::npos; at = all.find(needle, at + 1)) {
      std::size_t begin = at + needle.size();
      values.push_back(all.substr(begin, all.find('"', begin) - begin));
    }
    return values;
  };
  for (const std::string& id : values_of("id")) ids.insert(id);
  for (const std::string& id : ids) EXPECT_EQ(ids.count(id), 1u) << id;
  for (std::string_view attribute : {"aria-describedby", "aria-labelledby", "for"})
    for (const std::string& list : values_of(attribute)) {
      std::istringstream words(list);
      for (std::string id; words >> id;) EXPECT_EQ(ids.count(id), 1u) << attribute << " " << id;
    }
}

// A fragment replaces what has the same id.
TEST(Components, say_that_a_draft_is_not_saved_where_they_say_that_it_is) {
  EXPECT_THAT(saved_state("Lagret").markup(), HasSubstr("id=\"saved-state\""));
  EXPECT_EQ(saved_alert(html::text("Nei & nei")).markup(),
            "<div id=\"saved-state\" aria-live=\"assertive\">Nei &amp; nei</div>");
}

TEST(Components, escape_whatever_they_are_given) {
  rc::check([] {
    std::string evil = *rc::gen::element<std::string>("<script>alert(1)</script>", "\"><img src=x>", "'\"&<>",
                                                      "javascript:alert(1)", "</textarea><b>") +
                       *rc::gen::arbitrary<std::string>();
    TextField field;
    field.label = evil;
    field.name = field.value = field.error = field.description = field.source = field.marker = evil;
    TextArea area;
    area.name = "x";
    area.value = evil;
    Table table_of{.caption = evil, .columns = {{.name = evil}}, .rows = {{html::text(evil)}}};
    std::string markup = (text_field(field) + text_area(area) + table(table_of) + link(evil, evil) +
                          alert(Color::info, evil) + error_summary(evil, {{evil, evil}}))
                             .markup();
    RC_ASSERT(markup.find("<script") == std::string::npos);
    RC_ASSERT(markup.find("<img") == std::string::npos);
    RC_ASSERT(markup.find("<b>") == std::string::npos);
    RC_ASSERT(markup.find("href=\"javascript") == std::string::npos);
  });
}

// One looks at a long form's steps near where one is; on none of its pages they only open.
TEST(Steps, show_the_neighbours_of_many_and_all_of_few) {
  const auto steps = [](std::size_t count, std::size_t current) {
    Steps made{.label = "Sider", .summary = "S", .done_word = "d", .fault_word = "f", .steps = {}, .all_label = "Alle"};
    for (std::size_t i = 0; i < count; ++i)
      made.steps.push_back({std::to_string(i), "/x", i == current ? Step::State::current : Step::State::upcoming});
    return progress_steps(made).markup();
  };
  const auto near = [](const std::string& markup) { return markup.substr(0, markup.find("<details")); };
  const auto many = steps(15, 3);
  for (const int shown : {3, 4, 5}) EXPECT_THAT(near(many), HasSubstr(fmt::format("data-number=\"{}\"", shown)));
  for (const int hidden : {2, 6}) EXPECT_THAT(near(many), Not(HasSubstr(fmt::format("data-number=\"{}\"", hidden))));
  EXPECT_THAT(many, HasSubstr("data-number=\"15\""));
  EXPECT_THAT(near(steps(15, 0)), HasSubstr("data-number=\"2\""));
  EXPECT_THAT(near(steps(15, 14)), HasSubstr("data-number=\"14\""));
  EXPECT_THAT(near(steps(15, 99)), Not(HasSubstr("data-number")));
  EXPECT_THAT(steps(6, 1), Not(HasSubstr("<details")));
}

TEST(Layout, shows_what_one_came_for_before_what_stands_beside_it_and_skips_to_it) {
  Layout layout;
  layout.skip_label = "Hopp til hovedinnhold";
  layout.aside = html::text("BESIDE");
  const std::string plain = page(layout, Assets(), html::text("CONTENT")).markup();
  EXPECT_LT(plain.find("CONTENT"), plain.find("BESIDE"));
  EXPECT_THAT(plain, HasSubstr("href=\"#innhold\">Hopp til hovedinnhold"));
  layout.compact = true;
  layout.own_skip_label = "Hopp til skjemaet";
  layout.skip_to = "#form-page";
  layout.menu = {{.label = "Innboks", .href = "/innboks"}};
  layout.languages = {{base::Language::nb, "Bokmål", "/sprak/nb", true}, {base::Language::en, "English", "/sprak/en"}};
  layout.person = PersonMenu{.label = "Meny", .name = "Kari", .links = {}, .log_out_label = "Ut"};
  const std::string compact = page(layout, Assets(), html::text("CONTENT")).markup();
  EXPECT_THAT(compact, HasSubstr("href=\"#form-page\">Hopp til skjemaet"));
  const auto menu = compact.substr(compact.find("class=\"menu-list\""));
  EXPECT_THAT(menu, HasSubstr("/innboks"));
  EXPECT_THAT(menu, HasSubstr("/sprak/en"));
}

TEST(Fields, tie_error_and_description_to_the_input) {
  TextField field;
  field.name = "a.b[0]";
  field.label = "L";
  field.description = "D";
  field.error = "E";
  std::string markup = text_field(field).markup();
  EXPECT_THAT(markup, HasSubstr("id=\"a-b-0-\""));
  EXPECT_THAT(markup, HasSubstr("aria-describedby=\"a-b-0--description a-b-0--error\""));
  EXPECT_THAT(markup, HasSubstr("aria-invalid=\"true\""));
}

TEST(Fields, a_read_only_choice_still_sends_its_value) {
  RadioGroup radio;
  radio.name = "r";
  radio.value = "b";
  radio.read_only = true;
  radio.options = {{.value = "a", .label = "A"}, {.value = "b", .label = "B"}};
  EXPECT_THAT(radio_group(radio).markup(), HasSubstr("<input type=\"hidden\" name=\"r\" value=\"b\">"));
}

TEST(Pagination, shows_the_ends_the_current_page_and_its_neighbours) {
  std::string markup = pagination({.label = "S",
                                   .previous = "F",
                                   .next = "N",
                                   .page_word = "Side",
                                   .page = 6,
                                   .pages = 20,
                                   .href = "?side={page}"})
                           .markup();
  for (int shown : {1, 5, 6, 7, 20}) EXPECT_THAT(markup, HasSubstr(fmt::format("?side={}\"", shown)));
  EXPECT_THAT(markup, Not(HasSubstr("?side=9\"")));
  EXPECT_TRUE(pagination({.page = 1, .pages = 1, .href = "?side={page}"}).empty());
}

}  // namespace
}  // namespace alting::web::ui
