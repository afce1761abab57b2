// Texts of a folder with markup, and answers that look like markup: in every text a person meets, only what the folder's
// maker wrote is markup.
#include <fmt/format.h>

#include "forms/advice.h"
#include "forms/own_folder.h"

namespace alting::forms {
namespace {

class RichForm : public OwnFolder {
 protected:
  void SetUp() override {
    write("config/applicationmetadata.json",
          R"({"id": "ttd/rik", "org": "ttd", "title": {"nb": "Rik"},
  "dataTypes": [{"id": "modell", "appLogic": {"classRef": "M"}, "taskId": "Task_1"}]})");
    write("config/authorization/policy.xml", "<Policy/>");
    write("config/process/process.bpmn", process_with(""));
    write("config/texts/resource.nb.json", R"json({"language": "nb", "resources": [
  {"id": "Side", "value": "Side for **{0}**", "variables": [{"key": "navn", "dataSource": "dataModel.default"}]},
  {"id": "tittel", "value": "**Navn** på {0}<br/>her", "variables": [{"key": "navn", "dataSource": "dataModel.default"}]},
  {"id": "hjelp", "value": "- {0}\n- <b>{1}</b>", "variables": [
    {"key": "navn", "dataSource": "dataModel.default"}, {"key": "instanceOwnerName", "dataSource": "instanceContext"}]},
  {"id": "gjennom", "value": "Se <i>{0}</i>", "variables": [{"key": "tittel", "dataSource": "text"}]},
  {"id": "lenke", "value": "[mer]({0})", "variables": [{"key": "navn", "dataSource": "dataModel.default"}]
    },
  {"id": "ja", "value": "<em>Ja</em>, {0}", "variables": [{"key": "navn", "dataSource": "dataModel.default"}]},
  {"id": "uten", "value": "**{0}**", "variables": [{"key": "borte", "dataSource": "dataModel.default", "defaultValue": "*intet*"}]},
  {"id": "feil", "value": "**{0}** er ikke <u>lov</u>", "variables": [{"key": "navn", "dataSource": "dataModel.default"}]},
  {"id": "radtittel", "value": "Rad om **{0}**", "variables": [{"key": "rader[{0}].hva", "dataSource": "dataModel.default"}]}
]})json");
    write("models/modell.schema.json", R"({"type": "object", "properties": {"navn": {"type": "string"},
  "valg": {"type": "string"}, "rader": {"type": "array", "items": {"type": "object", "properties": {"hva": {"type": "string"}}}}}})");
    write("models/modell.validation.json", R"({"validations": {"navn": [
  {"condition": ["notEquals", ["dataModel", "navn"], "lov"], "message": "feil"}]}, "definitions": {}})");
    write("ui/Task_1/Settings.json", R"({"pages": {"order": ["Side"]}, "defaultDataType": "modell"})");
    write("ui/Task_1/layouts/Side.json", R"({"data": {"layout": [
  {"id": "navn", "type": "Input", "dataModelBindings": {"simpleBinding": "navn"}, "textResourceBindings":
    {"title": "tittel", "description": "gjennom", "help": "hjelp"}},
  {"id": "valg", "type": "RadioButtons", "dataModelBindings": {"simpleBinding": "valg"},
    "textResourceBindings": {"title": ["concat", "**Valg** for ", ["dataModel", "navn"], " ", ["text", "uten"]]},
    "options": [{"value": "ja", "label": "ja", "description": "ja"}]},
  {"id": "bare", "type": "Paragraph", "textResourceBindings": {"title": ["dataModel", "navn"]}},
  {"id": "enten", "type": "Paragraph", "textResourceBindings": {"title":
    ["if", ["equals", 1, 1], ["linkToPage", ["concat", "Til *", ["dataModel", "navn"], "*"], "Side"]]}},
  {"id": "lenke", "type": "Paragraph", "textResourceBindings": {"title": "lenke"}},
  {"id": "rader", "type": "RepeatingGroup", "dataModelBindings": {"group": "rader"}, "children": ["hva"],
    "textResourceBindings": {"title": "<b>Rader</b>", "add_button": "Legg <i>til</i>"}},
  {"id": "hva", "type": "Input", "dataModelBindings": {"simpleBinding": "rader.hva"},
    "textResourceBindings": {"title": "radtittel"}}
]}})");
  }
  static FormContext answered(const std::string& answer) {
    auto now = form_context();
    now.data = Json::object({{"navn", Json(answer)},
                             {"valg", Json("ja")},
                             {"rader", Json(base::JsonArray{Json::object({{"hva", Json(answer)}})})}});
    now.party["instanceOwnerName"] = answer;
    return now;
  }
};

