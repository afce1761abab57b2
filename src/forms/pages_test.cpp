#include <algorithm>

#include "forms/sample_app.h"

namespace alting::forms {
namespace {

TEST(Pages, HiddenPagesAreLeftOut) {
  auto now = form_context();
  EXPECT_EQ(sample_app()->read(now).pages().size(), 3U);
  EXPECT_EQ(sample_app()->read(now).pages()[0].id, "Melding");
  EXPECT_EQ(sample_app()->read(now).pages()[0].title, "Meldingen");
  EXPECT_FALSE(sample_app()->read(now).page("Tillegg"));
  now.supplement = true;
  EXPECT_TRUE(sample_app()->read(now).page("Tillegg"));
  EXPECT_FALSE(sample_app()->read(now).page("Finnes ikke"));
}

TEST(Pages, AnAdditionBeginsWithItsOwnPage) {
  auto now = form_context();
  now.supplement = true;
  EXPECT_EQ(sample_app()->read(now).pages()[0].id, "Tillegg");
}

TEST(Pages, WhatIsSaidOfAnAdditionIsNotOfTheMatter) {
  for (const auto* path : {"type", "tidligere", "tillegg", "tillegg.tekst", "tillegg.annet"})
    EXPECT_TRUE(sample_app()->is_about_supplement(path)) << path;
  for (const auto* path : {"", "hva", "tilleggene", "tiltak[0].tekst"})
    EXPECT_FALSE(sample_app()->is_about_supplement(path)) << path;
}

TEST(Pages, FieldsShowWhatTheDataHolds) {
  auto now = form_context(
      R"({"type":"trinn","navn":"Ada","antall":12,"belop":12.5,"typer":["navn","helse"],"samtykke":true})");
  now.sources["navn"] = "ER";
  auto page = *sample_app()->read(now).page("Melding");
  const auto& views = page.components;
  EXPECT_EQ(find_view(views, "navn")->value, "Ada");
  EXPECT_TRUE(find_view(views, "navn")->read_only);
  EXPECT_EQ(find_view(views, "navn")->max_length, 50U);
  EXPECT_EQ(find_view(views, "navn")->source, "Hentet fra Enhetsregisteret");
  EXPECT_EQ(find_view(views, "belop")->value, "12,5");
  EXPECT_EQ(find_view(views, "typer")->values, (std::vector<std::string>{"navn", "helse"}));
  EXPECT_EQ(find_view(views, "samtykke")->values, std::vector<std::string>{"true"});
  EXPECT_EQ(find_view(views, "type")->options[1].value, find_view(views, "type")->value);
  EXPECT_EQ(find_view(views, "type")->options[1].description, "Resten kommer");
  EXPECT_EQ(find_view(views, "ingress")->body, "Hei Ada, du har 12.");
  EXPECT_EQ(find_view(views, "overskrift")->kind, ComponentKind::header);
  EXPECT_EQ(find_view(views, "vedlegg")->file_endings, (std::vector<std::string>{".pdf", ".png"}));
  EXPECT_EQ(find_view(views, "vedlegg")->max_bytes, 1024 * 1024);
  EXPECT_EQ(find_view(views, "fodt")->kind, ComponentKind::date);
}

TEST(Pages, ConditionsDecideWhatIsShown) {
  auto without = *sample_app()->read(form_context(R"({"typer":["navn"]})")).page("Melding");
  EXPECT_EQ(find_view(without.components, "helse"), nullptr);
  EXPECT_EQ(find_view(without.components, "helsevarsel"), nullptr);
  auto with = *sample_app()->read(form_context(R"({"typer":["helse"]})")).page("Melding");
  ASSERT_NE(find_view(with.components, "helse"), nullptr);
  EXPECT_EQ(find_view(with.components, "helsevarsel")->severity, Severity::error);
  EXPECT_EQ(find_view(with.components, "helsevarsel")->body, "Vær varsom");
}

TEST(Pages, TextsComeInTheLanguage) {
  auto now = form_context();
  now.language = Language::en;
  auto page = *sample_app()->read(now).page("Melding");
  EXPECT_EQ(page.title, "The notification");
  EXPECT_EQ(find_view(page.components, "ingress")->body, "Hello you, you have none.");
}

TEST(Pages, RowsHaveTheirOwnFieldsAndConditions) {
  auto page =
      *sample_app()
           ->read(form_context(
               R"({"tiltak":[{"tekst":"a","status":"planlagt","personer":[{"navn":"Bo"},{}]},{"status":"gjort"}]})"))
           .page("Tiltak");
  const auto* group = find_view(page.components, "tiltak");
  ASSERT_NE(group, nullptr);
  EXPECT_EQ(group->path, "tiltak");
  EXPECT_EQ(group->rows.size(), 2U);
  EXPECT_EQ(group->max_rows, 3U);
  EXPECT_EQ(group->add_label, "Nytt tiltak");
  EXPECT_EQ(find_view(group->rows[0], "tekst-0")->path, "tiltak[0].tekst");
  EXPECT_NE(find_view(group->rows[0], "dato-0"), nullptr);
  EXPECT_EQ(find_view(group->rows[1], "dato-1"), nullptr);
  EXPECT_EQ(find_view(group->rows[0], "person-navn-0-0")->path, "tiltak[0].personer[0].navn");
  EXPECT_NE(find_view(group->rows[0], "person-rolle-0-0"), nullptr);
  EXPECT_EQ(find_view(group->rows[0], "person-rolle-0-1"), nullptr);
}

TEST(Pages, PromisesAndTheirTimesAreShown) {
  auto now = form_context();
  now.later = {{"antall", "2026-12-01", false}};
  auto page = *sample_app()->read(now).page("Melding");
  EXPECT_TRUE(find_view(page.components, "antall")->deferrable);
  EXPECT_EQ(find_view(page.components, "antall")->later->expected, "2026-12-01");
  EXPECT_FALSE(find_view(page.components, "antall")->required);
  auto full = form_context(R"({"type":"full"})");
  EXPECT_TRUE(find_view(sample_app()->read(full).page("Melding")->components, "antall")->required);
}

TEST(Pages, ListsFollowTheirDateAndOldAnswersStay) {
  auto page = *sample_app()->read(form_context(R"({"land":"yu"})")).page("Melding");
  const auto& options = find_view(page.components, "land")->options;
  ASSERT_EQ(options.size(), 3U);
  EXPECT_EQ(options[1].value, "se");
  EXPECT_EQ(options[2].label, "Jugoslavia");
  EXPECT_EQ(options[2].value, "yu");
}

TEST(Deadlines, CountFromTheDataByTheRuleOfThatDay) {
  auto now = form_context(R"({"tid":{"kjennskap":"2026-11-17T11:30:00+01:00"}})");
  auto deadlines = sample_app()->read(now).deadlines();
  ASSERT_EQ(deadlines.size(), 1U);
  EXPECT_EQ(deadlines[0].target, at("2026-11-20T11:30:00+01:00"));
  EXPECT_EQ(deadlines[0].statutory_end, at("2026-11-20T12:00:00+01:00"));
  EXPECT_FALSE(deadlines[0].passed) << "at the very end it has not passed";
  now.now = now.now + base::Duration{1};
  EXPECT_TRUE(sample_app()->read(now).deadlines()[0].passed);
  EXPECT_TRUE(deadlines[0].lenient_end.has_value());
  auto later = form_context(R"({"tid":{"kjennskap":"2028-01-03T10:00:00+01:00"}})");
  EXPECT_EQ(sample_app()->read(later).deadlines()[0].target, at("2028-01-07T10:00:00+01:00"));
  EXPECT_TRUE(sample_app()->read(form_context()).deadlines().empty());
  EXPECT_NE(find_view(sample_app()->read(now).page("Tid")->components, "forsinkelse"), nullptr);
}

TEST(Deadlines, NoneCountsFromATimeThatIsBeingCorrected) {
  auto now = form_context(R"({"tid":{"kjennskap":"2026-11-17T11:30:00+01:00"}})");
  now.rejected[{FieldName::Part::value, "tid.kjennskapet"}] = "25.10.2026";
  EXPECT_EQ(sample_app()->read(now).deadlines().size(), 1U) << "another field";
  now.rejected[{FieldName::Part::date, "tid.kjennskap"}] = "25.10.2026";
  EXPECT_TRUE(sample_app()->read(now).deadlines().empty());
}

TEST(Stops, ShowWhileTheirConditionHolds) {
  EXPECT_TRUE(sample_app()->read(form_context()).stops().empty());
  auto stops = sample_app()->read(form_context(R"({"gradert":"ja"})")).stops();
  ASSERT_EQ(stops.size(), 1U);
  EXPECT_EQ(stops[0].title, "Stopp");
}

TEST(Answers, TellEveryShownFieldInWords) {
  auto now = form_context(
      R"({"type":"trinn","navn":"Ada","antall":12345,"typer":["navn","adresse"],"fodt":"2026-05-17","tid":{"kjennskap":"2026-11-20T09:05:00+01:00","kjennskapPresisjon":"omtrentlig"},"tiltak":[{"tekst":"Ringte","status":"gjort"}]})");
  now.attachments = {{"1", "vedlegg", "logg.pdf", 10, "trinn"}};
  auto answers = sample_app()->read(now).answers();
  auto find = [&](std::string_view id) {
    auto found = std::ranges::find(answers, id, &AnswerView::component);
    return found == answers.end() ? AnswerView{} : *found;
  };
  EXPECT_EQ(find("type").answer, "Trinnvis");
  EXPECT_EQ(find("antall").answer,
            "12\xC2\xA0"
            "345");
  EXPECT_EQ(find("typer").answer, "Navn, Adresse");
  EXPECT_EQ(find("fodt").answer, "17. mai 2026");
  EXPECT_EQ(find("kjennskap").answer, "20.11.2026 09:05 (Omtrent)");
  EXPECT_EQ(find("tekst-0").label, "Tiltak, rad 1: Beskrivelse");
  EXPECT_EQ(find("status-0").answer, "Gjort");
  EXPECT_EQ(find("vedlegg").answer, "logg.pdf");
  EXPECT_EQ(find("helse").component, "") << "hidden fields are left out";
}

TEST(Words, NameFieldsAndValuesForTimelines) {
  EXPECT_EQ(sample_app()->label(Language::nn, "felt"), "felt");
  EXPECT_EQ(sample_app()->label(Language::nn, "tiltak[1].tekst"), "Tiltak, rad 2: Skildring");
  EXPECT_EQ(sample_app()->label(Language::en, "tiltak[1]"), "Measures, row 2");
  EXPECT_EQ(sample_app()->in_words(Language::en, "land", Json("yu"), Json::object()), "Yugoslavia");
  EXPECT_EQ(sample_app()->in_words(Language::nb, "tid.kjennskapPresisjon", Json("dag"), Json::object()),
            "Bare dagen er kjent");
  EXPECT_EQ(
      sample_app()->in_words(Language::nb, "tiltak[0]", json(R"({"tekst":"Ringte","status":"gjort"})"), Json::object()),
      "Ringte, Gjort");
}

TEST(App, TellsWhatItsFolderSays) {
  const auto& app = *sample_app();
  EXPECT_EQ(app.facts().id.text(), "prove/skjema");
  EXPECT_EQ(app.facts().version, "3");
  EXPECT_EQ(app.title(Language::en), "Sample form");
  EXPECT_NE(app.facts().policy_xml.find("urn:altinn:org:prove:skjema:ruleid:1"), std::string::npos);
  EXPECT_EQ(app.facts().parties_allowed, (std::vector<std::string>{"person", "organisation"}));
  EXPECT_EQ(app.facts().data_type, "prove");
  ASSERT_EQ(app.start(Language::nb).prepare.size(), 1U);
  EXPECT_EQ(app.start(Language::nb).prepare[0], "Navn");
  EXPECT_EQ(app.controller(Language::en).name, "Sample Authority");
  EXPECT_EQ(app.supplement_texts(Language::nb).ask, "Ny eller tillegg?");
  EXPECT_EQ(app.facts().supplement.types, std::vector<std::string>{"tillegg"});
  EXPECT_EQ(app.facts().uploads.size(), 1U);
  EXPECT_EQ(app.facts().uploads[0].max_count, 2U);
  ASSERT_EQ(app.receipt_next(Language::en).size(), 1U);
  EXPECT_EQ(app.receipt_next(Language::en)[0], "We read it");
}

TEST(Prefill, StartsFromDefaultsAndRegisters) {
  auto prefilled = sample_app()->prefill({{"ER.Name", "Bakeriet AS"}, {"DSF.Name", "Ada"}, {"UserProfile.Email", ""}},
                                         at("2026-11-20T12:00:00+01:00"));
  EXPECT_EQ(prefilled.data, json(R"({"navn":"Bakeriet AS","gradert":"nei"})"));
  EXPECT_EQ(prefilled.sources, (std::map<Path, std::string>{{"navn", "ER"}}));
}

}  // namespace
}  // namespace alting::forms
