// An app folder's files: whatever they hold, they are refused with faults, or make a form that can be shown, filled in
// and checked. The first line names the file that the rest is; the others are those of a small form that is in order.
#include "forms/layout.h"

#include "base/testing/fuzz.h"
#include "forms/app.h"
#include "forms/form_definition.h"

namespace fuzz = alting::base::fuzz;
using namespace alting;
using namespace alting::forms;

namespace {

using Files = std::map<std::string, std::string_view, std::less<>>;

const Files in_order{
    {"layout", R"({"data": {"layout": [
       {"id": "navn", "type": "Input", "dataModelBindings": {"simpleBinding": "navn"}, "textResourceBindings": {"title": "felt.navn"}, "required": true},
       {"id": "folk", "type": "RepeatingGroup", "children": ["folk-navn"], "dataModelBindings": {"group": "folk"}, "textResourceBindings": {"title": "felt.folk"}},
       {"id": "folk-navn", "type": "Input", "dataModelBindings": {"simpleBinding": "folk.navn"}, "textResourceBindings": {"title": "felt.navn"}},
       {"id": "farge", "type": "RadioButtons", "optionsId": "farger", "dataModelBindings": {"simpleBinding": "farge"}, "textResourceBindings": {"title": "felt.farge"}}]}})"},
    {"model",
     R"({"type": "object", "properties": {"navn": {"type": "string", "maxLength": 20}, "farge": {"type": "string"}, "antall": {"type": "integer"},
       "dag": {"type": "string", "format": "date"}, "vei": {"type": "string"}, "tillegg": {"type": "string"}, "folk": {"type": "array", "items": {"type": "object", "properties": {"navn": {"type": "string"}, "nr": {"type": "number"}}}}}})"},
    {"texts",
     R"([{"id": "felt.navn", "value": "Navn"}, {"id": "felt.folk", "value": "Folk"}, {"id": "felt.farge", "value": "Farge"}, {"id": "r", "value": "Rød"}, {"id": "mer", "value": "Her kommer det mer"}])"},
    {"options", R"([{"value": "r", "label": "r"}, {"value": "g", "label": "r", "open": true}])"},
    {"validation",
     R"({"validations": {"navn": [{"message": "felt.navn", "condition": ["equals", ["dataModel", "navn"], "x"]}]}})"},
    {"calculation", R"({"calculations": {"farge": {"expression": ["dataModel", "navn"]}}})"},
    {"config",
     R"({"version": "1", "ways": {"field": "vei", "default": "alt", "list": [{"code": "kort", "title": "r", "pages": ["Tillegg"]}, {"code": "alt", "title": "r", "pages": ["Side"]}]},
       "later": {"phrases": ["mer"]}, "supplement": {"ask": "r", "new": "r", "add": "r", "textField": "tillegg", "page": "Tillegg"},
       "receipt": {"tasks": [{"when": ["greaterThan", ["laterCount"], 0], "title": "r", "template": "r"}]}})"},
};

// The page of an addition, and of a short way.
constexpr std::string_view own_page =
    R"({"data": {"layout": [{"id": "tillegg", "type": "Input", "dataModelBindings": {"simpleBinding": "tillegg"}, "textResourceBindings": {"title": "felt.navn"}}]}})";

class Reader {
 public:
  explicit Reader(const Files& files) : files_(files) {}

  // As read_folder does it, without a disk.
  Folder read() {
    Folder folder;
    folder.facts.id = {"dat", "prove"};
    folder.titles = {{"nb", "Prøve"}};
    folder.facts.data_type = "default";
    folder.task = "Task_1";
    if (const auto* config = source("config")) folder.config = read_config(*config, folder.facts, faults);
    if (const auto* model = source("model")) folder.model = Model::read(*model, faults);
    if (const auto* texts = source("texts"))
      for (auto& book : folder.texts) book = read_texts(Node(*texts), faults);
    folder.has_texts = {true, true, true};
    if (const auto* options = source("options")) folder.options.emplace("farger", read_option_file(*options, faults));
    if (const auto* layout = source("layout")) {
      read_page(folder.layout, "Side", Node(*layout), faults);
      sources_.push_back(parse_source("own_page.json", own_page, faults));
      read_page(folder.layout, "Tillegg", Node(*sources_.back()), faults);
      tie_layout(folder.layout, faults);
    }
    if (const auto* rules = source("validation")) folder.validations = read_validations(Node(*rules), faults);
    if (const auto* rules = source("calculation")) folder.calculations = read_calculations(Node(*rules), faults);
    if (faults.empty()) check_folder(folder, faults);
    return folder;
  }
  std::vector<Fault> faults;

