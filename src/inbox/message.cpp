#include "inbox/message.h"

#include "base/text.h"

namespace alting::inbox {

namespace {

constexpr std::size_t max_address = 2'000;  // octets of a link

bool leads_out(std::string_view address) {
  if (address.size() > max_address || address.find_first_of(std::string_view("\0\r\n\t ", 5)) != std::string_view::npos)
    return false;
  const auto folded = base::to_lower(address);
  // Mail with parts that the reader does not see ("?bcc=", "?attach=") is none.
  if (folded.starts_with("mailto:")) return !folded.contains('?');
  const auto scheme = folded.starts_with("https://") ? 8U : folded.starts_with("http://") ? 7U : 0U;
  if (scheme == 0) return false;
  // A host may not stand behind what looks like another: "https://www.example.no@other.example" (RFC 3986 section 7.6).
  const auto host = std::string_view(folded).substr(scheme);
  return !host.substr(0, host.find_first_of("/?#\\")).contains('@');
}

std::string shown_words(const base::RichNode& node) {
  std::string all = node.words;
  if (node.mark == base::Mark::link) all.clear();
  for (const auto& inside : node.inside) all += shown_words(inside);
  return all;
}

void judge_links(base::RichNode& node) {
  for (std::size_t i = 0; i < node.inside.size(); ++i) {
    auto& one = node.inside[i];
    judge_links(one);
    if (one.mark != base::Mark::link) continue;
    if (!leads_out(one.words)) {
      one.words.clear();
      continue;
    }
    // Where it leads stands beside it, so that words cannot promise another place.
    const bool mail = base::to_lower(one.words).starts_with("mailto:");
    const auto address = mail ? one.words.substr(7) : one.words;
    if (shown_words(one) == address) continue;
    base::RichNode told{.mark = base::Mark::text, .words = " (" + address + ")"};
    node.inside.insert(node.inside.begin() + static_cast<std::ptrdiff_t>(i) + 1, std::move(told));
    ++i;
  }
}

}  // namespace

access::Target MessagePlace::target(terms::Action action) const {
  // What was sent lies in the end; answering is sending, from the task in which a form is sent.
  const bool sends = action == terms::Action::complete;
  return {.party = party, .app = service, .task = sends ? "Task_1" : "EndEvent_1", .confidential = confidential};
}

base::RichNode message_body(std::string_view markdown) {
  auto tree = base::RichText::written(markdown).blocks();
  judge_links(tree);
  return tree;
}

}  // namespace alting::inbox
