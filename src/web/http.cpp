#include "web/http.h"

#include "base/percent.h"
#include "base/text.h"

namespace alting::web {

Upload::Upload(std::string field_name, std::string name, std::string type, std::filesystem::path file,
               std::int64_t octets, base::Bytes digest)
    : field(std::move(field_name)),
      file_name(std::move(name)),
      media_type(std::move(type)),
      path(std::move(file)),
      size(octets),
      sha256(std::move(digest)) {}
Upload::~Upload() {
  std::error_code ignored;
  if (!path.empty()) std::filesystem::remove(path, ignored);
}
Upload::Upload(Upload&& other) noexcept
    : field(std::move(other.field)),
      file_name(std::move(other.file_name)),
      media_type(std::move(other.media_type)),
      path(std::exchange(other.path, {})),
      size(other.size),
      sha256(std::move(other.sha256)),
      too_large(other.too_large) {}
Upload& Upload::operator=(Upload&& other) noexcept {
  if (this == &other) return *this;
  std::error_code ignored;
  if (!path.empty()) std::filesystem::remove(path, ignored);
  field = std::move(other.field);
  file_name = std::move(other.file_name);
  media_type = std::move(other.media_type);
  path = std::exchange(other.path, {});
  size = other.size;
  sha256 = std::move(other.sha256);
  too_large = other.too_large;
  return *this;
}

namespace {

std::string_view first_value(const Fields& fields, std::string_view name) {
  for (const auto& [key, value] : fields)
    if (key == name) return value;
  return {};
}

// The weight of a media range in Accept that covers `type`, or -1. Exact matches win over wildcards of the same weight
// by order.
double accept_weight(std::string_view accept, std::string_view type) {
  double best = -1;
  int best_precision = -1;
  for (std::string_view range : base::split(accept, ',')) {
    auto parts = base::split(range, ';');
    std::string name = base::to_lower(base::trim(parts[0]));
    std::string_view main = type.substr(0, type.find('/'));
    int precision = name == type ? 2 : name == fmt::format("{}/*", main) ? 1 : name == "*/*" ? 0 : -1;
    if (precision < best_precision || precision < 0) continue;
    double weight = 1;
    for (std::size_t i = 1; i < parts.size(); ++i) {
      std::string_view parameter = base::trim(parts[i]);
      if (!parameter.starts_with("q=") && !parameter.starts_with("Q=")) continue;
      std::string_view number = parameter.substr(2);
      if (number.starts_with("0")) {
        weight = 0;
        double unit = 0.1;
        for (std::size_t k = 2; k < number.size() && k < 5 && number[k] >= '0' && number[k] <= '9'; ++k, unit /= 10)
          weight += (number[k] - '0') * unit;
      }
    }
    best = weight;
    best_precision = precision;
  }
  return best;
}

}  // namespace

std::string_view Request::header(std::string_view lower_case_name) const {
  for (const auto& [name, text] : headers)
    if (name == lower_case_name) return text;
  return {};
}
bool Request::has_header(std::string_view lower_case_name) const {
  return std::ranges::any_of(headers, [&](const auto& header) { return header.first == lower_case_name; });
}
std::string_view Request::value(std::string_view path_name) const {
  auto found = path_values.find(path_name);
  return found == path_values.end() ? std::string_view{} : std::string_view(found->second);
}
std::string_view Request::query_value(std::string_view name) const { return first_value(query, name); }
std::string_view Request::form_value(std::string_view name) const { return first_value(form, name); }
std::vector<std::string_view> Request::form_values(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& [key, text] : form)
    if (key == name) values.emplace_back(text);
  return values;
}
bool Request::has_form(std::string_view name) const {
  return std::ranges::any_of(form, [&](const auto& field) { return field.first == name; });
}
std::string_view Request::cookie(std::string_view name) const {
  for (const auto& [key, line] : headers) {
    if (key != "cookie") continue;
    std::string_view rest = line;
    while (!rest.empty()) {
      std::size_t end = rest.find(';');
      std::string_view pair = base::trim(rest.substr(0, end));
      if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=')
        return pair.substr(name.size() + 1);
      if (end == std::string_view::npos) break;
      rest.remove_prefix(end + 1);
    }
  }
  return {};
}
bool Request::wants_json() const {
  std::string_view accept = header("accept");
  if (accept.empty()) return false;
  double json_weight =
      std::max(accept_weight(accept, "application/json"), accept_weight(accept, "application/problem+json"));
  return json_weight > 0 && json_weight > accept_weight(accept, "text/html");
}
bool Request::wants_fragment() const { return header("alting-fragment") == "1"; }

