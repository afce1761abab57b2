// An answer made ready for the wire: security headers on every one, no-store on every personal one, compression,
// lengths. The one place where the two kinds of answer become the same octets.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "web/http.h"
#include "web/public.h"

namespace alting::web {

struct WireContext {
  bool head_only = false;  // HEAD
  bool version_1_1 = true;
  bool keep_alive = true;
  bool secure = false;  // HSTS: served over TLS, here or by a proxy before us
  std::string_view accept_encoding;
  std::string_view request_id;
  std::string_view trace_id;  // with `span_id`, told back as traceresponse
  std::string_view span_id;
  base::Instant now;  // Date
};

struct Wire {
  std::string head;
  std::string body;
  BodySource source;  // when the body is produced on the way
  std::optional<std::int64_t> source_size;
  bool chunked = false;
  bool keep_alive = true;
  int status = 200;
};

[[nodiscard]] Wire make_wire(Response response, const WireContext& context);        // always no-store
[[nodiscard]] Wire make_wire(PublicResponse response, const WireContext& context);  // as its lifetime says, no cookie
[[nodiscard]] std::string_view reason_phrase(int status);
// A short answer of the server itself, before there is a request to hand on: text/plain, and the connection closes.
[[nodiscard]] std::string plain_answer(int status, std::string_view words, base::Instant now,
                                       std::string_view more_headers = {});

}  // namespace alting::web
