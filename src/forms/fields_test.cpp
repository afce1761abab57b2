// Component and model that want different things, what is not read, days that bound a date, folders of Altinn's v9.
#include <fmt/format.h>

#include "forms/advice.h"
#include "forms/layout.h"
#include "forms/own_folder.h"

namespace alting::forms {
namespace {

namespace fs = std::filesystem;

// A small folder as other people write it: no config/alting.json, one language, v9.
class SmallApp : public OwnFolder {
 protected:
  void SetUp() override {
    write("config/applicationmetadata.json",
          R"({"id": "ttd/liten", "org": "ttd", "title": {"nb": "Liten"}, "dataTypes": [
  {"id": "annet", "appLogic": {"classRef": "A"}, "taskId": "Task_1"},
  {"id": "modell", "appLogic": {"classRef": "M"}, "taskId": "Task_1"}]})");
    write("config/authorization/policy.xml", "<Policy/>");
    write("config/process/process.bpmn", process_with(""));
    write("config/texts/resource.nb.json", R"({"language": "nb", "resources": [{"id": "Side", "value": "Side"}]})");
    write("models/annet.schema.json", R"({"type": "object", "properties": {"x": {"type": "string"}}})");
    write("ui/Task_1/Settings.json", R"({"pages": {"order": ["Side"]}, "defaultDataType": "modell"})");
  }
  // One component on line 3 of its page, bound to "f" of this schema.
  void field(const std::string& component, const std::string& schema) {
    write("models/modell.schema.json", fmt::format(R"({{"type": "object", "properties": {{"f": {}}}}})", schema));
    write("ui/Task_1/layouts/Side.json",
          "{\"data\": {\"layout\": [\n\n" +
              fmt::format(R"({{"id": "c", "dataModelBindings": {{"simpleBinding": "f"}}, {}}})", component) + "]}}");
  }
  std::string advice() { return in_lines(advice_on(folder_)); }
};

constexpr auto text_schema = R"({"type": "string"})";
constexpr auto instant = R"({"type": "string", "format": "date-time"})";
constexpr auto at_line = "ui/Task_1/layouts/Side.json:3: component \"c\"";

TEST_F(SmallApp, ADatepickerOnADateWithTimeAsksForTheTimeUnlessItSaysOtherwise) {
  field(R"("type": "Datepicker")", instant);
  EXPECT_EQ(faults(), "");
  auto app = load_app(folder_).app;
  ASSERT_TRUE(app);
  EXPECT_EQ(app->read(form_context()).page("Side")->components.at(0).kind, ComponentKind::date_time);
  auto after = post(*app, form_context(), {{"f.date", "31.12.2026"}, {"f.time", "14:30"}});
  ASSERT_TRUE(after);
  auto context = form_context();
  context.data = after->data;
  EXPECT_TRUE(app->read(context).issues(When::submit).empty());

  field(R"("type": "Datepicker")", R"({"type": "string", "format": "date"})");
  EXPECT_EQ(load_app(folder_).app->read(form_context()).page("Side")->components.at(0).kind, ComponentKind::date);
  field(R"("type": "Datepicker", "timeStamp": false)", instant);
  EXPECT_TRUE(faults().starts_with(at_line)) << faults();
}

