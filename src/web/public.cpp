#include "web/public.h"

namespace alting::web {

PublicResponse::PublicResponse(std::string content_type, std::string body, Lifetime lifetime)
    : content_type_(std::move(content_type)), body_(std::move(body)), lifetime_(lifetime) {}

PublicResponse PublicResponse::problem(const base::Error& error, std::string_view title) {
  Response document = web::problem(error, title);
  PublicResponse response(std::move(document.content_type), std::move(document.body), {});
  response.status_ = document.status;
  return response;
}

void PublicResponse::set_etag(std::string tag, const PublicRequest& request) {
  etag_ = std::move(tag);
  if (request.if_none_match().find(etag_) == std::string_view::npos) return;
  status_ = 304;
  body_.clear();
}

std::string PublicResponse::cache_control() const {
  if (lifetime_.max_age.count() <= 0) return "no-store";
  return fmt::format("public, max-age={}{}", lifetime_.max_age.count(), lifetime_.unchanging ? ", immutable" : "");
}

}  // namespace alting::web
