// Options made from the rows of a repeating group: cases/rows, with a group in a group.
#include <fmt/format.h>

#include <fstream>

#include "forms/advice.h"
#include "forms/own_folder.h"

namespace alting::forms {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

const fs::path folder = ALTING_SOURCE_DIR "/src/forms/cases/rows";

const App& rows_app() {
  static const auto loaded = load_app(folder);
  for (const auto& fault : loaded.faults) ADD_FAILURE() << fault.file << ":" << fault.line << ": " << fault.message;
  if (!loaded.app) throw std::runtime_error("cases/rows does not load");
  return *loaded.app;
}

ComponentView shown(const FormContext& now, std::string_view page, std::string_view id) {
  return view_of(*rows_app().read(now).page(page), id);
}

Words codes(const ComponentView& view) {
  Words out;
  for (const auto& option : view.options) out.push_back(option.value);
  return out;
}

constexpr auto two = R"({"folk":[{"navn":"Kari","nummer":7,"rolle":"sjef"},{"navn":"Ola"}]})";

TEST(RowSource, EachRowIsAnOptionWithItsOwnWords) {
  const auto leader = shown(form_context(two), "Valg", "leder");
  ASSERT_EQ(codes(leader), (Words{"Kari", "Ola"}));
  EXPECT_EQ(leader.options[0].label, "Kari (sjef)");
  EXPECT_EQ(leader.options[0].description, "Rolle: sjef");
  EXPECT_EQ(leader.options[0].help, "Velg Kari som leder");
  EXPECT_EQ(leader.options[1].label, "Ola (–)") << "the default of a variable";
  auto english = form_context(two);
  english.language = Language::en;
  EXPECT_EQ(shown(english, "Valg", "leder").options[0].help, "Choose Kari as leader");
  EXPECT_TRUE(shown(form_context(), "Valg", "leder").options.empty());
}

TEST(RowSource, ALabelMayBeAnExpressionAndTheValueANumber) {
  const auto number = shown(form_context(two), "Valg", "nummer");
  ASSERT_EQ(codes(number), Words{"7"}) << "a row without the value is no option";
  EXPECT_EQ(number.options[0].label, "Nr. 7");
  EXPECT_EQ(applied(rows_app(), form_context(two), {{"nummer", "7"}}).data["nummer"], json("7"))
      << "stored as the model wants it";
}

TEST(RowSource, WhatARowHoldsIsNoTextOfTheFormAndNoMarkup) {
  const auto leader = shown(form_context(R"({"folk":[{"navn":"felt.leder","rolle":"*x*"}]})"), "Valg", "leder");
  EXPECT_EQ(leader.options.at(0).label, "felt.leder (*x*)");
}

TEST(RowSource, RowsWithoutAValueTheSecondOfTwoAlikeAndHiddenOnesAreNoOptions) {
  const auto now = form_context(
      R"({"folk":[{"navn":"Kari"},{"rolle":"ny"},{"navn":"Kari","rolle":"to"},{"navn":"Per","rolle":"skjult"},
                  {"navn":"Eva","rolle":"hemmelig"},{"navn":"Ola"}]})");
  const auto leader = shown(now, "Valg", "leder");
  EXPECT_EQ(codes(leader), (Words{"Kari", "Ola"}));
  EXPECT_EQ(leader.options[0].label, "Kari (–)") << "the first of them";
  const auto issues = rows_app().read(now).issues(When::submit);
  const auto* twice = find_issue(issues, "folk[2].navn", "option_row_twice");
  ASSERT_NE(twice, nullptr);
  EXPECT_EQ(twice->severity, Severity::warning);
  EXPECT_EQ(twice->page, "Folk");
  EXPECT_EQ(twice->message,
            "Personer, rad 3: Navn: En annen rad har samme svar. Under «Leder» kan de ikke velges hver for seg.");
  const auto* empty = find_issue(issues, "folk[1].navn", "option_row_empty");
  ASSERT_NE(empty, nullptr);
  EXPECT_EQ(empty->message, "Personer, rad 2: Navn: Uten svar her kan raden ikke velges under «Leder».");
  EXPECT_EQ(find_issue(issues, "folk[3].navn", "option_row_twice"), nullptr);
  EXPECT_EQ(find_issue(rows_app().read(now).issues(When::save), "folk[1].navn", "option_row_empty"), nullptr)
      << "a row one is filling in is not told off";
}

