// Settings: one TOML file, read once at start by one thread. Every fault names the file and the line.
//
// Reading marks a key as known, so that unread() finds misspelt ones: read all settings first, then report those.
#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/toml.h"

namespace alting::base {

class Config {
 public:
  Config() = default;  // nothing is set
  // The file must exist and be TOML of at most largest_toml octets.
  [[nodiscard]] static Result<Config> load(const std::filesystem::path& path);
  [[nodiscard]] static Result<Config> parse(std::string_view text, std::string_view name);
  void set(std::string key, TomlValue value);  // from the command line: goes before the file

  [[nodiscard]] bool has(std::string_view key) const;
  // Without `fallback` the key must be there. A value of another type is an error either way.
  [[nodiscard]] Result<std::string> text(std::string_view key) const;
  [[nodiscard]] Result<std::string> text(std::string_view key, std::string_view fallback) const;
  [[nodiscard]] Result<std::int64_t> integer(std::string_view key) const;
  [[nodiscard]] Result<std::int64_t> integer(std::string_view key, std::int64_t fallback) const;
  [[nodiscard]] Result<bool> boolean(std::string_view key) const;
  [[nodiscard]] Result<bool> boolean(std::string_view key, bool fallback) const;
  // A text of digits and a unit: "250ms", "30s", "5m", "24h", "10d" (of 24 hours).
  [[nodiscard]] Result<Duration> duration(std::string_view key) const;
  [[nodiscard]] Result<Duration> duration(std::string_view key, Duration fallback) const;
  [[nodiscard]] Result<std::vector<std::string>> list(std::string_view key) const;
  [[nodiscard]] Result<std::vector<std::string>> list(std::string_view key, std::vector<std::string> fallback) const;
  // The names below a key, sorted: for [agency.dat] and [agency.skd], names("agency") is dat, skd; for [[issuer]] it is
  // 0, 1 ...
  [[nodiscard]] std::vector<std::string> names(std::string_view key) const;

  // A value that is there and cannot be: "alting.toml:7: server.port: a port is 0 to 65535".
  [[nodiscard]] Error refuse(std::string_view key, std::string_view why) const;
  [[nodiscard]] Error missing(std::string_view key) const;
  // "alting.toml:7: unknown setting 'log.levle'" for each key that nobody has read.
  [[nodiscard]] std::vector<std::string> unread() const;

 private:
  struct Setting {
    TomlValue value;
    int line = 0;
  };
  [[nodiscard]] const Setting* find(std::string_view key) const;
  [[nodiscard]] std::string place(const Setting& setting) const;
  template <class T>
  [[nodiscard]] Result<T> get(std::string_view key, std::string_view expected) const;

  std::string name_ = "settings";
  std::map<std::string, Setting, std::less<>> settings_;
  mutable std::set<std::string, std::less<>> read_;
};

// The text form of duration(); nothing on any fault.
[[nodiscard]] std::optional<Duration> duration_from(std::string_view text);

}  // namespace alting::base
