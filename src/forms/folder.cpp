#include "forms/folder.h"

#include <pugixml.hpp>

#include "base/text.h"
#include "base/toml.h"
#include "forms/path.h"
#include "paper/file_endings.h"

namespace alting::forms {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t max_files = 1'000;

class FolderReader {
 public:
  FolderReader(const fs::path& folder, std::vector<Fault>& faults) : faults_(faults) {
    std::error_code error;
    root_ = fs::is_directory(folder / "App" / "config", error) ? folder / "App" : folder;
    prefix_ = root_ == folder ? "" : "App/";
  }

  Folder read() {
    std::error_code error;
    if (!fs::is_directory(root_, error)) {
      faults_.push_back({root_.filename().string(), 0, "there is no such folder"});
      return std::move(out_);
    }
    out_.strict = fs::exists(root_ / "config" / "alting.json", error);
    read_config_file();
    read_metadata();
    read_policy();
    if (out_.facts.messages_only) {
      read_texts_files();
      read_kept_messages();
      return std::move(out_);
    }
    read_process();
    read_texts_files();
    read_options_files();
    read_models();
    read_catalogue();
    read_ui();
    finish_uploads();
    return std::move(out_);
  }

 private:
  std::shared_ptr<const Source> source(const std::string& name) {
    return read_source(root_ / name, prefix_ + name, faults_);
  }
  bool exists(const std::string& name) {
    std::error_code error;
    return fs::is_regular_file(root_ / name, error);
  }
  std::vector<fs::path> entries(const std::string& name) {
    std::vector<fs::path> out;
    std::error_code error;
    for (fs::directory_iterator at(root_ / name, error), end; !error && at != end && out.size() < max_files;
         at.increment(error))
      out.push_back(at->path());
    std::ranges::sort(out);
    return out;
  }

  void read_config_file() {
    if (!out_.strict) return;
    if (auto file = source("config/alting.json")) out_.config = read_config(*file, out_.facts, faults_);
  }

  void read_metadata() {
    auto file = source("config/applicationmetadata.json");
    if (!file) return;
    Node root(*file);
    auto id = terms::AppId::parse(root.text("id"));
    if (id)
      out_.facts.id = *id;
    else
      faults_.push_back(root["id"].fault(fmt::format(
          "\"id\" must be org/app in lower case letters, digits and hyphens, and is \"{}\"", root.text("id"))));
    if (id && root["org"].exists() && root.text("org") != id->org)
      faults_.push_back(root["org"].fault("\"org\" is not the first part of \"id\""));
    for (const auto& [language, item] : root["title"].members()) out_.titles.emplace(language, item.json().text_or(""));
    for (auto language : base::all_languages) {
      if (out_.strict && out_.titles[std::string(base::to_text(language))].empty()) {
        faults_.push_back(root["title"].fault(fmt::format("the title is missing in {}", base::to_text(language))));
      }
    }
    if (out_.titles.empty()) faults_.push_back(root.fault("the app has no title"));
    out_.facts.messages_only = root["alting"]["messagesOnly"].json().bool_or(false);
    if (out_.facts.messages_only && root["dataTypes"].exists())
      faults_.push_back(root["dataTypes"].fault("a service that has only messages has no data types"));
    static constexpr std::array party_kinds{"person", "organisation", "subUnit", "bankruptcyEstate"};
    for (const auto* kind : party_kinds) {
      if (root["partyTypesAllowed"][kind].json().bool_or(false)) out_.facts.parties_allowed.emplace_back(kind);
    }
    if (out_.facts.parties_allowed.empty())
      out_.facts.parties_allowed.assign(party_kinds.begin(), party_kinds.end());  // none named: every kind
    for (const auto& item : root["dataTypes"].items()) read_data_type(item);
  }

