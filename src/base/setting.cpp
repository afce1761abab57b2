#include "base/setting.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace alting::base {
namespace {

std::string as_text(std::string_view text) { return fmt::format("\"{}\"", text); }

// Reads with `get` (a member of Config with a fallback) into its place.
template <class Value, class Fallback, class Take>
std::function<Status(const Config&)> reader(const std::string& key,
                                            Result<Value> (Config::*get)(std::string_view, Fallback) const,
                                            Value fallback, Take take) {
  return [key, get, fallback = std::move(fallback), take = std::move(take)](const Config& config) -> Status {
    ALTING_TRY(value, (config.*get)(key, fallback));
    take(std::move(value));
    return {};
  };
}

}  // namespace

Setting Setting::fallback_in_words(std::string words) && {
  fallback = std::move(words);
  in_words = true;
  return std::move(*this);
}

Setting Setting::required() && {
  fallback.clear();
  read = [key = key, take = std::move(read)](const Config& config) -> Status {
    if (!config.has(key)) return config.missing(key);
    return take(config);
  };
  return std::move(*this);
}

Setting text(std::string key, std::string& into, std::string help) {
  auto read = reader<std::string, std::string_view>(key, &Config::text, into,
                                                    [&into](std::string value) { into = std::move(value); });
  return {std::move(key), as_text(into), std::move(help), std::move(read)};
}

Setting path(std::string key, std::filesystem::path& into, std::string help) {
  auto read = reader<std::string, std::string_view>(key, &Config::text, into.string(),
                                                    [&into](std::string value) { into = std::move(value); });
  return {std::move(key), as_text(into.string()), std::move(help), std::move(read)};
}

Setting path(std::string key, std::optional<std::filesystem::path>& into, std::string help) {
  auto read =
      reader<std::string, std::string_view>(key, &Config::text, into.value_or("").string(), [&into](std::string value) {
        into = value.empty() ? std::nullopt : std::optional<std::filesystem::path>(std::move(value));
      });
  return {std::move(key), as_text(into.value_or("").string()), std::move(help), std::move(read)};
}

Setting yes_or_no(std::string key, bool& into, std::string help) {
  auto read = reader<bool, bool>(key, &Config::boolean, into, [&into](bool value) { into = value; });
  return {std::move(key), into ? "true" : "false", std::move(help), std::move(read)};
}

Setting list(std::string key, std::vector<std::string>& into, std::string help) {
  auto read = reader<std::vector<std::string>, std::vector<std::string>>(
      key, &Config::list, into, [&into](std::vector<std::string> value) { into = std::move(value); });
  std::vector<std::string> words;
  for (const auto& word : into) words.push_back(as_text(word));
  return {std::move(key), fmt::format("[{}]", fmt::join(words, ", ")), std::move(help), std::move(read)};
}

Setting port(std::string key, std::uint16_t& into, std::string help) {
  auto read = [key, &into, now = into](const Config& config) -> Status {
    ALTING_TRY(number, config.integer(key, now));
    if (number < 0 || number > 65535) return config.refuse(key, "a port is 0 to 65535");
    into = static_cast<std::uint16_t>(number);
    return {};
  };
  return {std::move(key), std::to_string(into), std::move(help), std::move(read)};
}

Setting whole_number(std::string key, std::int64_t now, std::function<void(std::int64_t)> take, const Bounds& bounds,
                     std::string help) {
  auto read = [key, now, take = std::move(take), min = bounds.min, max = bounds.max,
               what = std::string(bounds.what)](const Config& config) -> Status {
    ALTING_TRY(number, config.integer(key, now));
    if (number < min || number > max) return config.refuse(key, fmt::format("{} to {}{}", min, max, what));
    take(number);
    return {};
  };
  return {std::move(key), std::to_string(now), std::move(help), std::move(read)};
}

Setting minutes(std::string key, Duration& into, const Bounds& bounds, std::string help) {
  return whole_number(
      std::move(key), into.micros / Duration::minutes(1).micros,
      [&into](std::int64_t number) { into = Duration::minutes(number); }, bounds, std::move(help));
}

Setting hours(std::string key, Duration& into, const Bounds& bounds, std::string help) {
  return whole_number(
      std::move(key), into.micros / Duration::hours(1).micros,
      [&into](std::int64_t number) { into = Duration::hours(number); }, bounds, std::move(help));
}

Status read_all(std::span<const Setting> settings, const Config& config) {
  for (const auto& setting : settings) ALTING_CHECK(setting.read(config));
  return {};
}

std::string plain_list(std::span<const Setting> settings) {
  std::string all;
  std::string_view help;
  for (std::size_t i = 0; i < settings.size(); ++i) {
    const auto& one = settings[i];
    if (!one.help.empty()) help = one.help;
    const auto shown = one.in_words           ? fmt::format("  # {}", one.fallback)
                       : one.fallback.empty() ? std::string("  # must be set")
                                              : fmt::format(" = {}", one.fallback);
    all += one.key + (one.in_words && one.fallback.empty() ? "" : shown) + "\n";
    const bool goes_on = i + 1 < settings.size() && settings[i + 1].help.empty();
    if (!goes_on) all += fmt::format("    {}\n", help);
  }
  return all;
}

std::string markdown_table(std::span<const Setting> settings, std::span<const Setting> elsewhere,
                           std::string_view name_of_elsewhere) {
  const auto shown = [](const Setting& one) {
    return one.in_words || one.fallback.empty() ? one.fallback : fmt::format("`{}`", one.fallback);
  };
  std::string table = "| key | default | what |\n| --- | --- | --- |\n";
  for (std::size_t i = 0; i < settings.size();) {
    std::string keys, fallbacks;
    const auto& help = settings[i].help;
    do {
      const auto& one = settings[i];
      keys += fmt::format("{}`{}`", keys.empty() ? "" : ", ", one.key);
      auto fallback = shown(one);
      if (i < elsewhere.size() && shown(elsewhere[i]) != fallback)
        fallback += fmt::format(", {} {}", name_of_elsewhere, shown(elsewhere[i]));
      if (!fallback.empty()) fallbacks += (fallbacks.empty() ? "" : ", ") + fallback;
      ++i;
    } while (i < settings.size() && settings[i].help.empty());
    table += fmt::format("| {} | {}{}| {} |\n", keys, fallbacks, fallbacks.empty() ? "" : " ", help);
  }
  return table;
}

}  // namespace alting::base
