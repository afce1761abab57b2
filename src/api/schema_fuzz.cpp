// What comes as content is checked by a schema that has every rule: what is taken holds to the rules that can be looked at from
// outside, and what is refused is told of within bounds.
#include "api/schema.h"
#include "base/testing/fuzz.h"
#include "base/text.h"

using alting::base::Json;
namespace api = alting::api;
namespace fuzz = alting::base::fuzz;

namespace {

const api::Components& components() {
  static const api::Components all{
      {"Node",
       Json::parse(R"({"type":"object","required":["name"],"additionalProperties":false,"maxProperties":6,"properties":{
          "name":{"type":"string","minLength":1,"maxLength":8},
          "kind":{"enum":["a","b",1]},
          "when":{"anyOf":[{"type":"string","format":"date-time"},{"type":"string","format":"date"},{"type":"null"}]},
          "id":{"type":"string","format":"uuid"},
          "at":{"type":"string","format":"uri"},
          "number":{"type":"integer","format":"int32","minimum":-5,"maximum":1000},
          "words":{"type":"object","additionalProperties":{"type":"string"}},
          "below":{"type":"array","minItems":1,"maxItems":4,"items":{"$ref":"#/components/schemas/Node"}}}})")
           .value()}};
  return all;
}

// NOLINTNEXTLINE(misc-no-recursion)
void must_be_node(const Json& node) {
  fuzz::must_hold(node.is_object() && node.size() <= 6, "a node is an object of few members");
  const auto length = alting::base::code_points(node.text("name"));
  fuzz::must_hold(node["name"].is_string() && length >= 1 && length <= 8, "its name is a short text");
  fuzz::must_hold(node["number"].is_null() || !node["number"].integer() ||
                      (*node["number"].integer() >= -5 && *node["number"].integer() <= 1000),
                  "its number is within its bounds");
  const Json& below = node["below"];
  fuzz::must_hold(node.find("below") == nullptr || (below.is_array() && below.size() >= 1 && below.size() <= 4),
                  "what is below it is a short list");
  for (std::size_t i = 0; i < below.size(); ++i) must_be_node(below[i]);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto value = Json::parse(fuzz::text_of(data, size));
  if (!value) return 0;
  const auto faults = api::check_schema(*value, api::schema::reference("Node"), components());
  fuzz::must_hold(faults.size() <= api::most_schema_faults, "no more faults than are told");
  for (const auto& fault : faults)
    fuzz::must_hold(fault.pointer.starts_with('#') && !fault.keyword.empty(), "a fault says where");
  if (faults.empty()) must_be_node(*value);
  fuzz::planted(faults.empty() && alting::base::code_points(value->text("name")) == 7);
  return 0;
}