  void read_data_type(const Node& node) {
    auto id = node.text("id");
    if (id.empty()) return faults_.push_back(node.fault("a data type has no id"));
    bool form = node["appLogic"]["classRef"].exists() || node["appLogic"]["schemaRef"].exists();
    if (form) {
      form_types_.emplace_back(id, node.text("taskId"));
      return;
    }
    UploadRule rule;
    rule.data_type = id;
    auto count = [&](std::string_view name, std::int64_t fallback) {
      return static_cast<std::size_t>(std::clamp<std::int64_t>(node[name].json().integer_or(fallback), 0, 1'000));
    };
    rule.min_count = count("minCount", 0);
    rule.max_count = count("maxCount", 0);
    if (rule.max_count == 0 || rule.max_count > max_attachments) rule.max_count = max_attachments;
    std::size_t least = rule.min_count;
    for (const auto& other : out_.facts.uploads) least += other.min_count;
    if (least > max_attachments)
      faults_.push_back(node["minCount"].fault(
          fmt::format("the data types ask for {} files, and a form takes {}", least, max_attachments)));
    rule.max_bytes = node["maxSize"].json().integer_or(0) * 1024 * 1024;
    for (const auto& item : node["allowedContentTypes"].items())
      rule.content_types.emplace_back(item.json().text_or(""));
    out_.facts.uploads.push_back(std::move(rule));
  }

  void read_policy() {
    const std::string name = "config/authorization/policy.xml";
    auto text = read_file(root_ / name, prefix_ + name, faults_);
    if (!text) return;
    pugi::xml_document document;
    auto result = document.load_buffer(text->data(), text->size(), pugi::parse_default);
    if (!result)
      return faults_.push_back(
          {prefix_ + name, line_at(*text, result.offset), fmt::format("not valid XML: {}", result.description())});
    out_.facts.policy_xml =
        base::replace_all(base::replace_all(std::move(*text), "[ORG]", out_.facts.id.org), "[APP]", out_.facts.id.app);
  }

  static int line_at(std::string_view text, std::ptrdiff_t offset) {
    auto end = text.begin() + std::clamp<std::ptrdiff_t>(offset, 0, static_cast<std::ptrdiff_t>(text.size()));
    return 1 + static_cast<int>(std::count(text.begin(), end, '\n'));
  }

  static std::string_view local(const char* name) {
    std::string_view text(name);
    auto colon = text.find(':');
    return colon == std::string_view::npos ? text : text.substr(colon + 1);
  }

  static pugi::xml_node child(pugi::xml_node node, std::string_view name) {
    return node.find_child([&](pugi::xml_node c) { return local(c.name()) == name; });
  }

  // The process is one task of type "data" and then the end; other tasks of Altinn's own apps are read past.
  void read_process() {
    const std::string name = "config/process/process.bpmn";
    auto text = read_file(root_ / name, prefix_ + name, faults_);
    if (!text) return;
    pugi::xml_document document;
    auto result = document.load_buffer(text->data(), text->size(), pugi::parse_default);
    if (!result)
      return faults_.push_back(
          {prefix_ + name, line_at(*text, result.offset), fmt::format("not valid XML: {}", result.description())});
    auto process = child(document.document_element(), "process");
    std::vector<std::string> data_tasks;
    std::size_t tasks = 0, ends = 0;
    for (auto node : process.children()) {
      auto kind = local(node.name());
      if (kind == "endEvent") ++ends;
      if (kind != "task") continue;
      ++tasks;
      auto type = child(child(child(node, "extensionElements"), "taskExtension"), "taskType");
      if (std::string_view(type.text().get()) == "data") data_tasks.emplace_back(node.attribute("id").value());
    }
    auto fault = [&](std::string message) {
      faults_.push_back({prefix_ + name, line_at(*text, process ? process.offset_debug() : 0), std::move(message)});
    };
    if (data_tasks.empty()) return fault("the process has no task of type data");
    out_.task = data_tasks.front();
    if (!out_.strict && tasks > 1) {
      out_.unread.push_back(
          {prefix_ + name, line_at(*text, process ? process.offset_debug() : 0),
           fmt::format("the process has {} tasks: the form is that of \"{}\", and signing, confirming, "
                       "payment and further tasks are not offered",
                       tasks, out_.task)});
    }
    if (out_.strict && (tasks != 1 || ends != 1)) fault("the process must be one data task and one end event");
  }

  void read_texts_files() {
    for (auto language : base::all_languages) {
      auto name = fmt::format("config/texts/resource.{}.json", base::to_text(language));
      if (!exists(name)) {
        if (out_.strict)
          faults_.push_back({prefix_ + name, 0, "the file is missing: all texts must stand in nb, nn and en"});
        continue;
      }
      auto file = source(name);
      if (!file) continue;
      Node root(*file);
      if (root.text("language") != base::to_text(language))
        faults_.push_back(root["language"].fault(fmt::format("\"language\" must be \"{}\"", base::to_text(language))));
      auto index = static_cast<std::size_t>(language);
      out_.has_texts[index] = true;
      out_.texts[index] = read_texts(root["resources"], faults_);
    }
    // An Altinn app may have fewer languages: the others borrow.
    for (std::size_t i = 0; i < 3 && !out_.strict; ++i) {
      if (out_.has_texts[i]) continue;
      for (std::size_t j = 0; j < 3; ++j) {
        if (out_.has_texts[j]) out_.texts[i] = out_.texts[j];
      }
    }
  }

  void read_options_files() {
    for (const auto& path : entries("options")) {
      if (path.extension() != ".json") continue;
      auto file = source("options/" + path.filename().string());
      if (file) out_.options.emplace(path.stem().string(), read_option_file(*file, faults_));
    }
  }

  // v9: Settings.json of the task names the model (defaultDataType). v8: the set of the task does (dataType).
  void named_data_type() {
    std::shared_ptr<const Source> file;
    Node named;
    if (auto sets = exists("ui/layout-sets.json") ? source("ui/layout-sets.json") : nullptr) {
      file = sets;
      for (const auto& set : Node(*sets)["sets"].items()) {
        for (const auto& task : set["tasks"].items()) {
          if (task.json().text_or("") == out_.task) named = set["dataType"];
        }
      }
    } else if (auto settings = "ui/" + out_.task + "/Settings.json"; exists(settings)) {
      file = source(settings);
      if (file) named = Node(*file)["defaultDataType"];
    }
    auto id = std::string(named.json().text_or(""));
    if (id.empty()) return;
    if (std::ranges::find(form_types_, id, &std::pair<std::string, std::string>::first) == form_types_.end())
      return faults_.push_back(named.fault(fmt::format("no data type \"{}\" of the metadata has appLogic", id)));
    out_.facts.data_type = id;
  }

  void choose_data_type() {
    if (!out_.task.empty()) named_data_type();
    for (const auto& [id, task] : form_types_) {
      if (out_.facts.data_type.empty() && (task == out_.task || task.empty())) out_.facts.data_type = id;
    }
    if (!out_.facts.data_type.empty()) return;
    if (!form_types_.empty())
      out_.facts.data_type = form_types_.front().first;
    else
      faults_.push_back(
          {prefix_ + "config/applicationmetadata.json", 0, "no data type has appLogic: the form has no data"});
  }

  void read_models() {
    choose_data_type();
    if (out_.facts.data_type.empty()) return;
    auto base_name = "models/" + out_.facts.data_type;
    if (auto file = source(base_name + ".schema.json")) out_.model = Model::read(*file, faults_);
    if (exists(base_name + ".prefill.json")) {
      if (auto file = source(base_name + ".prefill.json")) read_prefill(*file);
    }
    if (exists(base_name + ".validation.json")) {
      if (auto file = source(base_name + ".validation.json")) {
        out_.validation_file = file->file;
        out_.validations = read_validations(Node(*file), faults_);
      }
    }
    if (exists(base_name + ".calculation.json")) {
      if (auto file = source(base_name + ".calculation.json")) {
        out_.calculation_file = file->file;
        out_.calculations = read_calculations(Node(*file), faults_);
      }
    }
  }

  void read_prefill(const Source& file) {
    out_.prefill_file = file.file;
    for (const auto* name : {"ER", "DSF", "UserProfile"}) {
      for (const auto& [key, item] : Node(file)[name].members())
        out_.prefill.push_back({name, key, std::string(item.json().text_or("")), item.line()});
    }
  }

  // A service that only sends messages may say which rule ends the agency's copy of them.
  void read_kept_messages() {
    const std::string name = "config/catalogue.toml";
    if (!out_.strict || !exists(name)) return;
    auto text = read_file(root_ / name, prefix_ + name, faults_);
    if (!text) return;
    auto leaves = base::parse_toml(*text, prefix_ + name);
    if (!leaves)
      return faults_.push_back({prefix_ + name, 0, fmt::format("not valid TOML: {}", leaves.error().detail)});
    read_retention(*leaves);
  }

  // Which fields hold personal data: [documents.<data type>] with defaults and fields.
  void read_catalogue() {
    const std::string name = "config/catalogue.toml";
    if (!out_.strict || out_.facts.data_type.empty()) return;
    auto text = read_file(root_ / name, prefix_ + name, faults_);
    if (!text) return;
    auto leaves = base::parse_toml(*text, prefix_ + name);
    if (!leaves)
      return faults_.push_back({prefix_ + name, 0, fmt::format("not valid TOML: {}", leaves.error().detail)});
    out_.has_catalogue = true;
    auto fields = fmt::format("documents.{}.fields.", out_.facts.data_type),
         defaults = fmt::format("documents.{}.defaults.", out_.facts.data_type);
    bool all_whose = false, all_purpose = false;
    for (const auto& leaf : *leaves) {
      if (leaf.key == defaults + "whose") all_whose = true;
      if (leaf.key == defaults + "purpose") all_purpose = true;
      if (!leaf.key.starts_with(fields)) continue;
      auto dot = leaf.key.rfind('.');
      auto property = leaf.key.substr(dot + 1);
      auto& declared = out_.declared[leaf.key.substr(fields.size(), std::max(dot, fields.size()) - fields.size())];
      if (declared.line == 0) declared.line = leaf.line;
      if (property == "personal") {
        declared.said = true;
        declared.personal = std::holds_alternative<bool>(leaf.value) && std::get<bool>(leaf.value);
      }
      if (property == "whose") declared.whose = true;
      if (property == "purpose") declared.purpose = true;
    }
    for (auto& [path, declared] : out_.declared) {
      declared.whose = declared.whose || all_whose;
      declared.purpose = declared.purpose || all_purpose;
    }
    read_retention(*leaves);
  }

  // Whose it is, which dated rules end it, and what erasing does.
  void read_retention(const std::vector<base::TomlLeaf>& catalogue) {
    const std::string name = "config/retention.toml";
    auto text = read_file(root_ / name, prefix_ + name, faults_);
    if (!text) return;
    auto leaves = base::parse_toml(*text, prefix_ + name);
    if (!leaves)
      return faults_.push_back({prefix_ + name, 0, fmt::format("not valid TOML: {}", leaves.error().detail)});
    out_.facts.data_catalogue = read_data_catalogue(
        catalogue, *leaves,
        [&](std::string_view field) {
          const auto found = out_.declared.find(field);
          return found != out_.declared.end() && found->second.personal;
        },
        [&](std::string_view file, int line, std::string message) {
          faults_.push_back({prefix_ + std::string(file), line, std::move(message)});
        });
  }

  // v8: layout-sets.json names the set of the task. v9: the set is named as the task.
  std::string layout_set() {
    if (!exists("ui/layout-sets.json")) {
      if (exists("ui/" + out_.task + "/Settings.json")) return out_.task;
      if (exists("ui/Settings.json")) return "";
      faults_.push_back({prefix_ + "ui/layout-sets.json", 0,
                         fmt::format("the file is missing, and so is ui/{}/Settings.json", out_.task)});
      return "";
    }
    auto file = source("ui/layout-sets.json");
    if (!file) return "";
    Node root(*file);
    for (const auto& set : root["sets"].items()) {
      for (const auto& task : set["tasks"].items()) {
        if (task.json().text_or("") != out_.task) continue;
        if (!set.text("dataType").empty() && set.text("dataType") != out_.facts.data_type)
          faults_.push_back(
              set["dataType"].fault(fmt::format("the set's data type is not \"{}\"", out_.facts.data_type)));
        return set.text("id");
      }
    }
    faults_.push_back(root["sets"].fault(fmt::format("no set is for the task \"{}\"", out_.task)));
    return "";
  }

  void read_ui() {
    if (out_.task.empty()) return;
    auto set = layout_set();
    auto folder = set.empty() ? std::string("ui") : "ui/" + set;
    if (!exists(folder + "/Settings.json"))
      return faults_.push_back({prefix_ + folder + "/Settings.json", 0, "the file is missing"});
    auto settings = source(folder + "/Settings.json");
    if (!settings) return;
    Node pages = Node(*settings)["pages"];
    std::vector<Node> order = pages["order"].items();
    for (const auto& group : pages["groups"].items()) {
      for (const auto& item : group["order"].items()) order.push_back(item);
    }
    if (order.empty()) faults_.push_back(pages.fault("pages.order names no page"));
    std::set<std::string> named;
    for (const auto& item : order) {
      auto page = std::string(item.json().text_or(""));
      auto name = folder + "/layouts/" + page + ".json";
      if (page.empty() || page.find('/') != std::string::npos || !exists(name)) {
        faults_.push_back(item.fault(fmt::format("there is no page \"{}\" in layouts", page)));
        continue;
      }
      if (!named.insert(page).second) {
        faults_.push_back(item.fault(fmt::format("the page \"{}\" is named twice", page)));
        continue;
      }
      if (auto file = source(name)) {
        read_page(out_.layout, page, Node(*file), faults_);
        sources_.push_back(std::move(file));
      }
    }
    tie_layout(out_.layout, faults_);
    dates_by_model();
  }

  // As in Altinn a Datepicker asks for the time too, where the model wants one, unless it says that it does not.
  void dates_by_model() {
    for (auto& component : out_.layout.components) {
      if (component.kind != ComponentKind::date || component.time_stamp_given || component.path().empty()) continue;
      const auto* schema = out_.model.find(component.path());
      if (schema != nullptr && schema->format == "date-time") component.kind = ComponentKind::date_time;
    }
  }

  // What the component says about files goes before what the metadata says.
  void finish_uploads() {
    for (const auto& component : out_.layout.components) {
      if (component.kind != ComponentKind::upload) continue;
      auto found = std::ranges::find(out_.facts.uploads, component.id, &UploadRule::data_type);
      if (found == out_.facts.uploads.end()) {
        if (out_.strict)
          faults_.push_back(
              {component.file, component.line,
               fmt::format("component \"{}\": there is no data type of this id for its files", component.id)});
        continue;
      }
      found->min_count = std::max(found->min_count, component.min_count);
      if (component.max_count > 0) found->max_count = std::min(found->max_count, component.max_count);
      if (component.max_bytes > 0)
        found->max_bytes = found->max_bytes > 0 ? std::min(found->max_bytes, component.max_bytes) : component.max_bytes;
      found->endings = paper::with_endings_alike(component.endings);
      if (auto list = out_.options.find(component.options_id);
          list != out_.options.end() && !list->second.versions.empty()) {
        for (const auto& option : list->second.versions.back().options) found->tags.push_back(option.code);
      }
    }
    if (out_.strict) return;
    // Types that no component takes (PDFs, signatures) are not for the user to upload.
    std::erase_if(out_.facts.uploads, [&](const auto& rule) { return out_.layout.find(rule.data_type) == nullptr; });
  }

  std::vector<Fault>& faults_;
  fs::path root_;
  std::string prefix_;
  Folder out_;
  std::vector<std::pair<std::string, std::string>> form_types_;
  std::vector<std::shared_ptr<const Source>> sources_;
};

Severity severity_from(const Node& node, std::vector<Fault>& faults) {
  auto name = std::string(node.json().text_or("error"));
  if (name == "warning") return Severity::warning;
  if (name == "info") return Severity::info;
  if (name == "success") return Severity::success;
  if (name != "error") faults.push_back(node.fault(fmt::format("unknown severity \"{}\"", name)));
  return Severity::error;
}

struct RawRule {  // a rule's parts, its own or taken over from the definition it refers to
  Node message, condition, severity;
};

class ValidationReader {
 public:
  explicit ValidationReader(std::vector<Fault>& faults) : faults_(faults) {}

  std::vector<FieldRules> read(const Node& root) {
    for (const auto& [name, item] : root["definitions"].members()) {
      if (auto rule = raw(item)) definitions_.emplace(name, *rule);
    }
    std::vector<FieldRules> out;
    for (const auto& [path, rules] : root["validations"].members()) {
      FieldRules field;
      field.pattern = path;
      field.line = rules.line();
      for (const auto& item : rules.items()) {
        auto rule = item.json().is_string() ? named(item) : raw(item);
        if (rule) add(field, item, *rule);
      }
      out.push_back(std::move(field));
    }
    return out;
  }

 private:
  std::optional<RawRule> named(const Node& item) {
    auto found = definitions_.find(item.json().as_string());
    if (found != definitions_.end()) return found->second;
    faults_.push_back(item.fault(fmt::format("there is no definition \"{}\"", item.json().as_string())));
    return std::nullopt;
  }
  // A definition may only refer to one that stands before it.
  std::optional<RawRule> raw(const Node& item) {
    RawRule out;
    if (item["ref"].exists()) {
      auto base_rule = named(item["ref"].json().is_string() ? item["ref"] : item);
      if (!base_rule) return std::nullopt;
      out = *base_rule;
    }
    if (item["message"].exists()) out.message = item["message"];
    if (item["condition"].exists()) out.condition = item["condition"];
    if (item["severity"].exists()) out.severity = item["severity"];
    return out;
  }
  void add(FieldRules& field, const Node& item, const RawRule& rule) {
    if (!rule.message.exists() || !rule.condition.exists())
      return faults_.push_back(
          item.fault(fmt::format("a rule for {} needs \"message\" and \"condition\"", field.pattern)));
    ValidationRule out;
    out.condition = compile(rule.condition, fmt::format("condition of {}", field.pattern), faults_);
    out.message.line = rule.message.line();
    if (rule.message.json().is_array())
      out.message.expression = compile(rule.message, fmt::format("message of {}", field.pattern), faults_);
    else
      out.message.id = std::string(rule.message.json().text_or(""));
    out.severity = severity_from(rule.severity, faults_);
    if (out.condition) field.rules.push_back(std::move(out));
  }

  std::vector<Fault>& faults_;
  std::map<std::string, RawRule, std::less<>> definitions_;
};

}  // namespace

std::vector<FieldRules> read_validations(const Node& root, std::vector<Fault>& faults) {
  return ValidationReader(faults).read(root);
}

std::vector<Calculation> read_calculations(const Node& root, std::vector<Fault>& faults) {
  std::vector<Calculation> out;
  for (const auto& [path, item] : root["calculations"].members()) {
    const auto expression = item.json().is_array() ? item : item["expression"];
    if (!expression.exists()) {
      faults.push_back(item.fault(fmt::format("Calculation for field {} is missing expression", path)));
      continue;
    }
    if (auto compiled = compile(expression, fmt::format("calculation of {}", path), faults))
      out.push_back({path, compiled, item.line()});
  }
  return out;
}

Folder read_folder(const fs::path& folder, std::vector<Fault>& faults) { return FolderReader(folder, faults).read(); }

}  // namespace alting::forms
