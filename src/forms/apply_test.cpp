#include "forms/sample_app.h"

namespace alting::forms {
namespace {

using Texts = std::initializer_list<std::pair<std::string_view, std::string>>;
TypedTexts typed(Texts texts) { return typed_texts(*sample_app(), texts); }
FieldName named(std::string_view text) { return forms::named(*sample_app(), text); }

TEST(Apply, TypedTextBecomesData) {
  auto out = applied(*sample_app(), form_context(),
                     {{"type", "full"},
                      {"hva", "En feil\r\nskjedde "},
                      {"antall", "1 234"},
                      {"belop", "2,50"},
                      {"fodt", "17.5.2026"},
                      {"klokke", "kl 9.30"},
                      {"typer", ""},
                      {"typer", "helse"},
                      {"typer", "navn"},
                      {"samtykke", ""},
                      {"samtykke", "true"}});
  EXPECT_EQ(
      out.data,
      json(
          R"({"type":"full","hva":"En feil\nskjedde","antall":1234,"belop":2.50,"dobbelt":5,"typer":["helse","navn"],"fodt":"2026-05-17","klokke":"09:30","samtykke":true})"));
  EXPECT_TRUE(out.issues.empty());
  EXPECT_TRUE(out.rejected.empty());
  EXPECT_EQ(out.changed,
            (std::vector<Path>{"antall", "belop", "dobbelt", "fodt", "hva", "klokke", "samtykke", "type", "typer"}));
}

TEST(Apply, EmptyTextTakesTheValueOut) {
  auto out = applied(*sample_app(), form_context(R"({"hva":"x","typer":["navn"],"belop":1,"dobbelt":2})"),
                     {{"hva", " "}, {"typer", ""}, {"belop", ""}});
  EXPECT_EQ(out.data, json("{}"));
}

TEST(Apply, TextThatDoesNotFitComesBack) {
  auto out = applied(*sample_app(), form_context(R"({"antall":5})"),
                     {{"antall", "ca. 12"}, {"fodt", "i dag"}, {"typer", "annet"}, {"klokke", "snart"}});
  EXPECT_EQ(out.data, json(R"({"antall":5})"));
  EXPECT_EQ(out.rejected, typed({{"antall", "ca. 12"}, {"fodt", "i dag"}, {"klokke", "snart"}, {"typer", "annet"}}));
  EXPECT_EQ(find_issue(out.issues, "antall", "not_a_whole_number")->message,
            "Antall: Skriv et helt tall, uten desimaler.");
  EXPECT_NE(find_issue(out.issues, "typer", "option"), nullptr);
}

TEST(Apply, TooLongTextIsKept) {
  auto out = applied(*sample_app(), form_context(), {{"ref", "lang referanse"}});
  EXPECT_EQ(out.data["ref"].as_string(), "lang referanse");
  EXPECT_TRUE(out.rejected.empty());
}

TEST(Apply, DateAndTimeAreOneMoment) {
  auto out = applied(
      *sample_app(), form_context(),
      {{"tid.kjennskap.date", "20.11.2026"}, {"tid.kjennskap.time", "14.20"}, {"tid.kjennskapPresisjon", "dag"}});
  EXPECT_EQ(out.data, json(R"({"tid":{"kjennskap":"2026-11-20T14:20:00+01:00","kjennskapPresisjon":"dag"}})"));
  auto now = form_context();
  now.data = out.data;
  EXPECT_EQ(applied(*sample_app(), now, {{"tid.kjennskap.time", "15:00"}}).data["tid"].text("kjennskap"),
            "2026-11-20T15:00:00+01:00");
  EXPECT_TRUE(applied(*sample_app(), now, {{"tid.kjennskap.date", ""}, {"tid.kjennskap.time", ""}})
                  .data["tid"]["kjennskap"]
                  .is_null());
  // 02:30 comes twice that night: what is posted as it is shown stays the one it was.
  const auto twice = form_context(R"({"tid":{"kjennskap":"2026-10-25T02:30:00+01:00"}})");
  const auto same =
      applied(*sample_app(), twice, {{"tid.kjennskap.date", "2026-10-25"}, {"tid.kjennskap.time", "02:30"}});
  EXPECT_EQ(same.data["tid"].text("kjennskap"), "2026-10-25T02:30:00+01:00");
  EXPECT_TRUE(same.changed.empty());
  auto half =
      applied(*sample_app(), form_context(), {{"tid.kjennskap.date", "20.11.2026"}, {"tid.kjennskap.time", ""}});
  EXPECT_EQ(half.rejected[named("tid.kjennskap.date")], "20.11.2026");
  EXPECT_NE(find_issue(half.issues, "tid.kjennskap", "no_time"), nullptr);
}

TEST(Apply, UnknownAndReadOnlyPathsAreRefused) {
  EXPECT_FALSE(post(*sample_app(), form_context(), {{"finnes.ikke", "x"}}));
  EXPECT_FALSE(post(*sample_app(), form_context(), {{"navn", "x"}}));
  EXPECT_FALSE(post(*sample_app(), form_context(), {{"tiltak[0]", "x"}}));
  EXPECT_FALSE(post(*sample_app(), form_context(), {{"tiltak.tekst", "x"}}));
  EXPECT_FALSE(post(*sample_app(), form_context(), {{"later:hva", "on"}}));
  EXPECT_FALSE(post(*sample_app(), form_context(), {{"add-row:hva", ""}}));
  EXPECT_FALSE(post(*sample_app(), form_context(R"({"gradert":"nei"})"), {{"tid.laast", "x"}}));
  EXPECT_TRUE(post(*sample_app(), form_context(R"({"navn":"Ada"})"), {{"navn", "Ada"}})) << "posted as it is";
}

TEST(Apply, RowsComeAndGo) {
  auto out = applied(*sample_app(), form_context(), {{"add-row:tiltak", ""}});
  EXPECT_EQ(out.data, json(R"({"tiltak":[{}]})"));
  auto now = form_context(R"({"tiltak":[{"tekst":"a"},{"tekst":"b","status":"planlagt"},{"tekst":"c"}]})");
  now.later = {{"tiltak[1].dato", "", false}};
  auto less = applied(*sample_app(), now, {{"tiltak[2].tekst", "d"}, {"remove-row:tiltak[0]", ""}});
  EXPECT_EQ(less.data, json(R"({"tiltak":[{"tekst":"b","status":"planlagt"},{"tekst":"d"}]})"));
  EXPECT_EQ(less.later[0].path, "tiltak[0].dato");
  auto full = applied(*sample_app(), now, {{"add-row:tiltak", ""}});
  EXPECT_EQ(full.data["tiltak"].size(), 3U);
  EXPECT_EQ(find_issue(full.issues, "tiltak", "max_items")->message, "Tiltak: Du kan ha høyst 3.");
  auto inner = applied(*sample_app(), now, {{"add-row:tiltak[1].personer", ""}, {"tiltak[1].personer[0].navn", "Bo"}});
  EXPECT_EQ(inner.data["tiltak"][1]["personer"][0].text("navn"), "Bo");
}

TEST(Apply, TextOfARowThatIsGoneComesBack) {
  auto out = applied(*sample_app(), form_context(), {{"tiltak[2].tekst", "borte"}});
  EXPECT_EQ(out.rejected[named("tiltak[2].tekst")], "borte");
  EXPECT_NE(find_issue(out.issues, "tiltak[2].tekst", "row_gone"), nullptr);
}

TEST(Apply, PromisesAreKeptUntilTheValueComes) {
  auto out = applied(*sample_app(), form_context(), {{"later:antall", "on"}, {"later-date:antall", "1.12.2026"}});
  ASSERT_EQ(out.later.size(), 1U);
  EXPECT_EQ(out.later[0].expected, "2026-12-01");
  auto now = form_context();
  now.later = out.later;
  EXPECT_TRUE(applied(*sample_app(), now, {{"antall", "3"}}).later.empty());
  EXPECT_TRUE(applied(*sample_app(), now, {{"later:antall", ""}}).later.empty());
  auto wrong = applied(*sample_app(), now, {{"later-date:antall", "snart"}});
  EXPECT_EQ(wrong.rejected[named("later-date:antall")], "snart");
  EXPECT_EQ(wrong.later.size(), 1U);
}

TEST(Apply, APromiseOfADayGoneByIsRefused) {
  auto now = form_context();
  now.later = {{"antall", "", false}};
  auto out = applied(*sample_app(), now, {{"later-date:antall", "19.11.2026"}});
  EXPECT_EQ(out.later[0].expected, "");
  EXPECT_EQ(out.rejected[named("later-date:antall")], "19.11.2026");
  EXPECT_EQ(find_issue(out.issues, "antall", "later_date_past")->message,
            "Antall: Datoen opplysningen ventes, er passert. Velg i dag eller en senere dag, eller la datoen stå tom.");
  EXPECT_EQ(applied(*sample_app(), now, {{"later-date:antall", "20.11.2026"}}).later[0].expected, "2026-11-20")
      << "today will do";
  auto together = applied(*sample_app(), form_context(), {{"later-date:antall", "2026-11-19"}, {"later:antall", "on"}});
  EXPECT_NE(find_issue(together.issues, "antall", "later_date_past"), nullptr) << "in any order";
  std::set<std::string> messages;
  for (auto language : {Language::nb, Language::nn, Language::en}) {
    now.language = language;
    auto refused = applied(*sample_app(), now, {{"later-date:antall", "2026-11-19"}});
    messages.insert(find_issue(refused.issues, "antall", "later_date_past")->message);
  }
  EXPECT_EQ(messages.size(), 3U) << "in each language";
  now.later = {{"antall", "2026-11-01", false}};
  EXPECT_TRUE(applied(*sample_app(), now, {{"later-date:antall", "2026-11-01"}}).issues.empty())
      << "it stood there and was not touched";
}

TEST(Apply, ADateWithoutItsPromiseIsNotAskedFor) {
  auto now = form_context();
  now.later = {{"antall", "2026-12-01", false}};
  auto out = applied(*sample_app(), now, {{"later:antall", ""}, {"later-date:antall", "2026-12-01"}});
  EXPECT_TRUE(out.later.empty());
  EXPECT_TRUE(out.rejected.empty());
  now.rejected = typed({{"later-date:antall", "2026-01-01"}});
  EXPECT_TRUE(applied(*sample_app(), now, {{"later:antall", ""}}).rejected.empty());
}

TEST(Apply, TextRejectedInARowMovesWithIt) {
  auto now = form_context(R"({"tiltak":[{"tekst":"a"},{"tekst":"b"},{"tekst":"c"}]})");
  now.rejected = typed({{"tiltak[0].dato", "i fjor"}, {"tiltak[2].dato", "snart"}, {"antall", "mange"}});
  auto out = applied(*sample_app(), now, {{"remove-row:tiltak[0]", ""}});
  EXPECT_EQ(out.rejected, typed({{"tiltak[1].dato", "snart"}, {"antall", "mange"}}));
}

TEST(Apply, WhatWasRejectedStaysUntilItIsTypedAnew) {
  auto now = form_context();
  now.rejected = typed({{"antall", "mange"}, {"fodt", "i fjor"}});
  auto out = applied(*sample_app(), now, {{"antall", "12"}});
  EXPECT_EQ(out.rejected, typed({{"fodt", "i fjor"}}));
}

}  // namespace
}  // namespace alting::forms
