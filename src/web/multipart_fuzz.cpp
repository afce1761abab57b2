// multipart/form-data: the same parts however it is cut up on the way. The first line is the Content-Type.
#include "web/multipart.h"

#include "base/testing/fuzz.h"
#include "web/form_text.h"

namespace fuzz = alting::base::fuzz;
using namespace alting::web;

namespace {

struct Read {
  std::vector<std::pair<PartHead, std::string>> parts;
  bool open = false, taken = false;
};

Read read(std::string_view boundary, fuzz::Pieces pieces, bool whole, std::string_view body) {
  Read out;
  MultipartReader reader(boundary, {.begin =
                                        [&](const PartHead& head) {
                                          fuzz::must_hold(!out.open, "one part after another");
                                          out.open = true;
                                          out.parts.emplace_back(head, "");
                                          return alting::base::Status();
                                        },
                                    .content =
                                        [&](std::string_view octets) {
                                          fuzz::must_hold(out.open, "content stands in a part");
                                          out.parts.back().second += octets;
                                          return alting::base::Status();
                                        },
                                    .end =
                                        [&] {
                                          fuzz::must_hold(out.open, "a part that ends has begun");
                                          out.open = false;
                                          return alting::base::Status();
                                        }});
  if (whole) {
    if (!reader.feed(body)) return out;
  } else {
    while (pieces.more())
      if (!reader.feed(pieces.next())) return out;
  }
  out.taken = reader.finish().has_value();
  return out;
}

bool same(const PartHead& one, const PartHead& other) {
  return one.name == other.name && one.file_name == other.file_name && one.media_type == other.media_type;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto text = fuzz::text_of(data + 1, size - 1);
  const auto line = text.find('\n');
  if (line == std::string_view::npos) return 0;
  const auto boundary = multipart_boundary(text.substr(0, line));
  if (!boundary) return 0;
  fuzz::must_hold(!boundary->empty() && boundary->size() <= 70, "a boundary is of 1 to 70 characters");
  const auto body = text.substr(line + 1);
  const fuzz::Pieces pieces(body, data[0]);
  const auto whole = read(*boundary, pieces, true, body), cut = read(*boundary, pieces, false, body);
  fuzz::must_hold(whole.taken == cut.taken, "it is taken or refused the same in pieces");
  if (!whole.taken) return 0;
  fuzz::must_hold(!whole.open, "each part ends");
  fuzz::must_hold(whole.parts.size() == cut.parts.size(), "the parts are the same in pieces");
  for (std::size_t i = 0; i < whole.parts.size(); ++i) {
    fuzz::must_hold(same(whole.parts[i].first, cut.parts[i].first), "a part's head is the same in pieces");
    fuzz::must_hold(whole.parts[i].second == cut.parts[i].second, "a part's content is the same in pieces");
    const auto name = clean_file_name(whole.parts[i].first.file_name.value_or(""));
    fuzz::must_hold(name.find_first_of(std::string_view("/\\\r\n\0", 5)) == std::string::npos, "a file's name is one");
    fuzz::must_hold(name != "." && name != "..", "a file's name leads nowhere");
  }
  fuzz::planted(whole.parts.size() == 3 && whole.parts[1].first.file_name && !whole.parts[2].first.file_name);
  return 0;
}
