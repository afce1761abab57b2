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
    if (!view.path.empty() && view.value.empty() && view.values.empty() && (view.required || view.deferrable)) ++asked;
  }
  EXPECT_LE(asked, 10U) << "what may be left out for good is not counted";
  const auto& components = reading.page("Viktigste")->components;
  const auto rest = std::ranges::find(components, Path("avslutning.merDato"), &ComponentView::path);
  ASSERT_NE(rest, components.end()) << "one day for the rest may be given once";
  EXPECT_FALSE(rest->required || rest->deferrable);
}

TEST(BreachNotice, OneDayForTheRestIsKeptWhenItIsSentTheShortWay) {
  auto reading = breach_notice().read(with(short_notice(), {{"avslutning.merDato", "04.12.2026"}}));
  EXPECT_EQ(errors_of(reading), "");
  const auto* day = value_at(reading.finalise().data, "avslutning.merDato");
  ASSERT_NE(day, nullptr);
  EXPECT_EQ(day->as_string(), "2026-12-04");
}

// The titles of what is to be done, with each a text to begin from marked.
std::vector<std::string> to_do(const NamesAndTexts& fields) {
  auto context = short_notice();
  for (const auto& field : fields) context = with(std::move(context), {field});  // each is asked because of the last
  auto reading = breach_notice().read(context);
  std::vector<std::string> out;
  for (const auto& task : reading.tasks()) out.push_back(task.title.plain() + (task.template_text ? " *" : ""));
  return out;
}
bool holds(const std::vector<std::string>& list, std::string_view one) {
  return std::ranges::find(list, one) != list.end();
}

TEST(BreachNotice, ThoseAffectedAreStillOwedWordsWhereNoExceptionOfTheLawHolds) {
  const auto told = [](std::string_view why) {
    return to_do({{"konsekvenser.risiko", "hoey_risiko"},
                  {"informasjon.status", "nei_skal_ikke"},
                  {"informasjon.hvorforIkke", std::string(why)}});
  };
  const auto police = told("politi_ber_om_utsettelse");
  EXPECT_TRUE(holds(police, "Informer de berørte når politiet ikke lenger ber dere vente *"));
  const auto unknown = told("ukjente_personer");
  EXPECT_TRUE(holds(unknown, "Finn ut hvordan dere kan nå de berørte *"));
  for (const auto& title : told("art34_3a")) EXPECT_FALSE(title.ends_with('*')) << title;
  for (const auto& list : {police, unknown}) EXPECT_FALSE(holds(list, "Informer de berørte nå *"));
}

TEST(BreachNotice, WhereTheRiskIsNotHighItSaysThatThoseAffectedNeedNotBeTold) {
  constexpr std::string_view words = "Dere trenger ikke å informere de berørte nå";
  EXPECT_TRUE(holds(to_do({{"konsekvenser.risiko", "risiko"}}), words));
  EXPECT_TRUE(holds(to_do({{"konsekvenser.risiko", "ingen_risiko"}}), words));
  EXPECT_FALSE(holds(to_do({{"konsekvenser.risiko", "risiko"}, {"informasjon.status", "ja_alle"}}), words));
  EXPECT_FALSE(holds(to_do({{"konsekvenser.risiko", "hoey_risiko"}}), words));
  EXPECT_FALSE(holds(to_do({}), words)) << "nobody has said how high it is";
}

TEST(BreachNotice, AsksToCallUntilItIsKnownThatNobodyHasAProtectedAddress) {
  constexpr std::string_view maybe = "Kan noen ha fortrolig adresse?";
  constexpr std::string_view danger = "Ring nå. Noen kan være i fare";
  EXPECT_TRUE(holds(to_do({}), maybe));
  EXPECT_TRUE(holds(to_do({{"beroerte.adressesperre", "vet_ikke"}}), maybe));
  EXPECT_FALSE(holds(to_do({{"beroerte.adressesperre", "nei"}}), maybe));
  const auto known = to_do({{"beroerte.adressesperre", "ja"}});
  EXPECT_FALSE(holds(known, maybe));
  EXPECT_TRUE(holds(known, danger));
  auto sent = breach_notice().read(short_notice());
  auto none = breach_notice().read(with(addition_to(sent), {{"melding.type", "ikke_brudd"}}));
  for (const auto& task : none.tasks()) EXPECT_NE(task.title.plain(), maybe);
}

