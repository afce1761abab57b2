#include "ledger/log_addresses.h"

#include <fmt/format.h>

#include "base/text.h"
#include "ledger/decimal.h"

namespace alting::ledger {

namespace {

constexpr std::string_view test = "test";

bool is_mode(std::string_view part) { return terms::mode_from(part).has_value(); }

}  // namespace

std::string origin_for(std::string_view base, terms::Mode mode, std::int64_t log) {
  return fmt::format("{}/{}{}", base, log, mode == terms::Mode::test ? "/test" : "");
}

std::int64_t number_in(std::string_view origin) {
  auto parts = base::split(origin, '/');
  if (parts.size() > 1 && is_mode(parts.back())) parts.pop_back();
  return static_cast<std::int64_t>(parse_decimal(parts.back(), largest_number).value_or(1));
}

bool is_test_log(std::string_view origin) {
  auto parts = base::split(origin, '/');
  if (parts.size() > 2 && parse_decimal(parts.back(), largest_number)) parts.pop_back();
  return parts.size() > 1 && parts.back() == test;
}

std::string address_of(std::string_view base, std::int64_t log, std::string_view origin) {
  return fmt::format("{}/{}/{}", base, log, origin.ends_with(fmt::format("/{}/test", log)) ? "test/" : "");
}

std::pair<std::int64_t, std::string_view> log_of_path(std::string_view path) {
  const auto slash = path.find('/');
  const auto number = parse_decimal(path.substr(0, slash), largest_number);
  if (!number || slash == std::string_view::npos) return {1, path};
  path.remove_prefix(slash + 1);
  if (path.starts_with("test/")) path.remove_prefix(5);
  return {static_cast<std::int64_t>(*number), path};
}

}  // namespace alting::ledger