Response page(html::Html html, int status) {
  Response response;
  response.status = status;
  response.body = std::move(html).take();
  return response;
}

Response json(const base::Json& value, int status) {
  Response response;
  response.status = status;
  response.content_type = "application/json";
  response.body = value.dump();
  return response;
}

Response text(std::string body, int status) {
  Response response;
  response.status = status;
  response.content_type = "text/plain; charset=utf-8";
  response.body = std::move(body);
  return response;
}

Response redirect(std::string path) {
  // Only a path of this site, so that no handler can be made to send people elsewhere by a value it was given.
  if (!path.starts_with('/') || path.starts_with("//") || path.find_first_of("\\\r\n\t") != std::string::npos)
    path = "/";
  Response response;
  response.status = 303;
  response.content_type.clear();
  response.headers.emplace_back("Location", std::move(path));
  return response;
}

Response redirect_away(std::string absolute_url) {
  if (absolute_url.find_first_of("\r\n\t \\") != std::string::npos ||
      !(absolute_url.starts_with("https://") || absolute_url.starts_with("http://")))
    throw std::logic_error("redirect_away needs an absolute http address");
  Response response;
  response.status = 303;
  response.content_type.clear();
  response.headers.emplace_back("Location", std::move(absolute_url));
  return response;
}

namespace {

// RFC 6266 with RFC 8187: an ASCII name for old readers, the exact one in UTF-8.
std::string disposition(std::string_view name) {
  const auto is_plain = [](char c) { return base::is_unreserved(c) && c != '~'; };
  std::string ascii;
  for (char c : name) {
    auto octet = static_cast<unsigned char>(c);
    if (is_plain(c) || c == ' ')
      ascii += c;
    else if (octet < 0x80 || octet >= 0xC0)
      ascii += '_';  // one for each character, not each octet
  }
  if (ascii.empty()) return disposition("fil");
  return fmt::format("attachment; filename=\"{}\"; filename*=UTF-8''{}", ascii, base::percent_encode(name, is_plain));
}

Response attachment(std::string_view name, std::string type) {
  Response response;
  response.content_type = std::move(type);
  response.headers.emplace_back("Content-Disposition", disposition(name));
  response.headers.emplace_back("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'");
  return response;
}

}  // namespace

Response download(const std::string& file_name, std::string media_type, std::string body) {
  Response response = attachment(file_name, std::move(media_type));
  response.body = std::move(body);
  return response;
}

Response download(const std::string& file_name, std::string media_type, std::int64_t size, BodySource source) {
  Response response = attachment(file_name, std::move(media_type));
  response.source = std::move(source);
  response.source_size = size;
  return response;
}

int status_of(base::ErrorKind kind) {
  using base::ErrorKind;
  switch (kind) {
    case ErrorKind::invalid: return 400;
    case ErrorKind::unauthenticated: return 401;
    case ErrorKind::level_too_low: return 403;
    case ErrorKind::forbidden: return 403;
    case ErrorKind::not_found: return 404;
    case ErrorKind::conflict: return 409;
    case ErrorKind::gone: return 410;
    case ErrorKind::too_large: return 413;
    case ErrorKind::unsupported: return 415;
    case ErrorKind::unprocessable: return 422;
    case ErrorKind::too_many: return 429;
    case ErrorKind::unavailable: return 503;
  }
  return 500;
}

int status_of(const base::Error& error) {
  if (error.code == "error.method") return 405;
  if (error.code == "error.timeout") return 408;
  return status_of(error.kind);
}

Response problem(const base::Error& error, std::string_view title) {
  int status = status_of(error);
  base::Json document = base::Json::object(
      {{"type", "urn:problem-type:alting:" + error.code}, {"title", title}, {"status", status}, {"code", error.code}});
  if (!error.detail.empty()) document.set("detail", error.detail);
  if (!error.params.empty()) {
    base::Json params = base::Json::object();
    for (const auto& [name, text] : error.params) params.set(name, text);
    document.set("params", std::move(params));
  }
  Response response = json(document, status);
  response.content_type = "application/problem+json";
  if (status == 503 || status == 429) response.headers.emplace_back("Retry-After", "5");
  if (status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

}  // namespace alting::web