TEST(RowSource, InNestedGroupsTheRowsAreThoseOfTheRowOneStandsIn) {
  const auto now = form_context(
      R"({"folk":[{"navn":"Kari","dyr":[{"navn":"Rex"},{"navn":"Puss"}]},{"navn":"Ola","dyr":[{"navn":"Bob"}]},{}]})");
  const auto first = shown(now, "Folk", "hund-0");
  EXPECT_EQ(codes(first), (Words{"Rex", "Puss"}));
  EXPECT_EQ(first.options.at(1).label, "Puss, hos Kari");
  EXPECT_EQ(codes(shown(now, "Folk", "hund-1")), Words{"Bob"});
  EXPECT_TRUE(codes(shown(now, "Folk", "hund-2")).empty());
  EXPECT_EQ(applied(rows_app(), now, {{"folk[1].hund", "Bob"}}).data["folk"].items()[1].text("hund"), "Bob");
  EXPECT_NE(find_issue(applied(rows_app(), now, {{"folk[1].hund", "Rex"}}).issues, "folk[1].hund", "option"), nullptr);
}

TEST(RowSource, AChosenValueWhoseRowIsGoneIsAFaultWithWordsAndNothingIsLost) {
  auto now = form_context(two);
  now.data =
      applied(rows_app(), now, {{"leder", "Kari"}, {"flere", "Kari"}, {"flere", "Ola"}, {"alle", ""}, {"alle", "Kari"}})
          .data;
  EXPECT_EQ(now.data["flere"], json(R"("Kari,Ola")"));
  EXPECT_EQ(now.data["alle"], json(R"(["Kari"])"));
  EXPECT_EQ(find_issue(rows_app().read(now).issues(When::submit), "leder", "option"), nullptr);
  EXPECT_EQ(rows_app().in_words(Language::nb, "leder", now.data["leder"], now.data), "Kari (sjef)");
  now.data = applied(rows_app(), now, {{"remove-row:folk[0]", "1"}}).data;
  EXPECT_EQ(now.data.text("leder"), "Kari") << "the answer stays";
  const std::map<Language, std::string> said{
      {Language::nb,
       "Leder: «Kari» står ikke lenger blant radene i skjemaet. Velg et annet svar, eller legg raden inn igjen."},
      {Language::nn,
       "Leiar: «Kari» står ikkje lenger blant radene i skjemaet. Vel eit anna svar, eller legg rada inn igjen."},
      {Language::en,
       "Leader: “Kari” is no longer among the rows of the form. Choose another answer, or add the row "
       "again."}};
  for (const auto& [language, words] : said) {
    now.language = language;
    const auto issues = rows_app().read(now).issues(When::submit);
    ASSERT_NE(find_issue(issues, "leder", "option"), nullptr);
    EXPECT_EQ(find_issue(issues, "leder", "option")->message, words);
    EXPECT_NE(find_issue(issues, "flere", "option"), nullptr);
    EXPECT_NE(find_issue(issues, "alle", "option"), nullptr);
  }
  now.language = Language::nb;
  const auto leader = shown(now, "Valg", "leder");
  ASSERT_EQ(codes(leader), (Words{"Ola", "Kari"})) << "it is still to be seen, and chosen";
  EXPECT_EQ(leader.value, "Kari");
  // The page is posted as it stands: nothing is refused, and nothing changes.
  const auto again = applied(rows_app(), now,
                             {{"leder", "Kari"}, {"flere", ""}, {"flere", "Ola"}, {"flere", "Kari"}, {"alle", "Kari"}});
  EXPECT_TRUE(again.issues.empty());
  EXPECT_TRUE(again.rejected.empty());
  EXPECT_EQ(again.data.text("leder"), "Kari");
  EXPECT_NE(find_issue(applied(rows_app(), now, {{"leder", "Per"}}).issues, "leder", "option"), nullptr)
      << "who was never there";
  now.data = applied(rows_app(), now, {{"add-row:folk", "1"}}).data;
  now.data = applied(rows_app(), now, {{"folk[1].navn", "Kari"}}).data;
  EXPECT_EQ(find_issue(rows_app().read(now).issues(When::submit), "leder", "option"), nullptr)
      << "the row was added again";
}

