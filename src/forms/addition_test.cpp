#include "forms/addition.h"

#include "forms/own_folder.h"

namespace alting::forms {
namespace {

using Ids = std::vector<std::string>;

constexpr std::string_view first_notice =
    R"({"melding":{"vei":"kort","type":"trinn"},"hva":"x","tid":{"kjennskap":"2026-11-19T09:00:00+01:00","fra":"2026-11-19T09:00:00+01:00"},"aarsak":"ukjent","lovet":4})";

// An addition to that notice, with what it changes.
FormContext addition(std::initializer_list<std::pair<std::string_view, std::string_view>> changes = {}) {
  auto context = form_context(first_notice);
  context.supplement = true;
  context.before = context.data;
  context.open = {
      {"aarsak", "", true}, {"hvem.antall", "2026-12-01", false}, {"hvem.sensitivt", "", true}, {"tiltak", "", true}};
  for (const auto& [path, value] : changes) set_at(context.data, path, json(value));
  return context;
}

Reading reading_of(FormContext context) { return sample_notice()->read(std::move(context)); }

Ids shown(Reading& reading) { return ids_of(reading.page("Tillegg")->components); }

bool is_refused_as_empty(Reading& reading) {
  return find_issue(reading.as_sent().issues(When::submit), "tillegg.tekst", "supplement.empty") != nullptr;
}

TEST(Addition, IsOnePageAndTheOthersMayBeOpened) {
  auto reading = reading_of(addition());
  EXPECT_EQ(ids_of(reading.pages()), Ids{"Tillegg"});
  EXPECT_EQ(ids_of(reading.rest_pages()), (Ids{"Hendelse", "Hvem", "Tiltak"}))
      << "the upload stands on the addition's own page, and the short page asks for nothing more";
  EXPECT_TRUE(reading.page("Hendelse"));
}

TEST(Addition, HasItsTextWhatWasPromisedAndTheUpload) {
  auto reading = reading_of(addition());
  EXPECT_EQ(shown(reading), (Ids{"tilleggstekst", "page_Hendelse", "aarsak", "page_Hvem", "antall", "sensitivt",
                                 "page_Tiltak", "tiltak", "vedlegg"}));
  const auto& views = reading.page("Tillegg")->components;
  EXPECT_EQ(find_view(views, "page_Hvem")->kind, ComponentKind::header);
  EXPECT_GT(find_view(views, "page_Hvem")->folds, 0U);
  EXPECT_EQ(find_view(views, "page_Hvem")->title, "Hvem det gjelder");
  EXPECT_TRUE(find_view(views, "antall")->later_open);
  EXPECT_TRUE(find_view(views, "aarsak")->open_answer);
  EXPECT_EQ(find_view(views, "aarsak")->value, "ukjent");
  EXPECT_EQ(find_view(views, "vedlegg")->file_endings, Ids{".pdf"});
}

TEST(Addition, ThatHasNothingOpenIsItsTextAndTheUpload) {
  auto context = addition();
  context.open.clear();
  auto reading = reading_of(context);
  EXPECT_EQ(shown(reading), (Ids{"tilleggstekst", "vedlegg"}));
}

TEST(Addition, AsksForWhatItsAnswersMakeVisible) {
  auto reading = reading_of(addition({{"hvem", R"({"sensitivt":"ja"})"}}));
  EXPECT_EQ(shown(reading), (Ids{"tilleggstekst", "page_Hendelse", "aarsak", "page_Hvem", "antall", "sensitivt",
                                 "varsel", "hvilke", "page_Tiltak", "tiltak", "vedlegg"}))
      << "what was shown before is not asked for again";
  const auto* issue = find_issue(reading.issues(When::submit), "hvem.hvilke", "required");
  ASSERT_NE(issue, nullptr);
  EXPECT_EQ(issue->page, "Tillegg") << "where it is asked for";
  auto context = addition({{"hvem", R"({"sensitivt":"ja"})"}});
  context.before = context.data;
  auto known = reading_of(context);
  EXPECT_EQ(find_view(known.page("Tillegg")->components, "hvilke"), nullptr);
  EXPECT_EQ(find_issue(known.issues(When::submit), "hvem.hvilke", "required")->page, "Hvem");
}

TEST(Addition, AnswersWhatWasPromisedOnItsOwnPage) {
  auto reading = reading_of(addition({{"hvem", R"({"antall":3})"}}));
  const auto& answers = reading.answers();
  const auto found = std::ranges::find(answers, Path("hvem.antall"), &AnswerView::path);
  ASSERT_NE(found, answers.end());
  EXPECT_EQ(found->page, "Tillegg");
  EXPECT_TRUE(found->changed);
  EXPECT_EQ(std::ranges::count(answers, Path("aarsak"), &AnswerView::path), 1);
  EXPECT_EQ(answers.front().component, "tilleggstekst");
  EXPECT_EQ(std::ranges::find(answers, "vedlegg", &AnswerView::component)->page, "Tillegg");
}

TEST(Addition, NamesTheRowOfAFieldThatStandsInOne) {
  auto context = addition();
  context.data.set("tiltak", json(R"([{"tekst":"a"},{"tekst":"b","status":"planlagt"}])"));
  context.before = context.data;
  context.open = {{"tiltak[1].dato", "", true}};
  auto reading = reading_of(context);
  EXPECT_EQ(shown(reading), (Ids{"tilleggstekst", "page_Tiltak", "dato-1", "vedlegg"}));
  EXPECT_EQ(view_of(*reading.page("Tillegg"), "dato-1").title, "Tiltak, rad 2: Når");
  EXPECT_EQ(view_of(*reading.page("Tillegg"), "dato-1").path, "tiltak[1].dato");
}

TEST(Addition, ShowsWhatStandsInPromisedRowsOnce) {
  auto context = addition();
  context.before.set("tiltak", json(R"([{"tekst":"a","status":"planlagt"}])"));
  context.data = context.before;
  context.open = {{"tiltak", "", true}, {"tiltak[0].dato", "", true}};
  auto reading = reading_of(context);
  EXPECT_EQ(shown(reading), (Ids{"tilleggstekst", "page_Tiltak", "tiltak", "vedlegg"}));
  EXPECT_EQ(view_of(*reading.page("Tillegg"), "tiltak").rows[0].size(), 3U);
}

TEST(Addition, ANewRowElsewhereIsNotAskedForHere) {
  auto context = addition();
  context.open.clear();
  context.data.set("tiltak", json(R"([{"tekst":"a","status":"planlagt"}])"));
  auto reading = reading_of(context);
  EXPECT_EQ(shown(reading), (Ids{"tilleggstekst", "vedlegg"}));
}

TEST(Addition, APromiseOfAFieldThatIsHiddenOrGoneIsNotShown) {
  auto context = addition();
  context.open = {{"hvem.hvilke", "", true}, {"hvem.borte", "", true}, {"tiltak[7].dato", "", true}};
  auto reading = reading_of(context);
  EXPECT_EQ(shown(reading), (Ids{"tilleggstekst", "vedlegg"}));
}

TEST(Addition, NeedsNoTextWhenSomethingElseIsSaid) {
  auto empty = reading_of(addition());
  EXPECT_TRUE(is_refused_as_empty(empty));
  EXPECT_EQ(find_issue(empty.issues(When::submit), "tillegg.tekst", "required"), nullptr) << "said once";
  EXPECT_FALSE(view_of(*empty.page("Tillegg"), "tilleggstekst").required);

  auto text = reading_of(addition({{"tillegg", R"({"tekst":"mer"})"}}));
  EXPECT_FALSE(is_refused_as_empty(text));
  auto field = reading_of(addition({{"hvem", R"({"antall":3})"}}));
  EXPECT_FALSE(is_refused_as_empty(field));
  auto taken_out = reading_of(addition({{"hva", R"("")"}}));
  EXPECT_FALSE(is_refused_as_empty(taken_out));
  auto with_file = addition();
  with_file.attachments = {{"1", "vedlegg", "logg.pdf", 10, ""}};
  auto file = reading_of(with_file);
  EXPECT_FALSE(is_refused_as_empty(file));
}

TEST(Addition, WhatIsOnlyCalculatedAnewIsNothingSaid) {
  auto context = addition();
  context.before.set("lovet", Json(base::JsonNumber{"9"}));  // by another rule than that of today
  set_at(context.before, "tid.fra", Json("2026-11-19T10:00:00+01:00"));
  context.data = context.before;
  auto reading = reading_of(context);
  ASSERT_NE(reading.as_sent().context().data, context.before);
  EXPECT_TRUE(is_refused_as_empty(reading));
}

TEST(Addition, AnEmptyPartOfTheAnswersIsNothingSaid) {
  auto reading = reading_of(addition({{"hvem", "{}"}}));
  EXPECT_TRUE(is_refused_as_empty(reading));
}

TEST(Addition, ItsKindAloneIsNothingSaid) {
  auto reading = reading_of(addition({{"melding", R"({"vei":"kort","type":"tillegg"})"}}));
  EXPECT_TRUE(is_refused_as_empty(reading));
}

TEST(Addition, KeepsWhatWasSentAndTheWay) {
  auto reading = reading_of(addition({{"tillegg", R"({"tekst":"mer"})"}}));
  EXPECT_EQ(reading.finalise().data["melding"].text("vei"), "kort");
  EXPECT_EQ(paths_of(reading.finalise().later),
            (std::vector<Path>{"aarsak", "hvem.antall", "hvem.sensitivt", "tiltak"}));
}

class OwnAddition : public OwnFolder {
 protected:
  void SetUp() override { copy(sample_notice_folder()); }
};

TEST_F(OwnAddition, OfAFormWithoutAPageForItWalksAllPages) {
  spoil("config/alting.json", R"("page": "Tillegg", )", "");
  const auto form = app();
  auto reading = form->read(addition());
  EXPECT_EQ(ids_of(reading.pages()), (Ids{"Hendelse", "Hvem", "Tiltak", "Vedlegg", "Viktigste", "Tillegg"}));
  EXPECT_EQ(ids_of(reading.page("Tillegg")->components), Ids{"tilleggstekst"});
}

TEST_F(OwnAddition, HasNoUploadWhenNoneIsDeclaredAndNoneTwice) {
  spoil("config/alting.json", R"(, "attachments": "vedlegg")", "");
  auto without = app()->read(addition());
  EXPECT_EQ(find_view(without.page("Tillegg")->components, "vedlegg"), nullptr);
  EXPECT_EQ(ids_of(without.rest_pages()), (Ids{"Hendelse", "Hvem", "Tiltak", "Vedlegg"}));
}

TEST_F(OwnAddition, LeavesOutWhatWouldMakeItTooLarge) {
  std::string options;
  for (int i = 0; i < 1'000; ++i) options += fmt::format(R"({{"value":"k{}","label":"ja"}},)", i);
  spoil("ui/skjema/layouts/Tiltak.json", R"("options": [)", R"("options": [)" + options);
  const auto form = app();
  auto context = addition();
  auto rows = Json::array();
  context.open.clear();
  for (int i = 0; i < 50; ++i) {
    rows.push_back(json(R"({"tekst":"a","status":"uvisst"})"));
    context.open.push_back({fmt::format("tiltak[{}].status", i), "", true});
  }
  context.data.set("tiltak", rows);
  context.before = context.data;
  auto reading = form->read(context);
  const auto& page = reading.page("Tillegg");
  ASSERT_TRUE(page) << "it can always be opened";
  const auto statuses =
      std::ranges::count_if(page->components, [](const auto& view) { return view.path.ends_with("status"); });
  EXPECT_GT(statuses, 10);
  EXPECT_LT(statuses, 50);
  EXPECT_NE(find_view(page->components, "vedlegg"), nullptr);
}

}  // namespace
}  // namespace alting::forms
