// One request and its answer, without sockets: everything the server decides between the head that was read and the
// octets that are sent. The connection (server.cpp) reads, waits and writes; this decides.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "web/assets.h"
#include "web/body_reader.h"
#include "web/metrics.h"
#include "web/request_head.h"
#include "web/response_writer.h"
#include "web/server.h"

namespace alting::web {

// What all connections share.
class Exchanges {
 public:
  Exchanges(const ServerOptions& options, const Router& router, const Assets& assets, const base::Clock& clock,
            base::Random& random, Metrics& metrics);

  struct Exchange {
    Request request;
    Router::Match match;
    RequestHead head;
    std::unique_ptr<BodyReader> reader;  // when content is to be read
    std::optional<base::Error> error;    // found before the handler: its page is the answer
    std::optional<Answer> ready;         // the answer already, made without waiting: static files, health
    std::string method_text;
    std::vector<std::pair<std::string, std::string>> error_headers;  // Allow
    bool head_only = false;
    bool keep_alive = true;
    base::Instant started;
  };
  // Decides what is to be done. An unexpected is answered in plain text, and the connection ends.
  [[nodiscard]] std::expected<std::unique_ptr<Exchange>, HeadFault> begin(RequestHead head,
                                                                          std::string_view peer) const;
  // On a worker: the form, the token, the handler, the page for a mistake; then the octets to send. Does not throw.
  [[nodiscard]] Wire answer(Exchange& exchange) const;
  [[nodiscard]] Wire finish(Exchange& exchange, Answer answer) const;  // for `ready`
  void count(const Exchange& exchange, int status) const;
  [[nodiscard]] base::Instant now() const { return clock_.now(); }
  void set_ready(bool ready) { ready_ = ready; }
  void set_stopping() { stopping_ = true; }  // every answer from now on ends its connection
  [[nodiscard]] bool may_read_metrics(const Request& request, std::string_view peer) const;

 private:
  struct RouteMetrics {
    std::array<Counter*, 6> by_class{};
    Histogram* seconds = nullptr;
  };
  [[nodiscard]] std::optional<Answer> own_answer(const Exchange& exchange, std::string_view peer) const;
  void find_route(Exchange& exchange, bool trailing_slash) const;
  [[nodiscard]] std::string allowed_methods(std::string_view path) const;
  [[nodiscard]] Answer handle(Exchange& exchange) const;
  [[nodiscard]] RouteMetrics route_metrics(std::string_view method, std::string_view pattern) const;
  void log_access(const Exchange& exchange, const Wire& wire) const;

  const ServerOptions& options_;
  const Router& router_;
  const Assets& assets_;
  const base::Clock& clock_;
  base::Random& random_;
  Metrics& metrics_;
  std::atomic<bool> ready_{true}, stopping_{false};
  std::unordered_map<std::string, RouteMetrics> by_route_;  // never changes after construction
  RouteMetrics elsewhere_;
};

}  // namespace alting::web
