// Each name of the page is looked at once for each list it stands in, and each value of the data once: who posts more
// names makes the work longer, and not longer squared.
#include "instances/matched_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <unordered_map>

namespace alting::instances {

namespace {

using Numbers = std::vector<std::optional<std::size_t>>;  // the row's number now; nothing: it matches no row

constexpr std::size_t max_rows = 1'000;
constexpr std::size_t max_depth = 8;   // lists in rows of lists
constexpr std::size_t max_kinds = 32;  // of rows of one list, by which fields they show
constexpr std::size_t max_alike = 16;  // rows that show the same; which of more was meant cannot be told

std::size_t number_of(std::string_view text) {
  std::size_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::string numbered(std::string_view list, std::size_t number) { return fmt::format("{}[{}]", list, number); }

// What was seen of a row: paths within it, and their prints.
struct SeenRow {
  std::vector<std::pair<std::string, std::string>> own, nested;  // of the row itself, and of rows of lists in it
  [[nodiscard]] bool empty() const { return own.empty() && nested.empty(); }
};

// "b" and "b[]" are a row's own, "b[1].c" is not.
bool is_nested(std::string_view within) {
  const auto open = within.find('[');
  return open != std::string_view::npos && open + 1 < within.size() && within[open + 1] != ']';
}

class RowFinder {
 public:
  RowFinder(const Fingerprints& draft, std::string list, std::size_t then, std::size_t now, const Seen& seen)
      : draft_(draft), list_(std::move(list)), now_(now), rows_(then) {
    const auto start = list_ + "[";
    for (auto at = seen.lower_bound(start); at != seen.end() && at->first.starts_with(start); ++at) {
      const auto close = at->first.find("].", start.size());
      const auto number = number_of(std::string_view(at->first).substr(start.size()));
      ++steps_;
      if (close == std::string::npos || number >= then) continue;
      auto within = at->first.substr(close + 2);
      auto& row = rows_[number];
      (is_nested(within) ? row.nested : row.own).emplace_back(std::move(within), at->second);
    }
  }

  Numbers find() {
    Numbers numbers(rows_.size());
    for (std::size_t i = 0; i < std::min(rows_.size(), now_); ++i)
      if (is_row(rows_[i], i)) taken_.insert(*(numbers[i] = i));
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (numbers[i] || rows_[i].empty()) continue;
      if (const auto found = only_one_like(rows_[i])) taken_.insert(*(numbers[i] = found));
    }
    return numbers;
  }
  [[nodiscard]] std::size_t steps() const { return steps_; }

 private:
  bool is_row(const SeenRow& row, std::size_t now) {
    const auto all_as_seen = [&](const auto& part) {
      return std::ranges::all_of(part, [&](const auto& one) { return print_of(one.first, now) == one.second; });
    };
    return !row.empty() && all_as_seen(row.own) && all_as_seen(row.nested);
  }

  const std::string& print_of(const std::string& within, std::size_t now) {
    auto& print = prints_[within].try_emplace(now).first->second;
    ++steps_;
    if (print.empty()) print = draft_.at(numbered(list_, now) + "." + within);
    return print;
  }

  std::optional<std::size_t> only_one_like(const SeenRow& row) {
    std::string kind, prints;
    for (const auto& [within, print] : row.own) {
      kind += within + '\n';
      prints += print + '\n';
    }
    if (!by_kind_.contains(kind)) {
      if (by_kind_.size() == max_kinds) return std::nullopt;
      by_kind_.emplace(kind, rows_by_prints(row));
    }
    const auto& of_kind = by_kind_[kind];
    const auto alike = of_kind.find(prints);
    if (alike == of_kind.end() || alike->second.size() > max_alike) return std::nullopt;
    std::optional<std::size_t> found;
    for (const auto now : alike->second) {
      if (taken_.contains(now) || !is_row(row, now)) continue;
      if (found) return std::nullopt;
      found = now;
    }
    return found;
  }

  using ByPrints = std::unordered_map<std::string, std::vector<std::size_t>>;
  // The rows there are now that are not matched yet, by the prints of the fields that `row` shows.
  ByPrints rows_by_prints(const SeenRow& row) {
    ByPrints rows;
    for (std::size_t now = 0; now < now_; ++now) {
      if (taken_.contains(now)) continue;
      std::string prints;
      for (const auto& [within, print] : row.own) prints += print_of(within, now) + '\n';
      rows[prints].push_back(now);
    }
    return rows;
  }

  const Fingerprints& draft_;
  std::string list_;
  std::size_t now_;
  std::vector<SeenRow> rows_;
  std::set<std::size_t> taken_;
  std::unordered_map<std::string, std::unordered_map<std::size_t, std::string>> prints_;
  std::unordered_map<std::string, ByPrints> by_kind_;
  std::size_t steps_ = 0;
};

// Where in a path the row number begins that has `depth` others before it: the place of its '['.
std::size_t bracket_at(std::string_view path, std::size_t depth) {
  auto open = path.find('[');
  while (depth-- > 0 && open != std::string_view::npos) open = path.find('[', open + 1);
  return open;
}

using ByList = std::map<std::string, Numbers, std::less<>>;
struct Moved {
  ByList lists;
  std::size_t steps = 0;
};

// The path with the number now of its row in a list at this depth; nothing when the row matches none. Other paths stay
// as they are.
std::optional<std::string> renumbered(const std::string& path, std::size_t depth, const ByList& moved) {
  const auto open = bracket_at(path, depth);
  if (open == std::string::npos) return path;
  const auto list = moved.find(std::string_view(path).substr(0, open));
  const auto close = path.find(']', open);
  if (list == moved.end() || close == std::string::npos || close == open + 1) return path;
  const auto number = number_of(std::string_view(path).substr(open + 1, close - open - 1));
  if (number >= list->second.size()) return path;
  if (!list->second[number]) return std::nullopt;
  return numbered(list->first, *list->second[number]) + path.substr(close + 1);
}

// The action on the same rows; nothing when one of them is gone.
std::optional<forms::RowAction> renumbered(const forms::RowAction& action, std::size_t depth, const ByList& moved) {
  auto now = action;
  // It brings back the row that was removed last, wherever that stood: its group is no question.
  if (action.kind == forms::RowAction::Kind::restore) return now;
  if (action.kind == forms::RowAction::Kind::remove) {
    const auto path = renumbered(forms::RowPath{action.group, action.index}.text(), depth, moved);
    const auto row = path ? forms::row_path(*path) : std::nullopt;
    if (!row) return std::nullopt;
    now.group = row->group;
    now.index = row->index;
    return now;
  }
  auto group = renumbered(action.group, depth, moved);
  if (!group) return std::nullopt;
  now.group = std::move(*group);
  return now;
}

// The lists at this depth that have another number of rows now.
Moved moved_at(const Fingerprints& draft, std::size_t depth, const Seen& seen) {
  Moved moved;
  for (const auto& [name, count] : seen) {
    ++moved.steps;
    if (!name.ends_with("[]") || bracket_at(name, depth) != name.size() - 2) continue;
    const auto now = draft.at(name);
    if (now == count) continue;
    auto list = name.substr(0, name.size() - 2);
    RowFinder finder(draft, list, std::min(number_of(count), max_rows), std::min(number_of(now), max_rows), seen);
    moved.lists.emplace(std::move(list), finder.find());
    moved.steps += finder.steps();
  }
  return moved;
}

}  // namespace

MatchedRows match_rows(const Fingerprints& draft, forms::Posted posted, Seen seen) {
  MatchedRows matched{std::move(posted), std::move(seen), {}, 0};
  // Outer lists before those in their rows, which are named after them.
  for (std::size_t depth = 0; depth < max_depth; ++depth) {
    const auto moved = moved_at(draft, depth, matched.seen);
    matched.steps += moved.steps;
    if (moved.lists.empty()) continue;
    forms::Posted kept;
    for (auto& field : matched.posted.fields) {
      if (auto path = renumbered(field.name.path, depth, moved.lists))
        kept.fields.push_back({field.name.at(std::move(*path)), std::move(field.text)});
      else
        matched.lost.push_back(std::move(field));
    }
    for (const auto& action : matched.posted.row_actions)
      if (auto now = renumbered(action, depth, moved.lists)) kept.row_actions.push_back(std::move(*now));
    matched.posted = std::move(kept);
    Seen shown;
    for (const auto& [path, print] : matched.seen)
      if (auto now = renumbered(path, depth, moved.lists)) shown.emplace(std::move(*now), print);
    matched.seen = std::move(shown);
    matched.steps += matched.posted.fields.size() + matched.posted.row_actions.size() + matched.seen.size();
  }
  return matched;
}

}  // namespace alting::instances
