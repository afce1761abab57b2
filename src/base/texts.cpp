#include "base/texts.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <stdexcept>
#include <utility>

#include "base/digits.h"
#include "base/file.h"
#include "base/size.h"
#include "base/toml.h"

namespace alting::base {
namespace {

// An error knows no language: it carries a number of octets, and the reader's language says how it is written.
std::string octets_in_words(const std::string& octets, Language language) {
  std::int64_t number = 0;
  const auto* end = octets.data() + octets.size();
  const auto read = std::from_chars(octets.data(), end, number);
  return read.ec == std::errc() && read.ptr == end ? size_in_words(number, language) : octets;
}

std::size_t index_of(Language language) { return static_cast<std::size_t>(language); }

bool is_place_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

// Calls `literal` with text and `place` with names, in order.
template <class Literal, class Place>
void walk(std::string_view text, Literal literal, Place place) {
  while (!text.empty()) {
    const std::size_t open = text.find('{');
    const std::size_t close = open == std::string_view::npos ? open : text.find('}', open);
    if (close == std::string_view::npos) return literal(text);
    const std::string_view name = text.substr(open + 1, close - open - 1);
    literal(text.substr(0, open));
    if (is_place_name(name)) {
      place(name);
      text.remove_prefix(close + 1);
    } else {
      literal("{");
      text.remove_prefix(open + 1);
    }
  }
}

std::set<std::string_view> places(std::string_view text) {
  std::set<std::string_view> names;
  walk(text, [](std::string_view) {}, [&](std::string_view name) { names.insert(name); });
  return names;
}

std::string_view kind_text(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid: return "invalid";
    case ErrorKind::unauthenticated: return "unauthenticated";
    case ErrorKind::level_too_low: return "level_too_low";
    case ErrorKind::forbidden: return "forbidden";
    case ErrorKind::not_found: return "not_found";
    case ErrorKind::conflict: return "conflict";
    case ErrorKind::gone: return "gone";
    case ErrorKind::too_large: return "too_large";
    case ErrorKind::unsupported: return "unsupported";
    case ErrorKind::unprocessable: return "unprocessable";
    case ErrorKind::too_many: return "too_many";
    case ErrorKind::unavailable: return "unavailable";
  }
  return "unavailable";
}

}  // namespace

Result<Texts> Texts::load(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".toml") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  Texts texts;
  for (const auto& file : files) {
    const std::string tag = file.stem().extension().string();  // ".nb" of portal.nb.toml
    const auto language = tag.empty() ? std::nullopt : language_from(tag.substr(1));
    if (!language)
      return make_error(ErrorKind::invalid, "error.texts.name",
                        fmt::format("{}: the name must end in .nb.toml, .nn.toml or .en.toml", file.string()));
    ALTING_TRY(toml, read_file(file, largest_toml));
    ALTING_CHECK(texts.add(*language, toml, file.string()));
  }
  return texts;
}

Status Texts::add(Language language, std::string_view toml, std::string_view name) {
  ALTING_TRY(leaves, parse_toml(toml, name));
  for (TomlLeaf& leaf : leaves) {
    auto* text = std::get_if<std::string>(&leaf.value);
    if (!text)
      return make_error(ErrorKind::invalid, "error.texts.type",
                        fmt::format("{}:{}: '{}' must be a text", name, leaf.line, leaf.key));
    Entry& entry = entries_[leaf.key];
    if (std::exchange(entry.present[index_of(language)], true))
      return make_error(ErrorKind::invalid, "error.texts.twice",
                        fmt::format("{}:{}: '{}' is in another file too", name, leaf.line, leaf.key));
    entry.text[index_of(language)] = std::move(*text);
  }
  return {};
}

std::vector<std::string> Texts::missing() const {
  std::vector<std::string> out;
  for (const auto& [id, entry] : entries_) {
    for (const Language language : all_languages) {
      if (!entry.present[index_of(language)])
        out.push_back(fmt::format("texts: {} lacks '{}'", to_text(language), id));
      else if (entry.present[0] && places(entry.text[index_of(language)]) != places(entry.text[0]) &&
               !id.ends_with(".one"))
        out.push_back(fmt::format("texts: '{}' has other {{places}} in {} than in nb", id, to_text(language)));
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

void Texts::check() const {
  const auto faults = missing();
  if (!faults.empty()) throw std::logic_error(fmt::format("{}", fmt::join(faults, "\n")));
}

bool Texts::has(std::string_view id) const { return entries_.contains(id); }

std::string_view Texts::get(Language language, std::string_view id) const {
  const auto found = entries_.find(id);
  if (found == entries_.end()) throw std::logic_error(fmt::format("there is no text '{}'", id));
  return found->second.text[index_of(language)];
}

std::string Texts::format(Language language, std::string_view id, const Params& params) const {
  return fill_places(get(language, id), params);
}

std::string Texts::plural(Language language, std::string_view id, std::int64_t count, Params params) const {
  params.emplace_back("count", count_in_digits(count, language));
  return format(language, fmt::format("{}.{}", id, count == 1 ? "one" : "other"), params);
}

std::string Texts::explain(Language language, const Error& error) const {
  auto params = error.params;
  for (auto& [name, value] : params) {
    if (name == "octets") value = octets_in_words(value, language);
  }
  if (has(error.code)) return format(language, error.code, params);
  return format(language, fmt::format("error.kind.{}", kind_text(error.kind)), params);
}

std::string fill_places(std::string_view text, const Texts::Params& params) {
  if (params.empty()) return std::string(text);  // most words of a page
  std::string out;
  walk(
      text, [&](std::string_view literal) { out += literal; },
      [&](std::string_view name) {
        const auto found =
            std::find_if(params.begin(), params.end(), [&](const auto& param) { return param.first == name; });
        if (found != params.end())
          out += found->second;
        else
          out += fmt::format("{{{}}}", name);
      });
  return out;
}

}  // namespace alting::base
