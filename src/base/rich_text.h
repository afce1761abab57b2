// Words with markup, as the text files of services hold them: Markdown (CommonMark) and a few HTML elements.
//
// A RichText keeps apart what the maker of a service wrote and what was put into it: the values (answers, names) are
// never read as markup, whatever they hold, because they are put into the tree after the markup is read. A string that
// becomes a RichText without further words is such a value; only written() is read as markup.
//
// The tree is all that may be shown of a text. web writes it as HTML, plain() as plain text: the two cannot disagree.
// HTML elements that are not known stay words, and an element that is left open ends with its text.
#pragma once
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace alting::base {

enum class Mark : std::uint8_t {
  root,
  text,  // words, in `words`
  line_break,
  strong,
  emphasis,
  underlined,
  struck,
  small,
  subscript,
  superscript,
  code,
  span,  // nothing but its language
  link,  // address in `words`, not judged yet; "" when there is none to go to
  // what stands on lines of its own
  paragraph,
  heading,  // `number`: 1..6
  bullets,
  numbers,  // `number`: of the first item
  item,
  quote,
  code_block,  // in `words`
  division,
  rule,
};
[[nodiscard]] constexpr bool is_block(Mark mark) { return mark >= Mark::paragraph; }

struct RichNode {
  Mark mark = Mark::root;
  std::string words = {};
  int number = 0;
  std::string language = {};  // BCP 47, "" when the text does not say
  std::vector<RichNode> inside = {};
};

class RichText {
 public:
  RichText() = default;
  RichText(std::string words) : source_(std::move(words)) {}       // NOLINT: nothing in it is markup
  RichText(std::string_view words) : source_(words) {}             // NOLINT
  RichText(const char* words) : source_(words) {}                  // NOLINT
  [[nodiscard]] static RichText written(std::string_view markup);  // by the maker of a service, or of this program
  RichText& operator+=(const RichText& more);
  friend RichText operator+(RichText first, const RichText& second) {
    first += second;
    return first;
  }

  [[nodiscard]] bool empty() const { return source_.empty(); }
  [[nodiscard]] const std::string* only_words() const { return is_markup_ ? nullptr : &source_; }  // without markup
  // As paragraphs, lists and headings.
  [[nodiscard]] RichNode blocks() const;
  // On one line: no paragraphs, lists or headings, so that "1. Navn" stays what it is. What stood on lines of its own
  // is parted by line breaks.
  [[nodiscard]] RichNode line() const;
  // The words of line(), line breaks as line ends: for titles, messages, documents, search.
  [[nodiscard]] std::string plain() const;

  friend bool operator==(const RichText& text, std::string_view plain) { return text.plain() == plain; }
  friend std::ostream& operator<<(std::ostream& out, const RichText& text);

 private:
  void make_markup();
  // Words as they are; or markup, in which one character of a plane that no text uses stands for each value.
  std::string source_;
  std::vector<std::string> values_;
  bool is_markup_ = false;
};

// The elements of HTML that a text uses and that are shown as words, because they are not known; and the addresses of
// its links. For who writes texts.
struct RichUse {
  std::vector<std::string> unknown_elements, addresses;
};
[[nodiscard]] RichUse use_of(std::string_view markup);

}  // namespace alting::base
