#include "api/log_routes.h"

namespace alting::api {

namespace {

// The checkpoint changes with every entry; a full tile never does, a partial one only until it is full.
web::Lifetime lifetime_of(std::string_view path) {
  if (path == "checkpoint") return {.max_age = std::chrono::seconds(1)};
  if (path.find(".p/") != std::string_view::npos) return {.max_age = std::chrono::minutes(1)};
  return {.max_age = std::chrono::days(365), .unchanging = true};
}

}  // namespace

void add_log_routes(web::Router& router, ledger::Ledger& ledger) {
  router.add_public("/log/{path*}", [&ledger](const web::PublicRequest& request) {
    const auto path = request.value("path");
    auto found = ledger.public_resource(path);
    if (!found) return web::PublicResponse::problem(found.error(), "The log has no such resource");
    const auto type = path == "checkpoint" ? "text/plain; charset=utf-8" : "application/octet-stream";
    return web::PublicResponse(type, std::move(*found), lifetime_of(path));
  });
  router.add_public("/log/vkey", [&ledger](const web::PublicRequest&) {
    return web::PublicResponse("text/plain; charset=utf-8", ledger.verifier_key() + "\n",
                               {.max_age = std::chrono::hours(1)});
  });
}

}  // namespace alting::api
