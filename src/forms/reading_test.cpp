#include "forms/reading.h"

#include "forms/form_definition.h"
#include "forms/own_folder.h"

namespace alting::forms {
namespace {

// Which expressions were evaluated, in which rows, and how often.
class Evaluations {
 public:
  explicit Evaluations(const std::filesystem::path& folder) {
    std::vector<Fault> faults;
    auto read = read_folder(folder, faults);
    EXPECT_TRUE(faults.empty());
    app_ = std::make_unique<App>(std::make_shared<const FormDefinition>(
        std::move(read), [this](const Expr& expr, const Rows& rows) { ++counts_[{&expr, numbers_of(rows)}]; }));
  }
  [[nodiscard]] const App& app() const { return *app_; }
  [[nodiscard]] std::size_t all() const { return counts_.size(); }
  [[nodiscard]] int most() const {
    int most = 0;
    for (const auto& [what, count] : counts_) most = std::max(most, count);
    return most;
  }
  void forget() { counts_.clear(); }

 private:
  static std::vector<std::size_t> numbers_of(const Rows& rows) {
    std::vector<std::size_t> out;
    for (const auto& row : rows) out.push_back(row.index);
    return out;
  }
  std::map<std::pair<const Expr*, std::vector<std::size_t>>, int> counts_;
  std::unique_ptr<App> app_;
};

void ask_everything(Reading& reading) {
  for (int twice = 0; twice < 2; ++twice) {
    for (const auto& page : reading.pages()) EXPECT_TRUE(reading.page(page.id)) << page.id;
    for (const auto& page : reading.rest_pages()) EXPECT_TRUE(reading.page(page.id)) << page.id;
    (void)reading.issues(When::save);
    (void)reading.answers();
    (void)reading.issues(When::submit);
    (void)reading.deadlines();
    (void)reading.stops();
    (void)reading.tasks();
  }
}

constexpr std::string_view filled_in =
    R"({"type":"full","hva":"x","helse":"y","typer":["helse"],"tid":{"kjennskap":"2026-11-17T11:30:00+01:00"},
        "tiltak":[{"tekst":"a","personer":[{"navn":"Bo"}]},{"tekst":"b","status":"planlagt"}],
        "folk":[{"navn":"Ada","rolle":"x"},{"navn":"Bo","rolle":"y"}],"leder":"Ada",
        "ytre":[{"navn":"Ann"},{"navn":"skjul","tall":500}]})";

class EachFolder : public ::testing::TestWithParam<const char*> {};

TEST_P(EachFolder, EachExpressionIsEvaluatedOnceAndTheDataIsValidatedOnce) {
  Evaluations evaluations(std::filesystem::path(ALTING_SOURCE_DIR "/src/forms/cases") / GetParam());
  auto context = form_context(filled_in);
  auto reading = evaluations.app().read(context);
  ask_everything(reading);
  EXPECT_GT(evaluations.all(), 0U);
  EXPECT_EQ(evaluations.most(), 1);
  evaluations.forget();
  ask_everything(reading);
  EXPECT_EQ(evaluations.all(), 0U) << "all is remembered";
}

INSTANTIATE_TEST_SUITE_P(Reading, EachFolder, ::testing::Values("app", "rows", "typed", "notice"));

TEST(Reading, AnAdditionEvaluatesEachExpressionOnce) {
  Evaluations evaluations(sample_notice_folder());
  auto context = form_context(
      R"({"melding":{"type":"trinn"},"hva":"x","aarsak":"post","hvem":{"sensitivt":"ja"},"tiltak":[{"status":"planlagt"}],
          "tillegg":{"tekst":"mer"}})");
  context.supplement = true;
  context.before = json(R"({"melding":{"type":"trinn"},"hva":"x","aarsak":"ukjent","tiltak":[{"status":"planlagt"}]})");
  context.open = {{"aarsak", "", true}, {"hvem.sensitivt", "", true}, {"tiltak[0].dato", "", false}};
  auto reading = evaluations.app().read(context);
  ask_everything(reading);
  EXPECT_GT(evaluations.all(), 0U);
  EXPECT_EQ(evaluations.most(), 1);
  evaluations.forget();
  ask_everything(reading);
  EXPECT_EQ(evaluations.all(), 0U) << "all is remembered";
}

TEST(Reading, WhatWouldBeSentIsReadOnce) {
  auto reading = sample_app()->read(form_context(R"({"type":"full","hva":"x","helse":"hidden","antall":2})"));
  auto& sent = reading.as_sent();
  EXPECT_NE(&sent, &reading);
  EXPECT_EQ(&reading.as_sent(), &sent);
  EXPECT_EQ(sent.context().data, reading.finalise().data);
  EXPECT_TRUE(sent.context().data["helse"].is_null()) << "what is hidden is not sent";
  EXPECT_EQ(reading.context().data.text("helse"), "hidden") << "and the reading itself stays of what is";
  EXPECT_EQ(&sent.as_sent(), &sent) << "nothing of it would change";
}

