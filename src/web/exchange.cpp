#include "web/exchange.h"

#include "base/log.h"
#include "base/text.h"
#include "web/client_certificate.h"
#include "web/edge.h"
#include "web/form_text.h"

namespace alting::web {

using base::ErrorKind;
using base::make_error;

namespace {

constexpr std::array all_methods{Method::get, Method::head, Method::post, Method::put, Method::patch, Method::del};

std::optional<Method> method_from(std::string_view text) {
  const auto* const found = std::ranges::find(all_methods, text, [](Method method) { return to_text(method); });
  return found == all_methods.end() ? std::nullopt : std::optional(*found);
}

bool changes_something(Method method) { return method != Method::get && method != Method::head; }

bool is_loopback(std::string_view address) { return address.starts_with("127.") || address == "::1"; }

}  // namespace

Budgets::Budgets(const ServerOptions& options, base::Metrics& metrics)
    : workers(metrics, "workers"),
      // A download holds a worker for as long as it is read: some are kept for everything else.
      streams({std::max(1u, options.workers * 3 / 4), options.of_person.streams, options.of_network.streams}, metrics,
              "streams"),
      uploads({options.max_queue, options.of_person.uploads, options.of_network.uploads}, metrics, "uploads"),
      memory({options.max_memory, options.of_person.memory, options.of_network.memory}, metrics, "memory"),
      disk({options.max_disk, options.of_person.disk, options.of_network.disk}, metrics, "disk"),
      // In all as many as there may be connections: when those are many, the slow ones give way (connections.h).
      contents({options.max_connections, options.of_person.contents, options.of_network.contents}, metrics, "contents"),
      clients({options.max_connections, options.max_connections_per_address, options.max_connections_per_address},
              metrics, "clients") {}

Exchanges::Exchanges(const ServerOptions& options, const Router& router, const Assets& assets, const base::Clock& clock,
                     base::Random& random, base::Metrics& metrics)
    : options_(options),
      router_(router),
      assets_(assets),
      clock_(clock),
      random_(random),
      metrics_(metrics),
      budgets_(options, metrics),
      disk_room_(options.upload_folder, options.free_disk_percent),
      askers_(router.sessions()) {
  for (const auto& route : router.routes()) {
    const auto method = to_text(route.method);
    by_route_.emplace(fmt::format("{} {}", method, route.pattern), route_metrics(method, route.pattern));
  }
  elsewhere_ = route_metrics("other", "other");
}

Exchanges::RouteMetrics Exchanges::route_metrics(std::string_view method, std::string_view pattern) const {
  RouteMetrics route;
  std::string verb(method), place(pattern);
  for (std::size_t i = 2; i < route.by_class.size(); ++i)
    route.by_class[i] = &metrics_.counter("alting_http_requests_total", "Requests answered.",
                                          {{"method", verb}, {"route", place}, {"status", fmt::format("{}xx", i)}});
  route.seconds = &metrics_.histogram("alting_http_request_seconds", "From the complete head to the answer.",
                                      {{"method", verb}, {"route", place}});
  return route;
}

bool Exchanges::may_read_metrics(const Request& request, std::string_view peer, Door door) const {
  if (options_.metrics_port != 0 && door != Door::metrics) return false;
  // What came through a proxy came from outside, however near the proxy is, and whatever it says of that. No proxy leads
  // to the address of its own, so a machine that has one may ask there.
  if (request.has_header("x-forwarded-for") || request.has_header("forwarded") ||
      (door == Door::portal && is_listed(peer, options_.trusted_proxies)))
    return false;
  return is_loopback(peer) || is_listed(peer, options_.metrics_readers);
}

// What the server itself answers, on the input-output thread: nothing here waits for anything.
std::optional<Answer> Exchanges::own_answer(const Exchange& exchange, std::string_view peer, Door door) const {
  const Request& request = exchange.request;
  if (request.method == Method::get || request.method == Method::head) {
    if (request.path.starts_with("/static/") && door == Door::portal) return assets_.answer(PublicRequest(request));
    if (request.path == "/healthz") return text("ok\n");
    if (request.path == "/readyz") {
      const bool fit = ready_ && (!options_.is_fit || options_.is_fit());
      return fit ? text("ready\n") : text("not ready\n", 503);
    }
    if (request.path == "/metrics" && may_read_metrics(request, peer, door)) {
      Response response = text(metrics_.text());
      response.content_type = "text/plain; version=0.0.4; charset=utf-8";
      return response;
    }
  }
  if (door == Door::metrics) return text("only /metrics is here\n", 404);
  // A browser that fetches what nobody has asked for yet: opening a page may have effect in law.
  if (request.header("sec-purpose").contains("prefetch")) return text("nothing here is fetched ahead\n", 503);
  return std::nullopt;
}

std::string Exchanges::allowed_methods(std::string_view path) const {
  std::string allowed;
  for (const auto method : all_methods)
    if (router_.find(method, path).found())
      allowed += fmt::format("{}{}", allowed.empty() ? "" : ", ", to_text(method));
  return allowed + ", OPTIONS";
}

void Exchanges::find_route(Exchange& exchange, bool trailing_slash) const {
  Request& request = exchange.request;
  exchange.match = router_.find(request.method, request.path);
  bool found = exchange.match.found();
  if (trailing_slash && found && !changes_something(request.method)) {
    // One address for one page. No cache keeps it, so that a route may change its mind.
    std::string target = exchange.head.target;
    std::size_t question = target.find('?');
    std::string query = question == std::string::npos ? "" : target.substr(question);
    std::string path = target.substr(0, question);
    path.pop_back();
    Response moved = redirect(path + query);
    moved.status = 308;
    exchange.ready = std::move(moved);
  } else if (trailing_slash && request.path != "/") {
    exchange.match = {};
    exchange.error = make_error(ErrorKind::not_found, "error.kind.not_found", "no such page");
  } else if (!found && exchange.match.path_exists) {
    exchange.error = make_error(ErrorKind::invalid, "error.method", "this address does not take this method");
    exchange.error_headers.emplace_back("Allow", allowed_methods(request.path));
  } else if (!found) {
    exchange.error = make_error(ErrorKind::not_found, "error.kind.not_found", "no such page");
  }
}

// What the head says of who asks, from where, and for which trace.
void Exchanges::describe(Request& request, std::string_view peer) const {
  request.request_id = base::to_base64url(random_.bytes(12));
  auto trace = parse_traceparent(request.header("traceparent"));
  request.trace_id = trace ? std::move(trace->trace_id) : base::to_hex(random_.bytes(16));
  const std::string client = client_address(peer, request.header("x-forwarded-for"), options_.trusted_proxies);
  request.remote_network = network_of(client);
  request.neighbourhood = neighbourhood_of(client);
  request.language = language_of(request);
}

// Machines have no cookies: what a browser would send of its own accord is nothing that they are known by.
void Exchanges::settle_system(Exchange& exchange) const {
  Request& request = exchange.request;
  request.of_system = exchange.match.audience == Audience::system;
  if (request.of_system) std::erase_if(request.headers, [](const auto& header) { return header.first == "cookie"; });
}

std::expected<std::unique_ptr<Exchanges::Exchange>, HeadFault> Exchanges::begin(
    RequestHead head, std::string_view peer, Door door, const std::vector<base::Bytes>& proved) const {
  auto exchange = std::make_unique<Exchange>();
  exchange->started = clock_.now();
  exchange->head = std::move(head);
  exchange->keep_alive = exchange->head.keep_alive;
  Request& request = exchange->request;
  request.headers = std::move(exchange->head.headers);
  request.raw_target = exchange->head.target;
  request.received = exchange->started;
  if (!settle_client_certificate(request, peer, proved, options_))
    return std::unexpected(HeadFault{400, "malformed Client-Cert or Client-Cert-Chain"});
  describe(request, peer);
  exchange->asker = Askers::network(request);
  exchange->memory = budgets_.memory.share(exchange->asker);
  if (is_listed(peer, options_.trusted_proxies))
    exchange->proxied_client =
        connection_key(client_address(peer, request.header("x-forwarded-for"), options_.trusted_proxies));

  exchange->method_text = exchange->head.method;
  auto method = method_from(exchange->method_text);
  bool options = exchange->method_text == "OPTIONS";
  if (!method && !options)
    return std::unexpected(HeadFault{exchange->method_text == "TRACE" || exchange->method_text == "CONNECT" ? 405 : 501,
                                     "this method is not taken"});
  request.method = method.value_or(Method::get);
  exchange->head_only = request.method == Method::head;
  bool trailing_slash = false;
  if (exchange->head.target == "*") {
    request.path = "/";
  } else {
    auto target = parse_target(exchange->head.target);
    if (!target) return std::unexpected(HeadFault{400, "malformed request target"});
    request.path = std::move(target->path);
    request.query = std::move(target->query);
    trailing_slash = target->trailing_slash;
  }
  bool health = request.path == "/healthz" || request.path == "/readyz" || request.path == "/metrics";
  if (!health && door == Door::portal && !host_is_ours(request.header("host"), options_.public_url))
    return std::unexpected(HeadFault{421, "this host is not served here"});

  if (auto own = own_answer(*exchange, peer, door)) {
    exchange->ready = std::move(own);
  } else if (options) {
    Response allowed;
    allowed.status = 204;
    allowed.headers.emplace_back("Allow", exchange->head.target == "*" ? "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
                                                                       : allowed_methods(request.path));
    exchange->ready = std::move(allowed);
  } else {
    find_route(*exchange, trailing_slash);
    settle_system(*exchange);
    if (!exchange->error && changes_something(request.method) && exchange->match.limits.anti_forgery &&
        !origin_is_ours(request, options_.public_url))
      exchange->error = make_error(ErrorKind::forbidden, "error.origin", "a form from another site");
  }
  return exchange;
}

void Exchanges::set_over(Exchange& exchange, Over over) {
  exchange.over = true;
  exchange.error =
      over == Over::all
          ? make_error(ErrorKind::unavailable, "error.kind.unavailable", "too much is going on; try again")
          : make_error(ErrorKind::unavailable, "error.over_share", "more at once than one client may have");
}

void Exchanges::admit(Exchange& exchange, Asker asker) {
  exchange.asker = std::move(asker);
  exchange.memory = budgets_.memory.share(exchange.asker);
  exchange.disk = budgets_.disk.share(exchange.asker);
  if (!exchange.proxied_client.empty()) {
    exchange.client = budgets_.clients.share({exchange.proxied_client, false});
    if (!exchange.client.grow(1)) return set_over(exchange, Over::holder);
  }
  if (!exchange.error && exchange.head.has_body()) prepare_reader(exchange);
  if (!exchange.reader) return;
  exchange.content = budgets_.contents.share(exchange.asker);
  if (!exchange.content.grow(1)) {
    set_over(exchange, Over::holder);
    exchange.reader.reset();
    return;
  }
  if (!exchange.reader->writes_files()) return;
  exchange.upload = budgets_.uploads.share(exchange.asker);
  if (exchange.upload.grow(1)) return;
  set_over(exchange, Over::holder);
  exchange.reader.reset();
}

void Exchanges::prepare_reader(Exchange& exchange) const {
  exchange.reader = std::make_unique<BodyReader>(
      exchange.request, exchange.match.limits,
      BodyReader::Place{.folder = options_.upload_folder,
                        .random = &random_,
                        .token_is_good = [this](const Request& asked) { return router_.token_is_good(asked); },
                        .memory = &exchange.memory,
                        .disk = &exchange.disk,
                        .disk_has_room = [this] { return disk_room_.has_room(); }});
  BodyReader& reader = *exchange.reader;
  const bool stranger = !exchange.asker.person && !router_.is_visitor(exchange.request);
  const bool needs_token = exchange.match.limits.anti_forgery;
  if (stranger) reader.limit_to(BodyReader::stranger_limit);
  if (exchange.head.content_length.value_or(0) <= reader.total_limit()) return;
  if (stranger && needs_token)
    exchange.error =
        make_error(ErrorKind::forbidden, "error.anti_forgery", "this much from a browser that is not known");
  else
    exchange.error =
        make_error(ErrorKind::too_large, reader.writes_files() ? "error.upload.too_large" : "error.form.too_large",
                   "the content is too large");
  exchange.reader.reset();
}

Answer Exchanges::handle(Exchange& exchange) const {
  Request& request = exchange.request;
  if (!exchange.error && exchange.reader)
    if (auto status = exchange.reader->finish(); !status) exchange.error = std::move(status.error());
  if (!exchange.error && changes_something(request.method) && exchange.match.limits.anti_forgery &&
      !router_.token_is_good(request))
    exchange.error = make_error(ErrorKind::forbidden, "error.anti_forgery",
                                "the form's anti-forgery token is missing or not this session's");
  if (!exchange.error) return router_.run(exchange.match, request);
  const auto& error = *exchange.error;
  if (error.code == "error.anti_forgery") {
    if (auto led_on = router_.stale_form(request)) {
      led_on->refused_for = error.code;
      return std::move(*led_on);
    }
  }
  if (error.code == "error.upload.disk_full")
    metrics_
        .counter("alting_http_rejected_total", "Connections and requests refused by a limit.",
                 {{"reason", "disk_full"}})
        .add();
  Response response = router_.error(request, error);
  response.status = status_of(error);
  if (error.kind == ErrorKind::forbidden) response.refused_for = error.code;
  for (auto& header : exchange.error_headers) response.headers.push_back(header);
  return response;
}

namespace {

// The temporary files go before the answer leaves, those that were not read to their end too.
void drop_files(Exchanges::Exchange& exchange) {
  exchange.reader.reset();
  exchange.request.uploads.clear();
  exchange.disk.release();
}

}  // namespace

Wire Exchanges::answer(Exchange& exchange) const {
  try {
    Answer answer = handle(exchange);
    if (const auto* own = std::get_if<Response>(&answer); own != nullptr && !own->refused_for.empty())
      log_refused(exchange, *own);
    if (auto* own = std::get_if<Response>(&answer); own != nullptr && exchange.request.of_system)
      own->set_cookies.clear();
    drop_files(exchange);
    return finish(exchange, std::move(answer));
  } catch (const std::exception& broken) {
    // run() keeps what handlers throw; this is the rest: a disk that fails under a form, memory.
    base::log(base::LogLevel::error, "incident",
              {{"incident", exchange.request.request_id}, {"route", exchange.match.pattern}, {"error", broken.what()}});
  }
  Wire wire;
  wire.status = 503;
  wire.keep_alive = false;
  wire.head = plain_answer(503, unserved("service unavailable; incident " + exchange.request.request_id), clock_.now(),
                           "Retry-After: 5\r\n");
  return wire;
}

std::string Exchanges::unserved(std::string_view words) const {
  return options_.when_down.empty() ? std::string(words) : fmt::format("{}\n\n{}", words, options_.when_down);
}

Wire Exchanges::finish(Exchange& exchange, Answer answer) const {
  Wire wire = make(exchange, std::move(answer), exchange.request.header("accept-encoding"));
  // An answer that waits to be read is held for its asker. A small one is always given: it may be all that says what
  // was done.
  if (wire.body.size() > BodyReader::stranger_limit && !exchange.memory.grow(wire.body.size()))
    return refusal(exchange, Over::holder);
  count(exchange, wire.status);
  if (options_.access_log && !exchange.ready) log_access(exchange, wire);
  return wire;
}

Wire Exchanges::refusal(Exchange& exchange, Over over) const {
  set_over(exchange, over);
  drop_files(exchange);
  // Not compressed: whoever is over is to cost nothing.
  Wire wire = make(exchange, router_.error(exchange.request, *exchange.error), "");
  count(exchange, wire.status);
  if (options_.access_log) log_access(exchange, wire);
  return wire;
}

Wire Exchanges::make(Exchange& exchange, Answer answer, std::string_view accept_encoding) const {
  const Request& request = exchange.request;
  std::string span = base::to_hex(random_.bytes(8));
  const WireContext context{.head_only = exchange.head_only,
                            .version_1_1 = exchange.head.version_1_1,
                            .keep_alive = exchange.keep_alive && !stopping_,
                            .secure = is_for_tls_alone(options_.tls_certificate.has_value(), options_.public_url),
                            .accept_encoding = accept_encoding,
                            .request_id = request.request_id,
                            .trace_id = request.trace_id,
                            .span_id = span,
                            .now = clock_.now()};
  return std::visit([&](auto& given) { return make_wire(std::move(given), context); }, answer);
}

void Exchanges::count(const Exchange& exchange, int status) const {
  const RouteMetrics* route = &elsewhere_;
  if (exchange.match.found()) {
    std::string_view verb = exchange.head_only && !by_route_.contains("HEAD " + exchange.match.pattern)
                                ? "GET"
                                : to_text(exchange.request.method);
    if (auto found = by_route_.find(fmt::format("{} {}", verb, exchange.match.pattern)); found != by_route_.end())
      route = &found->second;
  }
  if (base::Counter* counter = route->by_class[static_cast<std::size_t>(std::clamp(status / 100, 2, 5))])
    counter->add();
  route->seconds->observe_seconds(static_cast<double>((clock_.now() - exchange.started).micros) / 1e6);
}

// For operators: what was refused, and where; not to whom.
void Exchanges::log_refused(const Exchange& exchange, const Response& response) const {
  metrics_
      .counter("alting_refused_total", "Refused: access, anti-forgery and login checks, limits of a person.",
               {{"reason", response.refused_for}})
      .add();
  base::log(base::LogLevel::warning, "refused",
            {{"request", exchange.request.request_id},
             {"reason", response.refused_for},
             {"method", exchange.method_text},
             {"route", exchange.match.found() ? exchange.match.pattern : std::string("-")},
             {"status", response.status},
             {"network", exchange.request.remote_network},
             {"trace", exchange.request.trace_id}});
}

// The route's pattern and the client's network: neither says who it was or what it was about.
void Exchanges::log_access(const Exchange& exchange, const Wire& wire) const {
  base::log(base::LogLevel::info, "request",
            {{"request", exchange.request.request_id},
             {"method", exchange.method_text},
             {"route", exchange.match.found() ? exchange.match.pattern : std::string("-")},
             {"status", wire.status},
             {"micros", (clock_.now() - exchange.started).micros},
             {"octets", static_cast<std::uint64_t>(wire.body.size())},
             {"network", exchange.request.remote_network},
             {"trace", exchange.request.trace_id}});
}

}  // namespace alting::web
