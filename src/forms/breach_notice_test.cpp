// The breach notification of services/dat/avviksmelding, as those who send it meet it.
#include "forms/sample_app.h"

namespace alting::forms {
namespace {

const App& breach_notice() {
  static const auto loaded = load_app(ALTING_SOURCE_DIR "/services/dat/avviksmelding");
  for (const auto& fault : loaded.faults) ADD_FAILURE() << fault.file << ":" << fault.line << ": " << fault.message;
  if (!loaded.app) throw std::runtime_error("the form does not load");
  return *loaded.app;
}

// As a draft of a business begins.
FormContext begun(std::string_view way) {
  FormContext context;
  context.now = at("2026-11-20T12:00:00+01:00");
  context.party = {{"instanceOwnerPartyType", "org"}};
  auto prefilled = breach_notice().prefill(
      {{"ER.Name", "Bakeriet AS"}, {"ER.OrgNumber", "974761076"}, {"UserProfile.Party.Person.Name", "Ada"}},
      context.now);
  context.data = breach_notice().with_way(std::move(prefilled.data), way).value();
  context.sources = std::move(prefilled.sources);
  return context;
}

FormContext with(FormContext context, const NamesAndTexts& fields) {
  const auto out = applied(breach_notice(), context, fields);
  for (const auto& issue : out.issues) ADD_FAILURE() << issue.path << ": " << issue.message;
  context.data = out.data;
  context.later = out.later;
  return context;
}

FormContext short_notice() {
  return with(begun("kort"), {{"avslutning.gradert", "nei"},
                              {"tid.kjennskap.date", "19.11.2026"},
                              {"tid.kjennskap.time", "14:00"},
                              {"beskrivelse.hva", "Et brev gikk til feil mottaker."},
                              {"kontakt.melder.telefon", "22 39 69 00"},
                              {"melding.resten", "bekreftet"},
                              {"avslutning.erklaering", "bekreftet"}});
}

std::string errors_of(Reading& reading) {
  std::string out;
  for (const auto& issue : reading.as_sent().issues(When::submit)) {
    if (issue.severity == Severity::error)
      out += fmt::format("{} {} {}: {}\n", issue.page, issue.path, issue.code, issue.message);
  }
  return out;
}

std::vector<Path> sorted(std::vector<Path> paths) {
  std::ranges::sort(paths);
  return paths;
}

// What stands in a sent notice, as an addition begins with it.
FormContext addition_to(Reading& sent) {
  auto context = begun("");
  context.supplement = true;
  context.before = sent.finalise().data;
  context.data = context.before;
  context.open = sent.finalise().later;
  return context;
}

TEST(BreachNotice, MayBeSentWithWhatCannotWait) {
  auto reading = breach_notice().read(short_notice());
  EXPECT_EQ(errors_of(reading), "");
  EXPECT_EQ(reading.pages().size(), 1U);
  EXPECT_FALSE(reading.finalise().later.empty()) << "the rest is promised";
}

TEST(BreachNotice, ItsShortWayAsksAtMostTenAnswers) {
  auto reading = breach_notice().read(begun("kort"));
  std::size_t asked = 0;
  for (const auto& view : reading.page(reading.pages().front().id)->components) {
    if (!view.path.empty() && view.value.empty() && view.values.empty()) ++asked;
  }
  EXPECT_LE(asked, 10U);
}

TEST(BreachNotice, FaultsOfTheShortWayStandOnItsPage) {
  auto reading = breach_notice().read(begun("kort"));
  for (const auto& issue : reading.as_sent().issues(When::submit)) {
    if (issue.severity != Severity::error) continue;
    EXPECT_EQ(issue.page, "Viktigste") << issue.path << ": " << issue.message;
  }
}

TEST(BreachNotice, AnAdditionToAShortOneIsOnePageAndNeedsOneSentence) {
  auto sent = breach_notice().read(short_notice());
  auto context = addition_to(sent);
  auto empty = breach_notice().read(context);
  EXPECT_EQ(empty.pages().size(), 1U);
  EXPECT_NE(find_issue(empty.as_sent().issues(When::submit), "tillegg.tekst", "supplement.empty"), nullptr);
  context = with(context, {{"tillegg.gradert", "nei"},
                           {"melding.type", "tillegg"},
                           {"tillegg.tekst", "Brevet er levert tilbake."},
                           {"tillegg.erklaering", "bekreftet"}});
  auto reading = breach_notice().read(context);
  EXPECT_EQ(errors_of(reading), "");
  EXPECT_EQ(sorted(paths_of(reading.finalise().later)), sorted(paths_of(context.open))) << "what was promised still is";
}

TEST(BreachNotice, WhatIsAnsweredInAnAdditionIsPromisedNoLonger) {
  auto sent = breach_notice().read(short_notice());
  auto context = addition_to(sent);
  ASSERT_NE(promise_at(context.open, "beskrivelse.hovedaarsak"), nullptr);
  auto page = breach_notice().read(context);
  EXPECT_NE(std::ranges::find(page.page("Tillegg")->components, Path("beskrivelse.hovedaarsak"), &ComponentView::path),
            page.page("Tillegg")->components.end());
  auto known = breach_notice().read(with(context, {{"beskrivelse.hovedaarsak", "feil_mottaker"}}));
  EXPECT_EQ(promise_at(known.finalise().later, "beskrivelse.hovedaarsak"), nullptr);
  auto unknown = breach_notice().read(with(context, {{"beskrivelse.hovedaarsak", "ukjent"}}));
  EXPECT_NE(promise_at(unknown.finalise().later, "beskrivelse.hovedaarsak"), nullptr);
}

TEST(BreachNotice, AnAdditionTellsTheFieldThatIsNewWhereNothingStoodAroundIt) {
  auto sent = breach_notice().read(short_notice());
  auto context = addition_to(sent);
  ASSERT_EQ(value_at(context.before, "sted"), nullptr);
  auto reading = breach_notice().read(with(context, {{"sted.beskriv", "Hos naboen."}}));
  const auto& after = reading.finalise().data;
  const auto changes = breach_notice().changes(context.before, after);
  EXPECT_NE(std::ranges::find(changes, Path("sted.beskriv"), &Change::path), changes.end());
  EXPECT_EQ(std::ranges::find(changes, Path("sted"), &Change::path), changes.end());
  EXPECT_EQ(breach_notice().merge(context.before, changes), after);
}

TEST(BreachNotice, WithoutAnAnswerToTheWayItIsTheLongOne) {
  FormContext context;
  context.now = at("2026-11-20T12:00:00+01:00");
  auto reading = breach_notice().read(context);
  EXPECT_GT(reading.pages().size(), 10U);
  EXPECT_EQ(std::ranges::find(reading.pages(), "Viktigste", &PageTitle::id), reading.pages().end());
}

}  // namespace
}  // namespace alting::forms