TEST(RowSource, AHiddenRowIsNamedByItsWordsAndIsNotSent) {
  auto now = form_context(two);
  now.data = applied(rows_app(), now, {{"leder", "Kari"}}).data;
  now.data = applied(rows_app(), now, {{"folk[0].rolle", "skjult"}}).data;
  EXPECT_EQ(codes(shown(now, "Valg", "leder")), (Words{"Ola", "Kari"}));
  const auto issues = rows_app().read(now).issues(When::submit);
  ASSERT_NE(find_issue(issues, "leder", "option"), nullptr);
  EXPECT_TRUE(find_issue(issues, "leder", "option")->message.starts_with("Leder: «Kari (skjult)» står ikke lenger"));
}

// The other answer to a comma: a code list in a file may have none, and a row may.
TEST(RowSource, ACommaInARowIsSaidWhereCodesAreKeptInOneText) {
  const auto now = form_context(R"({"folk":[{"navn":"Vik, Kari"}]})");
  const auto refused = applied(rows_app(), now, {{"flere", ""}, {"flere", "Vik, Kari"}});
  ASSERT_EQ(refused.issues.size(), 1U);
  EXPECT_EQ(refused.issues[0].code, "option_row_comma");
  EXPECT_EQ(
      refused.issues[0].message,
      "Flere: «Vik, Kari» kan ikke velges her, fordi det har komma. Skriv det uten komma i raden det kommer fra.");
  EXPECT_EQ(refused.rejected.at({FieldName::Part::value, "flere"}), "Vik, Kari");
  EXPECT_EQ(refused.data.find("flere"), nullptr);
  EXPECT_EQ(applied(rows_app(), now, {{"alle", "Vik, Kari"}}).data["alle"], json(R"(["Vik, Kari"])"))
      << "a list holds it";
  EXPECT_EQ(applied(rows_app(), now, {{"leder", "Vik, Kari"}}).data.text("leder"), "Vik, Kari");
}

TEST(RowSource, TheOverviewTellsTheWordsAndWhatIsSentHoldsTheValue) {
  auto now = form_context(two);
  now.data = applied(rows_app(), now, {{"leder", "Kari"}, {"nummer", "7"}}).data;
  std::map<std::string, std::string> by_path;
  const auto all = rows_app().read(now).answers();
  for (const auto& answer : all) by_path[answer.path] = answer.answer;
  EXPECT_EQ(by_path["leder"], "Kari (sjef)");
  EXPECT_EQ(by_path["nummer"], "Nr. 7");
  EXPECT_EQ(rows_app().read(now).finalise().data.text("leder"), "Kari");
}

// A copy of the folder, to be spoilt.
class RowSourceFaults : public OwnFolder {
 protected:
  void SetUp() override { copy(folder); }
  std::string warnings() { return in_lines(advice_on(folder_)); }
};

constexpr auto valg_file = "ui/skjema/layouts/Valg.json";
constexpr auto source = R"("source": {"group": "folk", "value": "folk[{0}].navn")";

#define EXPECT_SAID(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)

TEST_F(RowSourceFaults, AGroupThatDoesNotRepeatOrIsNowhere) {
  spoil(valg_file, source, R"("source": {"group": "leder", "value": "leder.navn")");
  EXPECT_SAID(faults(),
              "Valg.json:5: component \"leder\": source: \"leder\" is not a repeating group in the data model");
  spoil(valg_file, R"("group": "leder", "value": "leder.navn")", R"("group": "alle", "value": "alle.navn")");
  EXPECT_SAID(faults(), "\"alle\" is not a repeating group") << "a list of codes has no rows";
  spoil(valg_file, R"("group": "alle", "value": "alle.navn")", R"("group": "folka", "value": "folka[{0}].navn")");
  EXPECT_SAID(faults(), "source: the data model has no \"folka\"");
}

TEST_F(RowSourceFaults, AValueThatIsNotThereOrNoSingleFieldOfARow) {
  spoil(valg_file, "folk[{0}].navn\", \"label\": \"valg.person\", \"description\"",
        "folk[{0}].nevn\", \"label\": \"valg.person\", \"description\"");
  EXPECT_SAID(faults(), "source: the data model has no \"folk.nevn\"");
  spoil(valg_file, "folk[{0}].nevn", "leder");
  EXPECT_SAID(faults(), "the value \"leder\" is not a field in the rows of \"folk\"");
  spoil(valg_file, R"("value": "leder")", R"("value": "folk[{0}].dyr[{1}].navn")");
  EXPECT_SAID(faults(), "repeats in each row, in \"folk.dyr\"");
  spoil(valg_file, R"("value": "folk[{0}].dyr[{1}].navn")", R"("value": "folk[{0}].dyr")");
  EXPECT_SAID(faults(), "is no single value");
}

