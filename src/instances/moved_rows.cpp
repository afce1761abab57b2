#include "instances/moved_rows.h"

#include <charconv>
#include <set>

namespace alting::instances {

namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;
using Seen = std::map<std::string, std::string>;
using Numbers = std::vector<std::optional<std::size_t>>;  // the row's number now; nothing: it cannot be told again

std::size_t number_of(std::string_view text) {
  std::size_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::string row_path(std::string_view list, std::size_t number) { return fmt::format("{}[{}]", list, number); }

bool is_row(const base::Json& data, std::string_view list, std::size_t now, std::size_t then, const Seen& seen) {
  const auto start = row_path(list, then) + ".";
  bool any = false;
  for (auto at = seen.lower_bound(start); at != seen.end() && at->first.starts_with(start); ++at) {
    any = true;
    if (fingerprint_at(data, row_path(list, now) + "." + at->first.substr(start.size())) != at->second) return false;
  }
  return any;
}

Numbers tell_rows(const base::Json& data, std::string_view list, std::size_t count_then, std::size_t count_now,
                  const Seen& seen) {
  Numbers numbers(count_then);
  std::set<std::size_t> taken;
  for (std::size_t i = 0; i < std::min(count_then, count_now); ++i)
    if (is_row(data, list, i, i, seen)) taken.insert(*(numbers[i] = i));
  for (std::size_t i = 0; i < count_then; ++i) {
    if (numbers[i]) continue;
    std::vector<std::size_t> alike;
    for (std::size_t j = 0; j < count_now; ++j)
      if (!taken.contains(j) && is_row(data, list, j, i, seen)) alike.push_back(j);
    if (alike.size() == 1) taken.insert(*(numbers[i] = alike.front()));
  }
  return numbers;
}

// The name with the row's number now; nothing when the row cannot be told again. Other names stay as they are.
std::optional<std::string> renamed(const std::string& name, std::string_view list, const Numbers& numbers) {
  const auto colon = name.find(':');
  const auto start = colon == std::string::npos ? 0 : colon + 1;  // "later:", "remove-row:"
  const auto path = std::string_view(name).substr(start);
  if (!path.starts_with(list) || !path.substr(list.size()).starts_with('[')) return name;
  const auto close = path.find(']', list.size());
  const auto digits = path.substr(list.size() + 1, close - list.size() - 1);
  if (close == std::string_view::npos || digits.empty()) return name;
  const auto number = number_of(digits);
  if (number >= numbers.size()) return name;
  if (!numbers[number]) return std::nullopt;
  return name.substr(0, start) + row_path(list, *numbers[number]) + std::string(path.substr(close + 1));
}

}  // namespace

FollowedRows follow_rows(const base::Json& data, Fields fields, Seen seen) {
  FollowedRows followed{std::move(fields), std::move(seen), {}};
  std::set<std::string, std::less<>> done;
  while (true) {
    auto list = followed.seen.end();  // the shortest name: outer lists before those in their rows, named after them
    for (auto one = followed.seen.begin(); one != followed.seen.end(); ++one) {
      const auto& name = one->first;
      if (!name.ends_with("[]") || done.contains(name) || fingerprint_at(data, name) == one->second) continue;
      if (list == followed.seen.end() || name.size() < list->first.size()) list = one;
    }
    if (list == followed.seen.end()) return followed;
    done.insert(list->first);
    const auto path = list->first.substr(0, list->first.size() - 2);
    constexpr std::size_t most_rows = 1'000;
    const auto then = std::min(number_of(list->second), most_rows);
    const auto now = std::min(number_of(fingerprint_at(data, list->first)), most_rows);
    const auto numbers = tell_rows(data, path, then, now, followed.seen);
    Fields kept;
    for (auto& [name, value] : followed.fields) {
      if (auto as = renamed(name, path, numbers))
        kept.emplace_back(std::move(*as), std::move(value));
      else
        followed.lost.emplace_back(std::move(name), std::move(value));
    }
    followed.fields = std::move(kept);
    Seen shown;
    for (const auto& [name, print] : followed.seen)
      if (auto as = renamed(name, path, numbers)) shown.emplace(std::move(*as), print);
    followed.seen = std::move(shown);
  }
}

}  // namespace alting::instances
