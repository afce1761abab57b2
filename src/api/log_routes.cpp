#include "api/log_routes.h"

#include "crypto/hash.h"

namespace alting::api {

namespace {

// What changes is asked for again within a second; a tile, full or partial, never does: when a partial one has grown,
// the wider one has another address. Of the rest (keys, statements) it is enough to hear within minutes.
web::Lifetime lifetime_of(std::string_view path) {
  if (path.ends_with("checkpoint")) return {.max_age = std::chrono::seconds(1)};
  if (path.find("tile/") != std::string_view::npos) return {.max_age = std::chrono::days(365), .unchanging = true};
  return {.max_age = std::chrono::minutes(5)};
}

std::string type_of(std::string_view path) {
  if (path.find("tile/") != std::string_view::npos) return "application/octet-stream";
  return path.ends_with(".json") ? "application/json" : "text/plain; charset=utf-8";
}

}  // namespace

void add_log_routes(web::Router& router, ledger::Ledger& ledger) {
  router.add_public("/log/{path*}", [&ledger](const web::PublicRequest& request) {
    const auto path = request.value("path");
    auto found = ledger.public_resource(path);
    if (!found) {
      auto answer = web::PublicResponse::problem(found.error(), "The log has no such resource");
      answer.allow_other_sites();
      return answer;
    }
    auto tag = "\"" + base::to_hex(crypto::sha256(*found)).substr(0, 32) + "\"";
    web::PublicResponse answer(type_of(path), std::move(*found), lifetime_of(path));
    answer.set_etag(std::move(tag), request);
    answer.allow_other_sites();
    return answer;
  });
}

}  // namespace alting::api
