#include "forms/walked.h"

#include "forms/own_folder.h"

namespace alting::forms {
namespace {

using Ids = std::vector<std::string>;

constexpr std::string_view in_short = R"({"melding":{"vei":"kort"}})";

TEST(Ways, AFormThatDoesNotSayGoesTheDefaultWay) {
  for (const auto* data :
       {"{}", R"({"melding":{}})", R"({"melding":{"vei":"borte"}})", R"({"melding":{"vei":"alt"}})"}) {
    auto reading = sample_notice()->read(form_context(data));
    EXPECT_EQ(ids_of(reading.pages()), (Ids{"Hendelse", "Hvem", "Tiltak", "Vedlegg"})) << data;
    EXPECT_EQ(ids_of(reading.rest_pages()), Ids{}) << "the short page asks for nothing more";
    EXPECT_EQ(sample_notice()->way_of(form_context(data).data)->code, "alt") << data;
  }
}

TEST(Ways, TheShortWayWalksItsPageAndTheOthersMayBeOpened) {
  auto reading = sample_notice()->read(form_context(in_short));
  EXPECT_EQ(ids_of(reading.pages()), Ids{"Viktigste"});
  EXPECT_EQ(ids_of(reading.rest_pages()), (Ids{"Hvem", "Tiltak", "Vedlegg"}));
  EXPECT_EQ(reading.rest_pages()[0].title, "Hvem det gjelder");
  auto late = sample_notice()->read(form_context(
      R"({"melding":{"vei":"kort"},"tid":{"kjennskap":"2026-11-10T09:00:00+01:00","fra":"2026-11-10T09:00:00+01:00"}})"));
  EXPECT_EQ(ids_of(late.rest_pages()), (Ids{"Hendelse", "Hvem", "Tiltak", "Vedlegg"})) << "why it is late";
  for (const auto* page : {"Viktigste", "Hendelse", "Hvem", "Vedlegg"}) EXPECT_TRUE(reading.page(page)) << page;
  EXPECT_FALSE(reading.page("Tillegg")) << "hidden";
}

TEST(Ways, APageOfAnotherWayCanBeOpenedToo) {
  auto reading = sample_notice()->read(form_context());
  EXPECT_EQ(view_of(*reading.page("Viktigste"), "kort-hva").path, "hva");
}

TEST(Ways, AFormWithoutWaysWalksAllItsPages) {
  auto reading = sample_app()->read(form_context());
  EXPECT_EQ(ids_of(reading.pages()), (Ids{"Melding", "Tid", "Tiltak"}));
  EXPECT_TRUE(reading.rest_pages().empty());
  EXPECT_EQ(sample_app()->way_of(json("{}")), nullptr);
  EXPECT_TRUE(sample_app()->way_texts(Language::nb).empty());
}

TEST(Ways, AreChosenByTheirCode) {
  const auto& app = *sample_notice();
  EXPECT_EQ(app.with_way(json(R"({"hva":"x"})"), "kort").value(), json(R"({"melding":{"vei":"kort"},"hva":"x"})"));
  EXPECT_EQ(app.with_way(json(in_short), "").value(), json(R"({"melding":{"vei":"alt"}})"));
  EXPECT_EQ(app.with_way(json("{}"), "lang").error().code, "error.form.way");
  EXPECT_EQ(sample_app()->with_way(json("{}"), "").value(), json("{}"));
  EXPECT_EQ(sample_app()->with_way(json("{}"), "kort").error().code, "error.form.way");
}

TEST(Ways, AreNoFieldThatAPageCanPost) {
  EXPECT_EQ(post(*sample_notice(), form_context(), {{"melding.vei", "kort"}}).error().code, "error.form.field");
}

TEST(Ways, HaveTheirWords) {
  const auto ways = sample_notice()->way_texts(Language::nn);
  ASSERT_EQ(ways.size(), 2U);
  EXPECT_EQ(ways[0].code, "kort");
  EXPECT_EQ(ways[0].title, "Send det viktigaste no");
  EXPECT_EQ(ways[0].text, "Resten kan kome seinare");
  EXPECT_EQ(ways[0].minutes, 5);
  EXPECT_TRUE(ways[1].text.empty());
}

TEST(Ways, TheStartPageSaysWhatCountsMost) {
  const auto start = sample_notice()->start(Language::nb);
  EXPECT_EQ(start.lead, "72 timer. Send det dere vet.");
  ASSERT_EQ(start.other_ways.size(), 2U);
  EXPECT_EQ(start.other_ways[1], "Ring oss");
  EXPECT_EQ(start.minutes, 25) << "of the default way";
  EXPECT_EQ(sample_app()->start(Language::nb).minutes, 5);
}

TEST(Ways, WhatMustBeAnsweredMustBeWhateverTheWay) {
  for (const auto& [data, page, component] :
       {std::tuple(in_short, "Viktigste", "kort-aarsak"), std::tuple(std::string_view("{}"), "Hendelse", "aarsak")}) {
    auto reading = sample_notice()->read(form_context(data));
    const auto* issue = find_issue(reading.issues(When::submit), "aarsak", "required");
    ASSERT_NE(issue, nullptr);
    EXPECT_EQ(issue->page, page) << "where it is asked for";
    EXPECT_EQ(issue->component, component);
    EXPECT_EQ(std::ranges::count(reading.issues(When::submit), Path("aarsak"), &Issue::path), 1);
  }
}

TEST(Ways, AFieldThatNoWalkedPageHasIsToldWhereItStands) {
  auto reading = sample_notice()->read(form_context(R"({"melding":{"vei":"kort"},"hvem":{"sensitivt":"ja"}})"));
  const auto* issue = find_issue(reading.issues(When::submit), "hvem.hvilke", "required");
  ASSERT_NE(issue, nullptr);
  EXPECT_EQ(issue->page, "Hvem");
}

TEST(Ways, WhatIsLeftOpenByTheShortWayIsPromisedOnSending) {
  auto reading = sample_notice()->read(form_context(R"({"melding":{"vei":"kort","type":"trinn"},"hva":"x"})"));
  EXPECT_EQ(paths_of(reading.finalise().later), (std::vector<Path>{"hvem.antall", "hvem.sensitivt", "tiltak"}));
  EXPECT_EQ(reading.finalise().data["melding"].text("vei"), "kort") << "it is part of what is sent";
}

TEST(Ways, AnAnswerThatStandsOnTwoPagesIsToldOnce) {
  for (const auto& [data, first] :
       {std::pair(R"({"melding":{"vei":"kort"},"hva":"x"})", "Viktigste"), std::pair(R"({"hva":"x"})", "Hendelse")}) {
    auto reading = sample_notice()->read(form_context(data));
    const auto& answers = reading.answers();
    EXPECT_EQ(std::ranges::count(answers, Path("hva"), &AnswerView::path), 1);
    EXPECT_EQ(std::ranges::find(answers, Path("hva"), &AnswerView::path)->page, first);
    EXPECT_EQ(answers.front().page, first) << "the walked pages come first";
    EXPECT_EQ(std::ranges::count(answers, Path("hvem.antall"), &AnswerView::path), 1);
  }
}

TEST(Ways, BothPagesShowAndTakeTheSameAnswer) {
  const auto out = applied(*sample_notice(), form_context(in_short), {{"aarsak", "angrep"}, {"hva", "x"}});
  auto reading = sample_notice()->read(form_context(out.data.dump()));
  EXPECT_EQ(view_of(*reading.page("Viktigste"), "kort-aarsak").value, "angrep");
  EXPECT_EQ(view_of(*reading.page("Hendelse"), "aarsak").value, "angrep");
}

class OwnNotice : public OwnFolder {
 protected:
  void SetUp() override { copy(sample_notice_folder()); }
};

TEST_F(OwnNotice, APromiseIsTakenForAFieldThatCanBePromisedOnOneOfItsPages) {
  spoil("ui/skjema/layouts/Hendelse.json", R"("optionsId": "aarsak", "required": true)",
        R"("optionsId": "aarsak", "deferrable": true)");
  spoil("ui/skjema/layouts/Viktigste.json", R"("optionsId": "aarsak", "required": true)", R"("optionsId": "aarsak")");
  const auto form = app();
  const auto out = applied(*form, form_context(in_short), {{"later:aarsak", "on"}});
  EXPECT_EQ(paths_of(out.later), std::vector<Path>{"aarsak"});
  EXPECT_EQ(post(*form, form_context(in_short), {{"later:hva", "on"}}).error().code, "error.form.field");
}

TEST_F(OwnNotice, APageOnWhichNothingIsAskedNowIsNoChoice) {
  spoil("ui/skjema/layouts/Vedlegg.json", R"("maxNumberOfAttachments")",
        R"("hidden": ["notEquals", ["dataModel", "hva"], "x"], "maxNumberOfAttachments")");
  const auto form = app();
  EXPECT_EQ(ids_of(form->read(form_context(in_short)).rest_pages()), (Ids{"Hvem", "Tiltak"}))
      << "the reason for a late notice is hidden too";
  EXPECT_EQ(ids_of(form->read(form_context(R"({"melding":{"vei":"kort"},"hva":"x"})")).rest_pages()),
            (Ids{"Hvem", "Tiltak", "Vedlegg"}));
}

TEST_F(OwnNotice, AWayWhosePagesAreAllHiddenIsNotGone) {
  spoil("ui/skjema/layouts/Viktigste.json", R"("data": {)", R"("data": {"hidden": true,)");
  EXPECT_EQ(app()->read(form_context(in_short)).pages().size(), 4U);
}

}  // namespace
}  // namespace alting::forms
