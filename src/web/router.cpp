#include "web/router.h"

#include <span>
#include <stdexcept>

#include "base/log.h"
#include "base/text.h"

namespace alting::web {

struct Router::Route {
  std::variant<Handler, PublicHandler> handler;
  RouteLimits limits;
  std::string pattern;
  std::vector<std::string> names;  // of the places, in their order
  Audience audience = Audience::anyone;
};

// One segment of a pattern. A literal wins over a {place}, a {place} over {rest*}.
struct Router::Node {
  std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
  std::unique_ptr<Node> place;
  std::map<Method, Route> routes;       // that end here
  std::map<Method, Route> rest_routes;  // {name*}: that end here or anywhere below

  // Goes down with `segments` and fills `values`; `path_exists` tells whether any method would do.
  const Route* find(Method method, std::span<const std::string_view> segments, std::vector<std::string>& values,
                    bool& path_exists) const {
    if (segments.empty()) {
      if (auto found = routes.find(method); found != routes.end()) return &found->second;
      path_exists |= !routes.empty();
    } else {
      if (auto next = literals.find(segments[0]); next != literals.end())
        if (const Route* route = next->second->find(method, segments.subspan(1), values, path_exists)) return route;
      if (place) {
        values.emplace_back(segments[0]);
        if (const Route* route = place->find(method, segments.subspan(1), values, path_exists)) return route;
        values.pop_back();
      }
    }
    if (rest_routes.empty()) return nullptr;
    auto found = rest_routes.find(method);
    if (found == rest_routes.end()) {
      path_exists = true;
      return nullptr;
    }
    std::string rest;
    for (std::string_view segment : segments) {
      if (!rest.empty()) rest += '/';
      rest += segment;
    }
    values.push_back(std::move(rest));
    return &found->second;
  }
};

namespace {

std::vector<std::string_view> segments_of(std::string_view path) {
  if (path.starts_with('/')) path.remove_prefix(1);
  if (path.empty()) return {};
  return base::split(path, '/');
}

}  // namespace

std::string_view to_text(Method method) {
  switch (method) {
    case Method::get: return "GET";
    case Method::head: return "HEAD";
    case Method::post: return "POST";
    case Method::put: return "PUT";
    case Method::patch: return "PATCH";
    case Method::del: return "DELETE";
  }
  return "";
}

std::string_view to_text(Audience audience) {
  switch (audience) {
    case Audience::everyone: return "everyone";
    case Audience::anyone: return "anyone";
    case Audience::person: return "person";
    case Audience::party: return "party";
    case Audience::agency: return "agency";
    case Audience::system: return "system";
  }
  return "";
}

void Router::add(Method method, std::string pattern, Handler handler, RouteLimits limits, Audience audience) {
  place(method, std::move(pattern), Route{.handler = std::move(handler), .limits = std::move(limits)}, audience);
}

void Router::add_public(std::string pattern, PublicHandler handler) {
  place(Method::get, std::move(pattern), Route{.handler = std::move(handler)}, Audience::everyone);
}

void Router::place(Method method, std::string pattern, Route route, Audience audience) {
  if (!pattern.starts_with('/')) throw std::logic_error("a pattern begins with '/': " + pattern);
  if (audience == Audience::system) route.limits.anti_forgery = false;
  route.audience = audience;
  if (!root_) root_ = std::make_shared<Node>();
  Node* node = root_.get();
  bool rest = false;
  for (std::string_view segment : segments_of(pattern)) {
    if (rest) throw std::logic_error("{name*} stands last in a pattern: " + pattern);
    if (segment.starts_with('{') && segment.ends_with('}')) {
      std::string_view name = segment.substr(1, segment.size() - 2);
      rest = name.ends_with('*');
      if (rest) name.remove_suffix(1);
      route.names.emplace_back(name);
      if (rest) continue;
      if (!node->place) node->place = std::make_unique<Node>();
      node = node->place.get();
    } else {
      auto& next = node->literals[std::string(segment)];
      if (!next) next = std::make_unique<Node>();
      node = next.get();
    }
  }
  auto& routes = rest ? node->rest_routes : node->routes;
  if (routes.contains(method)) throw std::logic_error("two handlers for " + pattern);
  route.pattern = pattern;
  routes_.push_back({method, std::move(pattern), audience, route.limits.anti_forgery});
  routes.emplace(method, std::move(route));
}

Router::Match Router::find(Method method, std::string_view path) const {
  Match match;
  if (!root_) return match;
  auto segments = segments_of(path);
  std::vector<std::string> values;
  const Route* route = root_->find(method, segments, values, match.path_exists);
  if (route == nullptr && method == Method::head)
    route = root_->find(Method::get, segments, values = {}, match.path_exists);
  if (route == nullptr) return match;
  match.handler = std::get_if<Handler>(&route->handler);
  match.public_handler = std::get_if<PublicHandler>(&route->handler);
  match.limits = route->limits;
  match.pattern = route->pattern;
  match.audience = route->audience;
  match.path_exists = true;
  for (std::size_t i = 0; i < values.size(); ++i) match.values.emplace(route->names[i], std::move(values[i]));
  return match;
}

void Router::set_error_page(ErrorPage page) { error_page_ = std::move(page); }
void Router::set_token_check(TokenCheck check) { token_check_ = std::move(check); }
void Router::set_stale_form(StaleForm lead_on) { stale_form_ = std::move(lead_on); }
void Router::set_visitor_check(TokenCheck check) { visitor_check_ = std::move(check); }
void Router::set_sessions(SessionSeam seam) { sessions_ = std::move(seam); }

Response Router::error(const Request& request, const base::Error& error, std::string_view incident) const {
  auto response = problem(error, error.code);
  if (error_page_) {
    try {
      response = error_page_(request, error, incident);
      response.status = std::max(response.status, 400);
    } catch (const std::exception& broken) {
      base::log(base::LogLevel::error, "error_page_failed",
                {{"request", request.request_id}, {"error", broken.what()}});
    }
  }
  if (!incident.empty()) response.headers.emplace_back("Alting-Incident", std::string(incident));
  // RFC 9110 section 15.6.4: whoever asks again by itself should know when.
  const auto is_when = [](const auto& header) { return header.first == "Retry-After"; };
  // Room on a disk takes people; the rest is over in seconds.
  const bool disk_full = error.code == "error.upload.disk_full";
  if (disk_full) std::erase_if(response.headers, is_when);
  if (response.status == 503 && std::ranges::none_of(response.headers, is_when))
    response.headers.emplace_back("Retry-After", disk_full ? "1800" : "5");
  return response;
}

std::optional<Response> Router::stale_form(const Request& request) const {
  if (!stale_form_) return std::nullopt;
  try {
    return stale_form_(request);
  } catch (const std::exception& broken) {
    base::log(base::LogLevel::error, "stale_form_failed", {{"request", request.request_id}, {"error", broken.what()}});
    return std::nullopt;
  }
}

Answer Router::run(const Match& match, Request& request) const {
  request.path_values = match.values;
  try {
    if (match.public_handler != nullptr) return (*match.public_handler)(PublicRequest(request));
    return (*match.handler)(request);
  } catch (const std::exception& broken) {
    base::log(base::LogLevel::error, "incident",
              {{"incident", request.request_id}, {"route", match.pattern}, {"error", broken.what()}});
  } catch (...) {
    base::log(base::LogLevel::error, "incident", {{"incident", request.request_id}, {"route", match.pattern}});
  }
  return error(
      request,
      base::make_error(base::ErrorKind::unavailable, "error.incident", "something went wrong here; nothing was lost"),
      request.request_id);
}

}  // namespace alting::web
