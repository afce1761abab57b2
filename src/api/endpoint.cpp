#include "api/endpoint.h"

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "base/percent.h"

namespace alting::api {

const login::Caller& Call::by() const {
  if (caller == nullptr) throw std::logic_error("an endpoint without a scope knows no caller");
  return *caller;
}

bool Call::has(std::string_view name) const {
  return std::ranges::any_of(request.query, [&](const auto& one) { return one.first == name; });
}

std::string_view Call::text(std::string_view name) const { return request.query_value(name); }

std::vector<std::string_view> Call::texts(std::string_view name) const {
  std::vector<std::string_view> found;
  for (const auto& [key, value] : request.query) {
    if (key == name) found.emplace_back(value);
  }
  return found;
}

std::optional<std::int64_t> Call::whole(std::string_view name) const {
  return whole_from(has(name) ? text(name) : place(name));
}

bool Call::flag(std::string_view name, bool otherwise) const {
  return has(name) ? flag_from(text(name)).value_or(otherwise) : otherwise;
}

std::string Call::address() const { return address_with({}, {}); }

std::string Call::address_with(std::string_view name, std::string_view value) const {
  auto made = public_url + base::percent_encode_path(request.path);
  char before = '?';
  const auto add = [&](std::string_view key, std::string_view one) {
    made += before + base::percent_encode(key) + '=' + base::percent_encode(one);
    before = '&';
  };
  for (const auto& [key, one] : request.query) {
    if (key != name) add(key, one);
  }
  if (!name.empty()) add(name, value);
  return made;
}

std::optional<std::int64_t> whole_from(std::string_view text) {
  std::int64_t number = 0;
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  return read.ec == std::errc() && read.ptr == end ? std::optional(number) : std::nullopt;
}

std::optional<bool> flag_from(std::string_view text) {
  if (text == "true" || text == "True") return true;
  if (text == "false" || text == "False") return false;
  return std::nullopt;
}

web::Response no_content() {
  web::Response response;
  response.status = 204;
  response.content_type.clear();
  return response;
}

}  // namespace alting::api
