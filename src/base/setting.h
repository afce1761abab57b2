// What an operator may set, said by the room that it is for: one row for each setting, with its key, what it may be, what
// it is when it is not set, and what it does. The row reads the setting into its place in the room's own options, and the table of
// docs/operator.md is printed from the rows, so that neither can be forgotten:
//
//   std::vector<base::Setting> settings(ScannerOptions& into) {
//     return {base::path("scanner.clamd", into.clamd, "clamd's socket; required in production"),
//             base::whole("scanner.max_size_mb", into.largest, {1, 4095, base::megabyte}, "the largest file ...")};
//   }
//
// What stands in its place when the row is made is what it is when nobody sets it. The place outlives the row.
#pragma once
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/config.h"
#include "base/result.h"
#include "base/time.h"

namespace alting::base {

struct Setting {
  std::string key;       // "server.port"
  std::string fallback;  // what it is when it is not set, as TOML writes it; "": it must be set
  std::string help;      // one line of Markdown; "": it stands in the row of the setting before it
  // Faults name the file and the line.
  std::function<Status(const Config&)> read;
  bool in_words = false;  // the fallback is words ("beside the program")

  // The fallback depends on other things: these words say on what.
  [[nodiscard]] Setting fallback_in_words(std::string words) &&;
  // It must be set.
  [[nodiscard]] Setting required() &&;
};

// The bounds of a whole number, in the unit that it is set in.
struct Bounds {
  std::int64_t min, max;
  std::int64_t unit = 1;       // what one of it is in its place: megabyte for octets
  std::string_view what = {};  // what is said after the bounds to who exceeds them: " of one person in an hour"
};

[[nodiscard]] Setting text(std::string key, std::string& into, std::string help);
[[nodiscard]] Setting path(std::string key, std::filesystem::path& into, std::string help);
[[nodiscard]] Setting path(std::string key, std::optional<std::filesystem::path>& into, std::string help);
[[nodiscard]] Setting yes_or_no(std::string key, bool& into, std::string help);
[[nodiscard]] Setting list(std::string key, std::vector<std::string>& into, std::string help);
[[nodiscard]] Setting port(std::string key, std::uint16_t& into, std::string help);
[[nodiscard]] Setting whole_number(std::string key, std::int64_t now, std::function<void(std::int64_t)> take,
                                   const Bounds& bounds, std::string help);
[[nodiscard]] Setting minutes(std::string key, Duration& into, const Bounds& bounds, std::string help);
[[nodiscard]] Setting hours(std::string key, Duration& into, const Bounds& bounds, std::string help);

template <std::integral Number>
[[nodiscard]] Setting whole(std::string key, Number& into, const Bounds& bounds, std::string help) {
  return whole_number(
      std::move(key), static_cast<std::int64_t>(into) / bounds.unit,
      [&into, unit = bounds.unit](std::int64_t number) { into = static_cast<Number>(number * unit); }, bounds,
      std::move(help));
}

// One of a few words. `refusal` says which there are: "debug, info, warning or error".
template <class Choice>
[[nodiscard]] Setting one_of(std::string key, Choice& into, std::vector<std::pair<std::string_view, Choice>> words,
                             std::string refusal, std::string help) {
  std::string now;
  for (const auto& [word, choice] : words)
    if (choice == into) now = word;
  auto setting = text(std::move(key), now, std::move(help));
  setting.read = [key = setting.key, now, &into, words = std::move(words),
                  refusal = std::move(refusal)](const Config& config) -> Status {
    ALTING_TRY(given, config.text(key, now));
    for (const auto& [word, choice] : words) {
      if (word != given) continue;
      into = choice;
      return {};
    }
    return config.refuse(key, refusal);
  };
  return setting;
}

[[nodiscard]] Status read_all(std::span<const Setting> settings, const Config& config);

// The rows for a terminal: a line `key = default`, and below it what it does.
[[nodiscard]] std::string plain_list(std::span<const Setting> settings);
// The rows as the table of a document: key, default, what. `elsewhere`: the same rows where defaults may be others
// ("in test mode"); "" names no such place.
[[nodiscard]] std::string markdown_table(std::span<const Setting> settings, std::span<const Setting> elsewhere = {},
                                         std::string_view name_of_elsewhere = {});

}  // namespace alting::base