TEST_F(SmallApp, EveryPairOfComponentAndModelThatCannotMeetIsNamed) {
  struct Case {
    std::string component, schema;
    bool meets;
  };
  const std::string number = R"({"type": "number"})", whole = R"({"type": "integer"})", yes = R"({"type": "boolean"})",
                    list = R"({"type": "array", "items": {"type": "string"}})",
                    date = R"({"type": "string", "format": "date"})";
  const std::string two = R"("options": [{"value": "a", "label": "A"}, {"value": "2", "label": "B"}])";
  const Case cases[] = {
      {R"("type": "Input")", text_schema, true},
      {R"("type": "Input")", number, true},
      {R"("type": "Input")", yes, false},
      {R"("type": "Input")", list, false},
      {R"("type": "Input")", date, false},
      {R"("type": "Input")", instant, false},
      {R"("type": "TextArea")", text_schema, true},
      {R"("type": "TextArea")", list, false},
      {R"("type": "TextArea", "maxLength": 3)", R"({"type": "string", "minLength": 5})", false},
      {R"("type": "Number")", whole, true},
      {R"("type": "Number")", text_schema, true},
      {R"("type": "Number")", yes, false},
      {R"("type": "Datepicker")", text_schema, true},
      {R"("type": "Datepicker")", date, true},
      {R"("type": "Datepicker")", number, false},
      {R"("type": "Datepicker")", R"({"type": "string", "maxLength": 8})", false},
      {R"("type": "Datepicker", "timeStamp": true)", instant, true},
      {R"("type": "Datepicker", "timeStamp": true)", date, false},
      {R"("type": "Datepicker", "minDate": "2026-02-01", "maxDate": "2026-01-01")", date, false},
      {R"("type": "TimePicker")", text_schema, true},
      {R"("type": "TimePicker")", instant, false},
      {R"("type": "TimePicker")", whole, false},
      {R"("type": "RadioButtons", )" + two, text_schema, true},
      {R"("type": "RadioButtons", )" + two, whole, false},
      {R"("type": "RadioButtons", )" + two, list, false},
      {R"("type": "Dropdown", )" + two, R"({"type": "string", "enum": ["a"]})", false},
      {R"("type": "RadioButtons", "options": [{"value": 1, "label": "A"}])", whole, true},
      {R"("type": "RadioButtons", "options": [{"value": true, "label": "A"}])", yes, true},
      {R"("type": "Checkboxes", )" + two, list, true},
      {R"("type": "Checkboxes", )" + two, text_schema, true},
      {R"("type": "Checkboxes", )" + two, whole, false},
      {R"("type": "Checkboxes", )" + two, R"({"type": "array", "items": {"type": "integer"}})", false},
      {R"("type": "Checkboxes", "options": [{"value": true, "label": "A"}])", yes, true},
      {R"("type": "Checkboxes", "options": [{"value": " a", "label": "A"}])", list, false},
  };
  for (const auto& one : cases) {
    field(one.component, one.schema);
    EXPECT_EQ(faults().empty(), one.meets) << one.component << " on " << one.schema << "\n" << faults();
    if (!one.meets) {
      EXPECT_NE(faults().find("\"c\""), std::string::npos) << faults();
    }
  }
  field(R"("type": "Input", "readOnly": true)", instant);  // only shows
  EXPECT_EQ(faults(), "");
}

TEST_F(SmallApp, ACodeWithACommaIsRefusedWhereCodesAreJoinedWithCommas) {
  write("options/koder.json", "[{\"value\": \"a\", \"label\": \"A\"},\n{\"value\": \"a,b\", \"label\": \"A og B\"}]");
  field(R"("type": "Checkboxes", "optionsId": "koder")", text_schema);
  EXPECT_TRUE(faults().starts_with("options/koder.json:2: the code \"a,b\"")) << faults();
  EXPECT_NE(faults().find("bind the component to an array"), std::string::npos) << faults();
  field(R"("type": "Checkboxes", "optionsId": "koder")", R"({"type": "array", "items": {"type": "string"}})");
  EXPECT_EQ(faults(), "");
  field(R"("type": "RadioButtons", "optionsId": "koder")", text_schema);
  EXPECT_EQ(faults(), "");
}

TEST_F(SmallApp, WhatRestrictsAnswersAndIsNotReadIsNamed) {
  field(R"("type": "Input", "minLength": 3, "pattern": "^a", "grid": {"xs": 6})",
        R"({"type": "string", "multipleOf": 2, "format": "uri", "description": "d"})");
  EXPECT_EQ(faults(), "");
  const auto said = advice();
  for (const auto* part : {"\"minLength\" is not read", "\"pattern\" is not read", "\"multipleOf\"", "\"uri\""})
    EXPECT_NE(said.find(part), std::string::npos) << part << " among\n" << said;
  EXPECT_EQ(said.find("grid"), std::string::npos) << said;
  EXPECT_NE(said.find("ui/Task_1/layouts/Side.json:3:"), std::string::npos) << said;

  field(R"("type": "Input", "maxLength": 3)", text_schema);
  EXPECT_EQ(advice(), "");
  field(R"("type": "Checkboxes", "optionFilter": ["equals", 1, 1], "options": [])", text_schema);
  EXPECT_NE(advice().find("optionFilter"), std::string::npos) << advice();
}

