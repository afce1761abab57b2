#include "forms/changes.h"

#include "forms/form_definition.h"

namespace alting::forms {

namespace {

constexpr int max_compared_depth = 40;

bool is_rows(const Json& value) {
  if (!value.is_array() || value.size() == 0) return false;
  return std::ranges::all_of(value.items(), [](const Json& item) { return item.is_object(); });
}

void compare_at(const Path& path, const Json& before, const Json& after, std::vector<Change>& out, int depth) {
  if (before == after) return;
  auto below = [&](const std::string& name) { return path.empty() ? name : path + "." + name; };
  if (before.is_object() && after.is_object() && depth < max_compared_depth) {
    for (const auto& [name, member] : after.members()) {
      const auto* old = before.find(name);
      if (old == nullptr)
        out.push_back({below(name), Json(), member});
      else
        compare_at(below(name), *old, member, out, depth + 1);
    }
    for (const auto& [name, member] : before.members()) {
      if (after.find(name) == nullptr) out.push_back({below(name), member, Json()});
    }
    return;
  }
  if (is_rows(before) && is_rows(after) && !path.empty() && depth < max_compared_depth) {
    for (std::size_t i = 0; i < std::max(before.size(), after.size()); ++i) {
      auto row = fmt::format("{}[{}]", path, i);
      if (i >= before.size())
        out.push_back({row, Json(), after.items()[i]});
      else if (i >= after.size())
        out.push_back({row, before.items()[i], Json()});
      else
        compare_at(row, before.items()[i], after.items()[i], out, depth + 1);
    }
    return;
  }
  out.push_back({path, before, after});
}

}  // namespace

std::vector<Change> changes_of(const Model& model, const Json& before, const Json& after) {
  std::vector<Change> out;
  compare_at("", model.in_order(before), model.in_order(after), out, 0);
  return out;
}

bool is_about_supplement(const SupplementFacts& facts, std::string_view path) {
  if (!facts.declared || path.empty()) return false;
  if (path == facts.type_path || path == facts.reference_path || path == facts.text_path) return true;
  const auto dot = facts.text_path.rfind('.');
  return dot != std::string::npos && is_below(path, facts.text_path.substr(0, dot));
}

std::vector<Change> App::changes(const Json& before, const Json& after) const {
  return changes_of(form_->folder().model, before, after);
}

bool App::is_about_supplement(const Path& path) const { return forms::is_about_supplement(facts().supplement, path); }

Json App::merge(const Json& before, const std::vector<Change>& changes) const {
  Json out = before;
  std::vector<Path> removed;
  for (const auto& change : changes) {
    if (change.path.empty()) {
      out = change.after;
    } else if (!change.after.is_null()) {
      set_at(out, change.path, change.after);
    } else if (change.path.ends_with(']')) {
      removed.push_back(change.path);
    } else {
      erase_at(out, change.path);
    }
  }
  for (auto path = removed.rbegin(); path != removed.rend(); ++path) erase_at(out, *path);  // the last row first
  return form_->folder().model.in_order(out);
}

}  // namespace alting::forms
