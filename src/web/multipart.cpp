#include "web/multipart.h"

#include "base/text.h"

namespace alting::web {
namespace {

constexpr std::size_t max_part_head = 8 * 1024;
constexpr std::size_t max_parts = 2'000;

base::Error malformed(std::string detail) {
  return base::make_error(base::ErrorKind::invalid, "error.multipart", std::move(detail));
}

// A parameter's value: quoted, where only \" is an escape (a Windows path has bare backslashes), or a token. Browsers
// write ", CR and LF in names as %22, %0D and %0A (HTML section 4.10.21.8).
std::optional<std::string> take_value(std::string_view& rest) {
  std::string value;
  if (rest.starts_with('"')) {
    rest.remove_prefix(1);
    while (true) {
      if (rest.empty()) return std::nullopt;
      if (rest.starts_with("\\\"")) {
        value += '"';
        rest.remove_prefix(2);
        continue;
      }
      char c = rest.front();
      rest.remove_prefix(1);
      if (c == '"') break;
      value += c;
    }
  } else {
    std::size_t end = rest.find_first_of("; \t");
    value = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end);
  }
  value = base::replace_all(std::move(value), "%22", "\"");
  value = base::replace_all(std::move(value), "%0D", "\r");
  return base::replace_all(std::move(value), "%0A", "\n");
}

// form-data; name="x"; filename="y". Each parameter once.
base::Status read_disposition(std::string_view line, PartHead& head) {
  std::size_t end = line.find(';');
  if (base::to_lower(base::trim(line.substr(0, end))) != "form-data") return malformed("a part that is not form-data");
  std::string_view rest = end == std::string_view::npos ? std::string_view{} : line.substr(end);
  bool named = false;
  while (!(rest = base::trim(rest)).empty()) {
    if (!rest.starts_with(';')) return malformed("malformed Content-Disposition");
    rest = base::trim(rest.substr(1));
    if (rest.empty()) break;
    std::size_t equals = rest.find('=');
    if (equals == std::string_view::npos) return malformed("malformed Content-Disposition");
    std::string name = base::to_lower(base::trim(rest.substr(0, equals)));
    rest.remove_prefix(equals + 1);
    auto value = take_value(rest);
    if (!value) return malformed("malformed Content-Disposition");
    if (name == "name") {
      if (named) return malformed("two names");
      named = true;
      head.name = *value;
    } else if (name == "filename") {
      if (head.file_name) return malformed("two file names");
      head.file_name = *value;
    }
  }
  if (!named) return malformed("a part without a name");
  return {};
}

base::Result<PartHead> parse_part_head(std::string_view block) {
  PartHead head;
  bool disposed = false;
  while (!block.empty()) {
    std::size_t end = block.find("\r\n");
    std::string_view line = block.substr(0, end);
    block.remove_prefix(end == std::string_view::npos ? block.size() : end + 2);
    if (line.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos)
      return malformed("control character in a part's head");
    std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || line.front() == ' ' || line.front() == '\t')
      return malformed("malformed line in a part's head");
    std::string name = base::to_lower(base::trim(line.substr(0, colon)));
    std::string_view value = base::trim(line.substr(colon + 1));
    if (name == "content-disposition") {
      if (disposed) return malformed("two Content-Dispositions");
      disposed = true;
      ALTING_CHECK(read_disposition(value, head));
    } else if (name == "content-type") {
      head.media_type = base::one_line(base::replace_invalid(value), 200);
    } else if (name == "content-transfer-encoding" && base::to_lower(value) != "binary" &&
               base::to_lower(value) != "8bit" && base::to_lower(value) != "7bit") {
      return malformed("a part in a transfer encoding");
    }
  }
  if (!disposed) return malformed("a part without Content-Disposition");
  return head;
}

}  // namespace

MultipartReader::MultipartReader(std::string_view boundary, Sink sink)
    : delimiter_("\r\n--" + std::string(boundary)), sink_(std::move(sink)) {}