TEST_F(SmallApp, MinDateAndMaxDateAreHeldInThreeLanguages) {
  field(R"("type": "Datepicker", "minDate": "2026-01-01", "maxDate": "today")",
        R"({"type": "string", "format": "date"})");
  EXPECT_EQ(faults(), "");
  auto app = load_app(folder_).app;
  ASSERT_TRUE(app);
  auto messages = [&](std::string_view day, Language language) {
    auto context = form_context(fmt::format(R"({{"f": "{}"}})", day));  // today is 2026-11-20
    context.language = language;
    std::string out;
    const auto issues = app->read(context).issues(When::save);
    for (const auto& issue : issues) out += issue.code + "|" + issue.message;
    return out;
  };
  EXPECT_EQ(messages("2026-01-01", Language::nb), "");
  EXPECT_EQ(messages("2026-11-20", Language::nb), "");
  std::set<std::string> different;
  for (auto language : base::all_languages) {
    EXPECT_TRUE(messages("2020-01-01", language).starts_with("min_date|")) << messages("2020-01-01", language);
    EXPECT_NE(messages("2027-11-27", language).find("2026"), std::string::npos);
    EXPECT_TRUE(messages("2027-11-27", language).starts_with("max_date|"));
    different.insert(messages("2020-01-01", language));
  }
  EXPECT_EQ(different.size(), 3U);

  field(R"("type": "Datepicker", "maxDate": ["if", true, "yesterday"])", R"({"type": "string", "format": "date"})");
  app = load_app(folder_).app;
  ASSERT_TRUE(app) << faults();
  EXPECT_EQ(messages("2026-11-19", Language::nb), "");
  EXPECT_NE(messages("2026-11-20", Language::nb), "");
  field(R"("type": "Datepicker", "maxDate": "soon")", R"({"type": "string", "format": "date"})");
  EXPECT_NE(faults().find("oneYearAgo"), std::string::npos) << faults();
}

TEST(DayOf, KnowsAltinnsWords) {
  EXPECT_EQ(day_of("today", "2026-11-20"), "2026-11-20");
  EXPECT_EQ(day_of("yesterday", "2026-03-01"), "2026-02-28");
  EXPECT_EQ(day_of("tomorrow", "2026-12-31"), "2027-01-01");
  EXPECT_EQ(day_of("oneYearAgo", "2024-02-29"), "2023-02-28");
  EXPECT_EQ(day_of("oneYearFromNow", "2026-11-20"), "2027-11-20");
  EXPECT_EQ(day_of("2026-01-01T00:00:00.000Z", "2026-11-20"), "2026-01-01");
  EXPECT_EQ(day_of("whenever", "2026-11-20"), std::nullopt);
}

TEST_F(SmallApp, SettingsOfTheTaskNameTheModelInV9) {
  field(R"("type": "Input")", text_schema);
  EXPECT_EQ(faults(), "");
  EXPECT_EQ(load_app(folder_).app->facts().data_type, "modell");
  write("ui/Task_1/Settings.json", "{\"pages\": {\"order\": [\"Side\"]},\n\"defaultDataType\": \"borte\"}");
  EXPECT_NE(faults().find("ui/Task_1/Settings.json:2: no data type \"borte\""), std::string::npos) << faults();
}

TEST_F(SmallApp, TheSetOfTheTaskNamesTheModelInV8) {
  field(R"("type": "Input")", text_schema);
  fs::rename(folder_ / "ui/Task_1", folder_ / "ui/skjema");
  write("ui/layout-sets.json", R"({"sets": [{"id": "skjema", "dataType": "modell", "tasks": ["Task_1"]}]})");
  EXPECT_EQ(faults(), "");
  EXPECT_EQ(load_app(folder_).app->facts().data_type, "modell");
}

TEST_F(SmallApp, WhatIsNotOfferedIsSaid) {
  write("config/process/process.bpmn", process_with(R"(<b:task id="Task_2"/>)"));
  write("models/modell.schema.json", R"({"type": "object", "properties": {"f": {"type": "string"}}})");
  write("ui/Task_1/layouts/Side.json", R"({"data": {"layout": [{"id": "kart", "type": "Map"}]}})");
  EXPECT_EQ(faults(), "");
  EXPECT_NE(advice().find("process.bpmn"), std::string::npos) << advice();
  EXPECT_NE(advice().find("\"Map\" is not offered"), std::string::npos) << advice();
  write("ui/Task_1/layouts/Side.json",
        R"({"data": {"layout": [{"id": "c", "type": "Input",
  "dataModelBindings": {"simpleBinding": {"dataType": "annet", "field": "x"}}}]}})");
  EXPECT_NE(faults().find("bound to the data type \"annet\""), std::string::npos) << faults();
}

TEST(Advice, TheServicesOfTheHouseSayNothingThatIsNotRead) {
  for (const auto* name : {"avviksmelding", "veiledning"}) {
    for (const auto& one : advice_on(fs::path(ALTING_SOURCE_DIR) / "services/dat" / name))
      ADD_FAILURE() << one.file << ":" << one.line << ": " << one.message;
  }
}

}  // namespace
}  // namespace alting::forms
