// Folders and answers that would grow out of all measure: rows that are chosen among in rows, texts in texts, models that
// refer to themselves many times over. Each ends in bounded work, and is told.
#include "forms/page_size.h"

#include <fmt/format.h>

#include "forms/advice.h"
#include "forms/own_folder.h"

namespace alting::forms {
namespace {

// cases/rows, with 1,000 persons who each choose one of the persons.
class Growth : public OwnFolder {
 protected:
  void SetUp() override { copy(ALTING_SOURCE_DIR "/src/forms/cases/rows"); }

  void let_rows_choose_rows(const std::string& most) {
    spoil("ui/skjema/layouts/Folk.json", "\"maxCount\": 9, \"dataModelBindings\": {\"group\": \"folk\"}",
          "\"maxCount\": " + most + ", \"dataModelBindings\": {\"group\": \"folk\"}");
    spoil("ui/skjema/layouts/Folk.json",
          R"({"group": "folk[{0}].dyr", "value": "folk[{0}].dyr[{1}].navn", "label": "valg.dyr"})",
          R"({"group": "folk", "value": "folk[{0}].navn", "label": "valg.person"})");
  }
  static FormContext with_rows(std::size_t rows) {
    Json folk = Json::array();
    for (std::size_t i = 0; i < rows; ++i) {
      Json one = Json::object();
      one.set("navn", Json(fmt::format("P{}", i)));
      folk.push_back(std::move(one));
    }
    auto now = form_context();
    now.data.set("folk", std::move(folk));
    return now;
  }
};

TEST_F(Growth, RowsThatOfferTheSameRowsShareOneList) {
  let_rows_choose_rows("1000");
  const auto page = app()->read(with_rows(150)).page("Folk");
  ASSERT_TRUE(page);
  const auto& first = find_view(page->components, "hund-0")->options;
  EXPECT_EQ(first.size(), 150U);
  for (int i = 1; i < 150; ++i)
    EXPECT_TRUE(find_view(page->components, fmt::format("hund-{}", i))->options.shares_with(first)) << i;
  auto now = with_rows(3);
  now.data.set("folk", json(R"([{"navn":"A","hund":"A"},{"navn":"B","hund":"borte"}])"));
  const auto other = app()->read(now).page("Folk");
  EXPECT_EQ(find_view(other->components, "hund-1")->options.at(2).value, "borte") << "one's own answer too";
  EXPECT_EQ(find_view(other->components, "hund-0")->options.size(), 2U) << "of no other row";
}

TEST_F(Growth, AQuestionOffersTheFirstRowsAndSaysSo) {
  let_rows_choose_rows("1000");
  spoil("ui/skjema/layouts/Folk.json", "\"maxCount\": 1000", "\"maxCount\": 900");
  const auto form = app();
  auto now = with_rows(max_row_options);
  EXPECT_EQ(find_view(form->read(now).page("Valg")->components, "leder")->notice, "");
  now = with_rows(max_row_options + 1);
  const auto leader = *find_view(form->read(now).page("Valg")->components, "leder");
  EXPECT_EQ(leader.options.size(), max_row_options);
  EXPECT_EQ(leader.notice, "Bare de første 200 radene kan velges her.");
  now.language = Language::nn;
  EXPECT_EQ(find_view(form->read(now).page("Valg")->components, "leder")->notice,
            "Berre dei første 200 radene kan veljast her.");
  now.language = Language::en;
  EXPECT_EQ(find_view(form->read(now).page("Valg")->components, "leder")->notice,
            "Only the first 200 rows can be chosen here.");
  now.data.set("leder", Json("P200"));
  const auto issues = form->read(now).issues(When::submit);
  ASSERT_NE(find_issue(issues, "leder", "option"), nullptr);
  EXPECT_NE(find_issue(issues, "leder", "option")->message.find("Only the first 200 rows can be chosen"),
            std::string::npos);
  EXPECT_EQ(find_view(form->read(now).page("Valg")->components, "leder")->options.at(max_row_options).value, "P200")
      << "what is stored is still to be seen";
  const auto advice = in_lines(advice_on(folder_));
  EXPECT_NE(advice.find("\"folk\" may have 900 rows, and only the first 200 can be chosen"), std::string::npos)
      << advice;
  EXPECT_NE(advice.find("page \"Folk\" cannot be shown with as many rows as its groups allow"), std::string::npos)
      << advice;
}

TEST_F(Growth, APageThatWouldBeTooLargeIsNotMadeAndNoRowLeadsThere) {
  let_rows_choose_rows("1000");
  const auto form = app();
  const auto most = [&] {
    std::size_t rows = 100;
    while (form->read(with_rows(rows + 1)).page("Folk")) ++rows;
    return rows;
  }();
  EXPECT_GT(most, 300U);
  EXPECT_LT(most, 450U);
  const auto refused = form->read(with_rows(999)).page("Folk");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "error.form.page_too_large");
  EXPECT_EQ(refused.error().kind, base::ErrorKind::too_large);
  EXPECT_TRUE(form->read(with_rows(999)).page("Valg")) << "the other pages are still there";