TEST_F(RowSourceFaults, AGroupInRowsTheComponentDoesNotStandIn) {
  spoil(valg_file, source, R"("source": {"group": "folk[{0}].dyr", "value": "folk[{0}].dyr[{1}].navn")");
  EXPECT_SAID(faults(), "\"folk.dyr\" lies in the rows of \"folk\", and the component does not stand in one");
}

TEST_F(RowSourceFaults, AValueOfAnotherTypeThanTheAnswer) {
  spoil(valg_file, R"("value": "folk[{0}].nummer")", R"("value": "folk[{0}].navn")");
  EXPECT_SAID(faults(), "component \"nummer\": source: the value \"folk.navn\" is not what the data model wants");
}

TEST_F(RowSourceFaults, WordsThatAreNotThere) {
  spoil(valg_file, R"("label": "valg.person", "description")", R"("label": "valg.folk", "description")");
  EXPECT_SAID(faults(), "source: there is no text \"valg.folk\"");
  spoil(valg_file, R"("label": "valg.folk", )", "");
  EXPECT_SAID(faults(), "source: \"label\" is missing");
  spoil("config/texts/resource.nb.json", "folk[{0}].rolle", "folk[{0}].rulle");
  EXPECT_SAID(faults(), "the text \"valg.person\" asks for \"folk[{0}].rulle\", which the data model does not have");
}

TEST_F(RowSourceFaults, WhatStandsBesideItAndIsNotRead) {
  spoil(valg_file, source,
        R"("preselectedOptionIndex": 0, "optionsId": "folk", "source": {"group": "folk", "value": "folk[{0}].navn")");
  EXPECT_EQ(faults(), "");
  EXPECT_SAID(warnings(), "component \"leder\": \"optionsId\" is not read");
  EXPECT_SAID(warnings(), "component \"leder\": \"preselectedOptionIndex\" is not read");
  EXPECT_EQ(warnings().find("\"source\" is not read"), std::string::npos);
}

