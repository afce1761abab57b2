// The schemas by which bodies and parameters are checked: what each rule takes and refuses, and that what nobody checks
// cannot be written.
#include "api/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace alting::api {
namespace {

using base::Json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Json json_of(std::string_view text) { return Json::parse(text).value(); }

std::vector<std::string> faults_of(std::string_view schema, std::string_view value, const Components& components = {}) {
  const auto rules = json_of(schema);
  EXPECT_EQ(unknown_in_schema(rules, components), "") << schema;
  std::vector<std::string> said;
  for (const auto& fault : check_schema(json_of(value), rules, components))
    said.push_back(fault.pointer + " " + fault.keyword);
  return said;
}

struct RuleCase {
  const char* schema;
  std::vector<const char*> taken, refused;
};

class EachRule : public ::testing::TestWithParam<RuleCase> {};

TEST_P(EachRule, takes_what_it_says_and_refuses_the_rest) {
  for (const auto* value : GetParam().taken) EXPECT_THAT(faults_of(GetParam().schema, value), IsEmpty()) << value;
  for (const auto* value : GetParam().refused) EXPECT_EQ(faults_of(GetParam().schema, value).size(), 1U) << value;
}

INSTANTIATE_TEST_SUITE_P(
    Rules, EachRule,
    ::testing::Values(
        RuleCase{R"({"type": "string"})", {R"("")", R"("a")"}, {"1", "null", "true", "[]", "{}"}},
        RuleCase{R"({"type": "integer"})", {"0", "-3", "5.0", "1e3"}, {"5.5", R"("5")", "1e999", "null"}},
        RuleCase{R"({"type": "number"})", {"0", "5.5", "1e999"}, {R"("5")"}},
        RuleCase{R"({"type": "boolean"})", {"true", "false"}, {"0", R"("true")"}},
        RuleCase{R"({"type": "null"})", {"null"}, {"0", R"("")"}},
        RuleCase{R"({"type": "array"})", {"[]", "[1]"}, {"{}"}},
        RuleCase{R"({"type": "object"})", {"{}", R"({"a": 1})"}, {"[]"}},
        RuleCase{R"({"type": ["string", "null"]})", {"null", R"("a")"}, {"1"}},
        RuleCase{R"({"enum": ["a", 1, null]})", {R"("a")", "1", "null"}, {R"("b")", "2", R"("1")"}},
        RuleCase{R"({"const": "a"})", {R"("a")"}, {R"("b")"}},
        RuleCase{R"({"minLength": 2, "maxLength": 3})", {R"("ab")", R"("æøå")", "1"}, {R"("a")", R"("abcd")"}},
        RuleCase{R"({"minimum": 1, "maximum": 3})",
                 {"1", "3", "2.5", R"("x")"},
                 {"0", "4", "3.5", "0.5", "1e999", "-1e999"}},
        RuleCase{R"({"minItems": 1, "maxItems": 2})", {"[1]", "[1, 2]", "{}"}, {"[]", "[1, 2, 3]"}},
        RuleCase{R"({"maxProperties": 1})", {"{}", R"({"a": 1})", "[1, 2]"}, {R"({"a": 1, "b": 2})"}},
        RuleCase{R"({"format": "uuid"})",
                 {R"("0192d7f0-1111-7222-8333-444455556666")", "1"},
                 {R"("0192d7f0")", R"("0192d7f0-1111-7222-8333-44445555666g")"}},
        RuleCase{R"({"format": "date"})", {R"("2026-02-28")"}, {R"("2026-02-29")", R"("28.02.2026")"}},
        RuleCase{R"({"format": "date-time"})", {R"("2026-02-28T10:00:00Z")"}, {R"("2026-02-28")", R"("yesterday")"}},
        RuleCase{R"({"format": "int32"})", {"2147483647", "-2147483648"}, {"2147483648", "-2147483649"}},
        RuleCase{R"({"format": "int64"})", {"9223372036854775807"}, {"9223372036854775808", "1.5"}},
        RuleCase{R"({"format": "uri"})",
                 {R"("https://a.example/b?c=d")", R"("urn:altinn:resource:app_dat_x")"},
                 {R"("a.example")", R"("/b")", R"("https://a b")", R"(":a")"}},
        RuleCase{R"({"properties": {"a": {"type": "string"}}})",
                 {"{}", R"({"a": "x"})", R"({"b": 1})", "1"},
                 {R"({"a": 1})"}},
        RuleCase{R"({"required": ["a"]})", {R"({"a": null})", "1"}, {"{}", R"({"b": 1})"}},
        RuleCase{R"({"properties": {"a": {}}, "additionalProperties": false})", {R"({"a": 1})"}, {R"({"b": 1})"}},
        RuleCase{R"({"additionalProperties": {"type": "string"}})", {R"({"b": "x"})"}, {R"({"b": 1})"}},
        RuleCase{R"({"items": {"type": "string"}})", {"[]", R"(["x"])"}, {R"([1])"}},
        RuleCase{R"({"anyOf": [{"type": "string"}, {"type": "null"}]})", {"null", R"("x")"}, {"1", "[]"}}));

TEST(Schema, says_where_each_fault_is_and_which_rule_it_breaks) {
  constexpr auto schema = R"({"type": "object", "required": ["end"], "additionalProperties": false,
      "properties": {"end": {"type": "string"}, "a/b~c": {"type": "integer"}, "list": {"items": {"maxLength": 1}}}})";
  EXPECT_THAT(faults_of(schema, R"({"list": ["x", "yy"], "a/b~c": "1", "more": 1})"),
              ElementsAre("#/end required", "#/list/1 maxLength", "#/a~1b~0c type", "#/more additionalProperties"));
}

TEST(Schema, tells_no_more_faults_than_one_can_use) {
  std::string many = "[0";
  for (int i = 0; i < 1000; ++i) many += ",0";
  EXPECT_EQ(faults_of(R"({"items": {"type": "string"}})", many + "]").size(), most_schema_faults);
}

TEST(Schema, follows_names_of_components_also_into_themselves) {
  const Components components{{"Tree", json_of(R"({"type": "object", "additionalProperties": false, "properties":
      {"below": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}}})")}};
  EXPECT_THAT(faults_of(R"({"$ref": "#/components/schemas/Tree"})", R"({"below": [{}, {"below": [{}]}]})", components),
              IsEmpty());
  EXPECT_THAT(
      faults_of(R"({"$ref": "#/components/schemas/Tree"})", R"({"below": [{"below": [{"x": 1}]}]})", components),
      ElementsAre("#/below/0/below/0/x additionalProperties"));
}

TEST(Schema, that_could_not_be_checked_is_refused_when_it_is_written) {
  const Components round{{"A", json_of(R"({"$ref": "#/components/schemas/B"})")},
                         {"B", json_of(R"({"anyOf": [{"$ref": "#/components/schemas/A"}]})")}};
  for (const auto* schema :
       {R"({"pattern": "a"})", R"({"uniqueItems": true})", R"({"format": "email"})", R"({"type": "text"})",
        R"({"type": []})", R"({"$ref": "#/components/schemas/Nobody"})", R"({"$ref": "#/definitions/A"})",
        R"({"anyOf": []})", R"({"enum": "a"})", R"({"required": [1]})", R"({"maxLength": "3"})", R"({"minimum": 1.5})",
        R"({"properties": []})", R"({"items": true})", R"({"properties": {"a": {"items": {"oneOf": []}}}})", "true",
        R"({"$ref": "#/components/schemas/A"})"}) {
    EXPECT_NE(unknown_in_schema(json_of(schema), round), "") << schema;
  }
  EXPECT_THAT(unknown_in_schema(json_of(R"({"items": {"pattern": "a"}})"), {}), HasSubstr("pattern"));
}

TEST(Schema, in_few_words_is_the_same_json) {
  EXPECT_EQ(
      schema::object({{"a", schema::text("what it is", 5)}, {"b", schema::list(schema::whole(1, 9), {}, 3)}}, {"a"}),
      json_of(R"({"type":"object","properties":{"a":{"type":"string","maxLength":5,"description":"what it is"},
                "b":{"type":"array","items":{"type":"integer","format":"int64","minimum":1,"maximum":9},"maxItems":3}},
                "required":["a"],"additionalProperties":false})"));
  EXPECT_EQ(schema::or_null(schema::reference("A")),
            json_of(R"({"anyOf":[{"$ref":"#/components/schemas/A"},{"type":"null"}]})"));
  EXPECT_EQ(schema::one_of({"a", "b"}), json_of(R"({"type":"string","enum":["a","b"]})"));
}

}  // namespace
}  // namespace alting::api