// The marks of a text with its words, as an eye sees them: "<b:Navn> på ...".
std::string marks(const std::vector<base::RichNode>& nodes) {
  static constexpr std::array names{"",    "",     "br",   "b", "i", "u", "s",  "small", "sub",
                                    "sup", "code", "span", "a", "p", "h", "ul", "ol",    "li"};
  std::string out;
  for (const auto& one : nodes) {
    out += one.mark == base::Mark::text
               ? one.words
               : fmt::format("<{}{}:{}>", names.at(static_cast<std::size_t>(one.mark)),
                             one.mark == base::Mark::link ? " " + one.words : "", marks(one.inside));
  }
  return out;
}
std::string line(const RichText& text) { return marks(text.line().inside); }
std::string blocks(const RichText& text) { return marks(text.blocks().inside); }

const std::vector<std::string> answers{"Kari",
                                       "<b>x</b>",
                                       "**x**",
                                       "[a](javascript:alert(1))",
                                       "https://evil.no",
                                       "</b></p>x",
                                       "<script>x",
                                       "`x` &lt; \\* <br/>",
                                       "1. x",
                                       "# x",
                                       "tittel{0}"};

TEST_F(RichForm, an_answer_is_words_in_every_text_of_a_page) {
  const auto form = app();
  for (const auto& answer : answers) {
    const auto now = answered(answer);
    const auto page = *form->read(now).page("Side");
    auto view = [&](std::string_view id) -> const ComponentView& { return *find_view(page.components, id); };
    EXPECT_EQ(line(page.title), "Side for <b:" + answer + ">");
    EXPECT_EQ(page.title.plain(), "Side for " + answer);
    EXPECT_EQ(form->read(now).pages().at(0).title.plain(), "Side for " + answer);
    EXPECT_EQ(line(view("navn").title), "<b:Navn> på " + answer + "<br:>her");
    EXPECT_EQ(blocks(view("navn").help), "<ul:<li:" + answer + "><li:<b:" + answer + ">>>");
    EXPECT_EQ(blocks(view("navn").description), "<p:Se <i:<b:Navn> på " + answer + "<br:>her>>");
    EXPECT_EQ(line(view("valg").title), "<b:Valg> for " + answer + " <i:<b:intet>>");
    EXPECT_EQ(line(view("valg").options.at(0).label), "<i:Ja>, " + answer);
    EXPECT_EQ(line(view("valg").options.at(0).description), "<i:Ja>, " + answer);
    EXPECT_EQ(blocks(view("bare").body), "<p:" + answer + ">") << "an answer alone is no markup either";
    EXPECT_EQ(blocks(view("enten").body), "<p:<a ./Side:Til <i:" + answer + ">>>");
    EXPECT_EQ(blocks(view("lenke").body), "<p:<a :mer>>") << "an answer does not say where a link leads";
    EXPECT_EQ(line(view("rader").title), "<b:Rader>");
    EXPECT_EQ(line(view("rader").add_label), "Legg <i:til>");
    EXPECT_EQ(line(view("hva-0").title), "Rad om <b:" + answer + ">");
  }
}

TEST_F(RichForm, answers_and_messages_are_plain) {
  const auto form = app();
  for (const auto& answer : answers) {
    const auto now = answered(answer);
    auto given = form->read(now).answers();
    auto find = [&](std::string_view id) { return *std::ranges::find(given, id, &AnswerView::component); };
    EXPECT_EQ(find("navn").page_title, "Side for " + answer);
    EXPECT_EQ(find("navn").label, "Navn på " + answer + "\nher");
    EXPECT_EQ(find("navn").answer, answer);
    EXPECT_EQ(find("valg").label, "Valg for " + answer + " intet");
    EXPECT_EQ(find("valg").answer, "Ja, " + answer);
    EXPECT_EQ(find("hva-0").label, "Rader, rad 1: Rad om " + answer);
    const auto issues = form->read(now).issues(When::save);
    const auto* issue = find_issue(issues, "navn", "expression");
    ASSERT_NE(issue, nullptr);
    EXPECT_EQ(issue->message, answer + " er ikke lov");
    EXPECT_EQ(form->label(Language::nb, "valg"), "Valg for  intet");
  }
}

TEST_F(RichForm, check_names_what_is_shown_as_written_and_links_that_lead_nowhere) {
  write("config/texts/resource.nb.json", R"json({"language": "nb", "resources": [
  {"id": "Side", "value": "<b>Side</b><br/> [ok](https://a.no) [variabel]({0})"},
  {"id": "a", "value": "<table><tr></table> <img src=x>"},
  {"id": "b", "value": "[x](javascript:y) <a href=\"http://a.no\">z</a>"}
]})json");
  std::string given;
  for (const auto& one : advice_on(folder_))
    if (one.file.find("texts") != std::string::npos) given += fmt::format("{}: {}\n", one.line, one.message);
  EXPECT_EQ(given,
            "3: the text \"a\" shows <table> as it is written\n"
            "3: the text \"a\" shows <tr> as it is written\n"
            "3: the text \"a\" shows <img> as it is written\n"
            "4: the text \"b\" has a link to \"javascript:y\", which is left out: links lead to https, mailto, tel or "
            "a path\n"
            "4: the text \"b\" has a link to \"http://a.no\", which is left out: links lead to https, mailto, tel or a "
            "path\n");
}

}  // namespace
}  // namespace alting::forms
