#include "forms/path.h"

#include <charconv>

#include "base/text.h"

namespace alting::forms {

using base::Json;

namespace {

constexpr std::size_t max_parts = 32;

// One part "name" or "name[3]"; an own parser so that a path costs no regular expression.
std::optional<PathPart> parse_part(std::string_view text) {
  PathPart part;
  auto open = text.find('[');
  part.name = std::string(text.substr(0, open));
  if (part.name.empty()) return std::nullopt;
  if (open == std::string_view::npos) return part;
  if (text.back() != ']') return std::nullopt;
  auto digits = text.substr(open + 1, text.size() - open - 2);
  std::size_t index = 0;
  auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
  if (digits.empty() || fault != std::errc{} || end != digits.data() + digits.size() || index > max_row_index)
    return std::nullopt;
  part.index = index;
  return part;
}

// The next value on the way, for one part "name" or "name[3]"; expressions do this most, so nothing is copied.
const Json* step(const Json* at, std::string_view part) {
  auto open = part.find('[');
  at = at->find(part.substr(0, open));
  if (at == nullptr || open == std::string_view::npos) return at;
  auto digits = part.substr(open + 1, part.size() - open - 2);
  std::size_t index = 0;
  auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
  bool right = part.back() == ']' && !digits.empty() && fault == std::errc{} && end == digits.data() + digits.size();
  if (!right || !at->is_array() || index >= at->size()) return nullptr;
  return &at->items()[index];
}

void expand_from(const Json* at, const std::vector<PathPart>& parts, std::size_t next, const std::string& so_far,
                 std::vector<std::string>& out) {
  if (next == parts.size()) {
    out.push_back(so_far);
    return;
  }
  auto path = so_far.empty() ? parts[next].name : so_far + "." + parts[next].name;
  const auto* value = at == nullptr ? nullptr : at->find(parts[next].name);
  bool last = next + 1 == parts.size();
  if (!last && value != nullptr && value->is_array()) {
    for (std::size_t i = 0; i < value->size() && i <= max_row_index; ++i) {
      expand_from(&value->items()[i], parts, next + 1, fmt::format("{}[{}]", path, i), out);
    }
    return;
  }
  if (!last && value == nullptr) return;
  expand_from(value, parts, next + 1, path, out);
}

}  // namespace

std::optional<std::vector<PathPart>> parse_path(std::string_view path) {
  std::vector<PathPart> parts;
  for (auto text : base::split(path, '.')) {
    auto part = parse_part(text);
    if (!part || parts.size() == max_parts) return std::nullopt;
    parts.push_back(std::move(*part));
  }
  if (parts.empty()) return std::nullopt;
  return parts;
}

std::string pattern_of(std::string_view path) {
  std::string out;
  bool inside = false;
  for (char c : path) {
    if (c == '[') inside = true;
    if (!inside) out += c;
    if (c == ']') inside = false;
  }
  return out;
}

std::string with_rows(std::string_view pattern, const Rows& rows) {
  if (rows.empty()) return std::string(pattern);
  std::string out, plain;
  bool absolute = false;
  for (auto text : base::split(pattern, '.')) {
    if (!out.empty()) out += '.';
    if (!plain.empty()) plain += '.';
    out += text;
    auto open = text.find('[');
    plain += text.substr(0, open);
    if (open != std::string_view::npos) absolute = true;
    if (absolute) continue;
    for (const auto& row : rows) {
      if (row.group == plain && plain.size() < pattern.size()) out += fmt::format("[{}]", row.index);
    }
  }
  return out;
}

Rows rows_of(std::string_view path) {
  Rows rows;
  auto parts = parse_path(path);
  if (!parts) return rows;
  std::string plain;
  for (const auto& part : *parts) {
    if (!plain.empty()) plain += '.';
    plain += part.name;
    if (part.index) rows.push_back({plain, *part.index});
  }
  return rows;
}

bool is_below(std::string_view path, std::string_view prefix) {
  if (!path.starts_with(prefix)) return false;
  return path.size() == prefix.size() || path[prefix.size()] == '.' || path[prefix.size()] == '[';
}

Path RowPath::text() const { return fmt::format("{}[{}]", group, index); }

std::optional<RowPath> row_path(std::string_view path) {
  const auto parts = parse_path(path);
  if (!parts || !parts->back().index) return std::nullopt;
  return RowPath{Path(path.substr(0, path.rfind('['))), *parts->back().index};
}

std::optional<std::size_t> row_in(std::string_view path, std::string_view group) {
  if (!path.starts_with(group) || !path.substr(group.size()).starts_with('[')) return std::nullopt;
  const auto close = path.find(']', group.size());
  if (close == std::string_view::npos) return std::nullopt;
  const auto row = row_path(path.substr(0, close + 1));
  return row ? std::optional(row->index) : std::nullopt;
}

Path in_row(std::string_view path, std::string_view group, std::size_t index) {
  if (!row_in(path, group)) return Path(path);
  return fmt::format("{}[{}]{}", group, index, path.substr(path.find(']', group.size()) + 1));
}

std::optional<Path> after_removal(std::string_view path, std::string_view group, std::size_t index) {
  const auto row = row_in(path, group);
  if (row == index) return std::nullopt;
  return row && *row > index ? in_row(path, group, *row - 1) : Path(path);
}

Path after_insertion(std::string_view path, std::string_view group, std::size_t index) {
  const auto row = row_in(path, group);
  return row && *row >= index ? in_row(path, group, *row + 1) : Path(path);
}

const Json* value_at(const Json& data, std::string_view path) {
  const Json* at = &data;
  while (at != nullptr) {
    auto dot = path.find('.');
    at = step(at, path.substr(0, dot));
    if (dot == std::string_view::npos) return at;
    path.remove_prefix(dot + 1);
  }
  return nullptr;
}

Json* value_at(Json& data, std::string_view path) {
  return const_cast<Json*>(value_at(std::as_const(data), path));  // the data is not const
}

const Json* value_at(const Json& data, std::string_view path, const Rows& rows) {
  if (rows.empty()) return value_at(data, path);
  return value_at(data, with_rows(path, rows));
}

std::vector<std::string> expand(const Json& data, std::string_view pattern) {
  std::vector<std::string> out;
  auto parts = parse_path(pattern);
  if (parts) expand_from(&data, *parts, 0, "", out);
  return out;
}

bool set_at(Json& data, std::string_view path, Json value) {
  auto parts = parse_path(path);
  if (!parts) return false;
  Json* at = &data;
  for (std::size_t i = 0; i < parts->size(); ++i) {
    const auto& part = (*parts)[i];
    bool last = i + 1 == parts->size();
    if (at->is_null()) *at = Json::object();
    if (!at->is_object()) return false;
    Json* next = at->find(part.name);
    if (last && !part.index) {
      at->set(part.name, std::move(value));
      return true;
    }
    if (next == nullptr) next = &at->set(part.name, part.index ? Json::array() : Json::object());
    if (part.index) {
      if (next->is_null()) *next = Json::array();
      if (!next->is_array()) return false;
      while (next->size() <= *part.index) next->push_back(Json::object());
      next = &next->items()[*part.index];
      if (last) {
        *next = std::move(value);
        return true;
      }
    }
    at = next;
  }
  return false;
}

void erase_at(Json& data, std::string_view path) {
  auto parts = parse_path(path);
  if (!parts) return;
  Json* at = &data;
  for (std::size_t i = 0; i < parts->size(); ++i) {
    const auto& part = (*parts)[i];
    Json* next = at->find(part.name);
    if (next == nullptr) return;
    bool last = i + 1 == parts->size();
    if (part.index) {
      if (!next->is_array() || *part.index >= next->size()) return;
      auto& items = next->items();
      if (last) {
        items.erase(items.begin() + static_cast<std::ptrdiff_t>(*part.index));
        return;
      }
      next = &items[*part.index];
    } else if (last) {
      at->erase(part.name);
      return;
    }
    at = next;
  }
}

bool is_empty(const Json* value) {
  if (value == nullptr || value->is_null()) return true;
  if (value->is_string()) return base::trim(value->as_string()).empty();
  if (value->is_array() || value->is_object()) return value->size() == 0;
  return false;
}

}  // namespace alting::forms