// All that is sent of it is as it stands, but promises that are made on sending.
constexpr std::string_view lacks_promises =
    R"({"type":"trinn","ref":"r","hva":"x","tid":{"kjennskap":"2026-11-19T11:30:00+01:00"},
        "tiltak":[{"tekst":"a","personer":[{"navn":"Bo"}]}]})";

// What a page of the form asks, or its overview, in their order.
void ask_for_page(Reading& reading) {
  (void)reading.issues(When::save);
  (void)reading.page("Melding");
  (void)reading.as_sent().issues(When::submit);
  (void)reading.issues(When::submit);
  (void)reading.pages();
}
void ask_for_overview(Reading& reading) {
  auto& sent = reading.as_sent();
  (void)sent.issues(When::submit);
  for (const auto& promise : sent.context().later) (void)sent.label(promise.path);
  (void)sent.answers();
  (void)reading.issues(When::submit);
  (void)reading.pages();
  (void)reading.deadlines();
}

TEST(Reading, APageAndTheOverviewEvaluateEachExpressionOnceWhereOnlyPromisesDiffer) {
  for (const auto ask : {ask_for_page, ask_for_overview}) {
    Evaluations evaluations(sample_folder());
    auto reading = evaluations.app().read(form_context(lacks_promises));
    auto& sent = reading.as_sent();
    ASSERT_NE(&sent, &reading);
    ASSERT_EQ(sent.context().data, reading.context().data);
    evaluations.forget();  // calculations look at their own work again
    ask(reading);
    EXPECT_GT(evaluations.all(), 0U);
    EXPECT_EQ(evaluations.most(), 1);
    evaluations.forget();
    ask(reading);
    EXPECT_EQ(evaluations.all(), 0U) << "all is remembered";
  }
}

TEST(Reading, APageAndTheOverviewEvaluateEachExpressionTwiceAtMostWhereTheDataDiffer) {
  for (const auto ask : {ask_for_page, ask_for_overview}) {
    Evaluations evaluations(sample_folder());
    auto reading = evaluations.app().read(form_context(R"({"type":"trinn","hva":"x","helse":"hidden"})"));
    ASSERT_NE(reading.as_sent().context().data, reading.context().data);
    evaluations.forget();
    ask(reading);
    EXPECT_LE(evaluations.most(), 2);
  }
}

TEST(Reading, APageAndTheOverviewValidateOnceWhereNothingDiffers) {
  for (const auto ask : {ask_for_page, ask_for_overview}) {
    Evaluations evaluations(sample_folder());
    auto context = form_context(lacks_promises);
    context.later = evaluations.app().read(context).as_sent().context().later;
    auto reading = evaluations.app().read(context);
    ASSERT_EQ(&reading.as_sent(), &reading);
    evaluations.forget();
    ask(reading);
    EXPECT_EQ(evaluations.most(), 1);
  }
}

TEST(Reading, StaysWhatItIsWhenItIsMoved) {
  auto reading = sample_app()->read(form_context(R"({"type":"full","hva":"x"})"));
  const auto* pages = &reading.pages();
  auto moved = std::move(reading);
  EXPECT_EQ(&moved.pages(), pages);
  EXPECT_TRUE(moved.page("Melding"));
  EXPECT_EQ(moved.context().data.text("hva"), "x");
}

TEST(Reading, APageShowsWhatWasTypedJustNow) {
  auto reading = sample_app()->read(form_context());
  const auto typed =
      typed_texts(*sample_app(), {{"tid.kjennskap.date", "25.10.2026"}, {"tid.kjennskap.time", "02:30"}});
  const auto page = reading.page("Tid", typed);
  ASSERT_TRUE(page);
  EXPECT_EQ(find_view(page->components, "kjennskap")->occurrences.size(), 2U) << "the clock shows that time twice";
  EXPECT_TRUE(find_view(reading.page("Tid")->components, "kjennskap")->occurrences.empty());
}

TEST(Reading, APageReadsNoDeadlineFromAnAnswerThatIsTypedAnew) {
  auto context = form_context(R"({"tid":{"kjennskap":"2026-11-10T09:00:00+01:00"}})");
  auto reading = sample_app()->read(context);
  EXPECT_TRUE(view_of(*reading.page("Tid"), "forsinkelse").required);
  const auto page = reading.page("Tid", typed_texts(*sample_app(), {{"tid.kjennskap.date", "i går"}}));
  EXPECT_FALSE(view_of(*page, "forsinkelse").required);
  EXPECT_TRUE(view_of(*reading.page("Tid"), "forsinkelse").required) << "the reading itself stays as it is";
}

