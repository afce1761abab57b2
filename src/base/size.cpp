#include "base/size.h"

#include <fmt/format.h>

namespace alting::base {
namespace {

// How many `parts` it takes to hold them all.
std::int64_t rounded_up(std::int64_t octets, std::int64_t part) { return octets / part + (octets % part > 0 ? 1 : 0); }

}  // namespace

std::string size_in_words(std::int64_t octets, Language language) {
  if (octets < kilobyte) return fmt::format("{} B", octets);
  if (const auto kilobytes = rounded_up(octets, kilobyte); kilobytes < 1'024) return fmt::format("{} kB", kilobytes);
  // Tenths: whole megabytes and the octets beyond them apart, so that no product overflows.
  const auto beyond = rounded_up(octets % megabyte * 10, megabyte);
  const auto whole = octets / megabyte + beyond / 10, tenths = beyond % 10;
  if (tenths == 0) return fmt::format("{} MB", whole);
  return fmt::format("{}{}{} MB", whole, language == Language::en ? '.' : ',', tenths);
}

}  // namespace alting::base
