#include "web/chunked.h"

namespace alting::web {
namespace {
constexpr std::size_t max_size_line = 256;     // with extensions
constexpr std::size_t max_trailer = 4 * 1024;  // octets
}  // namespace

// The line is a hexadecimal number, then perhaps extensions after ';'. More than 15 digits cannot be a size anyone
// means.
bool ChunkedDecoder::end_size_line() {
  std::size_t digits = 0;
  left_ = 0;
  for (char c : line_) {
    int value = c >= '0' && c <= '9'   ? c - '0'
                : c >= 'a' && c <= 'f' ? c - 'a' + 10
                : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                       : -1;
    if (value < 0) {
      if (c != ';') return false;
      break;
    }
    if (++digits > 15) return false;
    left_ = left_ * 16 + static_cast<std::uint64_t>(value);
  }
  for (char c : line_)
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f) return false;
  line_.clear();
  return digits > 0;
}

ChunkedDecoder::State ChunkedDecoder::feed(std::string_view& input, std::string& out) {
  while (!input.empty() && step_ != Step::done && step_ != Step::bad) {
    if (step_ == Step::data) {
      std::size_t part = static_cast<std::size_t>(std::min<std::uint64_t>(left_, input.size()));
      out.append(input.substr(0, part));
      input.remove_prefix(part);
      left_ -= part;
      if (left_ == 0) step_ = Step::data_cr;
      continue;
    }
    char c = input.front();
    input.remove_prefix(1);
    switch (step_) {
      case Step::size:
        if (c == '\r')
          step_ = Step::size_end;
        else if (c == '\n' || line_.size() >= max_size_line)
          step_ = Step::bad;
        else
          line_ += c;
        break;
      case Step::size_end:
        if (c != '\n' || !end_size_line())
          step_ = Step::bad;
        else
          step_ = left_ == 0 ? Step::trailer : Step::data;
        break;
      case Step::data_cr: step_ = c == '\r' ? Step::data_lf : Step::bad; break;
      case Step::data_lf: step_ = c == '\n' ? Step::size : Step::bad; break;
      case Step::trailer:
        // Lines until an empty one; their content is not used.
        line_ += c;
        if (++trailer_ > max_trailer)
          step_ = Step::bad;
        else if (c == '\n') {
          if (!line_.ends_with("\r\n"))
            step_ = Step::bad;
          else if (line_.size() == 2)
            step_ = Step::done;
          line_.clear();
        }
        break;
      default: break;
    }
  }
  return step_ == Step::done ? State::done : step_ == Step::bad ? State::bad : State::more;
}

}  // namespace alting::web
