// The head of a request: the same whether it comes at once or in pieces, and nothing in it that another reader on the way
// could take for a second request.
#include "web/request_head.h"

#include "base/testing/fuzz.h"
#include "web/form_text.h"

namespace fuzz = alting::base::fuzz;
using namespace alting::web;

namespace {

constexpr std::size_t max_head = 16 * 1024;

bool is_plain(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

void look_at(const RequestHead& head) {
  fuzz::must_hold(!head.method.empty() && is_plain(head.method) && head.method.find(' ') == std::string::npos,
                  "a method is a word");
  fuzz::must_hold(!head.target.empty() && head.target.size() <= max_target && is_plain(head.target) &&
                      head.target.find(' ') == std::string::npos && (head.target == "*" || head.target[0] == '/'),
                  "a target is a path");
  fuzz::must_hold(!(head.chunked && head.content_length), "a body has one length");
  fuzz::must_hold(head.headers.size() <= max_header_lines, "headers are counted");
  std::size_t hosts = 0;
  for (const auto& [name, value] : head.headers) {
    fuzz::must_hold(!name.empty() && is_plain(name) && is_plain(value), "a header is one line");
    fuzz::must_hold(std::ranges::none_of(name, [](char c) { return c <= ' ' || c == ':' || (c >= 'A' && c <= 'Z'); }),
                    "a header's name is a word in lower case");
    hosts += name == "host" ? 1 : 0;
  }
  fuzz::must_hold(hosts <= 1 && (hosts == 1 || !head.version_1_1), "one host");
  // What is done with a target next.
  if (const auto target = parse_target(head.target)) {
    fuzz::must_hold(target->path.starts_with('/') && target->path.find('\0') == std::string::npos, "a path is one");
    fuzz::must_hold(target->path.find("/../") == std::string::npos && !target->path.ends_with("/.."),
                    "a path leads nowhere else");
  }
  fuzz::planted(head.target.size() > 40 && head.target.find('?') != std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto text = fuzz::text_of(data + 1, size - 1);
  std::string whole(text);
  HeadSearch at_once(max_head);
  const auto found = at_once.look(whole);

  std::string in;
  HeadSearch by_and_by(max_head);
  bool settled = false;
  for (fuzz::Pieces pieces(text, data[0]); pieces.more() && !settled;) {
    in += pieces.next();
    const auto now = by_and_by.look(in);
    settled = !now || now->has_value();
    if (!settled) continue;
    fuzz::must_hold(now ? found && *found : !found, "a head is taken or refused the same in pieces");
    if (now && found && *found) {
      const auto &one = **now, &other = **found;
      fuzz::must_hold(one.method == other.method && one.target == other.target && one.headers == other.headers &&
                          one.content_length == other.content_length && one.chunked == other.chunked &&
                          one.keep_alive == other.keep_alive,
                      "a head is the same in pieces");
    }
  }
  if (found && *found) {
    fuzz::must_hold(settled, "a head that is there whole is there in pieces");
    look_at(**found);
  }
  return 0;
}
