// ZIP archives: what is unpacked keeps to the limits and has names that lead nowhere, and written again it is read as
// the same.
#include "paper/zip.h"

#include <set>

#include "base/testing/fuzz.h"
#include "paper/zip_directory.h"

namespace fuzz = alting::base::fuzz;
using namespace alting;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const base::ByteView archive = fuzz::text_of(data, size);
  const base::ManualClock clock({1'780'000'000'000'000});  // stands still
  const paper::ZipLimits limits{.entries = 20, .entry_size = 1 << 16, .total_size = 1 << 17};
  const auto entries = paper::unzip(archive, clock, limits);
  if (!entries) return 0;
  fuzz::must_hold(paper::check_zip_directory(archive, limits).has_value(), "what is unpacked has a directory");
  fuzz::must_hold(entries->size() <= limits.entries, "entries are counted");
  std::set<std::string> names;
  std::size_t total = 0;
  for (const auto& entry : *entries) {
    total += entry.content.size();
    fuzz::must_hold(entry.content.size() <= limits.entry_size, "an entry keeps to its limit");
    fuzz::must_hold(!entry.name.empty() && entry.name.size() <= limits.name_size, "a name has a length");
    fuzz::must_hold(entry.name[0] != '/' && entry.name.find('\\') == std::string::npos &&
                        ("/" + entry.name + "/").find("/../") == std::string::npos &&
                        entry.name.find('\0') == std::string::npos,
                    "a name leads nowhere else");
    fuzz::must_hold(names.insert(entry.name).second, "each name stands once");
  }
  fuzz::must_hold(total <= limits.total_size, "all entries keep to their limit");
  const auto again = paper::unzip(paper::zip(*entries, clock.now()), clock, limits);
  fuzz::must_hold(again && again->size() == entries->size(), "what is written is read");
  for (std::size_t i = 0; i < entries->size(); ++i)
    fuzz::must_hold((*again)[i].name == (*entries)[i].name && (*again)[i].content == (*entries)[i].content,
                    "what is written is read as the same");
  const bool loud = std::ranges::any_of(*entries, [](const auto& entry) {
    return std::ranges::any_of(entry.name, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
  });
  fuzz::planted(loud && entries->size() == 2);
  return 0;
}
