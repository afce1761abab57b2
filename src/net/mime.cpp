#include "net/mime.h"

#include <algorithm>

#include "base/text.h"

namespace alting::net {
namespace {

constexpr std::size_t max_fields = 200, max_parts = 20;

std::string lower_case(std::string_view text) {
  std::string lowered(text);
  std::transform(lowered.begin(), lowered.end(), lowered.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lowered;
}

// Takes one line off the text, without what ends it.
std::string_view next_line(std::string_view& text) {
  const auto end = text.find('\n');
  auto line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

std::string_view MimeEntity::header(std::string_view lower_case_name) const {
  for (const auto& [name, value] : headers)
    if (name == lower_case_name) return value;
  return {};
}

MimeEntity read_entity(std::string_view text) {
  MimeEntity entity;
  while (!text.empty()) {
    const auto line = next_line(text);
    if (line.empty()) break;
    if (line.front() == ' ' || line.front() == '\t') {
      if (!entity.headers.empty()) entity.headers.back().second.append(" ").append(base::trim(line));
      continue;
    }
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    if (entity.headers.size() == max_fields) break;
    entity.headers.emplace_back(lower_case(base::trim(line.substr(0, colon))), base::trim(line.substr(colon + 1)));
  }
  entity.body = text;
  return entity;
}

std::string media_type(std::string_view content_type) {
  return lower_case(base::trim(content_type.substr(0, content_type.find(';'))));
}

std::string parameter_of(std::string_view content_type, std::string_view lower_case_name) {
  for (auto at = content_type.find(';'); at != std::string_view::npos;) {
    const auto equals = content_type.find('=', at);
    if (equals == std::string_view::npos) return {};
    const auto name = lower_case(base::trim(content_type.substr(at + 1, equals - at - 1)));
    std::string value;
    auto i = equals + 1;
    while (i < content_type.size() && (content_type[i] == ' ' || content_type[i] == '\t')) ++i;
    if (i < content_type.size() && content_type[i] == '"') {
      for (++i; i < content_type.size() && content_type[i] != '"'; ++i) {
        if (content_type[i] == '\\' && i + 1 < content_type.size()) ++i;
        value += content_type[i];
      }
      at = content_type.find(';', i);
    } else {
      at = content_type.find(';', i);
      value = base::trim(content_type.substr(i, at == std::string_view::npos ? at : at - i));
    }
    if (name == lower_case_name) return value;
  }
  return {};
}

std::vector<std::string_view> parts_of(std::string_view body, std::string_view boundary) {
  std::vector<std::string_view> parts;
  if (boundary.empty() || boundary.size() > 70) return parts;
  bool inside = false;
  std::size_t begin = 0;
  for (auto rest = body; !rest.empty() && parts.size() < max_parts;) {
    const auto start = static_cast<std::size_t>(rest.data() - body.data());
    auto line = next_line(rest);
    if (!line.starts_with("--") || !line.substr(2).starts_with(boundary)) continue;
    line = base::trim(line.substr(2 + boundary.size()));
    if (!line.empty() && line != "--") continue;  // another boundary that begins as ours
    if (inside) parts.push_back(body.substr(begin, start - begin));
    if (line == "--") return parts;
    inside = true;
    begin = body.size() - rest.size();
  }
  if (inside && parts.size() < max_parts) parts.push_back(body.substr(begin));  // cut off: what there is
  return parts;
}

}  // namespace alting::net
