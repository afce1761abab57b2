// One request and its answer, without sockets: everything the server decides between the head that was read and the
// octets that are sent. The connection (connection.cpp) reads, waits and writes; this decides.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/metrics.h"
#include "web/asker.h"
#include "web/assets.h"
#include "web/body_reader.h"
#include "web/budget.h"
#include "web/disk_room.h"
#include "web/request_head.h"
#include "web/response_writer.h"
#include "web/router.h"
#include "web/server_options.h"

namespace alting::web {

// What everyone together, each person and each network may hold at once.
struct Budgets {
  Budgets(const ServerOptions& options, base::Metrics& metrics);
  OverBudget workers;
  Budget streams, uploads, memory, disk;
  Budget contents;  // requests whose content is being read
  Budget clients;   // requests at once of one client behind a trusted proxy, as connections are without one
};

// What all connections share.
class Exchanges {
 public:
  Exchanges(const ServerOptions& options, const Router& router, const Assets& assets, const base::Clock& clock,
            base::Random& random, base::Metrics& metrics);

  enum class Door : std::uint8_t { portal, metrics };  // the address a request came to
  struct Exchange {
    Asker asker;
    // These go after what they account for, and so stand before it.
    Budget::Share client, content, upload, memory, disk;
    Request request;
    Router::Match match;
    RequestHead head;
    std::unique_ptr<BodyReader> reader;  // when content is to be read
    std::optional<base::Error> error;    // found before the handler: its page is the answer
    bool over = false;                   // the error is that it is over its share: answered without a worker
    std::string proxied_client;          // who asks by way of a trusted proxy; "" for a connection of their own
    std::optional<Answer> ready;         // the answer already, made without waiting: static files, health
    std::string method_text;
    Fields error_headers;  // Allow
    bool head_only = false;
    bool keep_alive = true;
    base::Instant started;
  };
  // Decides what is to be done. An unexpected is answered in plain text, and the connection ends.
  // `proved`: the certificates that the peer showed in its TLS handshake, its own first.
  [[nodiscard]] std::expected<std::unique_ptr<Exchange>, HeadFault> begin(
      RequestHead head, std::string_view peer, Door door = Door::portal,
      const std::vector<base::Bytes>& proved = {}) const;
  // Puts it into its asker's share, before its content is read. What is over that becomes its error.
  void admit(Exchange& exchange, Asker asker);
  // Makes it an error of the one who is over, or of all.
  static void set_over(Exchange& exchange, Over over);
  [[nodiscard]] Askers& askers() { return askers_; }
  [[nodiscard]] Budgets& budgets() { return budgets_; }
  [[nodiscard]] const DiskRoom& disk_room() const { return disk_room_; }
  // Instead of its answer: 503 with Retry-After, made without waiting. The connection goes on.
  [[nodiscard]] Wire refusal(Exchange& exchange, Over over) const;
  // On a worker: the form, the token, the handler, the page for a mistake; then the octets to send. Does not throw.
  [[nodiscard]] Wire answer(Exchange& exchange) const;
  [[nodiscard]] Wire finish(Exchange& exchange, Answer answer) const;  // for `ready`
  void count(const Exchange& exchange, int status) const;
  [[nodiscard]] base::Instant now() const { return clock_.now(); }
  // The words of a 503 that has no page, and how to do it another way (ServerOptions::when_down).
  [[nodiscard]] std::string unserved(std::string_view words) const;
  void set_ready(bool ready) { ready_ = ready; }
  void set_stopping() { stopping_ = true; }  // every answer from now on ends its connection
  [[nodiscard]] bool may_read_metrics(const Request& request, std::string_view peer, Door door) const;

 private:
  struct RouteMetrics {
    std::array<base::Counter*, 6> by_class{};
    base::Histogram* seconds = nullptr;
  };
  [[nodiscard]] std::optional<Answer> own_answer(const Exchange& exchange, std::string_view peer, Door door) const;
  void describe(Request& request, std::string_view peer) const;
  void prepare_reader(Exchange& exchange) const;
  [[nodiscard]] Wire make(Exchange& exchange, Answer answer, std::string_view accept_encoding) const;
  void find_route(Exchange& exchange, bool trailing_slash) const;
  void settle_system(Exchange& exchange) const;
  [[nodiscard]] std::string allowed_methods(std::string_view path) const;
  [[nodiscard]] Answer handle(Exchange& exchange) const;
  [[nodiscard]] RouteMetrics route_metrics(std::string_view method, std::string_view pattern) const;
  void log_refused(const Exchange& exchange, const Response& response) const;
  void log_access(const Exchange& exchange, const Wire& wire) const;

  const ServerOptions& options_;
  const Router& router_;
  const Assets& assets_;
  const base::Clock& clock_;
  base::Random& random_;
  base::Metrics& metrics_;
  mutable Budgets budgets_;
  DiskRoom disk_room_;
  Askers askers_;
  std::atomic<bool> ready_{true}, stopping_{false};
  std::unordered_map<std::string, RouteMetrics> by_route_;  // never changes after construction
  RouteMetrics elsewhere_;
};

}  // namespace alting::web
