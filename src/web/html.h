// The HTML writer: text cannot become markup, because markup is another type.
//
// Html is finished markup. It is made only here: text() escapes, el() writes an element whose name and attribute names
// are literals of the program. Addresses go through Url, which lets only paths of this site, and https, mailto and tel
// links through.
//
//   el("p", {{"class", "ingress"}}, text(name), el("a", {href(path)}, text("...")))
#pragma once
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/rich_text.h"

namespace alting::web::html {

class Html {
 public:
  Html() = default;
  [[nodiscard]] const std::string& markup() const { return markup_; }
  [[nodiscard]] bool empty() const { return markup_.empty(); }
  [[nodiscard]] std::string take() && { return std::move(markup_); }
  Html& operator+=(const Html& more) {
    markup_ += more.markup_;
    return *this;
  }
  friend Html operator+(Html first, const Html& second) {
    first += second;
    return first;
  }

 private:
  friend class Writer;
  std::string markup_;
};

// A name of an element or attribute: a literal of the program, checked at compile time.
class Name {
 public:
  template <std::size_t N>
  consteval Name(const char (&literal)[N]) : text_(literal, N - 1) {  // NOLINT
    if (N < 2) throw "a name has at least one letter";
    for (char c : text_)
      if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == ':'))
        throw "a name is lower case letters, digits and hyphens";
    if (text_.starts_with("on")) throw "no event handlers in markup: the content security policy forbids them";
    if (text_ == "style") throw "no inline style: the content security policy forbids it";
  }
  [[nodiscard]] constexpr std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

class Attribute {
 public:
  Attribute(Name name, std::string_view value);  // NOLINT: {"class", "card"}
  Attribute(Name name, const std::string& value) : Attribute(name, std::string_view(value)) {}
  Attribute(Name name, const char* value) : Attribute(name, std::string_view(value)) {}
  Attribute(Name name, bool present);  // {"required", true}; false leaves it out
  Attribute(Name name, int value);
  Attribute(Name name, const std::optional<std::string>& value);  // nothing leaves it out
  [[nodiscard]] const std::string& markup() const { return markup_; }

 private:
  std::string markup_;
};
using Attributes = std::vector<Attribute>;

// An address that may stand in href, src, action, formaction. Anything else becomes "#": paths of this site ("/a",
// "./a", "?side=2", "#topp"), https, mailto and tel pass. An Attribute of one of those names is filtered the same way, however
// it is made.
[[nodiscard]] bool is_safe_url(std::string_view url);
[[nodiscard]] Attribute href(std::string_view url);
[[nodiscard]] Attribute src(std::string_view url);
[[nodiscard]] Attribute action(std::string_view url);
[[nodiscard]] Attribute formaction(std::string_view url);

[[nodiscard]] Html text(std::string_view text);   // escaped
[[nodiscard]] Html lines(std::string_view text);  // escaped, line ends as <br>
// Texts with markup. What they hold is written anew from a tree of marks, never copied: no raw HTML, no images, links
// as Url allows. blocks: paragraphs, lists, headings from level 2 on. words: on one line, for labels, headings, cells.
enum class Links : std::uint8_t { kept, dropped };  // dropped where none may be: in a button, a link, a summary
[[nodiscard]] Html blocks(const base::RichText& text);
[[nodiscard]] Html blocks(const base::RichNode& tree);  // of a root that somebody else made
[[nodiscard]] Html words(const base::RichText& text, Links links = Links::kept,
                         Html (*write)(std::string_view words) = &html::text);
[[nodiscard]] Html markdown(std::string_view source);  // blocks, of this program's own texts
[[nodiscard]] Html svg_from_program(
    std::string markup);  // markup that this program drew (QR codes, icons): never from input

class Writer {  // the one place that turns strings into Html
 public:
  using Parts = std::initializer_list<const Html*>;
  [[nodiscard]] static Html element(std::string_view name, std::span<const Attribute> attributes, Parts content);
  [[nodiscard]] static Html element(std::string_view name, std::initializer_list<Attribute> attributes,
                                    const Html& content) {
    return element(name, std::span(attributes.begin(), attributes.size()), {&content});
  }
  [[nodiscard]] static Html element(std::string_view name, const Attributes& attributes, const Html& content) {
    return element(name, std::span(attributes), {&content});
  }
  [[nodiscard]] static Html from_markup(std::string markup);
};

// The list in braces is read where it stands; each octet of the content is copied once for each element around it.
template <class... Content>
[[nodiscard]] Html el(Name name, std::initializer_list<Attribute> attributes, const Content&... content) {
  return Writer::element(name.text(), std::span(attributes.begin(), attributes.size()), {&content...});
}
template <class... Content>
[[nodiscard]] Html el(Name name, const Attributes& attributes, const Content&... content) {
  return Writer::element(name.text(), std::span(attributes), {&content...});
}
template <class... Content>
  requires(std::is_same_v<Content, Html> && ...)
[[nodiscard]] Html el(Name name, const Content&... content) {
  return Writer::element(name.text(), std::span<const Attribute>(), {&content...});
}

}  // namespace alting::web::html