TEST(BreachNotice, WhoToTalkToIsReachedByTelephoneOrByEmail) {
  const auto lacking = [](const NamesAndTexts& fields) {
    auto reading = breach_notice().read(with(with(begun("alt"), {{"kontakt.type", "kontaktperson"}}), fields));
    std::vector<Path> out;
    for (const auto& issue : reading.issues(When::submit)) {
      if (issue.path == "kontakt.telefon" || issue.path == "kontakt.epost") out.push_back(issue.path);
    }
    return sorted(out);
  };
  EXPECT_EQ(lacking({}).size(), 2U);
  EXPECT_TRUE(lacking({{"kontakt.telefon", "22 39 69 00"}}).empty());
  EXPECT_TRUE(lacking({{"kontakt.epost", "ada@bakeriet.example"}}).empty());
}

TEST(BreachNotice, AsksForTheReportersNameOnlyWhenNobodysIsKnown) {
  const auto asks = [](const FormContext& context) {
    auto reading = breach_notice().read(context);
    return find_view(reading.page("Viktigste")->components, "viktigste-navn") != nullptr;
  };
  EXPECT_FALSE(asks(begun("kort")));
  auto nobodys = begun("kort");
  erase_at(nobodys.data, "kontakt.melder.navn");
  EXPECT_TRUE(asks(nobodys));
}

TEST(BreachNotice, TheHelpLeadsToWhatMustBeToldThoseAffected) {
  auto reading = breach_notice().read(begun("alt"));
  EXPECT_NE(view_of(*reading.page("Informasjon"), "informasjon-status").help.plain().find("Datatilsynet"),
            std::string::npos);
}

TEST(BreachNotice, WhenAndHowThoseAffectedAreToldMayFollow) {
  auto reading = breach_notice().read(with(short_notice(), {{"informasjon.status", "nei_planlagt"}}));
  EXPECT_EQ(errors_of(reading), "");
  const auto& later = reading.finalise().later;
  EXPECT_NE(promise_at(later, "informasjon.naar"), nullptr);
  EXPECT_NE(promise_at(later, "informasjon.hvordan"), nullptr);
}

TEST(BreachNotice, AMeasureThatDoesNotApplyNeedsNoWords) {
  auto context = short_notice();
  set_at(context.data, "tiltak.skade[0].status", Json("ikke_aktuelt"));
  set_at(context.data, "tiltak.gjentakelse[0].status", Json("ikke_aktuelt"));
  auto reading = breach_notice().read(context);
  EXPECT_EQ(errors_of(reading), "");
  set_at(context.data, "tiltak.skade[0].status", Json("planlagt"));
  auto planned = breach_notice().read(context);
  EXPECT_NE(find_issue(planned.issues(When::submit), "tiltak.skade[0].tekst", "required"), nullptr);
}

TEST(BreachNotice, AnAdditionSaysThatQuestionsStandBelowOnlyWhenTheyDo) {
  auto sent = breach_notice().read(short_notice());
  auto context = addition_to(sent);
  const auto told = [&] {
    auto reading = breach_notice().read(context);
    return view_of(*reading.page("Tillegg"), "tillegg-tekst").description.plain();
  };
  context.later = context.open;
  EXPECT_NE(told().find("lenger ned på siden"), std::string::npos);
  context.later.clear();
  context.open.clear();
  EXPECT_EQ(told().find("lenger ned på siden"), std::string::npos);
  EXPECT_NE(told().find("Rett noe annet"), std::string::npos);
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

TEST(BreachNotice, TheKindOfAnAdditionIsChosenAmongItsOwnAndNotCalculated) {
  auto sent = breach_notice().read(short_notice());
  auto context = addition_to(sent);
  ASSERT_EQ(context.before["melding"].text("type"), "ny_trinnvis");
  auto as_the_notice = breach_notice().read(context);
  EXPECT_NE(find_issue(as_the_notice.issues(When::save), "melding.type", "option"), nullptr)
      << "though it is as it was sent";
  set_at(context.data, "melding.type", Json());
  auto none = breach_notice().read(context);
  const auto& as_sent = none.as_sent().context().data;
  EXPECT_TRUE(is_empty(value_at(as_sent, "melding.type")));
  EXPECT_NE(find_issue(none.as_sent().issues(When::submit), "melding.type", "required"), nullptr);
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
