// What the data model requires, against who can fill it in: pages, calculations, defaults, prefill. A field that is
// required and that nobody can give a value is a form that can never be sent.
#include "forms/folder.h"
#include "forms/path.h"

namespace alting::forms {

namespace {

class RequiredChecker {
 public:
  explicit RequiredChecker(const Folder& folder) : folder_(folder) {
    for (const auto& component : folder.layout.components) {
      if (!component.kind) continue;
      auto& into = always_hidden(component) ? hidden_ : component.read_only.value ? shown_ : asked_;
      for (const auto* path : {&component.path(), &component.group_path(), &component.precision}) {
        if (!path->empty()) into.insert(*path);
      }
      if (component.preselected && !always_hidden(component)) asked_.insert(component.path());
    }
    for (const auto& item : folder.calculations) asked_.insert(item.pattern);
    // Every organisation has these two in its register.
    const bool no_persons =
        std::ranges::find(folder.facts.parties_allowed, "person") == folder.facts.parties_allowed.end();
    for (const auto& item : folder.prefill) {
      const bool always = no_persons && item.source == "ER" && (item.key == "Name" || item.key == "OrgNumber");
      (always ? asked_ : prefilled_).insert(item.path);
    }
    const auto& supplement = folder.facts.supplement;  // the program fills these in itself
    for (const auto* path : {&supplement.type_path, &supplement.reference_path, &supplement.text_path}) {
      if (!path->empty()) asked_.insert(*path);
    }
  }

  void check() {
    if (!folder_.model.empty()) object(folder_.model.root(), "", true, false, 0);
  }
  std::vector<Fault> never, perhaps;

 private:
  using Paths = std::set<std::string>;

  [[nodiscard]] bool always_hidden(const Component& component) const {
    const auto always = [](const Flag& flag) { return !flag.expression && flag.value; };
    if (always(folder_.layout.pages[static_cast<std::size_t>(component.page)].hidden)) return true;
    const auto* at = &component;
    while (true) {
      if (always(at->hidden) || at->hidden_by_parent) return true;
      if (at->parent < 0) return false;
      at = &folder_.layout.at(at->parent);
      if (at->repeating && always(at->hidden_row)) return true;
    }
  }

  // At the path or below it.
  [[nodiscard]] static bool any(const Paths& paths, const std::string& path) {
    return std::ranges::any_of(paths, [&](const auto& one) { return is_below(one, path); });
  }

  // New rows begin without the model's defaults.
  [[nodiscard]] bool has_default(const Schema& schema, bool in_rows, int depth) const {
    if (in_rows || depth > max_depth) return false;
    return schema.default_value || std::ranges::any_of(schema.properties, [&](const auto& one) {
             return has_default(folder_.model.at(one.second), in_rows, depth + 1);
           });
  }

  [[nodiscard]] const Schema* member(const Schema& schema, const std::string& name) const {
    for (const auto& [own, index] : schema.properties) {
      if (own == name) return &folder_.model.at(index);
    }
    return nullptr;
  }

  // `certain`: the object is there whatever was answered.
  void object(const Schema& schema, const std::string& path, bool certain, bool in_rows, int depth) {
    if (depth > max_depth) return;
    const auto below = [&](const std::string& name) { return path.empty() ? name : path + "." + name; };
    for (const auto& name : schema.required)
      required(schema, below(name), member(schema, name), path, certain, in_rows);
    for (const auto& [name, index] : schema.properties) {
      const auto* inner = &folder_.model.at(index);
      const auto here = below(name);
      const bool rows = inner->type == SchemaType::array && inner->items >= 0;
      if (rows) inner = &folder_.model.at(inner->items);
      // What nobody can answer anything in is never there, and asks for nothing.
      if (inner->properties.empty() || !(any(asked_, here) || has_default(*inner, in_rows || rows, depth))) continue;
      object(*inner, here, false, in_rows || rows, depth + 1);
    }
  }

  void required(const Schema& schema, const std::string& path, const Schema* own, const std::string& parent,
                bool certain, bool in_rows) {
    if (any(asked_, path) || (own != nullptr && has_default(*own, in_rows, 0))) return;
    const auto report = [&](std::vector<Fault>& into, std::string_view message) {
      into.push_back(
          {folder_.model.file(), schema.required_line, fmt::format("\"{}\" is required, and {}", path, message)});
    };
    const auto when = certain ? std::string() : fmt::format(" once anything in \"{}\" is answered", parent);
    if (any(prefilled_, path))
      return report(perhaps,
                    fmt::format("only prefill gives it a value: who is not in that register can never send the "
                                "form{}",
                                when));
    if (any(hidden_, path) && !any(shown_, path))
      return report(perhaps, "what asks for it is always hidden: the form is sent without it");
    report(never, any(shown_, path)
                      ? fmt::format("where it is shown it can only be read: the form can never be sent{}", when)
                      : fmt::format("no page asks for it: the form can never be sent{}", when));
  }

  static constexpr int max_depth = 8;
  const Folder& folder_;
  Paths asked_, shown_, hidden_, prefilled_;
};

RequiredChecker checked(const Folder& folder) {
  RequiredChecker checker(folder);
  checker.check();
  return checker;
}

}  // namespace

std::vector<Fault> never_filled(const Folder& folder) { return checked(folder).never; }

std::vector<Fault> perhaps_not_filled(const Folder& folder) { return checked(folder).perhaps; }

}  // namespace alting::forms
