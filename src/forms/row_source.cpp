// Options made from the rows of a repeating group (Altinn's `source`): how they are read, and what they are now.
#include "base/text.h"
#include "base/typed_text.h"
#include "forms/evaluator.h"

namespace alting::forms {

namespace {

// The rows of `context` around a group, outermost first.
Rows around(const std::string& group, const Rows& context) {
  Rows out;
  for (const auto& row : context) {
    if (row.group != group && is_below(group, row.group)) out.push_back(row);
  }
  return out;
}

std::vector<std::size_t> numbers_of(const Rows& rows) {
  std::vector<std::size_t> out;
  for (const auto& row : rows) out.push_back(row.index);
  return out;
}

}  // namespace

std::string pattern_in_rows(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    auto open = path.find("[{");
    auto close = open == std::string_view::npos ? open : path.find("}]", open);
    if (close == std::string_view::npos) break;
    auto number = path.substr(open + 2, close - open - 2);
    if (number.empty() || number.find_first_not_of("0123456789") != std::string_view::npos) break;
    out += path.substr(0, open);
    path.remove_prefix(close + 2);
  }
  return out.append(path);
}

std::optional<RowSource> read_row_source(const Node& node, const std::string& id, std::vector<Fault>& faults) {
  auto fault = [&](const Node& at, std::string_view message) {
    faults.push_back(at.fault(fmt::format("component \"{}\": source: {}", id, message)));
  };
  if (!node.json().is_object()) {
    fault(node, "it is an object with \"group\", \"label\" and \"value\"");
    return std::nullopt;
  }
  RowSource out;
  out.line = node.line();
  out.data_type = node.text("dataType");
  bool whole = true;
  auto pattern = [&](std::string_view name) {
    auto path = pattern_in_rows(node.text(name));
    if (!parse_path(path) || pattern_of(path) != path) {
      whole = false;
      fault(node[name].exists() ? node[name] : node,
            fmt::format("\"{}\" is a path in the data model, with \"[{{0}}]\" where a row is meant", name));
    }
    return path;
  };
  out.group = pattern("group");
  out.value = pattern("value");
  auto words = [&](std::string_view name) {
    return read_text_binding(node[name], fmt::format("component \"{}\": source: \"{}\"", id, name), faults);
  };
  out.label = words("label");
  out.description = words("description");
  out.help = words("helpText");
  if (out.label.id.empty() && !out.label.expression) {
    whole = false;
    fault(node, "\"label\" is missing: the text each row is shown with");
  }
  return whole ? std::optional(std::move(out)) : std::nullopt;
}

const std::vector<Evaluator::SourceRow>& Evaluator::source_rows(const RowSource& source, const Rows& rows) {
  const auto outer = around(source.group, rows);
  SourceKey key{&source, numbers_of(outer)};
  if (auto known = source_rows_.find(key); known != source_rows_.end()) return known->second;
  std::vector<SourceRow> out;
  const auto* data = data_of(source.data_type);
  const auto* list = data == nullptr ? nullptr : value_at(*data, source.group, outer);
  const auto count = list == nullptr || !list->is_array() ? 0 : std::min(list->size(), max_row_index + 1);
  for (std::size_t i = 0; i < count; ++i) {
    auto row = outer;
    row.push_back({source.group, i});
    const auto* value = value_at(*data, source.value, row);
    // As a form posts it: one line.
    out.push_back({std::move(row), value == nullptr ? "" : base::clean_line(code_text(*value))});
  }
  return source_rows_.emplace(std::move(key), std::move(out)).first->second;
}

bool Evaluator::row_counts(const RowSource& source, const Rows& row) {
  if (world_.layout == nullptr) return true;
  bool has_group = false, group_shown = false, has_field = false, field_shown = false;
  for (const auto& component : world_.layout->components) {
    if (!component.kind) continue;
    if (component.repeating && component.group_path() == source.group) {
      has_group = true;
      auto rows = reach(component, row);
      if (!rows || group_shown || hidden(component, *rows)) continue;
      rows->push_back(row.back());
      group_shown = !component.hidden_row.given() || !row_hidden(component, *rows);
    } else if (!component.repeating && component.path() == source.value) {
      has_field = true;
      const auto rows = reach(component, row);
      field_shown = field_shown || (rows && !hidden(component, *rows));
    }
  }
  return (!has_group || group_shown) && (!has_field || field_shown);
}

Option Evaluator::row_option(const RowSource& source, const SourceRow& row) {
  Scope scope;
  scope.rows = row.rows;
  Option out;
  out.value = Json(row.code);
  out.code = row.code;
  out.label = text(source.label, scope).plain();
  if (out.label.empty()) out.label = row.code;
  out.description = text(source.description, scope).plain();
  out.help = text(source.help, scope).plain();
  out.line = source.line;
  out.in_words = true;
  return out;
}

const Evaluator::RowOptions& Evaluator::row_options(const RowSource& source, const Rows& rows) {
  auto [memo, fresh] = row_options_.try_emplace({&source, numbers_of(around(source.group, rows))});
  if (!fresh) return memo->second;  // a label that asks for the options it is one of finds none
  RowOptions out;
  std::set<std::string, std::less<>> seen;
  for (const auto& row : source_rows(source, rows)) {
    if (row.code.empty() || seen.contains(row.code) || !row_counts(source, row.rows)) continue;
    if (out.first.size() == max_row_options) {
      out.more = true;
      break;
    }
    seen.insert(row.code);
    out.first.push_back(row_option(source, row));
  }
  memo->second = std::move(out);
  return memo->second;
}

// Of a row that is hidden by now too: it is still there to be named.
std::string Evaluator::row_label(const RowSource& source, const std::string& code, const Rows& rows) {
  const auto& all = source_rows(source, rows);
  const auto is_it = [&](const SourceRow& row) { return row.code == code; };
  auto found = std::ranges::find_if(all, is_it);
  if (found == all.end()) return code;
  if (std::ranges::count_if(all, is_it) > 1) {
    auto counts =
        std::ranges::find_if(all, [&](const auto& row) { return is_it(row) && row_counts(source, row.rows); });
    if (counts != all.end()) found = counts;
  }
  return row_option(source, *found).label;
}

}  // namespace alting::forms
