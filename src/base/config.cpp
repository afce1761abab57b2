#include "base/config.h"

#include <fmt/format.h>

#include <charconv>

#include "base/text_file.h"

namespace alting::base {
Result<Config> Config::load(const std::filesystem::path& path) {
  ALTING_TRY(text, read_text_file(path, largest_toml));
  return parse(text, path.string());
}

Result<Config> Config::parse(std::string_view text, std::string_view name) {
  ALTING_TRY(leaves, parse_toml(text, name));
  Config config;
  config.name_ = name;
  for (TomlLeaf& leaf : leaves)
    config.settings_.insert_or_assign(std::move(leaf.key), Setting{std::move(leaf.value), leaf.line});
  return config;
}

void Config::set(std::string key, TomlValue value) {
  settings_.insert_or_assign(std::move(key), Setting{std::move(value), 0});
}

bool Config::has(std::string_view key) const { return find(key) != nullptr; }

const Config::Setting* Config::find(std::string_view key) const {
  read_.emplace(key);
  const auto found = settings_.find(key);
  return found == settings_.end() ? nullptr : &found->second;
}

std::string Config::place(const Setting& setting) const {
  return setting.line == 0 ? std::string("command line") : fmt::format("{}:{}", name_, setting.line);
}

template <class T>
Result<T> Config::get(std::string_view key, std::string_view expected) const {
  const Setting* setting = find(key);
  if (!setting) return missing(key);
  if (const T* value = std::get_if<T>(&setting->value)) return *value;
  return make_error(ErrorKind::invalid, "error.config.type",
                    fmt::format("{}: setting '{}' must be {}", place(*setting), key, expected),
                    {{"key", std::string(key)}});
}

Error Config::missing(std::string_view key) const {
  return make_error(ErrorKind::invalid, "error.config.missing", fmt::format("{}: setting '{}' is missing", name_, key),
                    {{"key", std::string(key)}});
}

Error Config::refuse(std::string_view key, std::string_view why) const {
  const Setting* setting = find(key);
  return make_error(ErrorKind::invalid, "error.settings",
                    fmt::format("{}: {}: {}", setting ? place(*setting) : name_, key, why));
}

Result<std::string> Config::text(std::string_view key) const { return get<std::string>(key, "a text"); }
Result<std::string> Config::text(std::string_view key, std::string_view fallback) const {
  return has(key) ? text(key) : Result<std::string>(std::string(fallback));
}
Result<std::int64_t> Config::integer(std::string_view key) const { return get<std::int64_t>(key, "a whole number"); }
Result<std::int64_t> Config::integer(std::string_view key, std::int64_t fallback) const {
  return has(key) ? integer(key) : Result<std::int64_t>(fallback);
}
Result<bool> Config::boolean(std::string_view key) const { return get<bool>(key, "true or false"); }
Result<bool> Config::boolean(std::string_view key, bool fallback) const {
  return has(key) ? boolean(key) : Result<bool>(fallback);
}

Result<Duration> Config::duration(std::string_view key) const {
  ALTING_TRY(written, get<std::string>(key, "a duration such as \"30s\""));
  if (const auto duration = duration_from(written)) return *duration;
  return make_error(ErrorKind::invalid, "error.config.type",
                    fmt::format("{}: setting '{}' must be a duration such as \"30s\"", place(*find(key)), key),
                    {{"key", std::string(key)}});
}
Result<Duration> Config::duration(std::string_view key, Duration fallback) const {
  return has(key) ? duration(key) : Result<Duration>(fallback);
}

Result<std::vector<std::string>> Config::list(std::string_view key) const {
  return get<std::vector<std::string>>(key, "a list of texts");
}
Result<std::vector<std::string>> Config::list(std::string_view key, std::vector<std::string> fallback) const {
  return has(key) ? list(key) : Result<std::vector<std::string>>(std::move(fallback));
}

std::vector<std::string> Config::names(std::string_view key) const {
  std::set<std::string> names;
  const std::string prefix = std::string(key) + ".";
  for (auto at = settings_.lower_bound(prefix); at != settings_.end() && at->first.starts_with(prefix); ++at)
    names.insert(at->first.substr(prefix.size(), at->first.find('.', prefix.size()) - prefix.size()));
  return {names.begin(), names.end()};
}

std::vector<std::string> Config::unread() const {
  std::vector<std::string> out;
  for (const auto& [key, setting] : settings_)
    if (!read_.contains(key)) out.push_back(fmt::format("{}: unknown setting '{}'", place(setting), key));
  return out;
}

std::optional<Duration> duration_from(std::string_view text) {
  std::int64_t count = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), count);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  constexpr std::int64_t longest = 1'000'000;  // of any unit: some 2,700 years, and never an overflow
  if (fault != std::errc() || count < 0 || count > longest) return std::nullopt;
  if (unit == "ms") return Duration::milliseconds(count);
  if (unit == "s") return Duration::seconds(count);
  if (unit == "m") return Duration::minutes(count);
  if (unit == "h") return Duration::hours(count);
  if (unit == "d") return Duration::days(count);
  return std::nullopt;
}

}  // namespace alting::base
