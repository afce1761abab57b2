// What is the same for everyone and may be kept by any cache: static files, the log's tiles, public keys.
//
// It is another type than a person's Response on purpose, and its handler is handed another type than a Request: one
// that says neither who asks nor from where. So nothing of one person can get into an answer that a cache gives to the
// next, and the compiler refuses the route that would mix them (RFC 9111 section 3 leaves that to the server).
#pragma once
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "web/compress.h"
#include "web/http.h"

namespace alting::web {

struct Wire;         // web/response_writer.h
struct WireContext;  // web/response_writer.h

// A request without its person: no cookies, no headers but those that choose a form of the same content, no address, no
// language (which a cookie may have chosen).
class PublicRequest {
 public:
  explicit PublicRequest(const Request& asked) : asked_(&asked) {}  // lives no longer than `asked`
  [[nodiscard]] Method method() const { return asked_->method; }
  [[nodiscard]] std::string_view path() const { return asked_->path; }
  [[nodiscard]] std::string_view value(std::string_view path_name) const { return asked_->value(path_name); }
  [[nodiscard]] std::string_view query_value(std::string_view name) const { return asked_->query_value(name); }
  [[nodiscard]] std::string_view accept_encoding() const { return asked_->header("accept-encoding"); }
  [[nodiscard]] std::string_view if_none_match() const { return asked_->header("if-none-match"); }

 private:
  const Request* asked_;
};

// How long caches may keep an answer. `unchanging` says that this address will never give another (RFC 8246).
struct Lifetime {
  std::chrono::seconds max_age{0};
  bool unchanging = false;
};

class PublicResponse {
 public:
  PublicResponse(std::string content_type, std::string body, Lifetime lifetime);
  // RFC 9457 problem document. No cache keeps it: what is missing may come.
  [[nodiscard]] static PublicResponse problem(const base::Error& error, std::string_view title);

  // `tag` with its quotes. When the request has it already, the answer becomes 304 without a body.
  void set_etag(std::string tag, const PublicRequest& request);
  // Pages of other sites may read it: for what the whole world is meant to check.
  void allow_other_sites() { for_other_sites_ = true; }
  // The body is in this encoding already, chosen by the request's Accept-Encoding.
  void set_encoded(Encoding encoding) { encoding_ = encoding; }

  [[nodiscard]] int status() const { return status_; }
  [[nodiscard]] const std::string& content_type() const { return content_type_; }
  [[nodiscard]] const std::string& body() const { return body_; }
  [[nodiscard]] std::string cache_control() const;

 private:
  friend Wire make_wire(PublicResponse response, const WireContext& context);
  int status_ = 200;
  std::string content_type_;
  std::string body_;
  Lifetime lifetime_;
  std::string etag_;
  bool for_other_sites_ = false;
  std::optional<Encoding> encoding_;
};

using PublicHandler = std::function<PublicResponse(const PublicRequest&)>;

}  // namespace alting::web
