// A JSON Schema (draft 2020-12), as far as our interfaces use it: what a body or a parameter must be. The same JSON stands in
// /openapi.json, so that what is written there is what is checked.
//
// Known are: $ref (to "#/components/schemas/..."), type (one or several), enum, const, properties, required,
// additionalProperties, items, anyOf, minLength, maxLength (in code points), minimum, maximum (whole ones), minItems,
// maxItems, maxProperties, format (date, date-time, int32, int64, uri, uuid, and no other), and what only explains:
// title, description, default, deprecated, examples.
// A keyword that is not known is refused when the table is made: nothing is promised that nobody checks.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace alting::api {

// The schemas that have a name, as they stand below "components" of the document.
using Components = std::map<std::string, base::Json, std::less<>>;

struct SchemaFault {
  std::string pointer;  // where, as RFC 6901 in a fragment: "#/typeFilter"
  std::string keyword;  // which rule of the schema: "maxLength"
};

inline constexpr std::size_t most_schema_faults = 20;  // more are not told

// "" when `schema` can be checked; otherwise what of it is not known, or leads nowhere or round in a circle.
[[nodiscard]] std::string unknown_in_schema(const base::Json& schema, const Components& components);

// What of `value` breaks `schema`, which is a known one; none: it holds.
[[nodiscard]] std::vector<SchemaFault> check_schema(const base::Json& value, const base::Json& schema,
                                                    const Components& components);

// Schemas in few words. `schema::object` closes the object: a member it does not name breaks it.
namespace schema {

[[nodiscard]] base::Json reference(std::string_view component);  // {"$ref": "#/components/schemas/<component>"}
[[nodiscard]] base::Json text(std::string_view description = {}, std::int64_t most = 0);         // 0: any length
[[nodiscard]] base::Json formatted(std::string_view format, std::string_view description = {});  // "uuid", "date-time"
[[nodiscard]] base::Json one_of(std::initializer_list<std::string_view> words, std::string_view description = {});
[[nodiscard]] base::Json whole(std::string_view description = {});  // int64
[[nodiscard]] base::Json whole(std::int64_t least, std::int64_t most, std::string_view description = {});
[[nodiscard]] base::Json flag(std::string_view description = {});
[[nodiscard]] base::Json list(base::Json items, std::string_view description = {}, std::int64_t most = 0);
// Texts by names that are not known before: {"nb": "...", "nn": "..."}.
[[nodiscard]] base::Json text_map(std::string_view description = {});
[[nodiscard]] base::Json object(std::initializer_list<base::JsonMember> properties,
                                std::initializer_list<std::string_view> required = {},
                                std::string_view description = {});
// What `schema` takes, and null.
[[nodiscard]] base::Json or_null(base::Json schema);

}  // namespace schema

}  // namespace alting::api