// By Altinn's descriptions of its components: what says how a component looks, and when it is judged, is passed over in
// silence; what restricts answers, or is part of giving them, is read or named.
TEST_F(RowSourceFaults, PropertiesOfLooksAreNoWarningsAndThoseThatRestrictAnswersAre) {
  const std::string every = R"("grid": {"xs": 6}, "pageBreak": {}, "labelSettings": {}, "renderAsSummary": false,
      "forceShowInSummary": true, "showValidations": [], "validationOnNavigation": {}, "triggers": ["validation"], )";
  const auto write = [&](const std::string& components) {
    std::ofstream(folder_ / valg_file) << R"({"data": {"layout": [)" + components + "]}}";
  };
  const std::string bound = R"("dataModelBindings": {"simpleBinding": "leder"}, )";
  write(R"({"id": "a", "type": "RadioButtons", )" + every + bound +
        R"("layout": "row", "showAsCard": true, "showLabelsInTable": true, "sortOrder": "asc", "alertOnChange": true,
           "source": {"group": "folk", "value": "folk[{0}].navn", "label": "valg.person"}},
          {"id": "b", "type": "Input", )" +
        every + R"("dataModelBindings": {"simpleBinding": "flere"},
           "saveWhileTyping": true, "variant": "search", "formatting": {"align": "right", "currency": "NOK"}},
          {"id": "c", "type": "Group", "children": [], "groupingIndicator": "panel", "showGroupingIndicator": true,
           "headingLevel": 3, "panel": {"variant": "info"}},
          {"id": "d", "type": "Summary2", "target": {}, "showPageInAccordion": true, "isCompact": true,
           "hideEmptyFields": true, "overrides": []},
          {"id": "e", "type": "Summary", "componentRef": "a", "pageRef": "Valg", "largeGroup": true,
           "excludedChildren": [], "display": {}},
          {"id": "f", "type": "Accordion", "children": [], "openByDefault": true, "headingLevel": 2},
          {"id": "g", "type": "Cards", "cards": [], "mediaPosition": "top", "minMediaHeight": "1px", "minWidth": "2px",
           "color": "neutral"},
          {"id": "h", "type": "Text", "value": "x", "direction": "vertical", "icon": "x.svg"},
          {"id": "i", "type": "Tabs", "tabs": [], "size": "small", "defaultTab": "x"},
          {"id": "j", "type": "RepeatingGroup", "dataModelBindings": {"group": "folk"}, "children": [],
           "edit": {"mode": "showAll"}, "tableHeaders": [], "tableColumns": {}, "stickyHeader": true,
           "pagination": {"rowsPerPage": 5}, "validateOnSaveRow": []})");
  EXPECT_EQ(faults(), "");
  EXPECT_EQ(warnings(), "");
  write(R"({"id": "a", "type": "Dropdown", )" + bound +
        R"("options": [{"value": "x", "label": "felt.navn"}], "optionFilter": true, "mapping": {}, "secure": true,
           "queryParameters": {}},
          {"id": "b", "type": "Input", "dataModelBindings": {"simpleBinding": "flere"}, "minDate": "today",
           "source": {}, "formatting": {"number": {"format": "##", "patternChar": "x"}}},
          {"id": "c", "type": "TimePicker", "dataModelBindings": {"simpleBinding": "flere"}, "minTime": "08:00",
           "maxTime": "16:00", "timeStamp": true},
          {"id": "d", "type": "Group", "children": [], "panel": {"groupReference": {"group": "folk"}}},
          {"id": "e", "type": "RepeatingGroup", "dataModelBindings": {"group": "folk"}, "children": [],
           "edit": {"filter": [], "addButton": false, "deleteButton": false}})");
  EXPECT_EQ(faults(), "");
  const auto said = warnings();
  for (const auto* name : {"optionFilter", "mapping", "secure", "queryParameters", "minDate", "source",
                           "formatting.number.patternChar", "minTime", "maxTime", "timeStamp", "panel.groupReference",
                           "edit.filter", "edit.addButton", "edit.deleteButton"})
    EXPECT_SAID(said, fmt::format("\"{}\" is not read", name));
  EXPECT_EQ(std::ranges::count(said, '\n'), 14) << said;
}

