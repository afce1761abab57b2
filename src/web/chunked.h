// The chunked transfer coding (RFC 9112 section 7.1), read piece by piece and strictly; chunk extensions and trailers
// are skipped within small limits.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace alting::web {

class ChunkedDecoder {
 public:
  enum class State : std::uint8_t { more, done, bad };
  // Takes what it needs from the front of `input` (which shrinks) and appends content to `out`. After `done` the rest
  // of `input` belongs to the next request.
  State feed(std::string_view& input, std::string& out);

 private:
  enum class Step : std::uint8_t { size, size_end, data, data_cr, data_lf, trailer, done, bad };
  bool end_size_line();
  Step step_ = Step::size;
  std::string line_;
  std::uint64_t left_ = 0;
  std::size_t trailer_ = 0;
};

}  // namespace alting::web
