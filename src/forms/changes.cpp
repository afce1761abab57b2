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
  if (before.is_object() && after.is_object() && depth < max_compared_depth) {
    const auto nothing = Json::object();
    for (const auto& [name, member] : after.members()) {
      const auto* old = before.find(name);
      // Where nothing stood around a field yet, it is still the field that is new.
      const bool is_block = old == nullptr && member.is_object() && member.size() > 0;
      if (old == nullptr && !is_block)
        out.push_back({member_of(path, name), Json(), member});
      else
        compare_at(member_of(path, name), is_block ? nothing : *old, member, out, depth + 1);
    }
    for (const auto& [name, member] : before.members()) {
      if (after.find(name) == nullptr) out.push_back({member_of(path, name), member, Json()});
    }
    return;
  }
  if (is_rows(before) && is_rows(after) && !path.empty() && depth < max_compared_depth) {
    for (std::size_t i = 0; i < std::max(before.size(), after.size()); ++i) {
      const auto row = RowPath{path, i}.text();
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
  const auto block = parent_of(facts.text_path);
  return !block.empty() && is_below(path, block);
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
    } else if (is_row(change.path)) {
      removed.push_back(change.path);
    } else {
      erase_at(out, change.path);
    }
  }
  for (auto path = removed.rbegin(); path != removed.rend(); ++path) erase_at(out, *path);  // the last row first
  return form_->folder().model.in_order(out);
}

}  // namespace alting::forms