  // A row that is asked for is not added, and all else is kept.
  auto added = post(*form, with_rows(most), {{"folk[0].navn", "Kari"}, {"add-row:folk", "1"}});
  ASSERT_TRUE(added);
  EXPECT_EQ(added->data["folk"].size(), most);
  EXPECT_EQ(added->data["folk"].items()[0].text("navn"), "Kari");
  ASSERT_NE(find_issue(added->issues, "folk", "rows_page_full"), nullptr);
  EXPECT_EQ(
      find_issue(added->issues, "folk", "rows_page_full")->message,
      "Personer: Det er ikke plass til flere rader på siden. Fjern rader som ikke trengs, før du legger til nye.");
  EXPECT_EQ(post(*form, with_rows(most - 1), {{"add-row:folk", "1"}})->data["folk"].size(), most);
  // Nor are rows that are only posted.
  NamesAndTexts rows;
  for (std::size_t i = most; i < 999; ++i) rows.emplace_back(fmt::format("folk[{}].navn", i), "x");
  const auto posted = post(*form, with_rows(most), rows);
  ASSERT_FALSE(posted);
  EXPECT_EQ(posted.error().code, "error.form.page_too_large");
  // Who is past it already can take rows away.
  EXPECT_EQ(post(*form, with_rows(999), {{"remove-row:folk[0]", "1"}})->data["folk"].size(), 998U);
}

TEST_F(Growth, OfRowsInRowsOnlyAsManyAreShownAsAPageHolds) {
  auto now = form_context();
  Json inner = Json::array(), outer = Json::array();
  for (int i = 0; i < 200; ++i) inner.push_back(json(R"({"navn":"x"})"));
  for (int i = 0; i < 200; ++i) {
    Json one = Json::object();
    one.set("dyr", inner);
    outer.push_back(std::move(one));
  }
  now.data.set("folk", std::move(outer));
  const auto page = app()->read(now).page("Folk");
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().code, "error.form.page_too_large");
}

TEST_F(Growth, ATextThatIsFilledInWithItselfIsAFault) {
  const auto texts = [&](const std::string& more) {
    for (const auto* language : {"nb", "nn", "en"})
      spoil(fmt::format("config/texts/resource.{}.json", language), R"("resources": [)", R"("resources": [)" + more);
  };
  texts(R"({"id": "a", "value": "{0}{0}{0}{0}{0}{0}", "variables": [{"key": "a", "dataSource": "text"}]},
  {"id": "b", "value": "{0}", "variables": [{"key": "c", "dataSource": "text"}]},
  {"id": "c", "value": "{0} {1}", "variables": [{"key": "d", "dataSource": "text"}, {"key": "g", "dataSource": "text"}]},
  {"id": "d", "value": "{0}", "variables": [{"key": "b", "dataSource": "text"}]},
  {"id": "e", "value": "{0}", "variables": [{"key": "b", "dataSource": "text"}, {"key": "g", "dataSource": "text"}]},
  {"id": "f", "value": "{0}", "variables": [{"key": "f", "dataSource": "dataModel.default"}]},
  {"id": "g", "value": "G", "variables": []},)");
  const auto faults = in_lines(load_app(folder_).faults);
  for (const auto* told : {R"(the text "a" is filled in with itself: its variables name "a")",
                           R"(the text "b" is filled in with itself: its variables name "c")",
                           R"(the text "c" is filled in with itself: its variables name "d")",
                           R"(the text "d" is filled in with itself: its variables name "b")"})
    EXPECT_NE(faults.find(told), std::string::npos) << faults;
  for (const auto* fine : {"\"e\" is filled", "\"f\" is filled", "\"g\" is filled"})
    EXPECT_EQ(faults.find(fine), std::string::npos) << faults;
}

