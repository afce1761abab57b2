// The parts of a folder checked against each other: texts, bindings, options, what expressions name.
#include "base/text.h"
#include "forms/evaluator.h"
#include "forms/folder.h"
#include "forms/open_answers.h"
#include "forms/path.h"

namespace alting::forms {

namespace {

class FolderChecker {
 public:
  FolderChecker(const Folder& folder, std::vector<Fault>& faults) : folder_(folder), faults_(faults) {}

  void check() {
    same_texts();
    for (auto language : base::all_languages)
      filled_texts(folder_.texts[static_cast<std::size_t>(language)],
                   fmt::format("config/texts/resource.{}.json", base::to_text(language)));
    for (const auto& page : folder_.layout.pages) {
      text(page.id, page.file, 0, fmt::format("page \"{}\" has no title", page.id));
      expression(page.hidden.expression, page.file);
    }
    for (const auto& component : folder_.layout.components) check_component(component);
    for (const auto& [id, list] : folder_.options) {
      for (const auto& version : list.versions) options(version.options, list.file);
    }
    for (const auto& field : folder_.validations) {
      path(field.pattern, folder_.validation_file, field.line, "validations");
      for (const auto& rule : field.rules) {
        expression(rule.condition, folder_.validation_file);
        binding(rule.message, folder_.validation_file);
      }
    }
    for (const auto& item : folder_.calculations) {
      path(item.pattern, folder_.calculation_file, item.line, "calculations");
      expression(item.expression, folder_.calculation_file);
    }
    for (const auto& item : folder_.prefill) path(item.path, folder_.prefill_file, item.line, "prefill");
    check_config();
    check_catalogue();
  }

 private:
  void fault(const std::string& file, int line, std::string message) {
    faults_.push_back({file, line, std::move(message)});
  }

  // The three languages must have the same ids.
  void same_texts() {
    if (!folder_.strict) return;
    for (auto language : base::all_languages) {
      const auto& mine = folder_.texts[static_cast<std::size_t>(language)];
      for (auto other : base::all_languages) {
        const auto& theirs = folder_.texts[static_cast<std::size_t>(other)];
        if (other == language || !folder_.has_texts[static_cast<std::size_t>(language)] ||
            !folder_.has_texts[static_cast<std::size_t>(other)])
          continue;
        for (const auto& [id, resource] : mine) {
          if (theirs.contains(id)) continue;
          fault(fmt::format("config/texts/resource.{}.json", base::to_text(language)), resource.line,
                fmt::format("the text \"{}\" is missing in {}", id, base::to_text(other)));
        }
      }
    }
  }

  // No text is filled in with itself, not through others either, and none is longer than a text may become.
  void filled_texts(const TextBook& book, const std::string& file) {
    std::map<std::string_view, std::set<std::string_view>> within, around;  // texts in a text; texts a text is in
    for (const auto& [id, resource] : book) {
      if (resource.value.size() >= max_text_octets)
        fault(file, resource.line, fmt::format("the text \"{}\" is longer than {} octets", id, max_text_octets - 1));
      for (const auto& variable : resource.variables) {
        const auto other = variable.source == "text" ? book.find(variable.key) : book.end();
        if (other == book.end()) continue;
        within[id].insert(other->first);
        around[other->first].insert(id);
      }
    }
    // What lies in no circle is taken away from both ends, until only circles and what ties them together are left.
    std::vector<std::string_view> ends;
    for (const auto& [id, resource] : book) {
      if (!within.contains(id) || !around.contains(id)) ends.push_back(id);
    }
    const auto take_from = [&](auto& map, std::string_view id, std::string_view gone) {
      auto found = map.find(id);
      if (found == map.end()) return;
      found->second.erase(gone);
      if (!found->second.empty()) return;
      map.erase(found);
      ends.push_back(id);
    };
    while (!ends.empty()) {
      const auto id = ends.back();
      ends.pop_back();
      if (auto found = within.extract(id))
        for (auto inner : found.mapped()) take_from(around, inner, id);
      if (auto found = around.extract(id))
        for (auto outer : found.mapped()) take_from(within, outer, id);
    }
    for (const auto& [id, inner] : within)
      fault(file, book.find(id)->second.line,
            fmt::format("the text \"{}\" is filled in with itself: its variables name \"{}\"", id, *inner.begin()));
  }

  [[nodiscard]] bool has_text(std::string_view id) const {
    return std::ranges::any_of(folder_.texts, [&](const auto& book) { return book.contains(id); });
  }

  void text(const std::string& id, const std::string& file, int line, std::string message) {
    if (folder_.strict && !id.empty() && !has_text(id)) fault(file, line, std::move(message));
  }
  void text(const std::string& id, const std::string& file, int line) {
    text(id, file, line, fmt::format("there is no text \"{}\"", id));
  }

  void binding(const TextBinding& text_binding, const std::string& file) {
    text(text_binding.id, file, text_binding.line);
    expression(text_binding.expression, file);
  }

