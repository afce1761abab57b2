#include "api/log_routes.h"

namespace alting::api {

void add_log_routes(web::Router& router, ledger::Ledger& ledger) {
  router.add(web::Method::get, "/log/{path*}", [&ledger](const web::Request& request) {
    const auto path = request.value("path");
    auto found = ledger.public_resource(path);
    if (!found) return web::problem(found.error(), "The log has no such resource");
    // The checkpoint changes with every entry; a full tile never does, a partial one only until it is full.
    const bool moving = path == "checkpoint" || path.find(".p/") != std::string_view::npos;
    const auto type = path == "checkpoint" ? "text/plain; charset=utf-8" : "application/octet-stream";
    return web::public_response(type, std::move(*found), path == "checkpoint" ? 1 : moving ? 60 : 31'536'000);
  });
  router.add(web::Method::get, "/log/vkey", [&ledger](const web::Request&) {
    return web::public_response("text/plain; charset=utf-8", ledger.verifier_key() + "\n", 3600);
  });
}

}  // namespace alting::api