base::Status MultipartReader::feed(std::string_view octets) {
  if (step_ == Step::epilogue) return {};  // what follows the last boundary means nothing
  pending_.erase(0, used_);
  used_ = 0;
  pending_ += octets;
  while (true) {
    auto more = advance();
    if (!more) return std::move(more.error());
    if (!*more) return {};
  }
}

base::Status MultipartReader::finish() const {
  if (step_ != Step::epilogue) return malformed("the last boundary is missing");
  return {};
}

base::Result<bool> MultipartReader::advance() {
  std::string_view here = std::string_view(pending_).substr(used_);
  switch (step_) {
    case Step::start:
      if (here.size() < delimiter_.size()) return false;
      if (!here.starts_with(delimiter_)) return malformed("text before the first boundary");
      used_ += delimiter_.size();
      step_ = Step::after_boundary;
      return true;
    case Step::after_boundary:
      if (here.size() < 2) return false;
      if (here.starts_with("--")) {
        step_ = Step::epilogue;
        pending_.clear();
        used_ = 0;
        return false;
      }
      if (!here.starts_with("\r\n")) return malformed("text behind a boundary");
      if (++parts_ > max_parts)
        return base::make_error(base::ErrorKind::too_large, "error.form.too_many", "too many parts");
      used_ += 2;
      step_ = Step::head;
      return true;
    case Step::head: return read_head();
    case Step::content: return read_content();
    case Step::epilogue: return false;
  }
  return false;
}

base::Result<bool> MultipartReader::read_head() {
  std::string_view here = std::string_view(pending_).substr(used_);
  std::size_t end = here.find("\r\n\r\n");
  if (end == std::string_view::npos) {
    if (here.size() > max_part_head)
      return base::make_error(base::ErrorKind::too_large, "error.multipart.head", "a part's head is too long");
    return false;
  }
  if (end > max_part_head)
    return base::make_error(base::ErrorKind::too_large, "error.multipart.head", "a part's head is too long");
  ALTING_TRY(head, parse_part_head(here.substr(0, end)));
  used_ += end + 4;
  step_ = Step::content;
  ALTING_CHECK(sink_.begin(head));
  return true;
}

base::Result<bool> MultipartReader::read_content() {
  std::string_view here = std::string_view(pending_).substr(used_);
  std::size_t end = here.find(delimiter_);
  if (end == std::string_view::npos) {
    // All but what may be the beginning of a boundary.
    if (here.size() < delimiter_.size()) return false;
    std::size_t safe = here.size() - (delimiter_.size() - 1);
    ALTING_CHECK(sink_.content(here.substr(0, safe)));
    used_ += safe;
    return false;
  }
  if (end > 0) ALTING_CHECK(sink_.content(here.substr(0, end)));
  ALTING_CHECK(sink_.end());
  used_ += end + delimiter_.size();
  step_ = Step::after_boundary;
  return true;
}

std::optional<std::string> multipart_boundary(std::string_view content_type) {
  std::size_t semicolon = content_type.find(';');
  if (base::to_lower(base::trim(content_type.substr(0, semicolon))) != "multipart/form-data") return std::nullopt;
  std::string_view rest = semicolon == std::string_view::npos ? std::string_view{} : content_type.substr(semicolon);
  std::optional<std::string> boundary;
  while (!(rest = base::trim(rest)).empty()) {
    if (!rest.starts_with(';')) return std::nullopt;
    rest = base::trim(rest.substr(1));
    std::size_t equals = rest.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    std::string name = base::to_lower(base::trim(rest.substr(0, equals)));
    rest.remove_prefix(equals + 1);
    auto value = take_value(rest);
    if (!value) return std::nullopt;
    if (name != "boundary") continue;
    if (boundary) return std::nullopt;
    boundary = *value;
  }
  if (!boundary || boundary->empty() || boundary->size() > 70) return std::nullopt;
  for (char c : *boundary)
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
          std::string_view("'()+_,-./:=? ").find(c) != std::string_view::npos))
      return std::nullopt;
  if (boundary->ends_with(' ')) return std::nullopt;
  return boundary;
}

}  // namespace alting::web
