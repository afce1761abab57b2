#include "api/problems.h"

#include <algorithm>

namespace alting::api {

namespace {

void set_header(web::Response& response, std::string_view name, std::string value) {
  std::erase_if(response.headers, [&](const auto& header) { return header.first == name; });
  response.headers.emplace_back(name, std::move(value));
}

std::string_view param_of(const base::Error& error, std::string_view name) {
  const auto found = std::ranges::find(error.params, name, [](const auto& one) { return std::string_view(one.first); });
  return found == error.params.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace

base::Language language_of(const web::Request& request) {
  return base::negotiate_language(request.header("accept-language"));
}

web::Response problem(const base::Error& error, const base::Texts& texts, base::Language language,
                      const std::vector<SchemaFault>& faults) {
  auto response = web::problem(error, texts.explain(language, error));
  if (!faults.empty()) {
    auto document = base::Json::parse(response.body).value();
    auto& list = document.set("errors", base::Json::array());
    for (const auto& fault : faults)
      list.push_back(base::Json::object({{"pointer", fault.pointer}, {"keyword", fault.keyword}}));
    response.body = document.dump();
  }
  set_header(response, "Content-Language", std::string(base::to_text(language)));
  if (error.code == "error.token.missing")
    set_header(response, "WWW-Authenticate", "Bearer realm=\"alting\"");  // no error: nothing was tried
  else if (error.kind == base::ErrorKind::unauthenticated)
    set_header(response, "WWW-Authenticate", "Bearer realm=\"alting\", error=\"invalid_token\"");
  else if (error.code == "error.token.scope")
    set_header(
        response, "WWW-Authenticate",
        fmt::format("Bearer realm=\"alting\", error=\"insufficient_scope\", scope=\"{}\"", param_of(error, "scope")));
  if (response.status == 429) set_header(response, "Retry-After", "60");
  if (error.code == "error.api.too_many") set_header(response, "Retry-After", std::string(param_of(error, "seconds")));
  const bool refused = response.status == 401 || response.status == 403;
  if (refused && error.code != "error.token.missing") response.refused_for = error.code;
  return response;
}

base::Json problem_schema() {
  return schema::object(
      {{"type", schema::formatted("uri", "what went wrong, by its code")},
       {"title", schema::text("the same in words, in the language of Content-Language")},
       {"status", schema::whole(400, 599)},
       {"code", schema::text("the error's code, which stays the same in every language")},
       {"detail", schema::text("more, in English, for those who make the calling system")},
       {"params", schema::text_map("what the words speak of")},
       {"errors",
        schema::list(
            schema::object(
                {{"pointer", schema::text("where in the content, as RFC 6901")},
                 {"keyword",
                  schema::text("the rule of the schema that it breaks, or the code of what is wrong with it")}},
                {"pointer", "keyword"}),
            "what of the content is not as it must be", most_told_faults)}},
      {"type", "title", "status", "code"}, "A refusal (RFC 9457)");
}

}  // namespace alting::api
