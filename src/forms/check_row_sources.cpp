// Options made from rows, checked against the data model: a group that does not repeat, or a value that is not in its
// rows, is a list that is always empty, and a question nobody can answer.
#include "forms/folder.h"
#include "forms/path.h"

namespace alting::forms {

namespace {

class RowSourceChecker {
 public:
  RowSourceChecker(const Folder& folder, std::vector<Fault>& faults) : folder_(folder), faults_(faults) {}

  void check() {
    for (const auto& component : folder_.layout.components) {
      if (!component.row_source) continue;
      component_ = &component;
      source(*component.row_source);
    }
  }

 private:
  void report(std::string_view message) {
    faults_.push_back({component_->file, component_->row_source->line,
                       fmt::format("component \"{}\": source: {}", component_->id, message)});
  }

  void source(const RowSource& given) {
    if (!given.data_type.empty() && given.data_type != folder_.facts.data_type) {
      return report(fmt::format("it is of the data type \"{}\", and a form of Alting has one, \"{}\"", given.data_type,
                                folder_.facts.data_type));
    }
    if (!folder_.model.empty() && group(given)) value(given);
    words(given);
  }

  bool group(const RowSource& given) {
    const auto* schema = folder_.model.find(given.group);
    if (schema == nullptr) return report(fmt::format("the data model has no \"{}\"", given.group)), false;
    if (schema->type == SchemaType::any) return true;
    // A list of codes is an array too, but its items are no rows.
    const bool rows = schema->type == SchemaType::array &&
                      (schema->items < 0 || folder_.model.at(schema->items).type == SchemaType::object ||
                       folder_.model.at(schema->items).type == SchemaType::any);
    if (!rows) return report(fmt::format("\"{}\" is not a repeating group in the data model", given.group)), false;
    if (const auto outer = repeats_on_the_way(given.group, ""); !outer.empty() && folder_.strict) {
      return report(
                 fmt::format("\"{}\" lies in the rows of \"{}\", and the component does not stand in one: it never has "
                             "an option",
                             given.group, outer)),
             false;
    }
    return true;
  }

  // The first list that a path goes through below `from`, other than those around the component; "" when there is none.
  [[nodiscard]] std::string repeats_on_the_way(const std::string& path, const std::string& from) const {
    const auto parts = parse_path(path).value_or(std::vector<PathPart>{});
    std::string so_far;
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
      so_far += (i == 0 ? "" : ".") + parts[i].name;
      if (!from.empty() && !(is_below(so_far, from) && so_far != from)) continue;
      const auto* schema = folder_.model.find(so_far);
      const bool around = std::ranges::find(component_->groups, so_far) != component_->groups.end();
      if (schema != nullptr && schema->type == SchemaType::array && (!around || !from.empty())) return so_far;
    }
    return "";
  }

  void value(const RowSource& given) {
    const auto* schema = folder_.model.find(given.value);
    if (given.value == given.group || !is_below(given.value, given.group))
      return report(fmt::format("the value \"{}\" is not a field in the rows of \"{}\"", given.value, given.group));
    if (schema == nullptr) return report(fmt::format("the data model has no \"{}\"", given.value));
    if (const auto inner = repeats_on_the_way(given.value, given.group); !inner.empty())
      return report(
          fmt::format("the value \"{}\" repeats in each row, in \"{}\": one row has one value", given.value, inner));
    if (schema->type == SchemaType::array || schema->type == SchemaType::object)
      return report(fmt::format("the value \"{}\" is no single value in the data model", given.value));
    fits(given, *schema);
  }

  // What a row holds must be something that the component's own field can hold.
  void fits(const RowSource& given, const Schema& from) {
    const auto* to = component_->path().empty() ? nullptr : folder_.model.find(component_->path());
    if (to == nullptr) return;
    const bool number = to->type == SchemaType::number || to->type == SchemaType::integer;
    const bool wrong =
        (number && (from.type == SchemaType::string || from.type == SchemaType::boolean)) ||
        (to->type == SchemaType::integer && from.type == SchemaType::number) ||
        (to->type == SchemaType::boolean && from.type != SchemaType::boolean && from.type != SchemaType::any);
    if (wrong || !to->choices.empty() || to->format == "date" || to->format == "date-time")
      report(
          fmt::format("the value \"{}\" is not what the data model wants in \"{}\"", given.value, component_->path()));
  }

  void words(const RowSource& given) {
    if (!folder_.strict) return;
    for (const auto* text : {&given.label, &given.description, &given.help}) {
      if (text->id.empty()) continue;
      bool found = false;
      for (const auto& book : folder_.texts) {
        const auto resource = book.find(text->id);
        if (resource == book.end()) continue;
        if (!found) variables(resource->second, text->id);
        found = true;
      }
      if (!found) report(fmt::format("there is no text \"{}\"", text->id));
    }
  }

  // A variable that is nowhere is shown as it is written, in every option.
  void variables(const TextResource& text, const std::string& id) {
    for (const auto& variable : text.variables) {
      if (!variable.source.starts_with("dataModel") || folder_.model.empty()) continue;
      const auto path = pattern_in_rows(variable.key);
      if (!parse_path(path) || folder_.model.find(path) == nullptr)
        report(fmt::format("the text \"{}\" asks for \"{}\", which the data model does not have", id, variable.key));
    }
  }

  const Folder& folder_;
  std::vector<Fault>& faults_;
  const Component* component_ = nullptr;
};

}  // namespace

void check_row_sources(const Folder& folder, std::vector<Fault>& faults) { RowSourceChecker(folder, faults).check(); }

}  // namespace alting::forms