 private:
  const Source* source(const std::string& name) {
    sources_.push_back(parse_source(name + ".json", files_.at(name), faults));
    return sources_.back().get();
  }
  const Files& files_;
  std::vector<std::shared_ptr<const Source>> sources_;
};

// Fills in what is shown, and looks at all that a form tells.
FormContext filled_in(const App& app, FormContext context) {
  for (int round = 0; round < 2; ++round) {
    auto shown = app.read(context);
    Posted posted;
    auto pages = shown.pages();
    fuzz::must_hold(!pages.empty() || shown.rest_pages().empty(), "some page is walked");
    pages.insert(pages.end(), shown.rest_pages().begin(), shown.rest_pages().end());
    for (const auto& [id, title] : pages) {
      const auto& page = shown.page(id);
      if (!page) continue;
      for (const auto& component : page->components) {
        if (component.kind == ComponentKind::repeating_group)
          posted.row_actions.push_back({RowAction::Kind::add, component.path});
        if (!component.path.empty())
          posted.fields.push_back({{FieldName::Part::value, component.path}, round == 0 ? "r" : "12"});
      }
    }
    if (auto applied = shown.apply(posted)) {
      context.data = std::move(applied->data);
      context.later = std::move(applied->later);
      context.rejected = std::move(applied->rejected);
    }
    auto read = app.read(context);
    for (const auto& issue : read.issues(When::submit))
      fuzz::must_hold(!issue.code.empty(), "an issue says what it is");
    static_cast<void>(read.answers());
    static_cast<void>(read.deadlines());
    static_cast<void>(read.stops());
    static_cast<void>(read.tasks());
  }
  return context;
}

// What is sent of it.
Final sent(const App& app, FormContext context) {
  auto last = app.read(std::move(context));
  fuzz::must_hold(Json::parse(last.finalise().data.dump()).has_value(), "what is sent is JSON");
  return last.finalise();
}

// Shows, fills in and checks the form as a person would make it do, each way, and adds to what was sent.
void use(const App& app) {
  FormContext begun;
  begun.now = {1'795'000'000'000'000};
  begun.data = app.prefill({{"ER.Name", "Fjord AS"}}, begun.now).data;
  std::vector<std::string> ways{""};
  for (const auto& way : app.facts().ways) ways.push_back(way.code);
  for (const auto& way : ways) {
    auto context = begun;
    if (auto data = app.with_way(begun.data, way)) context.data = *std::move(data);
    auto first = sent(app, filled_in(app, std::move(context)));
    auto addition = begun;
    addition.supplement = true;
    addition.data = addition.before = std::move(first.data);
    addition.open = std::move(first.later);
    static_cast<void>(sent(app, filled_in(app, std::move(addition))));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  const auto line = text.find('\n');
  if (line == std::string_view::npos) return 0;
  auto files = in_order;
  const auto which = files.find(text.substr(0, line));
  if (which == files.end()) return 0;
  which->second = text.substr(line + 1);
  Reader reader(files);
  auto folder = reader.read();
  if (!reader.faults.empty()) return 0;
  const auto words = folder.texts[0].find("felt.folk");
  const bool loud =
      words != folder.texts[0].end() && words->second.value.find_first_of("!#$%&'()+") != std::string::npos;
  use(App(std::make_shared<const FormDefinition>(std::move(folder))));
  fuzz::planted(loud);
  return 0;
}
