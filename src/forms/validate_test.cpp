#include "base/size.h"
#include "forms/sample_app.h"

namespace alting::forms {
namespace {

constexpr std::string_view complete =
    R"({"type":"trinn","navn":"Ada","hva":"x","gradert":"nei","tid":{"kjennskap":"2026-11-20T09:00:00+01:00"},"tiltak":[{"tekst":"a"}]})";

std::vector<Issue> errors(const FormContext& now, When when = When::submit) {
  auto out = sample_app()->read(now).issues(when);
  std::erase_if(out, [](const auto& issue) { return issue.severity != Severity::error; });
  return out;
}

TEST(Validate, ACompleteFormHasNoFaults) {
  for (const auto& issue : errors(form_context(complete)))
    ADD_FAILURE() << issue.path << " " << issue.code << " " << issue.message;
}

TEST(Validate, WhatIsRequiredIsAskedForOnSubmitOnly) {
  EXPECT_TRUE(errors(form_context(), When::save).empty());
  auto issues = errors(form_context());
  EXPECT_EQ(find_issue(issues, "type", "required")->message, "Velg et svar: Hva slags melding");
  EXPECT_EQ(find_issue(issues, "hva", "required")->message, "Fyll ut: Hva har skjedd");
  EXPECT_EQ(find_issue(issues, "hva", "required")->page, "Melding");
  EXPECT_EQ(find_issue(issues, "tiltak", "required")->message, "Fyll ut minst én rad: Tiltak");
  EXPECT_EQ(find_issue(issues, "helse", "required"), nullptr) << "a hidden field is not required";
  EXPECT_EQ(find_issue(issues, "antall", "required"), nullptr) << "it may come later";
  EXPECT_EQ(issues.front().path, "type") << "in the order of the pages";
}

TEST(Validate, RowsAreJudgedEachForItself) {
  auto issues = errors(form_context(R"({"tiltak":[{"tekst":"a"},{"personer":[{}]}]})"));
  EXPECT_EQ(find_issue(issues, "tiltak[0].tekst", "required"), nullptr);
  ASSERT_NE(find_issue(issues, "tiltak[1].tekst", "required"), nullptr);
  EXPECT_EQ(find_issue(issues, "tiltak[1].tekst", "required")->component, "tekst-1");
  EXPECT_NE(find_issue(issues, "tiltak[1].personer[0].navn", "required"), nullptr);
}

TEST(Validate, PromisesCountWhereTheRuleAsksForThem) {
  auto now = form_context(complete);
  now.data.set("type", Json("full"));
  ASSERT_NE(find_issue(errors(now), "antall", "required"), nullptr);
  EXPECT_EQ(find_issue(errors(now), "antall", "required")->message,
            "Fyll ut, eller velg at opplysningen kommer senere: Antall");
  now.later = {{"antall", "", false}, {"typer", "", false}};
  EXPECT_TRUE(errors(now).empty());
}

TEST(Validate, RejectedTextIsToldWhereItStandsAndOnlyWhenItIsShown) {
  auto now = form_context(complete);
  now.rejected =
      typed_texts(*sample_app(),
                  {{"antall", "mange"}, {"tid.kjennskap.date", "i går"}, {"tiltak[0].dato", "snart"}, {"helse", "x"}});
  EXPECT_TRUE(errors(now, When::save).empty());
  auto issues = errors(now);
  ASSERT_NE(find_issue(issues, "antall", "rejected"), nullptr);
  EXPECT_EQ(find_issue(issues, "antall", "rejected")->page, "Melding");
  EXPECT_EQ(find_issue(issues, "antall", "rejected")->message, "Antall: Skriv et helt tall, uten desimaler.")
      << "the reason the page gave";
  EXPECT_NE(find_issue(issues, "tid.kjennskap", "rejected"), nullptr) << "a date and its time are one field";
  EXPECT_EQ(issues.size(), 2U) << "the others are hidden";
}

TEST(Validate, APromisedDayGoneByIsSaidButDoesNotHinder) {
  auto now = form_context(complete);
  now.later = {{"antall", "2026-11-19", false}};
  EXPECT_TRUE(errors(now).empty());
  auto all = sample_app()->read(now).issues(When::submit);
  ASSERT_NE(find_issue(all, "antall", "later_date_past"), nullptr);
  EXPECT_EQ(find_issue(all, "antall", "later_date_past")->severity, Severity::warning);
  now.supplement = true;
  now.open = now.later;
  EXPECT_EQ(find_issue(sample_app()->read(now).issues(When::submit), "antall", "later_date_past"), nullptr)
      << "an addition does not answer for what was promised before";
}

TEST(Validate, TheModelIsHeld) {
  auto issues = errors(
      form_context(
          R"({"antall":-1,"ref":"for lang referanse","epost":"nei","typer":["x"],"tid":{"kjennskap":"i gaar"},"ukjent":1,"land":"yu"})"),
      When::save);
  EXPECT_EQ(find_issue(issues, "antall", "minimum")->message, "Antall: Skriv et tall som er 0 eller mer.");
  EXPECT_EQ(find_issue(issues, "ref", "max_length")->message,
            "Egen referanse: Teksten er 8 tegn for lang. Den kan være høyst 10 tegn.");
  EXPECT_NE(find_issue(issues, "epost", "not_an_email"), nullptr);
  EXPECT_NE(find_issue(issues, "typer", "option"), nullptr);
  EXPECT_NE(find_issue(issues, "tid.kjennskap", "not_a_date_time"), nullptr);
  EXPECT_NE(find_issue(issues, "ukjent", "unknown_field"), nullptr);
  EXPECT_NE(find_issue(issues, "land", "option"), nullptr) << "no longer in the list";
}

TEST(Validate, RulesOfTheFolderHaveTheirSeverities) {
  auto now = form_context(
      R"({"antall":200000,"tid":{"kjennskap":"2026-11-21T09:00:00+01:00"},"tiltak":[{"tekst":"a"},{"tekst":"ingenting"}]})");
  auto issues = sample_app()->read(now).issues(When::save);
  EXPECT_EQ(find_issue(issues, "antall", "expression")->severity, Severity::warning);
  EXPECT_EQ(find_issue(issues, "tid.kjennskap", "expression")->message, "Tidspunktet er ikke kommet ennå");
  EXPECT_EQ(find_issue(issues, "tid.kjennskap", "expression")->severity, Severity::error);
  EXPECT_EQ(find_issue(issues, "tiltak[1].tekst", "expression")->message, "Skriv hva som er gjort (tiltak[1].tekst)");
  EXPECT_EQ(find_issue(issues, "tiltak[0].tekst", "expression"), nullptr);
}

TEST(Validate, ReasonsAreAskedForExactlyWhenTheDeadlineHasPassed) {
  auto now = form_context(complete);
  now.now = at("2026-11-23T10:00:00+01:00");
  EXPECT_TRUE(errors(now).empty());
  now.now = now.now + base::Duration{1};
  EXPECT_EQ(find_issue(errors(now), "tid.forsinkelse", "required")->message,
            "Meldingen sendes etter fristen. Fyll ut: Hvorfor sent");
  now.data.find("tid")->set("forsinkelse", Json("Vi visste ikke"));
  EXPECT_TRUE(errors(now).empty());
}

TEST(Validate, AttachmentsAreCountedAndLookedAt) {
  auto now = form_context(complete);
  now.attachments = {
      {"1", "vedlegg", "a.PDF", 10, ""}, {"2", "vedlegg", "b.exe", 10, ""}, {"3", "vedlegg", "c.png", 2'000'000, ""}};
  auto issues = errors(now);
  ASSERT_EQ(issues.size(), 3U);
  EXPECT_EQ(issues[0].code, "attachments");
  EXPECT_EQ(issues[0].component, "vedlegg");
}

TEST(Validate, AFileOfExactlyTheLimitFitsAndTheLimitIsSaidAsItIsShown) {
  auto now = form_context(complete);
  now.attachments = {{"1", "vedlegg", "a.pdf", base::megabyte, ""}};
  EXPECT_TRUE(errors(now).empty());
  now.attachments[0].size += 1;
  for (const auto& [language, words] :
       {std::pair(Language::nb, "Filen a.pdf er for stor. Den kan være høyst 1 MB."),
        std::pair(Language::nn, "Fila a.pdf er for stor. Ho kan vere høgst 1 MB."),
        std::pair(Language::en, "The file a.pdf is too large. It can be at most 1 MB.")}) {
    now.language = language;
    const auto issues = errors(now);
    ASSERT_EQ(issues.size(), 1U);
    EXPECT_EQ(issues[0].message, words);
    EXPECT_NE(base::size_in_words(now.attachments[0].size, language), "1 MB");
  }
}

TEST(Validate, AStopIsAFault) {
  EXPECT_EQ(find_issue(errors(form_context(R"({"gradert":"ja"})"), When::save), "", "stop")->message, "Stopp");
}

TEST(Validate, IdentityNumbersInTextAreWarnedAbout) {
  auto issues = sample_app()->read(form_context(R"({"hva":"20036914700"})")).issues(When::save);
  ASSERT_NE(find_issue(issues, "hva", "check_fnr"), nullptr);
  EXPECT_EQ(find_issue(issues, "hva", "check_fnr")->severity, Severity::warning);
}

TEST(Finalise, HiddenValuesAreTakenOutAndPromisesMade) {
  auto now = form_context(
      R"({"typer":["navn"],"helse":"skjult","belop":3,"tid":{"forsinkelse":"skjult"},"tiltak":[{"tekst":"a","status":"gjort","dato":"2026-01-01"},{"status":"planlagt"}]})");
  now.later = {{"typer", "", false}, {"tiltak[0].dato", "", false}};
  auto final = sample_app()->read(now).finalise();
  EXPECT_EQ(
      final.data,
      json(
          R"({"belop":3,"dobbelt":6,"typer":["navn"],"tid":{},"tiltak":[{"tekst":"a","status":"gjort"},{"status":"planlagt"}]})"));
  ASSERT_EQ(final.later.size(), 2U);
  EXPECT_EQ(final.later[0].path, "antall");
  EXPECT_TRUE(final.later[0].automatic);
  EXPECT_EQ(final.later[1].path, "tiltak[1].dato");
}

TEST(Finalise, PromisesNothingByItselfWhereEachMustBeMadeByHand) {
  auto now = form_context(R"({"type":"full"})");
  EXPECT_TRUE(sample_app()->read(now).finalise().later.empty());
  now.later = {{"antall", "", false}};
  ASSERT_EQ(sample_app()->read(now).finalise().later.size(), 1U);
  EXPECT_FALSE(sample_app()->read(now).finalise().later[0].automatic);
}

TEST(Supplement, MustAddSomething) {
  auto now = form_context(complete);
  now.supplement = true;
  now.before = now.data;
  now.data.set("type", Json("tillegg"));
  EXPECT_NE(find_issue(errors(now), "tillegg.tekst", "supplement.empty"), nullptr);
  now.data.set("tillegg", Json::object({{"tekst", Json("Mer")}}));
  EXPECT_TRUE(errors(now).empty());
}

TEST(Supplement, OpenPromisesStayUntilTheyAreKept) {
  auto now = form_context(complete);
  now.supplement = true;
  now.before = now.data;
  now.open = {{"antall", "2026-12-01", false}, {"typer", "", true}};
  now.data.set("typer", json(R"(["navn"])"));
  auto final = sample_app()->read(now).finalise();
  ASSERT_EQ(final.later.size(), 1U);
  EXPECT_EQ(final.later[0].expected, "2026-12-01");
  EXPECT_TRUE(find_view(sample_app()->read(now).page("Melding")->components, "antall")->later_open);
}

TEST(Supplement, FieldsItDoesNotShowKeepWhatWasSent) {
  auto now = form_context(complete);
  now.data.set("tidligere", Json("sak 1"));
  now.supplement = true;
  now.before = now.data;
  EXPECT_EQ(find_view(sample_app()->read(now).page("Melding")->components, "tidligere"), nullptr);
  EXPECT_TRUE(sample_app()->changes(now.before, sample_app()->read(now).finalise().data).empty());
}

TEST(Supplement, ChangesAreToldFieldByField) {
  auto before = json(R"({"hva":"a","typer":["navn"],"tiltak":[{"tekst":"a"}]})");
  auto after = json(R"({"hva":"b","antall":2,"tiltak":[{"tekst":"a","status":"gjort"},{"tekst":"c"}]})");
  auto changes = sample_app()->changes(before, after);
  ASSERT_EQ(changes.size(), 5U);
  EXPECT_EQ(changes[0].path, "hva");
  EXPECT_EQ(changes[1].path, "antall");
  EXPECT_TRUE(changes[1].before.is_null());
  EXPECT_EQ(changes[2].path, "tiltak[0].status");
  EXPECT_EQ(changes[3].path, "tiltak[1]");
  EXPECT_EQ(changes[4].path, "typer");
  EXPECT_TRUE(changes[4].after.is_null());
  EXPECT_EQ(sample_app()->merge(before, changes), after);
}

}  // namespace
}  // namespace alting::forms
