#include "api/machine_routes.h"

#include <memory>
#include <set>
#include <stdexcept>

#include "api/call_check.h"
#include "api/caller_limits.h"
#include "api/idempotency.h"
#include "api/openapi.h"
#include "api/problems.h"
#include "crypto/hash.h"

namespace alting::api {

namespace {

constexpr std::string_view under = "/api/";  // what is above it, with it, is an interface's part of the addresses

// What all routes share; each of them keeps it.
struct Interfaces {
  Interfaces(const ApiParts& from, ApiTable all)
      : parts(from),
        table(std::move(all)),
        limits(from.options.per_minute),
        limited(from.metrics.counter("alting_api_limited_total",
                                     "Calls of machine interfaces refused because the caller was over its limit.")) {}

  // Everything that must hold before the handler, in the order in which a stranger may learn of it.
  web::Response answer(const Endpoint& endpoint, const web::Request& request) {
    const auto language = language_of(request);
    const auto refused = [&](const base::Error& error) { return problem(error, parts.texts, language); };
    std::optional<login::Caller> caller;
    if (!endpoint.any_scope.empty()) {
      auto known = caller_of(endpoint, request);
      if (!known) return refused(known.error());
      caller = std::move(*known);
    }
    if (const auto good = check_places(request, endpoint, table.schemas); !good) return refused(good.error());
    if (const auto good = check_query(request, endpoint, table.schemas); !good) return refused(good.error());
    if (const auto good = check_headers(request, endpoint, table.schemas); !good) return refused(good.error());
    base::Json body;
    if (endpoint.body) {
      auto read = read_body(request, *endpoint.body);
      if (!read) return refused(read.error());
      body = std::move(*read);
      const auto faults = endpoint.body->schema.is_null() ? std::vector<SchemaFault>()
                                                          : check_schema(body, endpoint.body->schema, table.schemas);
      if (!faults.empty()) return problem(broken_content(faults.front()), parts.texts, language, faults);
    }
    std::string post_id;
    if (endpoint.idempotent_key) {
      auto made = post_id_of(request, *caller, {parts.database, parts.quotas, parts.random}, request.received);
      if (!made) return refused(made.error());
      post_id = std::move(*made);
    }
    auto done =
        endpoint.handle({request, caller ? &*caller : nullptr, body, std::move(post_id), language, parts.public_url});
    return done ? std::move(*done) : refused(done.error());
  }

  const ApiParts parts;
  const ApiTable table;

 private:
  base::Result<login::Caller> caller_of(const Endpoint& endpoint, const web::Request& request) {
    ALTING_TRY(token, login::bearer_of(request));
    ALTING_TRY(caller, parts.callers.check(token, request.received));
    const auto name = fmt::format("{}\n{}\n{}", caller.issuer, caller.client_id, caller.consumer);
    if (const auto wait = limits.take(name, request.received)) {
      limited.add();
      return base::make_error(base::ErrorKind::too_many, "error.api.too_many", "over the limit of calls in a minute",
                              {{"seconds", std::to_string(*wait)}});
    }
    ALTING_CHECK(login::check_scope(caller, endpoint.any_scope));
    return caller;
  }

  static base::Error broken_content(const SchemaFault& first) {
    return base::make_error(base::ErrorKind::invalid, "error.api.content.schema", "the content breaks its schema",
                            {{"place", first.pointer}, {"rule", first.keyword}});
  }

  CallerLimits limits;
  base::Counter& limited;
};

std::string_view interface_of(std::string_view path) {
  const auto at = path.find(under);
  return at == std::string_view::npos ? std::string_view() : path.substr(0, at + under.size());
}

void check_table(const ApiTable& table) {
  const auto wrong = [](const std::string& where, const std::string& why) {
    throw std::logic_error("the table of interfaces: " + where + ": " + why);
  };
  for (const auto& [name, schema] : table.schemas) {
    if (const auto unknown = unknown_in_schema(schema, table.schemas); !unknown.empty()) wrong(name, unknown);
  }
  std::set<std::string, std::less<>> ids;
  for (const auto& endpoint : table.endpoints) {
    if (const auto fault = fault_of_endpoint(endpoint, table.schemas); !fault.empty()) wrong(endpoint.path, fault);
    if (!ids.insert(endpoint.operation_id).second) wrong(endpoint.operation_id, "two of this name");
  }
}

// Without a body a little is read all the same: there are clients that send "{}" with every POST.
constexpr std::size_t no_body = 1024;

web::RouteLimits limits_of(const Endpoint& endpoint) {
  web::RouteLimits limits{.body = no_body, .anti_forgery = false};
  if (!endpoint.body) return limits;
  limits.body = endpoint.body->limit;
  limits.upload = endpoint.body->file;
  limits.uploads = endpoint.body->files;
  limits.upload_total = endpoint.body->all_files;
  return limits;
}

void add_problems(web::Router& router, const std::shared_ptr<Interfaces>& shared) {
  std::set<std::string, std::less<>> below;
  for (const auto& endpoint : shared->table.endpoints) below.emplace(interface_of(endpoint.path));
  router.set_error_page([shared, below, pages = router.error_page()](
                            const web::Request& request, const base::Error& error, std::string_view incident) {
    const bool ours = request.of_system || below.contains(interface_of(request.path));
    if (!ours && pages) return pages(request, error, incident);
    // What the server says of forms it says of any content.
    const bool large = error.code == "error.form.too_large";
    return problem(large ? base::make_error(error.kind, "error.api.content.large", error.detail) : error,
                   shared->parts.texts, language_of(request));
  });
}

}  // namespace

void add_endpoints(web::Router& router, const ApiParts& parts, ApiTable table) {
  check_table(table);
  auto document = openapi(table, parts.public_url).dump_pretty() + "\n";
  const auto shared = std::make_shared<Interfaces>(parts, std::move(table));
  for (const auto& endpoint : shared->table.endpoints) {
    router.add(
        endpoint.method, endpoint.path,
        [shared, &endpoint](const web::Request& request) { return shared->answer(endpoint, request); },
        limits_of(endpoint), web::Audience::system);
  }
  router.add_public("/openapi.json", [document, tag = "\"" + base::to_hex(crypto::sha256(document)).substr(0, 32) +
                                                      "\""](const web::PublicRequest& request) {
    web::PublicResponse answer("application/json", document, {.max_age = std::chrono::minutes(5)});
    answer.set_etag(tag, request);
    answer.allow_other_sites();
    return answer;
  });
  add_problems(router, shared);
}

}  // namespace alting::api
