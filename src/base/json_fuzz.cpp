// JSON: what is taken is written so that it is read as the same again, and its canonical text is canonical.
#include "base/json.h"
#include "base/testing/fuzz.h"

using alting::base::Json;
namespace fuzz = alting::base::fuzz;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto value = Json::parse(fuzz::text_of(data, size));
  if (!value) return 0;
  for (const auto& text : {value->dump(), value->dump_pretty()}) {
    const auto again = Json::parse(text);
    fuzz::must_hold(again && *again == *value, "what is written is read as the same");
  }
  if (const auto canonical = alting::base::canonical_json(*value)) {
    const auto again = Json::parse(*canonical);
    fuzz::must_hold(again.has_value(), "canonical text is JSON");
    const auto twice = alting::base::canonical_json(*again);
    fuzz::must_hold(twice && *twice == *canonical, "the canonical text of canonical text is itself");
  }
  fuzz::planted(value->is_number() && value->number_text().find_first_of("eE") != std::string::npos);
  return 0;
}
