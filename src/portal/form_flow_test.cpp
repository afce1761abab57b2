#include "portal/form_flow.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "portal/form_uploads.h"

namespace alting::portal {
namespace {

using forms::RowAction;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(FormFlow, leads_through_the_pages_to_the_overview) {
  const std::vector<forms::PageTitle> pages{{"a", {}}, {"b", {}}, {"c", {}}};
  struct Case {
    std::string current;
    Go go;
    std::optional<std::string> to;
  };
  for (const auto& [current, go, to] : std::vector<Case>{
           {"a", Go::next, "b"},
           {"c", Go::next, std::nullopt},
           {"b", Go::previous, "a"},
           {"a", Go::previous, "a"},
           {"b", Go::stay, "b"},
           {"b", Go::overview, std::nullopt},
           // A page that an answer took away.
           {"gone", Go::next, std::nullopt},
           {"gone", Go::previous, "a"},
           {"gone", Go::stay, "gone"},
       })
    EXPECT_EQ(page_after(pages, current, go), to) << current << " " << to_text(go);
  EXPECT_EQ(page_after({}, "a", Go::previous), "a");
  EXPECT_EQ(page_after({}, "a", Go::next), std::nullopt);
}

forms::ComponentView component(std::string id, std::string path, bool read_only = false) {
  forms::ComponentView made;
  made.id = std::move(id);
  made.path = std::move(path);
  made.read_only = read_only;
  return made;
}

TEST(FormFlow, sees_a_question_that_was_not_there) {
  forms::PageView before, after;
  before.components = {component("name", "name"), component("text", "")};
  after = before;
  const auto shown = components_of(before);
  EXPECT_EQ(new_questions(shown, after), 0);
  after.components.push_back(component("warning", ""));  // nothing to answer
  after.components.push_back(component("sum", "sum", true));
  EXPECT_EQ(new_questions(shown, after), 0);
  after.components.push_back(component("phone", "phone"));
  EXPECT_EQ(new_questions(shown, after), 1);
  EXPECT_EQ(new_questions(components_of(after), before), 0);  // gone is not new
}

TEST(FormFlow, knows_what_a_page_asks_at_in_groups_and_rows_too) {
  forms::PageView page;
  page.components = {component("header", ""), component("name", "name"), component("list", "list")};
  page.components[1].precision_path = "name.sure";
  page.components[2].rows = {{component("a-0", "list[0].a")}, {component("a-1", "list[1].a")}};
  EXPECT_THAT(paths_on(page), ElementsAre("list", "list[0].a", "list[1].a", "name", "name.sure"));
  EXPECT_EQ(first_to_answer(page, {"list[1].a", "list[0].a"}), "list[0].a");
  EXPECT_EQ(first_to_answer(page, {"elsewhere"}), "");
  page.components[1].read_only = true;
  EXPECT_EQ(first_to_answer(page, {"name", "list"}), "list");
}

TEST(FormFlow, knows_the_pages_that_are_walked) {
  const std::vector<forms::PageTitle> pages{{"a", {}}, {"b", {}}};
  EXPECT_TRUE(is_walked(pages, "b"));
  EXPECT_FALSE(is_walked(pages, "c"));
  EXPECT_FALSE(is_walked({}, "a"));
}

TEST(FormFlow, comes_back_to_what_a_button_was_about) {
  const auto data = base::Json::parse(R"({"list":[{"a":1},{"a":2}],"none":null})").value();
  instances::Attachment file;
  file.id = *terms::DataElementId::parse("0192d7f0-0000-7000-8000-000000000003");
  file.data_type = "vedlegg";
  const auto place = [&](auto&& press) {
    PagePost post;
    press(post);
    return place_on_page(post, data, {file});
  };
  const auto row = [](RowAction action) { return [action](PagePost& post) { post.answers.row_actions = {action}; }; };
  EXPECT_EQ(place([](PagePost&) {}), "");
  EXPECT_EQ(place(row({RowAction::Kind::add, "list", 0})), web::ui::field_id("list[1]"));
  EXPECT_EQ(place(row({RowAction::Kind::add, "none", 0})), web::ui::field_id("none"));  // it was not added
  EXPECT_EQ(place(row({RowAction::Kind::remove, "list", 1})), web::ui::field_id("list"));
  EXPECT_EQ(place(row({RowAction::Kind::restore, "list", 0})), web::ui::field_id("list"));
  EXPECT_EQ(place([](PagePost& post) { post.upload = "vedlegg"; }), upload_id("vedlegg"));
  EXPECT_EQ(place([&](PagePost& post) { post.detach = file.id.text(); }), upload_id("vedlegg"));
  EXPECT_EQ(place([](PagePost& post) { post.detach = "x"; }), "");
  EXPECT_EQ(place([](PagePost& post) { post.chosen = "name"; }), web::ui::field_id("name"));
  EXPECT_EQ(place([](PagePost& post) { post.contact_at = "mail"; }), "");
  EXPECT_EQ(place([](PagePost& post) { post.my_contact = true, post.contact_at = "mail"; }), "mail");
}

TEST(FormFlow, tells_what_others_have_changed_since_the_page_was_made) {
  instances::Draft draft;
  draft.data = base::Json::parse(R"({"name":"Kari","list":[{"a":"1"}]})").value();
  const instances::Fingerprints prints(draft.data, draft.later);
  const instances::Seen seen{{"name", prints.at("name")}, {"list[]", prints.at("list[]")}, {"gone", prints.at("gone")}};
  EXPECT_THAT(changed_since(seen, draft), IsEmpty());
  draft.data = base::Json::parse(R"({"name":"Ola","list":[{"a":"1"},{"a":"2"}]})").value();
  draft.later = {{"gone", "2026-12-01", false}};
  const auto changed = changed_since(seen, draft);
  EXPECT_THAT(changed, ElementsAre("gone", "list[]", "name"));
  EXPECT_TRUE(has_moved_rows(changed));
  EXPECT_FALSE(has_moved_rows({"name"}));
}

}  // namespace
}  // namespace alting::portal
