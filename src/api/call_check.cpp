#include "api/call_check.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace alting::api {

namespace {

using base::ErrorKind;
using base::Json;

constexpr base::JsonLimits body_limits{.size = 1024 * 1024, .depth = 16, .values = 20'000};

// The schema of one value: of an array its items'.
const Json& schema_of_one(const Parameter& parameter) {
  return parameter.schema.text("type") == "array" ? parameter.schema["items"] : parameter.schema;
}

// A text of the address as the JSON that its schema speaks of; null when it is no such thing, which no parameter may be.
Json as_json(std::string_view text, const Json& schema) {
  const auto type = schema.text("type");
  if (type == "integer") {
    const auto number = whole_from(text);
    return number ? Json(*number) : Json();
  }
  if (type == "boolean") {
    const auto flag = flag_from(text);
    return flag ? Json(*flag) : Json();
  }
  return Json(text);
}

// The first rule that this text breaks; "" when it holds.
std::string broken_rule(std::string_view text, const Json& schema, const Components& components) {
  const auto faults = check_schema(as_json(text, schema), schema, components);
  return faults.empty() ? std::string() : faults.front().keyword;
}

base::Error query_error(std::string code, std::string_view name, std::string detail,
                        std::vector<std::pair<std::string, std::string>> more = {}) {
  more.emplace_back("name", base::one_line(name, 80));
  return base::make_error(ErrorKind::invalid, std::move(code), std::move(detail), std::move(more));
}

std::vector<std::string_view> places_of(std::string_view path) {
  std::vector<std::string_view> names;
  for (auto segment : base::split(path, '/')) {
    if (segment.starts_with('{') && segment.ends_with('}')) names.push_back(segment.substr(1, segment.size() - 2));
  }
  return names;
}

std::string fault_of_parameter(const Parameter& parameter, const Components& components) {
  constexpr std::array types{std::string_view("boolean"), std::string_view("integer"), std::string_view("string")};
  if (std::ranges::find(types, schema_of_one(parameter).text("type")) == types.end())
    return parameter.name + " is no boolean, integer, string or array of these";
  return unknown_in_schema(parameter.schema, components);
}

std::string media_type_of(std::string_view content_type) {
  return base::to_lower(base::trim(content_type.substr(0, content_type.find(';'))));
}

}  // namespace

std::string fault_of_endpoint(const Endpoint& endpoint, const Components& components) {
  if (endpoint.operation_id.empty() || endpoint.summary.empty() || endpoint.tag.empty() || !endpoint.handle)
    return "operation_id, summary, tag and handle must be said";
  if (endpoint.path.find("/api/") == std::string::npos) return "a path of an interface has /api/ in it";
  const auto places = places_of(endpoint.path);
  if (!std::ranges::equal(places, endpoint.places, {}, {},
                          [](const Parameter& one) { return std::string_view(one.name); }))
    return "places are those of the path, in its order";
  for (const auto* parameters : {&endpoint.places, &endpoint.query, &endpoint.headers}) {
    for (const auto& one : *parameters) {
      if (auto fault = fault_of_parameter(one, components); !fault.empty()) return fault;
    }
  }
  if (endpoint.answers.empty()) return "no answers";
  for (const auto& answer : endpoint.answers) {
    if (answer.schema.is_null()) continue;
    if (auto fault = unknown_in_schema(answer.schema, components); !fault.empty()) return fault;
  }
  if (endpoint.idempotent_key && endpoint.any_scope.empty()) return "a key belongs to a caller, and none is asked for";
  if (!endpoint.body) return "";
  if (endpoint.body->limit > body_limits.size) return "a body is larger than any may be";
  if (endpoint.body->media_type == "multipart/form-data" && !endpoint.body->read) return "fields are read by nobody";
  if (endpoint.body->schema.is_null()) return "";
  return unknown_in_schema(endpoint.body->schema, components);
}

base::Status check_places(const web::Request& request, const Endpoint& endpoint, const Components& components) {
  for (const auto& place : endpoint.places) {
    if (!broken_rule(request.value(place.name), place.schema, components).empty())
      return base::make_error(ErrorKind::not_found, "error.api.place", "no such " + place.name, {{"name", place.name}});
  }
  return {};
}

base::Status check_query(const web::Request& request, const Endpoint& endpoint, const Components& components) {
  const auto named = [&](std::string_view name) {
    return std::ranges::count(request.query, name, [](const auto& one) { return std::string_view(one.first); });
  };
  for (const auto& [name, value] : request.query) {
    const auto known = std::ranges::find(endpoint.query, name, &Parameter::name);
    if (known == endpoint.query.end())
      return query_error("error.api.query.unknown", name, "a parameter that is not known here");
    if (auto rule = broken_rule(value, schema_of_one(*known), components); !rule.empty())
      return query_error("error.api.query.value", name, "a value that breaks the parameter's schema",
                         {{"rule", std::move(rule)}});
  }
  for (const auto& parameter : endpoint.query) {
    const auto count = named(parameter.name);
    const bool many = parameter.schema.text("type") == "array";
    const auto most = many ? parameter.schema["maxItems"].integer_or(100) : 1;
    if (count > most) return query_error("error.api.query.repeated", parameter.name, "a parameter given too often");
    if (count == 0 && parameter.required)
      return query_error("error.api.query.missing", parameter.name, "a parameter that must be given");
  }
  return {};
}

base::Status check_headers(const web::Request& request, const Endpoint& endpoint, const Components& components) {
  for (const auto& one : endpoint.headers) {
    const auto name = base::to_lower(one.name);
    if (!request.has_header(name)) continue;
    if (auto rule = broken_rule(request.header(name), one.schema, components); !rule.empty())
      return base::make_error(ErrorKind::invalid, "error.api.header.value", "a header that breaks its schema",
                              {{"name", one.name}, {"rule", std::move(rule)}});
  }
  return {};
}

base::Result<Json> read_body(const web::Request& request, const Body& body) {
  const auto type = media_type_of(request.header("content-type"));
  if (body.media_type != "application/json") {
    if (type != body.media_type)
      return base::make_error(ErrorKind::unsupported, "error.api.content.other_type", "the content is of another type",
                              {{"type", body.media_type}});
    return body.read ? body.read(request) : Json();
  }
  if (type != body.media_type)
    return base::make_error(ErrorKind::unsupported, "error.api.content.type", "the content must be application/json");
  auto limits = body_limits;
  limits.size = body.limit;
  auto read = Json::parse(request.body, limits);
  // Not the parser's own error: a system is told one thing about all that is no JSON, and where.
  if (!read) return base::make_error(ErrorKind::invalid, "error.api.content.json", std::move(read.error().detail));
  return std::move(*read);
}

}  // namespace alting::api
