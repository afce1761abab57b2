#include "forms/posted.h"

#include "forms/sample_app.h"

namespace alting::forms {
namespace {

using Part = FieldName::Part;

FieldName name_of(std::string_view text) { return named(*sample_app(), text); }

TEST(FieldName, IsReadAndWrittenAlike) {
  const std::vector<std::pair<std::string, FieldName>> cases{
      {"hva", {Part::value, "hva"}},
      {"tiltak[1].tekst", {Part::value, "tiltak[1].tekst"}},
      {"later:antall", {Part::promise, "antall"}},
      {"later-date:antall", {Part::promise_date, "antall"}},
      {"tid.kjennskap", {Part::value, "tid.kjennskap"}},
      {"tid.kjennskap.date", {Part::date, "tid.kjennskap"}},
      {"tid.kjennskap.time", {Part::time, "tid.kjennskap"}},
      {"tid.kjennskap.occurrence", {Part::occurrence, "tid.kjennskap"}},
  };
  for (const auto& [text, name] : cases) {
    EXPECT_EQ(name_of(text), name) << text;
    EXPECT_EQ(name.text(), text);
  }
}

TEST(FieldName, OfAFieldThatIsNoMomentEndsAsItLikes) {
  EXPECT_EQ(name_of("hva.date"), (FieldName{Part::value, "hva.date"})) << "no day of a text";
  EXPECT_EQ(name_of("ukjent.time"), (FieldName{Part::value, "ukjent.time"}));
}

TEST(FieldName, IsNoButtonAndNoNonsense) {
  for (const auto* text : {"", "a..b", "a[", "later:", "later-date:a[x]", "add-row:tiltak", "remove-row:tiltak[0]",
                           "restore-row", "tiltak[1000].tekst"})
    EXPECT_FALSE(FieldName::parse(*sample_app(), text)) << text;
}

TEST(FieldName, PartsOfOneFieldStandTogether) {
  const std::set<FieldName> names{
      {Part::promise_date, "b"}, {Part::value, "a"}, {Part::promise, "a"}, {Part::value, "b"}};
  std::string order;
  for (const auto& name : names) order += name.text() + " ";
  EXPECT_EQ(order, "a later:a b later-date:b ");
}

TEST(ReadPosted, TakesFieldsAndButtonsApart) {
  const auto posted = read_posted(*sample_app(), {{"hva", "x"},
                                                  {"typer", ""},
                                                  {"typer", "navn"},
                                                  {"add-row:tiltak[1].personer", "1"},
                                                  {"remove-row:tiltak[2]", "1"},
                                                  {"restore-row", "tiltak"}});
  ASSERT_TRUE(posted);
  EXPECT_EQ(posted->fields,
            (std::vector<PostedField>{
                {{Part::value, "hva"}, "x"}, {{Part::value, "typer"}, ""}, {{Part::value, "typer"}, "navn"}}));
  EXPECT_EQ(posted->row_actions, (std::vector<RowAction>{{RowAction::Kind::add, "tiltak[1].personer"},
                                                         {RowAction::Kind::remove, "tiltak", 2},
                                                         {RowAction::Kind::restore, "tiltak"}}));
  for (const auto& action : posted->row_actions) {
    const auto again = read_posted(*sample_app(), {{action.button_name(), action.button_value()}});
    ASSERT_TRUE(again);
    EXPECT_EQ(again->row_actions, std::vector<RowAction>{action}) << "buttons are named as they are read";
  }
}

TEST(ReadPosted, RefusesWhatNoPageCanPost) {
  for (const auto* name : {"", "a..b", "add-row:", "remove-row:tiltak", "remove-row:[0]", "later:a..b"}) {
    const auto posted = read_posted(*sample_app(), {{name, "x"}});
    ASSERT_FALSE(posted) << name;
    EXPECT_EQ(posted.error().code, "error.form.field");
  }
  const auto many = [](const std::string& name, std::size_t count) {
    NamesAndTexts fields;
    for (std::size_t i = 0; i < count; ++i) fields.emplace_back(fmt::format("{}{}", name, i), "1");
    return read_posted(*sample_app(), fields);
  };
  EXPECT_TRUE(many("felt", 5'000));
  EXPECT_EQ(many("felt", 5'001).error().code, "error.form.too_many_fields");
  EXPECT_TRUE(many("later:felt", 1'000));
  EXPECT_EQ(many("later:felt", 1'001).error().code, "error.form.too_many_fields");
  EXPECT_TRUE(many("add-row:felt", 20));
  EXPECT_EQ(many("add-row:felt", 21).error().code, "error.form.too_many_fields");
}

TEST(TypedTexts, AreStoredByTheNamesThatPagesPost) {
  const auto typed = typed_texts(
      *sample_app(), {{"antall", "mange"}, {"tid.kjennskap.date", "i går"}, {"later-date:antall", "snart"}});
  const auto stored = typed_to_json(typed);
  EXPECT_EQ(stored.text("antall"), "mange");
  EXPECT_EQ(stored.text("tid.kjennskap.date"), "i går");
  EXPECT_EQ(stored.text("later-date:antall"), "snart");
  EXPECT_EQ(typed_from_json(*sample_app(), stored), typed);
  EXPECT_TRUE(typed_from_json(*sample_app(), json(R"({"a..b":"x"})")).empty());
  EXPECT_TRUE(typed_from_json(*sample_app(), json("[]")).empty());
}

TEST(TypedTexts, OfAMomentThatIsOneNoLongerAreOfTheFieldAndStopTheSending) {
  const auto& app = *sample_app();
  const auto typed =
      typed_from_json(app, json(R"({"fodt.date":"i går","fodt.time":"25:99","tiltak[0].tekst.time":"9"})"));
  EXPECT_EQ(typed, (TypedTexts{{{Part::value, "fodt"}, "i går 25:99"}, {{Part::value, "tiltak[0].tekst"}, "9"}}));
  auto context = form_context();
  context.rejected = typed;
  EXPECT_NE(find_issue(app.read(context).issues(When::submit), "fodt", "rejected"), nullptr);
  EXPECT_EQ(applied(app, context, {{"fodt", "1.2.1990"}}).rejected.size(), 1U) << "mended where it is shown";
  EXPECT_EQ(typed_from_json(app, json(R"({"ukjent.date":"x","tiltak.date":"x"})")).size(), 2U)
      << "no field's parts stay as they are";
}

}  // namespace
}  // namespace alting::forms
