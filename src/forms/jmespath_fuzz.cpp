// JMESPath: any query on any value ends soon, in an answer or an error. The first line is the query, the rest the value.
#include "forms/jmespath.h"

#include "base/testing/fuzz.h"

namespace fuzz = alting::base::fuzz;
using alting::base::Json;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  const auto line = text.find('\n');
  const auto value = Json::parse(line == std::string_view::npos ? "{}" : text.substr(line + 1));
  if (!value) return 0;
  const auto query = text.substr(0, line);
  const auto answer = alting::forms::jmespath(*value, query);
  if (!answer) {
    fuzz::must_hold(answer.error().starts_with("Jmespath error"), "an error says whose it is");
    return 0;
  }
  const auto again = alting::forms::jmespath(*value, query);
  fuzz::must_hold(again && *again == *answer, "the same query on the same value has the same answer");
  fuzz::planted(answer->is_string() && answer->as_string().size() > 20 &&
                std::ranges::any_of(answer->as_string(), [](char c) { return c >= 'A' && c <= 'Z'; }));
  return 0;
}
