// multipart/form-data (RFC 7578), read piece by piece: a part's content is handed on as it comes and never held whole.
//
// Strict where leniency would let two readers disagree: CRLF only, no preamble, one Content-Disposition with a name.
// File names are handed on raw (see clean_file_name); `filename*` is ignored, as RFC 7578 section 4.2 wants.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace alting::web {

struct PartHead {
  std::string name;
  std::optional<std::string> file_name;  // as sent; there is one when the part is a file
  std::string media_type;
};

class MultipartReader {
 public:
  struct Sink {
    std::function<base::Status(const PartHead&)> begin;
    std::function<base::Status(std::string_view)> content;
    std::function<base::Status()> end;
  };
  MultipartReader(std::string_view boundary, Sink sink);
  // error.multipart for what is malformed; else what the sink refused.
  [[nodiscard]] base::Status feed(std::string_view octets);
  [[nodiscard]] base::Status finish() const;  // error.multipart when the last boundary has not come

 private:
  enum class Step : std::uint8_t { start, after_boundary, head, content, epilogue };
  [[nodiscard]] base::Result<bool> advance();  // false: more octets are needed
  [[nodiscard]] base::Result<bool> read_head();
  [[nodiscard]] base::Result<bool> read_content();
  std::string delimiter_;  // CRLF "--" boundary
  Sink sink_;
  std::string pending_ = "\r\n";  // so that the first boundary looks like the others
  std::size_t used_ = 0;
  std::size_t parts_ = 0;
  Step step_ = Step::start;
};

// The boundary of a Content-Type of multipart/form-data; nothing when it has none that RFC 2046 allows.
[[nodiscard]] std::optional<std::string> multipart_boundary(std::string_view content_type);

}  // namespace alting::web