// A field may be asked for twice, and one of the lists may have a code that the other way of storing it cannot hold.
TEST_F(RowSourceFaults, ACodeWithACommaThatOneWayOfAskingTakesAndTheOtherCannotStore) {
  spoil(
      valg_file, R"({"id": "alle",)",
      R"({"id": "flere-annet", "type": "RadioButtons", "dataModelBindings": {"simpleBinding": "flere"}, "textResourceBindings": {"title": "felt.flere"}, "options": [{"value": "a,b", "label": "felt.alle"}]},
      {"id": "alle",)");
  const auto loaded = load_app(folder_);
  ASSERT_NE(loaded.app, nullptr) << in_lines(loaded.faults);
  const std::map<Language, std::string> said{
      {Language::nb,
       "Flere: Et av valgene kan ikke lagres, fordi koden har komma. Det er en feil i skjemaet. Meld fra."},
      {Language::nn,
       "Fleire: Eit av vala kan ikkje lagrast, fordi koden har komma. Det er ein feil i skjemaet. Meld frå."},
      {Language::en,
       "Several: One of the choices cannot be saved, because its code has a comma. This is a fault of "
       "the form. Please report it."}};
  for (const auto& [language, words] : said) {
    auto now = form_context();
    now.language = language;
    const auto refused = post(*loaded.app, now, {{"flere", ""}, {"flere", "a,b"}});
    ASSERT_TRUE(refused);
    ASSERT_EQ(refused->issues.size(), 1U);
    EXPECT_EQ(refused->issues[0].code, "option_comma");
    EXPECT_EQ(refused->issues[0].message, words);
    EXPECT_EQ(refused->rejected.at({FieldName::Part::value, "flere"}), "a,b") << "nothing chosen is lost";
    EXPECT_EQ(refused->data, json("{}"));
  }
}

// What the model requires and nobody can fill in.
constexpr auto model = "models/rader.schema.json";

TEST_F(RowSourceFaults, ARequiredFieldThatNoPageAsksFor) {
  EXPECT_EQ(warnings(), "");
  spoil(model, R"("required": ["leder"])", R"("required": ["leder", "nummer", "flere"])");
  EXPECT_EQ(faults(), "");
  spoil(valg_file, R"({"simpleBinding": "flere"})", R"({"simpleBinding": "leder"})");
  EXPECT_SAID(faults(),
              "models/rader.schema.json:4: \"flere\" is required, and no page asks for it: the form can never "
              "be sent");
  spoil(model, R"("flere": {"type": "string"})", R"("flere": {"type": "string", "default": "Kari"})");
  EXPECT_EQ(faults(), "") << "the model fills it in";
}

TEST_F(RowSourceFaults, ARequiredFieldThatCanOnlyBeRead) {
  spoil(valg_file, R"("required": true,)", R"("readOnly": true,)");
  EXPECT_SAID(faults(), "\"leder\" is required, and where it is shown it can only be read: the form can never be sent");
  std::ofstream(folder_ / "models/rader.calculation.json")
      << R"({"calculations": {"leder": {"expression": ["dataModel", "folk[0].navn"]}}})";
  EXPECT_EQ(faults(), "") << "a calculation fills it in";
}

TEST_F(RowSourceFaults, ARequiredFieldThatIsAlwaysHiddenOrOnlyPrefilled) {
  spoil(valg_file, R"("required": true,)", R"("hidden": true,)");
  EXPECT_EQ(faults(), "");
  EXPECT_SAID(warnings(), "\"leder\" is required, and what asks for it is always hidden: the form is sent without it");
  std::ofstream(folder_ / "models/rader.prefill.json") << R"({"ER": {"Name": "leder"}})";
  EXPECT_SAID(warnings(), "only prefill gives it a value");
  spoil("config/applicationmetadata.json", R"("person": true)", R"("person": false)");
  EXPECT_EQ(warnings(), "") << "an organisation always has its name";
  spoil("config/applicationmetadata.json", R"("person": false)", R"("person": true)");
  spoil(valg_file, R"("hidden": true,)", R"("hidden": ["equals", 1, 1],)");
  EXPECT_EQ(warnings(), "") << "an expression may show it";
}

TEST_F(RowSourceFaults, ARequiredFieldInARowAndInWhatIsNeverThere) {
  spoil(model, R"("items": {
        "type": "object",)",
        R"("items": {
        "type": "object", "required": ["navn", "nummer"],)");
  EXPECT_EQ(faults(), "");
  spoil("ui/skjema/layouts/Folk.json", R"({"simpleBinding": "folk.nummer"})", R"({"simpleBinding": "folk.navn"})");
  EXPECT_SAID(faults(),
              "\"folk.nummer\" is required, and no page asks for it: the form can never be sent once anything "
              "in \"folk\" is answered");
  spoil(model, R"("required": ["navn", "nummer"],)", "");
  spoil(
      model, R"("leder": {"type": "string"},)",
      R"("leder": {"type": "string"}, "rest": {"type": "object", "required": ["x"], "properties": {"x": {"type": "string"}}},)");
  EXPECT_EQ(faults().find("is required"), std::string::npos) << "nobody can answer anything in \"rest\"";
}

TEST(AltinnApps, ARequiredFieldThatProgramCodeMayFillInIsAWarningOnly) {
  const auto copy = fs::temp_directory_path() / "alting-rows-altinn";
  fs::remove_all(copy);
  fs::copy(folder, copy, fs::copy_options::recursive);
  fs::remove(copy / "config/alting.json");
  std::ofstream(copy / model) << R"({"type": "object", "required": ["x"], "properties": {"x": {"type": "string"}}})";
  std::ofstream(copy / "ui/skjema/layouts/Folk.json") << R"({"data": {"layout": []}})";
  std::ofstream(copy / "ui/skjema/layouts/Valg.json") << R"({"data": {"layout": []}})";
  EXPECT_NE(load_app(copy).app, nullptr);
  bool told = false;
  for (const auto& one : advice_on(copy))
    told |= one.message.find("\"x\" is required, and no page") != std::string::npos;
  EXPECT_TRUE(told);
  fs::remove_all(copy);
}

TEST(AltinnApps, TheHousesOwnFormsAskForAllThatTheyRequire) {
  for (const auto* name : {"avviksmelding", "veiledning"}) {
    for (const auto& one : advice_on(fs::path(ALTING_SOURCE_DIR "/services/dat") / name))
      ADD_FAILURE() << one.file << ":" << one.line << ": " << one.message;
  }
}

}  // namespace
}  // namespace alting::forms
