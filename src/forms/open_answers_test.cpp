#include "forms/open_answers.h"

#include "forms/own_folder.h"

namespace alting::forms {
namespace {

using Paths = std::vector<Path>;

constexpr std::string_view does_not_know =
    R"({"melding":{"type":"trinn"},"hva":"x","aarsak":"ukjent","hvem":{"antall":2,"sensitivt":"nei"},"tiltak":[{"tekst":"a"}]})";

const AnswerView& answer_at(Reading& reading, std::string_view path) {
  const auto found = std::ranges::find(reading.answers(), path, &AnswerView::path);
  if (found == reading.answers().end()) throw std::runtime_error("not told: " + std::string(path));
  return *found;
}

Paths later_of(std::string_view data) { return paths_of(sample_notice()->read(form_context(data)).finalise().later); }

TEST(OpenAnswers, ACodeThatSaysOneDoesNotKnowIsKeptAndPromised) {
  auto reading = sample_notice()->read(form_context(does_not_know));
  const auto& final = reading.finalise();
  EXPECT_EQ(final.data.text("aarsak"), "ukjent");
  ASSERT_EQ(paths_of(final.later), Paths{"aarsak"}) << "a field that cannot be promised by hand";
  EXPECT_TRUE(final.later[0].automatic);
  EXPECT_EQ(find_issue(reading.issues(When::submit), "aarsak", "required"), nullptr) << "it is answered";
}

TEST(OpenAnswers, ThePageAndTheOverviewSaySo) {
  auto reading = sample_notice()->read(form_context(does_not_know));
  EXPECT_TRUE(view_of(*reading.page("Hendelse"), "aarsak").open_answer);
  EXPECT_FALSE(view_of(*reading.page("Hendelse"), "hva").open_answer);
  EXPECT_TRUE(answer_at(reading, "aarsak").later);
  EXPECT_EQ(answer_at(reading, "aarsak").answer, "Vi vet ikke ennå");
  EXPECT_FALSE(answer_at(reading, "hva").later);
  EXPECT_TRUE(answer_at(reading.as_sent(), "aarsak").later);
}

TEST(OpenAnswers, AreWordsOfThePhraseInAnyLanguageHoweverTheyAreSet) {
  for (const auto* text : {"Her vil det komme mer informasjon.", "Noe. HER VIL  DET\nKOMME mer informasjon – snart",
                           "her vil det kome meir informasjon", "«More information will follow here»"}) {
    auto context = form_context(does_not_know);
    context.data.set("hva", Json(text));
    EXPECT_EQ(paths_of(sample_notice()->read(context).finalise().later), (Paths{"hva", "aarsak"})) << text;
  }
  for (const auto* text : {"Her vil det komme mer", "her vil det komme mer informasjonssikkerhet", "informasjon"}) {
    auto context = form_context(does_not_know);
    context.data.set("hva", Json(text));
    EXPECT_EQ(paths_of(sample_notice()->read(context).finalise().later), Paths{"aarsak"}) << text;
  }
}

TEST(OpenAnswers, OfRowsArePromisedEachForItself) {
  EXPECT_EQ(
      later_of(
          R"({"melding":{"type":"full"},"tiltak":[{"status":"gjort"},{"status":"uvisst"},{"tekst":"Her vil det komme mer informasjon"}]})"),
      (Paths{"tiltak[1].status", "tiltak[2].tekst"}));
}

TEST(OpenAnswers, AreNoneWhereTheyAreHidden) {
  auto context = form_context(does_not_know);
  context.data.set("hvem", json(R"({"antall":2,"sensitivt":"nei","hvilke":"Her vil det komme mer informasjon"})"));
  EXPECT_EQ(paths_of(sample_notice()->read(context).finalise().later), Paths{"aarsak"});
  context.data.set("hvem", json(R"({"antall":2,"sensitivt":"ja","hvilke":"Her vil det komme mer informasjon"})"));
  EXPECT_EQ(paths_of(sample_notice()->read(context).finalise().later), (Paths{"aarsak", "hvem.hvilke"}));
}

TEST(OpenAnswers, APromiseByHandStandsBesideOneAndKeepsItsDay) {
  const auto& app = *sample_notice();
  auto context = form_context(does_not_know);
  const auto out = applied(
      app, context,
      {{"hvem.sensitivt", "vet_ikke"}, {"later:hvem.sensitivt", "on"}, {"later-date:hvem.sensitivt", "2026-12-01"}});
  ASSERT_EQ(out.later, (std::vector<Later>{{"hvem.sensitivt", "2026-12-01", false}}));
  context.data = out.data;
  context.later = out.later;
  auto reading = app.read(context);
  EXPECT_EQ(*promise_at(reading.finalise().later, "hvem.sensitivt"), out.later[0]);
  EXPECT_EQ(answer_at(reading.as_sent(), "hvem.sensitivt").expected, "2026-12-01");
  EXPECT_TRUE(applied(app, context, {{"hvem.sensitivt", "ja"}}).later.empty()) << "what has its value is not promised";
  EXPECT_EQ(applied(app, context, {{"hva", "y"}}).later, out.later);
}

// What a notice that is called complete may say is the folder's rule, and it counts what will be promised on sending.
TEST(OpenAnswers, ACompleteNoticeThatPromisesIsRefused) {
  const auto refused = [](FormContext context) {
    auto reading = sample_notice()->read(std::move(context));
    const auto* issue = find_issue(reading.as_sent().issues(When::submit), "melding.type", "expression");
    return issue != nullptr && issue->severity == Severity::error;
  };
  auto context = form_context(does_not_know);
  EXPECT_FALSE(refused(context)) << "not called complete";
  context.data.set("melding", json(R"({"type":"full"})"));
  EXPECT_TRUE(refused(context));
  auto reading = sample_notice()->read(context);
  EXPECT_NE(find_issue(reading.issues(When::save), "melding.type", "expression"), nullptr)
      << "told while it is filled in";
  context.data.set("aarsak", Json("post"));
  EXPECT_FALSE(refused(context));
  context.data.set("hvem", json(R"({"sensitivt":"nei"})"));
  context.later = {{"hvem.antall", "", false}};
  EXPECT_TRUE(refused(context)) << "a promise by hand is one too";
}

TEST(OpenAnswers, AreCountedAsTheyWillBeSent) {
  auto context = form_context(does_not_know);
  context.data.set("hvem", json(R"({"sensitivt":"vet_ikke","hvilke":"Her vil det komme mer informasjon"})"));
  auto reading = sample_notice()->read(context);
  const auto& final = reading.finalise();
  EXPECT_EQ(paths_of(final.later), (Paths{"aarsak", "hvem.antall", "hvem.sensitivt"}));
  EXPECT_EQ(final.data["lovet"].integer(), 3) << "what the calculation counts";
  EXPECT_EQ(&reading.as_sent().as_sent(), &reading.as_sent()) << "nothing of it would change";
  // While it is filled in: those that are shown, each once.
  const auto out = applied(*sample_notice(), context, {{"hva", "y"}});
  EXPECT_EQ(out.data["lovet"].integer(), 2);
}

TEST(OpenAnswers, OfAFormWithoutThemThereAreNone) {
  auto context = form_context(R"({"type":"trinn","hva":"Her vil det komme mer informasjon"})");
  EXPECT_EQ(promise_at(sample_app()->read(context).finalise().later, "hva"), nullptr);
}

FormContext addition(std::string_view before, std::string_view after, std::vector<Later> open) {
  auto context = form_context(after);
  context.supplement = true;
  context.before = json(before);
  context.open = std::move(open);
  return context;
}

std::vector<Later> later_of_addition(std::string_view before, std::string_view after, std::vector<Later> open) {
  return sample_notice()->read(addition(before, after, std::move(open))).finalise().later;
}

TEST(OpenAnswers, AnAdditionKeepsAPromiseByAnAnswerThatIsNotOpen) {
  const Later promised{"aarsak", "2026-12-01", true};
  constexpr std::string_view before = R"({"aarsak":"ukjent"})";
  EXPECT_EQ(later_of_addition(before, before, {promised}), std::vector{promised}) << "as it was";
  EXPECT_TRUE(later_of_addition(before, R"({"aarsak":"post"})", {promised}).empty());
  EXPECT_EQ(later_of_addition(before, "{}", {promised}), std::vector{promised}) << "taken out is not answered";
  EXPECT_EQ(later_of_addition("{}", before, {promised}), std::vector{promised}) << "answered, and open all the same";
}

TEST(OpenAnswers, AnAdditionMayCorrectAnAnswerIntoAnOpenOne) {
  EXPECT_EQ(later_of_addition(R"({"aarsak":"post"})", R"({"aarsak":"ukjent"})", {}),
            (std::vector<Later>{{"aarsak", "", true}}));
  auto reading = sample_notice()->read(addition(R"({"aarsak":"post"})", R"({"aarsak":"ukjent"})", {}));
  EXPECT_TRUE(view_of(*reading.page("Hendelse"), "aarsak").open_answer);
}

TEST(OpenAnswers, WhatWasSentWithoutAPromiseMakesNoneByAnAddition) {
  EXPECT_TRUE(
      later_of_addition(R"({"aarsak":"ukjent"})", R"({"aarsak":"ukjent","tillegg":{"tekst":"mer"}})", {}).empty());
}

TEST(OpenAnswers, TheWordsOfAnAdditionItselfAreNone) {
  EXPECT_TRUE(later_of_addition("{}", R"({"tillegg":{"tekst":"Her vil det komme mer informasjon"}})", {}).empty());
}

class OpenAnswersOf : public OwnFolder {
 protected:
  void SetUp() override { copy(sample_notice_folder()); }
};

TEST_F(OpenAnswersOf, SeveralCodesAreOpenWhenOneIs) {
  spoil("ui/skjema/layouts/Hendelse.json", R"("id": "aarsak", "type": "Dropdown")",
        R"("id": "aarsak", "type": "Checkboxes")");
  spoil("ui/skjema/layouts/Viktigste.json", R"("id": "kort-aarsak", "type": "Dropdown")",
        R"("id": "kort-aarsak", "type": "Checkboxes")");
  const auto form = app();
  EXPECT_NE(promise_at(form->read(form_context(R"({"aarsak":"post,ukjent"})")).finalise().later, "aarsak"), nullptr);
  EXPECT_EQ(promise_at(form->read(form_context(R"({"aarsak":"post,angrep"})")).finalise().later, "aarsak"), nullptr);
}

TEST_F(OpenAnswersOf, AListOfAnEarlierTimeStillSaysWhichWereOpen) {
  write(
      "options/aarsak.json",
      R"({"versions":[{"validFrom":"2020-01-01","options":[{"value":"uklart","label":"aarsak.ukjent","open":true},{"value":"post","label":"aarsak.post","open":true}]},
                        {"validFrom":"2026-01-01","options":[{"value":"post","label":"aarsak.post"}]}]})");
  const auto form = app();
  EXPECT_NE(promise_at(form->read(form_context(R"({"aarsak":"uklart"})")).finalise().later, "aarsak"), nullptr);
  EXPECT_EQ(promise_at(form->read(form_context(R"({"aarsak":"post"})")).finalise().later, "aarsak"), nullptr)
      << "the list in force comes first";
}

TEST_F(OpenAnswersOf, WhatIsShownByPromisesAloneCountsThem) {
  spoil("ui/skjema/layouts/Hvem.json", R"("title": "felt.notat"})",
        R"("title": "felt.notat"}, "hidden": ["equals", ["laterCount"], 0])");
  const auto form = app();
  const auto shows = [&](std::string_view data) {
    auto reading = form->read(form_context(data));
    return find_view(reading.page("Hvem")->components, "notat") != nullptr;
  };
  EXPECT_FALSE(shows(R"({"aarsak":"post"})"));
  EXPECT_TRUE(shows(R"({"aarsak":"ukjent"})"));
}

TEST_F(OpenAnswersOf, FaultsAreTold) {
  spoil("options/aarsak.json", R"("open": true)", R"("open": "ja")");
  EXPECT_NE(faults().find("options/aarsak.json:1: the option \"ukjent\": open is true or false"), std::string::npos);
}

TEST_F(OpenAnswersOf, APhraseOfOneWordIsRefused) {
  spoil("config/texts/resource.nn.json", "Her vil det kome meir informasjon.", "Seinare!");
  EXPECT_NE(faults().find("stands for an open answer"), std::string::npos) << faults();
}

}  // namespace
}  // namespace alting::forms