TextResource of_texts(std::size_t times, const std::string& key) {
  TextResource out;
  for (std::size_t i = 0; i < times; ++i) {
    out.value += fmt::format("{{{}}}", i);
    out.variables.push_back({key, "text", std::nullopt});
  }
  return out;
}

// At run time too, whoever made the texts.
TEST(TextsInTexts, EndAtALength) {
  TextBook book;
  book["selv"] = of_texts(99, "selv");
  for (int i = 0; i < 7; ++i) {
    book[fmt::format("t{}", i)] = of_texts(99, fmt::format("t{}", i + 1));
    book[fmt::format("n{}", i)] = of_texts(99, fmt::format("n{}", i + 1));
  }
  book["t7"] = {"ååååååååååå", {}, 0};
  book["n7"] = {"", {}, 0};
  book["lang"] = of_texts(2, "t0");
  book["vanlig"] = {"Se {0}", {{"g", "text", std::nullopt}}, 0};
  book["g"] = {"der", {}, 0};
  World world;
  world.texts = &book;
  Evaluator evaluator(world);
  for (const auto* id : {"t0", "lang"}) {
    const auto text = evaluator.source_of_text(id, {});
    EXPECT_GT(text.size(), 60'000U / 2);
    EXPECT_LE(text.size(), max_text_octets + 3);
    EXPECT_TRUE(text.ends_with("å…")) << "no half character";
  }
  EXPECT_EQ(evaluator.source_of_text("n0", {}), "") << "of nothing, however often, comes an end";
  const auto self = evaluator.source_of_text("selv", {});
  EXPECT_EQ(self.substr(0, 8), "selvselv");
  EXPECT_EQ(self.size(), 99U * 4);
  EXPECT_EQ(evaluator.text("vanlig", {}).plain(), "Se der") << "and the next one has its whole room";
}

TEST_F(Growth, AModelOfTooManyFieldsIsOneFault) {
  for (int levels : {5, 12, 50}) {
    std::string defs;
    for (int i = 0; i <= levels; ++i) {
      std::string properties;
      for (int k = 0; k < 8; ++k)
        properties +=
            fmt::format("{}\"p{}\": {}", k == 0 ? "" : ", ", k,
                        i == levels ? R"({"type": "string"})" : fmt::format(R"({{"$ref": "#/$defs/d{}"}})", i + 1));
      defs +=
          fmt::format("{}\"d{}\": {{\"type\": \"object\", \"properties\": {{{}}}}}", i == 0 ? "" : ", ", i, properties);
    }
    write(
        "models/rader.schema.json",
        fmt::format(R"({{"type": "object", "properties": {{"a": {{"$ref": "#/$defs/d0"}}}}, "$defs": {{{}}}}})", defs));
    const auto loaded = load_app(folder_);
    EXPECT_EQ(loaded.app, nullptr);
    EXPECT_LE(loaded.faults.size(), max_faults + 1);
    EXPECT_NE(in_lines(loaded.faults).find("the data model has more than 10000 fields"), std::string::npos) << levels;
  }
}

TEST_F(Growth, FaultsAreToldUpToANumber) {
  std::string resources;
  for (int i = 0; i < 3'000; ++i) resources += R"(, {"id": "x"})";
  for (const auto* language : {"nb"})
    spoil(fmt::format("config/texts/resource.{}.json", language), "\n  ]", resources + "\n  ]");
  const auto loaded = load_app(folder_);
  ASSERT_EQ(loaded.faults.size(), max_faults + 1);
  EXPECT_NE(in_lines(loaded.faults).find("there are 2000 faults more"), std::string::npos);
}

}  // namespace
}  // namespace alting::forms
