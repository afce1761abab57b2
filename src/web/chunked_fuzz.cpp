// The chunked transfer coding: the same content, and the same octets left for the next request, however it is cut up on
// the way.
#include "web/chunked.h"

#include <string>

#include "base/testing/fuzz.h"

namespace fuzz = alting::base::fuzz;
using alting::web::ChunkedDecoder;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto text = fuzz::text_of(data + 1, size - 1);
  std::string content;
  auto rest = text;
  const auto state = ChunkedDecoder().feed(rest, content);
  fuzz::must_hold(content.size() + rest.size() <= text.size(), "content is what was sent");
  fuzz::must_hold(state != ChunkedDecoder::State::more || rest.empty(), "what asks for more has read all");

  ChunkedDecoder decoder;
  auto now = ChunkedDecoder::State::more;
  std::string out;
  std::size_t left = text.size();
  for (fuzz::Pieces pieces(text, data[0]); pieces.more() && now == ChunkedDecoder::State::more;) {
    auto piece = pieces.next();
    left -= piece.size();
    now = decoder.feed(piece, out);
    left += piece.size();
  }
  fuzz::must_hold(now == state && out == content, "the content is the same in pieces");
  fuzz::must_hold(now != ChunkedDecoder::State::done || left == rest.size(), "what follows is the same in pieces");
  fuzz::planted(state == ChunkedDecoder::State::done && content.size() == 3 && rest.size() == 2);
  return 0;
}
