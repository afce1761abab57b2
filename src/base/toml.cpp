#include "base/toml.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <stdexcept>
#include <tuple>

namespace {
// toml++ 3.3 asserts what malformed text can make untrue ("[." ends the program): then it is an error like the others.
struct TomlAssertion : std::logic_error {
  using std::logic_error::logic_error;
};
[[noreturn]] void toml_assertion_failed(const char* what) { throw TomlAssertion(what); }
}  // namespace

#undef NDEBUG  // else toml++ takes for granted what it asserts
#define TOML_ASSERT(expr) (static_cast<bool>(expr) ? static_cast<void>(0) : toml_assertion_failed(#expr))
#define TOML_EXCEPTIONS 1
#include <toml++/toml.h>

namespace alting::base {
namespace {

bool only_texts(const toml::array& items) {
  return std::all_of(items.begin(), items.end(), [](const toml::node& item) { return item.is_string(); });
}

std::vector<std::string> texts_of(const toml::array& items) {
  std::vector<std::string> out;
  for (const toml::node& item : items) out.push_back(item.as_string()->get());
  return out;
}

template <class T>
std::string written(const toml::value<T>& value) {
  std::ostringstream out;
  out << value.get();
  return out.str();
}

void collect(std::vector<TomlLeaf>& out, const toml::node& node, const std::string& key) {
  const int line = static_cast<int>(node.source().begin.line);
  const auto inner = [&](std::string_view name) {
    return key.empty() ? std::string(name) : fmt::format("{}.{}", key, name);
  };
  if (const auto* table = node.as_table()) {
    for (const auto& [name, child] : *table) collect(out, child, inner(name.str()));
  } else if (const auto* items = node.as_array()) {
    if (only_texts(*items)) {
      out.push_back({key, texts_of(*items), line});
    } else {
      for (std::size_t i = 0; i < items->size(); ++i) collect(out, (*items)[i], inner(std::to_string(i)));
    }
  } else if (const auto* text = node.as_string()) {
    out.push_back({key, text->get(), line});
  } else if (const auto* integer = node.as_integer()) {
    out.push_back({key, integer->get(), line});
  } else if (const auto* floating = node.as_floating_point()) {
    out.push_back({key, floating->get(), line});
  } else if (const auto* boolean = node.as_boolean()) {
    out.push_back({key, boolean->get(), line});
  } else if (const auto* date = node.as_date()) {
    out.push_back({key, written(*date), line});
  } else if (const auto* time = node.as_time()) {
    out.push_back({key, written(*time), line});
  } else if (const auto* moment = node.as_date_time()) {
    out.push_back({key, written(*moment), line});
  }
}

Error fault(std::string_view name, int line, std::string_view what) {
  return make_error(ErrorKind::invalid, "error.toml.syntax", fmt::format("{}:{}: {}", name, line, what),
                    {{"file", std::string(name)}, {"line", std::to_string(line)}});
}

bool fails_assertion(std::string_view text) {
  try {
    (void)toml::parse(text);
  } catch (const TomlAssertion&) {
    return true;
  } catch (const toml::parse_error&) {  // NOLINT(bugprone-empty-catch): what follows the place that is looked for
  }
  return false;
}

// The line at which an assertion fails, which does not tell: that of the shortest beginning for which it does.
int line_of_assertion(std::string_view text) {
  std::vector<std::size_t> ends;
  for (std::size_t at = 0; at < text.size(); ++at)
    if (text[at] == '\n') ends.push_back(at + 1);
  const auto first = std::partition_point(ends.begin(), ends.end(),
                                          [&](std::size_t end) { return !fails_assertion(text.substr(0, end)); });
  return static_cast<int>(first - ends.begin()) + 1;
}

Result<std::vector<TomlLeaf>> parse_leaves(std::string_view text, std::string_view name) {
  std::vector<TomlLeaf> leaves;
  try {
    collect(leaves, toml::parse(text), "");
  } catch (const toml::parse_error& error) {
    return fault(name, static_cast<int>(error.source().begin.line), error.description());
  } catch (const TomlAssertion&) {
    return fault(name, line_of_assertion(text), "not a key");
  }
  return leaves;
}

}  // namespace

Result<std::vector<TomlLeaf>> parse_toml(std::string_view text, std::string_view name) {
  if (text.size() > largest_toml)
    return make_error(ErrorKind::too_large, "error.toml.too_large",
                      fmt::format("{} is larger than {} octets", name, largest_toml));
  ALTING_TRY(leaves, parse_leaves(text, name));
  std::sort(leaves.begin(), leaves.end(),
            [](const TomlLeaf& a, const TomlLeaf& b) { return std::tie(a.key, a.line) < std::tie(b.key, b.line); });
  const auto twice = std::adjacent_find(leaves.begin(), leaves.end(),
                                        [](const TomlLeaf& a, const TomlLeaf& b) { return a.key == b.key; });
  if (twice != leaves.end()) return fault(name, std::next(twice)->line, "key '" + twice->key + "' occurs twice");
  std::stable_sort(leaves.begin(), leaves.end(), [](const TomlLeaf& a, const TomlLeaf& b) { return a.line < b.line; });
  return leaves;
}

}  // namespace alting::base
