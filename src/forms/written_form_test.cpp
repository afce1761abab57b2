// A whole form filled in as people fill it in: cases/typed, an Altinn app with one field for each way to go wrong.
#include <fmt/format.h>
#include <rapidcheck.h>

#include "base/wall_clock.h"
#include "forms/sample_app.h"

namespace alting::forms {
namespace {

const App& typed_app() {
  static const auto loaded = load_app(ALTING_SOURCE_DIR "/src/forms/cases/typed");
  for (const auto& fault : loaded.faults) ADD_FAILURE() << fault.file << ":" << fault.line << ": " << fault.message;
  if (!loaded.app) throw std::runtime_error("cases/typed does not load");
  return *loaded.app;
}

// The data after that, and all that stays of what was typed.
FormContext after(const FormContext& before, const Applied& applied) {
  auto now = before;
  now.data = applied.data;
  now.rejected = applied.rejected;
  return now;
}

TEST(WrittenForm, EqualWholeNumbersAreOneNumber) {
  for (const auto* typed : {"1000", "1 000", "1 000,-", "1000.0", "1000,00", "\u202D1000\u202C", "1\u00A0000"})
    EXPECT_EQ(applied(typed_app(), form_context(), {{"heltall", typed}}).data, json(R"({"heltall":1000})")) << typed;
  EXPECT_NE(
      find_issue(applied(typed_app(), form_context(), {{"heltall", "1,5"}}).issues, "heltall", "not_a_whole_number"),
      nullptr);
}

TEST(WrittenForm, OnlyBlanksAreAnEmptyField) {
  for (const auto* id : {"heltall", "dag", "orgnr", "mengde"}) {
    const auto out = applied(typed_app(), form_context(), {{id, "\u00A0\u200B\t"}});
    EXPECT_EQ(out.data, json("{}")) << id;
    EXPECT_TRUE(out.rejected.empty()) << id;
  }
}

TEST(WrittenForm, AYearOfTwoDigitsOfABirthGoesBack) {
  EXPECT_EQ(applied(typed_app(), form_context(), {{"fodt", "01.02.40"}}).data.text("fodt"), "1940-02-01");
  EXPECT_EQ(applied(typed_app(), form_context(), {{"dag", "01.02.40"}}).data.text("dag"), "2040-02-01");
  EXPECT_EQ(applied(typed_app(), form_context(), {{"dag", "01.02.85"}}).data.text("dag"), "1985-02-01");
}

TEST(WrittenForm, NumbersKeptAsTextAreTheirDigits) {
  for (const auto* typed : {"974761076", "974 761 076", "974\u00A0761\u00A0076", "974.761.076", "974761076\t"})
    EXPECT_EQ(applied(typed_app(), form_context(), {{"orgnr", typed}}).data.text("orgnr"), "974761076") << typed;
  EXPECT_EQ(applied(typed_app(), form_context(), {{"postnr", "0 150\u00A0"}}).data.text("postnr"), "0150");
  EXPECT_EQ(applied(typed_app(), form_context(), {{"postnr", "15O"}}).data.text("postnr"), "15O")
      << "kept as it is, and told";
  EXPECT_EQ(applied(typed_app(), form_context(), {{"kort", "12 34"}}).data.text("kort"), "12 34")
      << "what fits stays as it is written";
  EXPECT_EQ(applied(typed_app(), form_context(), {{"epost", "\u202Aola@eksempel.no\u202C "}}).data.text("epost"),
            "ola@eksempel.no");
}

TEST(WrittenForm, TextWithANumberFormatTakesNoLetters) {
  const auto litres = applied(typed_app(), form_context(), {{"mengde", "20 liter"}});
  EXPECT_EQ(litres.data.text("mengde"), "20");
  EXPECT_NE(find_issue(applied(typed_app(), form_context(), {{"mengde", "tjue"}}).issues, "mengde", "not_a_number"),
            nullptr);
  EXPECT_EQ(applied(typed_app(), form_context(), {{"konto", "1234.56.78903"}}).data.text("konto"), "12345678903");
  const auto letters = applied(typed_app(), form_context(), {{"konto", "1234 56 7890X"}});
  EXPECT_NE(find_issue(letters.issues, "konto", "not_digits"), nullptr);
  EXPECT_EQ(letters.rejected.at({FieldName::Part::value, "konto"}), "1234 56 7890X");
}

TEST(WrittenForm, LengthCountsCharactersAndNotTheirUnits) {
  auto now = form_context();
  now.data = applied(typed_app(), now, {{"kort", "👍👍👍👍👍👍👍👍👍👍"}}).data;
  EXPECT_EQ(find_issue(typed_app().read(now).issues(When::save), "kort", "max_length"), nullptr);
  now.data = applied(typed_app(), now, {{"kort", "👍👍👍👍👍👍👍👍👍👍👍"}}).data;
  EXPECT_NE(find_issue(typed_app().read(now).issues(When::save), "kort", "max_length"), nullptr);
  now.data =
      applied(typed_app(), now, {{"kort", "a\u030Aa\u030Aa\u030Aa\u030Aa\u030Aa\u030Aa\u030Aa\u030Aa\u030Aa\u030A"}})
          .data;
  EXPECT_EQ(find_issue(typed_app().read(now).issues(When::save), "kort", "max_length"), nullptr);
}

TEST(WrittenForm, ATimeThatDoesNotExistIsAskedAbout) {
  const auto out = applied(typed_app(), form_context(), {{"tid.date", "29.03.2026"}, {"tid.time", "0230"}});
  EXPECT_EQ(out.data, json("{}"));
  EXPECT_EQ(find_issue(out.issues, "tid", "time_skipped")->message,
            "Tid: Klokken 02:30 finnes ikke denne natten, for da stilles klokken én time fram. Skriv et annet "
            "klokkeslett.");
  EXPECT_EQ(out.rejected, typed_texts(typed_app(), {{"tid.date", "29.03.2026"}, {"tid.time", "0230"}}));
  EXPECT_TRUE(view_of(*typed_app().read(after(form_context(), out)).page("Felt"), "tid").occurrences.empty());
  EXPECT_NE(
      find_issue(applied(typed_app(), form_context(), {{"tid", "2026-03-29T02:30"}}).issues, "tid", "time_skipped"),
      nullptr);
}

TEST(WrittenForm, ATimeThatComesTwiceIsAskedAboutWithBothToChooseFrom) {
  const auto asked = applied(typed_app(), form_context(), {{"tid.date", "25.10.2026"}, {"tid.time", "02:30"}});
  EXPECT_EQ(asked.data, json("{}"));
  ASSERT_NE(find_issue(asked.issues, "tid", "time_twice"), nullptr);
  auto now = after(form_context(), asked);
  const auto page = *typed_app().read(now).page("Felt");
  const auto& choices = view_of(page, "tid").occurrences;
  ASSERT_EQ(choices.size(), 2U);
  EXPECT_EQ(choices[0].value, "first");
  EXPECT_EQ(choices[1].label, "Andre gang (vintertid)");
  EXPECT_FALSE(choices[0].selected || choices[1].selected);
  EXPECT_NE(find_issue(typed_app().read(now).issues(When::submit), "tid", "rejected"), nullptr) << "not sent undecided";

  // The whole page without scripts, and only what changed with them.
  const auto whole =
      applied(typed_app(), now, {{"tid.date", "25.10.2026"}, {"tid.time", "02:30"}, {"tid.occurrence", "second"}});
  EXPECT_EQ(whole.data.text("tid"), "2026-10-25T02:30:00+01:00");
  const auto alone = applied(typed_app(), now, {{"tid.occurrence", "first"}});
  EXPECT_EQ(alone.data.text("tid"), "2026-10-25T02:30:00+02:00");
  EXPECT_TRUE(alone.rejected.empty());

  // What was decided is shown, stays when nothing else is said, and can be changed.
  now = after(now, whole);
  EXPECT_TRUE(view_of(*typed_app().read(now).page("Felt"), "tid").occurrences.at(1).selected);
  EXPECT_TRUE(applied(typed_app(), now, {{"tid.date", "2026-10-25"}, {"tid.time", "02:30"}}).changed.empty());
  EXPECT_EQ(applied(typed_app(), now, {{"tid.occurrence", "first"}}).data.text("tid"), "2026-10-25T02:30:00+02:00");
  EXPECT_EQ(typed_app().in_words(Language::nb, "tid", whole.data["tid"], whole.data), "25.10.2026 02:30 (vintertid)");
}

TEST(WrittenForm, ATimeOnAnyDayIsStoredAsItIsShownOrAskedAbout) {
  rc::check([] {
    const auto day = *rc::gen::inRange(1, 32), month = *rc::gen::element(3, 10), hour = *rc::gen::inRange(0, 24);
    const auto date = fmt::format("{:02}.{:02}.2026", day, month), time = fmt::format("{:02}:30", hour);
    const auto out = applied(typed_app(), form_context(), {{"tid.date", date}, {"tid.time", time}});
    const auto moments = base::moments_in_oslo(2026, month, day, hour, 30);
    RC_ASSERT(out.rejected.empty() == (moments.size() == 1));
    if (moments.size() == 1) RC_ASSERT(out.data.text("tid") == base::to_rfc3339_oslo(moments[0]));
  });
}

TEST(WrittenForm, HiddenRowsAreNeitherDrawnNorCounted) {
  auto now = form_context(R"({"ytre":[{"navn":"Ann"},{"navn":"skjul","tall":500},{"navn":"Bo","tall":500}]})");
  const auto page = *typed_app().read(now).page("Grupper");
  const auto& group = view_of(page, "ytre");
  ASSERT_EQ(group.rows.size(), 2U);
  EXPECT_EQ(group.row_indexes, (std::vector<std::size_t>{0, 2}));
  EXPECT_EQ(find_view(page.components, "ytre-navn-1"), nullptr);

  const auto issues = typed_app().read(now).issues(When::save);
  EXPECT_EQ(find_issue(issues, "ytre", "max_items"), nullptr) << "three rows, of which two are shown";
  EXPECT_EQ(find_issue(issues, "ytre[1].tall", "expression"), nullptr);
  EXPECT_NE(find_issue(issues, "ytre[2].tall", "expression"), nullptr);
  const auto all = typed_app().read(now).answers();
  for (const auto& answer : all) {
    EXPECT_FALSE(answer.path.starts_with("ytre[1]")) << answer.path;
    if (answer.path != "ytre[2].navn") continue;
    EXPECT_EQ(answer.label, "Ytre, rad 2: Navn") << "counted as people see them";
  }
  EXPECT_EQ(typed_app().read(now).finalise().data["ytre"].size(), 2U);
}

TEST(WrittenForm, HiddenRowsTakeNoOnesPlace) {
  auto now = form_context(R"({"ytre":[{"navn":"skjul"},{"navn":"Ann"}]})");
  const auto one_more = applied(typed_app(), now, {{"add-row:ytre", "1"}});
  EXPECT_EQ(one_more.data["ytre"].size(), 3U);
  now = after(now, one_more);
  EXPECT_EQ(applied(typed_app(), now, {{"ytre[2].navn", "Bo"}}).data["ytre"].items()[2].text("navn"), "Bo");
  EXPECT_NE(find_issue(applied(typed_app(), now, {{"add-row:ytre", "1"}}).issues, "ytre", "max_items"), nullptr);
  const auto removed = applied(typed_app(), now, {{"remove-row:ytre[1]", "1"}});
  EXPECT_EQ(removed.data["ytre"].items()[0].text("navn"), "skjul");
}

TEST(WrittenForm, TextVariablesFollowTheirRowsAtAnyDepth) {
  const auto now = form_context(
      R"({"ytre":[{"navn":"Ann","indre":[{"navn":"x"},{"navn":"y"}]},{"tall":500,"indre":[{}]},{"navn":"Bo","tall":500}]})");
  const auto page = *typed_app().read(now).page("Grupper");
  EXPECT_EQ(view_of(page, "ytre-tall-0").title, "Tall for Ann");
  EXPECT_EQ(view_of(page, "ytre-tall-1").title, "Tall for (uten navn)") << "the default only where there is no value";
  EXPECT_EQ(view_of(page, "ytre-tall-2").title, "Tall for Bo");
  EXPECT_EQ(view_of(page, "ytre-valg-0").options.at(0).label, "Velg Ann");
  EXPECT_EQ(view_of(page, "indre-0").title, "Indre i Ann");
  EXPECT_EQ(view_of(page, "indre-valg-0-1").title, "Valg for y i Ann");
  const auto issues = typed_app().read(now).issues(When::submit);
  EXPECT_EQ(find_issue(issues, "ytre[2].tall", "expression")->message, "Bo har for mange");
  EXPECT_EQ(find_issue(issues, "ytre[0].indre[1].valg", "required")->message,
            "Fyll ut: Ytre, rad 1: Indre i Ann, rad 2: Valg for y i Ann");
}

TEST(WrittenForm, PreselectedOptionsAreWhereNothingWasAnsweredYet) {
  const auto fresh = typed_app().prefill({}, form_context().now).data;
  EXPECT_EQ(fresh, json(R"({"forvalgt":"b","antall":5,"flere":["x"]})"));
  auto now = form_context();
  now.data = fresh;
  const auto emptied = applied(typed_app(), now, {{"flere", ""}, {"forvalgt", "a"}});
  EXPECT_EQ(emptied.data, json(R"({"forvalgt":"a","antall":5})")) << "and never again";
  const auto row = applied(typed_app(), after(now, emptied), {{"add-row:ytre", "1"}});
  EXPECT_EQ(row.data["ytre"], json(R"([{"valg":"a"}])"));
}

}  // namespace
}  // namespace alting::forms