TEST(Evaluator, WhatWasVisibleOnlyForWantOfStepsIsLookedAtAgain) {
  std::vector<Fault> faults;
  const FormDefinition form(read_folder(sample_folder(), faults));
  const auto context = form_context(R"({"typer":["navn"]})");
  const auto world = form.world(context, context.data);
  Evaluator evaluator(world);
  const auto& field = *form.layout().find("helse");
  while (evaluator.evaluate(*field.hidden.expression, {})) {
  }
  EXPECT_FALSE(evaluator.hidden(field, {}));
  evaluator.renew_steps();
  EXPECT_TRUE(evaluator.hidden(field, {}));
}

class ChangedForm : public OwnFolder {
 protected:
  void SetUp() override { copy(sample_folder()); }
};

TEST_F(ChangedForm, PromisesAreOfTheDataWithoutWhatWasCalculatedAndTakenOut) {
  write("models/prove.calculation.json", R"({"calculations":{"helse":{"expression":["concat","satt"]}}})");
  spoil("ui/skjema/layouts/Melding.json", R"("title": "felt.antall"}, "deferrable": true)",
        R"("title": "felt.antall"}, "deferrable": true, "hidden": ["equals", ["dataModel", "helse"], "satt"])");
  const auto final = app()->read(form_context()).finalise();
  EXPECT_NE(std::ranges::find(final.later, Path("antall"), &Later::path), final.later.end())
      << "`helse` is hidden and not sent: `antall` is shown";
}

TEST_F(ChangedForm, ACalculationNeedsNothingAroundItsAnswer) {
  write(
      "models/prove.calculation.json",
      R"({"calculations":{"tid.laast":{"expression":["concat","satt"]},"tiltak.tekst":{"expression":["concat","rad"]}}})");
  EXPECT_EQ(applied(*app(), form_context(), {{"ref", "r"}}).data, json(R"({"ref":"r","tid":{"laast":"satt"}})"))
      << "and makes no rows";
}

TEST_F(ChangedForm, WhatAsksForPromisesIsOfItsOwnReading) {
  spoil("ui/skjema/layouts/Melding.json", R"("title": "felt.ref"}, "width": "short")",
        R"("title": "felt.ref"}, "hidden": ["greaterThan", ["laterCount"], 0])");
  const auto form = app();
  const auto shows = [](Reading& reading) {
    return std::ranges::find(reading.answers(), Path("ref"), &AnswerView::path) != reading.answers().end();
  };
  for (const bool sent_first : {true, false}) {
    auto reading = form->read(form_context(lacks_promises));
    auto& sent = reading.as_sent();
    ASSERT_EQ(sent.context().data, reading.context().data);
    if (sent_first) (void)sent.answers();
    EXPECT_TRUE(shows(reading));
    EXPECT_FALSE(shows(sent)) << "there are promises once it is sent";
  }
}

TEST_F(ChangedForm, AFieldIsCalledWhatItsPageCallsIt) {
  spoil("ui/skjema/layouts/Tiltak.json", R"("maxCount": 3, "minCount": 0)",
        R"("hiddenRow": ["equals", ["dataModel", "tiltak.tekst"], "skjul"], "maxCount": 3, "minCount": 0)");
  auto reading = app()->read(form_context(R"({"tiltak":[{"tekst":"skjul"},{"tekst":"a"}]})"));
  auto first = app()->read(form_context(R"({"tiltak":[{"tekst":"a"}]})"));
  EXPECT_EQ(reading.label("tiltak[1].tekst"), first.label("tiltak[0].tekst")) << "hidden rows are not counted";
}

TEST_F(ChangedForm, ATextCutShortWithinAnotherIsWholeWhereItStandsAlone) {
  auto more = fmt::format(R"("resources": [{{"id": "lang", "value": "{}"}},)", std::string(40'000, 'x'));
  for (const auto* language : {"nb", "nn", "en"})
    spoil(fmt::format("config/texts/resource.{}.json", language), R"("resources": [)", more);
  spoil("ui/skjema/layouts/Melding.json", R"("layout": [)", R"("layout": [
      {"id": "rundt", "type": "Paragraph", "textResourceBindings":
        {"title": ["concat", ["text", "lang"], ["text", "lang"], ["displayValue", "alene"]]}},
      {"id": "alene", "type": "Text", "value": ["text", "lang"], "textResourceBindings": {"title": "felt.hva"}},)");
  const auto form = app();
  auto reading = form->read(form_context());
  EXPECT_EQ(view_of(*reading.page("Melding"), "alene").body.plain().size(), 40'000U);
}

TEST(Reading, SaysWhyTypedTextDoesNotFit) {
  auto context = form_context();
  context.rejected = typed_texts(*sample_app(), {{"antall", "mange"}});
  auto reading = sample_app()->read(context);
  ASSERT_EQ(reading.rejected_issues().size(), 1U);
  EXPECT_EQ(reading.rejected_issues()[0].code, "not_a_whole_number");
  EXPECT_NE(find_issue(reading.issues(When::submit), "antall", "rejected"), nullptr);
  EXPECT_EQ(find_issue(reading.issues(When::save), "antall", "rejected"), nullptr);
}

}  // namespace
}  // namespace alting::forms
