#include "base/html_tag.h"

#include "base/text.h"

namespace alting::base {

namespace {

constexpr std::size_t longest_language = 35;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_name(char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == ':' || c == '_' || c == '.'; }
bool is_html_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

bool is_language(std::string_view text) {
  return !text.empty() && text.size() <= longest_language && is_letter(text.front()) &&
         std::ranges::all_of(text, [](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-'; });
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}
  [[nodiscard]] bool ended() const { return at_ >= text_.size(); }
  [[nodiscard]] char here() const { return ended() ? '\0' : text_[at_]; }
  [[nodiscard]] std::size_t at() const { return at_; }
  bool take(char c) {
    if (ended() || here() != c) return false;
    ++at_;
    return true;
  }
  void blanks() {
    while (!ended() && is_html_space(here())) ++at_;
  }
  template <class While>
  std::string_view run(While holds) {
    const auto begin = at_;
    while (!ended() && holds(here())) ++at_;
    return text_.substr(begin, at_ - begin);
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

// What follows "=": in quotes, or up to the next blank. Nothing when the quote does not end, and, as in CommonMark, when
// a value without quotes is empty or holds what begins a tag, a value or code: a text of many beginnings is else read
// to its end from each of them.
std::optional<std::string_view> value_of(Reader& in) {
  for (char quote : {'"', '\''}) {
    if (!in.take(quote)) continue;
    auto value = in.run([quote](char c) { return c != quote; });
    if (!in.take(quote)) return std::nullopt;
    return value;
  }
  const auto value = in.run([](char c) {
    return !is_html_space(c) && c != '>' && c != '"' && c != '\'' && c != '=' && c != '<' && c != '`';
  });
  const bool ends = in.ended() || is_html_space(in.here()) || in.here() == '>';
  return value.empty() || !ends ? std::nullopt : std::optional(value);
}

}  // namespace

std::optional<HtmlTag> read_html_tag(std::string_view text) {
  Reader in(text);
  HtmlTag tag;
  if (!in.take('<')) return std::nullopt;
  tag.closing = in.take('/');
  if (!is_letter(in.here())) return std::nullopt;
  tag.name = lower(in.run(is_name));
  while (true) {
    in.blanks();
    in.take('/');
    in.blanks();
    if (in.take('>')) break;
    const auto name = lower(in.run(is_name));
    if (name.empty()) return std::nullopt;
    in.blanks();
    if (!in.take('=')) continue;
    in.blanks();
    const auto value = value_of(in);
    if (!value) return std::nullopt;
    if (name == "href") tag.href = replace_all(replace_all(std::string(trim(*value)), "&quot;", "\""), "&amp;", "&");
    if (name == "lang" && is_language(*value)) tag.language = *value;
  }
  tag.size = in.at();
  return tag;
}

std::optional<HtmlElement> element_of(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, Mark>, 33> elements{{
      {"a", Mark::link},          {"abbr", Mark::span},       {"b", Mark::strong},         {"blockquote", Mark::quote},
      {"br", Mark::line_break},   {"center", Mark::division}, {"cite", Mark::emphasis},    {"code", Mark::code},
      {"del", Mark::struck},      {"div", Mark::division},    {"em", Mark::emphasis},      {"font", Mark::span},
      {"hr", Mark::rule},         {"i", Mark::emphasis},      {"ins", Mark::underlined},   {"kbd", Mark::code},
      {"li", Mark::item},         {"mark", Mark::span},       {"ol", Mark::numbers},       {"p", Mark::paragraph},
      {"s", Mark::struck},        {"samp", Mark::code},       {"section", Mark::division}, {"small", Mark::small},
      {"span", Mark::span},       {"strike", Mark::struck},   {"strong", Mark::strong},    {"sub", Mark::subscript},
      {"sup", Mark::superscript}, {"tt", Mark::code},         {"u", Mark::underlined},     {"ul", Mark::bullets},
      {"var", Mark::emphasis},
  }};
  if (name.size() == 2 && name[0] == 'h' && name[1] >= '1' && name[1] <= '6')
    return HtmlElement{Mark::heading, name[1] - '0'};
  const auto* found = std::ranges::find(elements, name, &std::pair<std::string_view, Mark>::first);
  if (found == elements.end()) return std::nullopt;
  return HtmlElement{found->second, found->second == Mark::numbers ? 1 : 0};
}

bool is_safe_address(std::string_view address) {
  if (address.empty()) return false;
  for (char c : address)
    if (static_cast<unsigned char>(c) <= 0x20 || c == '\x7f' || c == '\\') return false;
  if (address.front() == '#' || address.front() == '?') return true;
  if (address.front() == '/') return address.size() == 1 || address[1] != '/';
  if (address.starts_with("./")) return true;
  const auto begin = lower(address.substr(0, 8));
  return begin == "https://" || begin.starts_with("mailto:") || begin.starts_with("tel:");
}

}  // namespace alting::base
