#include "api/openapi.h"

#include <set>

#include "api/idempotency.h"
#include "api/problems.h"
#include "base/text.h"
#include "web/router.h"

namespace alting::api {

namespace {

using base::Json;

constexpr std::string_view token_scheme = "token";

Json header_schema(std::string_view description, Json schema) {
  return Json::object({{"description", description}, {"schema", std::move(schema)}});
}

// A refusal of one kind, with the headers that it always has.
struct ProblemAnswer {
  int status;
  std::string_view name, description;
  bool authenticate = false, retry_after = false;
};
constexpr std::array problem_answers{
    ProblemAnswer{400, "BadRequest", "A parameter or the content is not as this document says"},
    ProblemAnswer{401, "Unauthorized", "No token, or one that is not good", true},
    ProblemAnswer{403, "Forbidden", "The token lacks the scope, or the organisation may not", true},
    ProblemAnswer{404, "NotFound", "Nothing is there, or nothing that this caller may know of"},
    ProblemAnswer{409, "Conflict", "What it is about is in another state"},
    ProblemAnswer{413, "ContentTooLarge", "The content is larger than is taken"},
    ProblemAnswer{415, "UnsupportedMediaType", "The content is of another type than is taken"},
    ProblemAnswer{422, "UnprocessableContent", "The Idempotency-Key came with another content before"},
    ProblemAnswer{429, "TooManyRequests", "More calls than one caller may make; when another may be, Retry-After says",
                  false, true},
    ProblemAnswer{503, "ServiceUnavailable", "Something that is needed does not answer; try again", false, true}};

Json problem_content() {
  return Json::object({{"application/problem+json", Json::object({{"schema", schema::reference("Problem")}})}});
}

Json problem_components() {
  Json all = Json::object();
  for (const auto& one : problem_answers) {
    Json headers = Json::object(
        {{"Content-Language", header_schema("the language of title", schema::one_of({"nb", "nn", "en"}))}});
    if (one.authenticate) headers.set("WWW-Authenticate", header_schema("RFC 6750 section 3", schema::text()));
    if (one.retry_after) headers.set("Retry-After", header_schema("seconds", schema::whole(1, 3'600)));
    all.set(one.name,
            Json::object(
                {{"description", one.description}, {"headers", std::move(headers)}, {"content", problem_content()}}));
  }
  all.set("Problem", Json::object({{"description", "Any other refusal"}, {"content", problem_content()}}));
  return all;
}

Json parameter_of(const Parameter& parameter, std::string_view where) {
  Json made = Json::object({{"name", parameter.name}, {"in", where}});
  if (!parameter.description.empty()) made.set("description", parameter.description);
  if (parameter.required || where == "path") made.set("required", true);
  made.set("schema", parameter.schema);
  return made;
}

Json parameters_of(const Endpoint& endpoint) {
  Json all = Json::array();
  for (const auto& place : endpoint.places) all.push_back(parameter_of(place, "path"));
  for (const auto& one : endpoint.query) all.push_back(parameter_of(one, "query"));
  for (const auto& one : endpoint.headers) all.push_back(parameter_of(one, "header"));
  if (endpoint.idempotent_key) all.push_back(Json::object({{"$ref", "#/components/parameters/IdempotencyKey"}}));
  all.push_back(Json::object({{"$ref", "#/components/parameters/AcceptLanguage"}}));
  return all;
}

std::set<int> refusals_of(const Endpoint& endpoint) {
  std::set<int> all{503};
  if (!endpoint.any_scope.empty()) all.insert({401, 403, 429});
  if (!endpoint.places.empty()) all.insert(404);
  if (!endpoint.query.empty() || !endpoint.headers.empty() || endpoint.body) all.insert(400);
  if (endpoint.body) all.insert({413, 415});
  if (endpoint.idempotent_key) all.insert({400, 409, 422});
  return all;
}

Json answers_of(const Endpoint& endpoint) {
  Json all = Json::object();
  for (const auto& answer : endpoint.answers) {  // of one status there may be several, each with its media type
    const auto status = std::to_string(answer.status);
    Json& one = all.find(status) != nullptr ? *all.find(status)
                                            : all.set(status, Json::object({{"description", answer.description}}));
    for (const auto& header : answer.headers) {
      Json headers = one["headers"];
      headers.set(header.name, header_schema(header.description, header.schema));
      one.set("headers", std::move(headers));
    }
    if (answer.media_type.empty()) continue;
    Json content = one["content"];
    content.set(answer.media_type,
                answer.schema.is_null() ? Json::object() : Json::object({{"schema", answer.schema}}));
    one.set("content", std::move(content));
  }
  const auto refusals = refusals_of(endpoint);
  for (const auto& one : problem_answers) {
    if (refusals.contains(one.status))
      all.set(std::to_string(one.status), Json::object({{"$ref", "#/components/responses/" + std::string(one.name)}}));
  }
  all.set("default", Json::object({{"$ref", "#/components/responses/Problem"}}));
  return all;
}

Json operation_of(const Endpoint& endpoint) {
  Json made = Json::object(
      {{"operationId", endpoint.operation_id}, {"tags", Json::array({endpoint.tag})}, {"summary", endpoint.summary}});
  if (!endpoint.description.empty()) made.set("description", endpoint.description);
  Json security = Json::array();
  for (const auto& scope : endpoint.any_scope)  // one of them is enough
    security.push_back(Json::object({{std::string(token_scheme), Json::array({scope})}}));
  made.set("security", std::move(security));
  made.set("parameters", parameters_of(endpoint));
  if (endpoint.body) {
    const auto& schema = endpoint.body->schema;
    Json content = Json::object(
        {{endpoint.body->media_type, schema.is_null() ? Json::object() : Json::object({{"schema", schema}})}});
    made.set("requestBody", Json::object({{"required", true}, {"content", std::move(content)}}));
  }
  made.set("responses", answers_of(endpoint));
  return made;
}

Json paths_of(const ApiTable& table) {
  Json paths = Json::object();
  for (const auto& endpoint : table.endpoints) {
    Json path = paths[endpoint.path];
    path.set(base::to_lower(web::to_text(endpoint.method)), operation_of(endpoint));
    paths.set(endpoint.path, std::move(path));
  }
  return paths;
}

Json components_of(const ApiTable& table) {
  Json schemas = Json::object({{"Problem", problem_schema()}});
  for (const auto& [name, one] : table.schemas) schemas.set(name, one);
  const auto key = Json::object(
      {{"name", "Idempotency-Key"},
       {"in", "header"},
       {"description",
        "Made up by the caller for one act. The same call with the same key is not carried out again within a day, and "
        "is answered with what the first one made."},
       {"schema", Json::object({{"type", "string"},
                                {"minLength", 1},
                                {"maxLength", static_cast<std::int64_t>(longest_idempotency_key)}})}});
  const auto language = Json::object({{"name", "Accept-Language"},
                                      {"in", "header"},
                                      {"description", "nb, nn or en: the language of words meant for people"},
                                      {"schema", schema::text()}});
  return Json::object({{"schemas", std::move(schemas)},
                       {"parameters", Json::object({{"IdempotencyKey", key}, {"AcceptLanguage", language}})},
                       {"responses", problem_components()},
                       {"securitySchemes",
                        Json::object({{std::string(token_scheme),
                                       Json::object({{"type", "http"},
                                                     {"scheme", "bearer"},
                                                     {"bearerFormat", "JWT"},
                                                     {"description",
                                                      "An access token of Maskinporten, or of another issuer that is "
                                                      "trusted here, for one of the scopes of the operation"}})}})}});
}

}  // namespace

Json openapi(const ApiTable& table, std::string_view public_url) {
  Json tags = Json::array();
  for (const auto& tag : table.tags)
    tags.push_back(Json::object({{"name", tag.name}, {"description", tag.description}}));
  return Json::object(
      {{"openapi", "3.1.1"},
       {"info", Json::object({{"title", "Alting"},
                              {"version", "1"},
                              {"description",
                               "The interfaces that machines call. Where Altinn has the interface, paths, "
                               "names and statuses are Altinn's."}})},
       {"servers",
        Json::array({Json::object({{"url", public_url.empty() ? std::string("/") : std::string(public_url)}})})},
       {"tags", std::move(tags)},
       {"paths", paths_of(table)},
       {"components", components_of(table)}});
}

}  // namespace alting::api