  void path(const std::string& name, const std::string& file, int line, std::string_view where) {
    if (name.empty() || !parse_path(name))
      return fault(file, line, fmt::format("{}: \"{}\" is not a path", where, name));
    if (folder_.strict && !folder_.model.empty() && folder_.model.find(name) == nullptr) {
      fault(file, line, fmt::format("{}: the data model has no \"{}\"", where, name));
    }
  }

  void options(const std::vector<Option>& list, const std::string& file) {
    for (const auto& option : list) {
      text(option.label, file, option.line);
      text(option.description, file, option.line);
      text(option.help, file, option.line);
    }
  }

  void check_component(const Component& component) {
    const auto& file = component.file;
    auto report = [&](int line, std::string_view message) {
      fault(file, line, fmt::format("component \"{}\": {}", component.id, message));
    };
    if (folder_.strict && !component.kind && component.type != "NavigationButtons" &&
        component.type != "NavigationBar" && component.type != "Button") {
      report(component.line, fmt::format("the component type \"{}\" is not among those Alting shows", component.type));
    }
    for (const auto& [name, bound] : component.bindings) {
      if (!bound.data_type.empty() && bound.data_type != folder_.facts.data_type) continue;
      if (!folder_.model.empty() && folder_.model.find(bound.pattern) == nullptr)
        report(bound.line, fmt::format("the data model has no \"{}\"", bound.pattern));
    }
    if (component.repeating) check_group(component);
    check_rows(component);
    for (const auto& [name, words] : component.texts) binding(words, file);
    for (const auto* flag : {&component.required, &component.read_only, &component.hidden, &component.hidden_row})
      expression(flag->expression, file);
    expression(component.value, file);
    check_choices(component);
    check_additions(component);
  }

  void check_group(const Component& component) {
    const auto& pattern = component.group_path();
    const auto* schema = pattern.empty() ? nullptr : folder_.model.find(pattern);
    if (pattern.empty())
      return fault(component.file, component.line,
                   fmt::format("component \"{}\": a repeating group needs dataModelBindings.group", component.id));
    if (schema != nullptr && schema->type != SchemaType::array && schema->type != SchemaType::any) {
      fault(component.file, component.line,
            fmt::format("component \"{}\": \"{}\" is not an array in the data model", component.id, pattern));
    }
  }

  // What stands in a row must be bound below the row, and nothing outside it may be bound into one.
  void check_rows(const Component& component) {
    if (!folder_.strict || component.path().empty()) return;
    auto group = component.groups.empty() ? std::string() : component.groups.back();
    if (!group.empty() && !is_below(component.path(), group)) return;
    std::string so_far;
    auto parts = parse_path(component.path()).value_or(std::vector<PathPart>{});
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
      so_far += (i == 0 ? "" : ".") + parts[i].name;
      const auto* schema = folder_.model.find(so_far);
      if (schema == nullptr || schema->type != SchemaType::array ||
          std::ranges::find(component.groups, so_far) != component.groups.end())
        continue;
      fault(component.file, component.line,
            fmt::format("component \"{}\": \"{}\" repeats, but the component is not in its repeating group",
                        component.id, so_far));
    }
  }

  void check_choices(const Component& component) {
    options(component.options, component.file);
    if (!component.row_source && !component.options_id.empty() && folder_.strict &&
        !folder_.options.contains(component.options_id)) {
      fault(component.file, component.line,
            fmt::format("component \"{}\": there are no options \"{}\"", component.id, component.options_id));
    }
    if (folder_.strict && component.is_choice() && !component.has_choices()) {
      fault(component.file, component.line,
            fmt::format("component \"{}\": a choice needs \"optionsId\", \"options\" or \"source\"", component.id));
    }
  }

  void check_additions(const Component& component) {
    auto report = [&](std::string_view message) {
      fault(component.file, component.line, fmt::format("component \"{}\": {}", component.id, message));
    };
    if (component.deferrable && component.path().empty() && component.group_path().empty())
      report("only a bound component can be deferrable");
    if (!component.precision.empty() &&
        (!parse_path(component.precision) || folder_.model.find(component.precision) == nullptr)) {
      report(fmt::format("precision: the data model has no \"{}\"", component.precision));
    }
  }

  void expression(const ExprPtr& expr, const std::string& file) {
    if (!expr || !folder_.strict || !folder_.config.present) return;
    auto each = [&](std::string_view function, auto check_name) {
      for_each_call(*expr, function, [&](const Json& argument, int line) {
        if (argument.is_string()) check_name(argument.as_string(), line);
      });
    };
    each("dataModel", [&](const std::string& name, int line) { path(name, file, line, "dataModel"); });
    each("later", [&](const std::string& name, int line) { path(name, file, line, "later"); });
    each("text", [&](const std::string& name, int line) { text(name, file, line); });
    each("component", [&](const std::string& name, int line) { known_component(name, file, line); });
    each("displayValue", [&](const std::string& name, int line) { known_component(name, file, line); });
    each("optionLabel", [&](const std::string& name, int line) {
      if (!folder_.options.contains(name))
        fault(file, line, fmt::format("optionLabel: there are no options \"{}\"", name));
    });
    each("rule", [&](const std::string& name, int line) {
      if (!folder_.config.rules.contains(name)) fault(file, line, fmt::format("rule: there is no rule \"{}\"", name));
    });
    each("deadline", [&](const std::string& name, int line) {
      if (std::ranges::find(folder_.config.deadlines, name, &DeadlineRule::id) == folder_.config.deadlines.end())
        fault(file, line, fmt::format("deadline: there is no deadline \"{}\"", name));
    });
    each("attachmentCount", [&](const std::string& name, int line) {
      if (std::ranges::find(folder_.facts.uploads, name, &UploadRule::data_type) == folder_.facts.uploads.end())
        fault(file, line, fmt::format("attachmentCount: there is no data type \"{}\"", name));
    });
  }

