// Expressions: any expression is refused when it is compiled, or ends soon, in an answer or an error, and means the same
// each time. The first octet chooses the row it stands in; the rest is the expression, or an object with "expression",
// "data", "arguments" and "values".
#include "forms/expression.h"

#include "base/testing/fuzz.h"
#include "forms/evaluator.h"

namespace fuzz = alting::base::fuzz;
using namespace alting;
using namespace alting::forms;

namespace {

constexpr std::string_view layout_json = R"({"data": {"hidden": ["equals", ["dataModel", "skjult"], true], "layout": [
  {"id": "navn", "type": "Input", "dataModelBindings": {"simpleBinding": "navn"}, "textResourceBindings": {"title": "felt.navn"}},
  {"id": "tall", "type": "Input", "dataModelBindings": {"simpleBinding": "tall"}, "hidden": ["lessThan", ["dataModel", "tall"], 0]},
  {"id": "dag", "type": "Datepicker", "dataModelBindings": {"simpleBinding": "dag"}},
  {"id": "farge", "type": "Dropdown", "optionsId": "farger", "dataModelBindings": {"simpleBinding": "farge"}},
  {"id": "folk", "type": "RepeatingGroup", "children": ["folk-navn", "folk-nr"], "dataModelBindings": {"group": "folk"},
   "hiddenRow": ["equals", ["dataModel", "folk.nr"], 13]},
  {"id": "folk-navn", "type": "Input", "dataModelBindings": {"simpleBinding": "folk.navn"}},
  {"id": "folk-nr", "type": "Input", "dataModelBindings": {"simpleBinding": "folk.nr"}, "hidden": ["equals", ["component", "folk-navn"], "Ola"]},
  {"id": "leder", "type": "Dropdown", "dataModelBindings": {"simpleBinding": "leder"},
   "source": {"group": "folk", "value": "folk[{0}].navn", "label": ["concat", ["dataModel", "folk[{0}].navn"], "!"]}}]}})";
constexpr std::string_view data_json =
    R"({"navn": "Kari", "tall": 2.5, "dag": "2026-02-28", "farge": "r", "skjult": false, "leder": "Ola",
        "folk": [{"navn": "Ola", "nr": 1}, {"navn": "Per", "nr": 13}, {"navn": "", "nr": null}]})";
constexpr std::string_view texts_json =
    R"([{"id": "felt.navn", "value": "Navn på {0}", "variables": [{"key": "navn", "dataSource": "dataModel.default"}]},
        {"id": "rund", "value": "{0}", "variables": [{"key": "rund", "dataSource": "text"}]}])";
constexpr std::string_view options_json = R"([{"value": "r", "label": "felt.navn"}, {"value": 2, "label": "To"}])";

// All that an expression may see; made once.
struct Stage {
  std::vector<Fault> faults;
  std::vector<std::shared_ptr<const Source>> sources;
  Layout layout;
  TextBook texts;
  OptionBook options;
  Json data;

  Node node(std::string file, std::string_view text) {
    sources.push_back(parse_source(std::move(file), text, faults));
    fuzz::must_hold(sources.back() != nullptr, "the stage is JSON");
    return Node(*sources.back());
  }
  Stage() {
    read_page(layout, "Side", node("Side.json", layout_json), faults);
    tie_layout(layout, faults);
    texts = read_texts(node("texts.json", texts_json), faults);
    OptionList list;
    list.versions.push_back({"", "", read_options(node("farger.json", options_json), faults)});
    options.emplace("farger", std::move(list));
    data = node("data.json", data_json).json();
    fuzz::must_hold(faults.empty(), faults.empty() ? "" : faults.front().message.c_str());
  }
};

World world_of(const Stage& stage, const Json& data) {
  World world;
  world.layout = &stage.layout;
  world.data = {{"default", &data}};
  world.texts = &stage.texts;
  world.options = &stage.options;
  world.today = "2026-11-20";
  world.zone = "Europe/Oslo";
  world.now = {1'795'000'000'000'000};
  world.instance = {{"instanceId", "1"}, {"instanceOwnerPartyType", "org"}, {"instanceOwnerName", "Fjord AS"}};
  world.frontend_settings = Json::object({{"a", "1"}});
  world.external_apis = world.permissions = Json::object();
  world.element_counts = {{"default", 1}, {"vedlegg", 2}};
  world.attachments = {{"1", "vedlegg", "a.pdf", 10, "brev"}};
  world.later = {{"navn", "2026-12-01", false}};
  world.link_base = "/a/1/utkast/1/side/";
  world.rule = [](const std::string& id, const std::string& field) -> Outcome { return Json(id + "." + field); };
  world.deadline = [](const std::string& id) -> Outcome {
    if (id == "ingen") return std::unexpected("There is no deadline");
    return Json("2026-11-23T10:00:00+01:00");
  };
  return world;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Stage stage;
  if (size == 0) return 0;
  std::vector<Fault> faults;
  const auto source = parse_source("expression.json", fuzz::text_of(data + 1, size - 1), faults);
  if (!source) return 0;
  const Node root(*source);
  const auto written = root["expression"].exists() ? root["expression"] : root;
  std::vector<ExprFault> wrong;
  const auto expression = compile(written, wrong);
  fuzz::must_hold((expression == nullptr) == !wrong.empty(), "it is compiled, or a fault says why not");
  if (!expression) return 0;

  const Json answers = root["data"].json().is_object() ? root["data"].json() : stage.data;
  const auto world = world_of(stage, answers);
  Scope scope;
  scope.page = "Side";
  if (data[0] % 4 < 3) {
    scope.component = stage.layout.find("folk-nr");
    scope.rows = {{"folk", data[0] % 4u}};
  }
  std::vector<Json> arguments;
  for (const auto& item : root["arguments"].items()) arguments.push_back(item.json());
  scope.argv = &arguments;
  const Json values = root["values"].json().is_object() ? root["values"].json() : Json::object({{"a", "en"}});
  scope.values = &values;
  scope.default_value = "a";
  const auto answer = Evaluator(world).evaluate(*expression, scope);
  const auto again = Evaluator(world).evaluate(*expression, scope);
  fuzz::must_hold(answer.has_value() == again.has_value() && (!answer || *answer == *again),
                  "the same expression on the same data has the same answer");
  fuzz::planted(answer && answer->is_string() && expression->function != nullptr &&
                answer->as_string().find_first_of("!#$%&'()*+") != std::string::npos);
  return 0;
}
