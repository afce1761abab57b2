// From an address to its handler: the routing trie, and the one place where handlers and exceptions meet. Pages need
// this and no server.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "web/asker.h"
#include "web/http.h"
#include "web/public.h"

namespace alting::web {

// One or the other, and only make_wire can tell them apart for a cache.
using Answer = std::variant<Response, PublicResponse>;

// Whom a route answers, in the order of how few they are. The handler sees to it; here it is said, so that the walk of
// all routes (tests/hostile/routes.test.mjs) knows what each asker may get from a route that it has never heard of.
enum class Audience : std::uint8_t {
  everyone,  // the same for everyone, for caches to keep (add_public)
  anyone,    // no login needed
  person,    // who is logged in, about themselves
  party,     // who may act for the {party} of the address
  agency,    // the staff of the agency {org} of the address
  system,    // machines with a token: no cookie is read or set, and there are no forms, so no anti-forgery token
};

[[nodiscard]] std::string_view to_text(Method method);      // "GET"
[[nodiscard]] std::string_view to_text(Audience audience);  // "party"

class Router {
 public:
  // `pattern` is "/a/{party}/innboks"; {name} matches one segment, {name*} the rest. Throws std::logic_error on a
  // duplicate.
  void add(Method method, std::string pattern, Handler handler, RouteLimits limits = {},
           Audience audience = Audience::anyone);
  // GET (and HEAD) of what is the same for everyone.
  void add_public(std::string pattern, PublicHandler handler);
  struct Match {
    const Handler* handler = nullptr;
    const PublicHandler* public_handler = nullptr;  // never both
    RouteLimits limits;
    std::string pattern;  // for metrics: never the path itself
    Audience audience = Audience::anyone;
    std::map<std::string, std::string, std::less<>> values;
    bool path_exists = false;  // another method would do: 405
    [[nodiscard]] bool found() const { return handler != nullptr || public_handler != nullptr; }
  };
  [[nodiscard]] Match find(Method method, std::string_view path) const;
  struct Listed {
    Method method;
    std::string pattern;
    Audience audience;
    bool anti_forgery;  // what it changes, it changes for forms with this browser's token only
  };
  [[nodiscard]] const std::vector<Listed>& routes() const { return routes_; }  // all of them, in the order of adding

  // The page for what was found wrong before or outside a handler (404, 405, 413, a forged token, an exception:
  // `incident` is set).
  using ErrorPage = std::function<Response(const Request&, const base::Error&, std::string_view incident)>;
  void set_error_page(ErrorPage page);
  [[nodiscard]] const ErrorPage& error_page() const { return error_page_; }  // for who wraps it
  // Runs the handler. An exception ends here: it is logged under the request's id, which is the
  // incident id of the 503 that is answered, to this one person also where the route is public.
  [[nodiscard]] Answer run(const Match& match, Request& request) const;
  [[nodiscard]] Response error(const Request& request, const base::Error& error, std::string_view incident = {}) const;

  // Decides whether a request that changes something carries this browser's token (Cookies::token_is_good). Without one
  // every POST to a route with anti_forgery is refused.
  using TokenCheck = std::function<bool(const Request&)>;
  void set_token_check(TokenCheck check);
  // Asked when the token of a form is not good, before the error page: nothing of what was posted is done, but it may be
  // kept for who wrote it, and they be led on. Nothing: the error page. The request has no path_values and no files.
  using StaleForm = std::function<std::optional<Response>(const Request&)>;
  void set_stale_form(StaleForm lead_on);
  [[nodiscard]] std::optional<Response> stale_form(const Request& request) const;
  [[nodiscard]] bool token_is_good(const Request& request) const { return token_check_ && token_check_(request); }
  // Decides whether a browser has seen a page of ours (Cookies::has_token): only then, or with a valid session, is more
  // than BodyReader::stranger_limit read. Does not wait. Without one, nothing is asked.
  void set_visitor_check(TokenCheck check);
  [[nodiscard]] bool is_visitor(const Request& request) const { return !visitor_check_ || visitor_check_(request); }
  // Tells whose request it is. Without one, all requests are their network's.
  void set_sessions(SessionSeam seam);
  [[nodiscard]] const SessionSeam& sessions() const { return sessions_; }

 private:
  struct Node;
  struct Route;
  void place(Method method, std::string pattern, Route route, Audience audience);
  std::shared_ptr<Node> root_;
  std::vector<Listed> routes_;
  ErrorPage error_page_;
  TokenCheck token_check_, visitor_check_;
  StaleForm stale_form_;
  SessionSeam sessions_;
};

}  // namespace alting::web