  void known_component(const std::string& id, const std::string& file, int line) {
    if (folder_.layout.find(id) == nullptr) fault(file, line, fmt::format("there is no component \"{}\"", id));
  }

  void check_config() {
    const auto& config = folder_.config;
    for (const auto& use : config.texts) text(use.name, config.file, use.line);
    for (const auto& use : config.paths) path(use.name, config.file, use.line, "alting.json");
    for (const auto& use : config.pages) {
      if (std::ranges::find(folder_.layout.pages, use.name, &Page::id) == folder_.layout.pages.end())
        fault(config.file, use.line, fmt::format("there is no page \"{}\"", use.name));
    }
    for (const auto& use : config.uploads) {
      if (folder_.layout.find(use.name) == nullptr || !has_files(use.name))
        fault(config.file, use.line, fmt::format("no page takes files of a data type \"{}\"", use.name));
    }
    expression(config.later_required.expression, config.file);
    expression(config.urgent.expression, config.file);
    for (const auto& stop : config.stops) expression(stop.when, config.file);
    for (const auto& task : config.tasks) expression(task.when.expression, config.file);
    for (const auto& id : config.open_phrases) phrase(id);
    ways();
  }

  [[nodiscard]] bool has_files(const std::string& data_type) const {
    return std::ranges::find(folder_.facts.uploads, data_type, &UploadRule::data_type) != folder_.facts.uploads.end();
  }

  // What makes an answer open must be words that nobody writes by chance.
  void phrase(const std::string& id) {
    for (auto language : base::all_languages) {
      const auto& book = folder_.texts[static_cast<std::size_t>(language)];
      const auto found = book.find(id);
      if (found == book.end()) continue;                      // told already
      const auto words = folded_phrase(found->second.value);  // a blank before each, and one at the end
      if (found->second.variables.empty() && std::ranges::count(words, ' ') > 3) continue;
      fault(
          fmt::format("config/texts/resource.{}.json", base::to_text(language)), found->second.line,
          fmt::format("the text \"{}\" stands for an open answer: it has at least three words, and no variables", id));
    }
  }

  // The way is an answer of its own, which no page asks for.
  void ways() {
    const auto& facts = folder_.facts;
    if (facts.ways.empty() || facts.way_path.empty()) return;
    const auto tell = [&](std::string message) {
      fault(folder_.config.file, folder_.config.ways_line, std::move(message));
    };
    if (facts.way_path != pattern_of(facts.way_path) || facts.way_path.empty())
      tell(fmt::format("ways: \"{}\" stands in a row", facts.way_path));
    for (const auto& component : folder_.layout.components) {
      if (component.kind && component.path() == facts.way_path)
        tell(
            fmt::format("ways: the component \"{}\" is bound to \"{}\": the way is chosen before the form is filled in",
                        component.id, facts.way_path));
    }
    const auto* schema = folder_.model.find(facts.way_path);
    if (schema == nullptr) return;  // told already
    for (const auto& way : facts.ways) {
      if (!takes(folder_.model, *schema, Json(way.code)))
        tell(fmt::format("ways: the data model does not take \"{}\" in \"{}\"", way.code, facts.way_path));
    }
  }

  // Every datum is declared: personal or not, whose, and what for.
  void check_catalogue() {
    if (!folder_.has_catalogue || folder_.model.empty()) return;
    const std::string file = "config/catalogue.toml";
    for (const auto& path_of_value : folder_.model.leaves()) {
      auto found = folder_.declared.find(path_of_value);
      if (found == folder_.declared.end())
        fault(file, 0, fmt::format("the field \"{}\" is not declared", path_of_value));
    }
    for (const auto& [name, declared] : folder_.declared) {
      if (folder_.model.find(name) == nullptr)
        fault(file, declared.line, fmt::format("the data model has no \"{}\"", name));
      if (!declared.said) fault(file, declared.line, fmt::format("\"{}\" does not say whether it is personal", name));
      if (declared.personal && (!declared.whose || !declared.purpose))
        fault(file, declared.line, fmt::format("\"{}\" is personal: say \"whose\" and \"purpose\"", name));
    }
  }

  const Folder& folder_;
  std::vector<Fault>& faults_;
};

}  // namespace

void check_folder(const Folder& folder, std::vector<Fault>& faults) {
  FolderChecker(folder, faults).check();
  check_fields(folder, faults);
  check_row_sources(folder, faults);
  if (folder.strict && !folder.facts.messages_only) std::ranges::move(never_filled(folder), std::back_inserter(faults));
}

}  // namespace alting::forms
