#include "base/rich_tree.h"

#include <cmark.h>

#include "base/html_tag.h"
#include "base/text.h"

namespace alting::base {

namespace {

constexpr std::size_t deepest = 24;

// A character reference in front of a line keeps it from beginning a list, a heading, a definition or HTML; before
// emphasis it counts as punctuation. What it stands for is taken out again.
constexpr std::string_view guard = "&#xFFFFD;";
constexpr std::string_view guarding = "\xF3\xBF\xBF\xBD";

bool is_list(Mark mark) { return mark == Mark::bullets || mark == Mark::numbers; }
bool is_leaf(Mark mark) { return mark == Mark::line_break || mark == Mark::rule; }
bool holds_blocks(Mark mark) {
  return mark == Mark::root || mark == Mark::item || mark == Mark::quote || mark == Mark::division;
}

constexpr std::string_view blanks = " \t\r\n";
bool all_blank(std::string_view text) { return text.find_first_not_of(blanks) == std::string_view::npos; }

class Builder {
 public:
  explicit Builder(bool on_one_line) : on_one_line_(on_one_line) { open_.push_back({}); }

  RichNode finish() {
    close_to(1);
    return std::move(open_.front().node);
  }

  [[nodiscard]] std::size_t depth() const { return open_.size(); }
  void close_to(std::size_t depth) {
    while (open_.size() > std::max<std::size_t>(depth, 1)) pop();
  }

  void push(RichNode node, std::string html_name = {}) {
    make_room(node.mark);
    if (node.mark == Mark::link && inside(Mark::link)) node.mark = Mark::span;  // no link within a link
    if (open_.size() >= deepest) return;
    open_.push_back({std::move(node), std::move(html_name)});
  }
  void add(RichNode leaf) {
    make_room(leaf.mark);
    open_.back().node.inside.push_back(std::move(leaf));
  }
  void add_text(std::string_view words) {
    if (words.empty()) return;
    if (all_blank(words) && parts_blocks()) return;
    make_room(Mark::text);
    auto& inside = open_.back().node.inside;
    if (!inside.empty() && inside.back().mark == Mark::text) {
      inside.back().words += words;
    } else {
      inside.push_back({.mark = Mark::text, .words = std::string(words)});
    }
  }

  // `floor`: what was open where the text that holds the tag began, and is not the tag's to close.
  void add_tag(const HtmlTag& tag, const HtmlElement& element, std::size_t floor) {
    if (tag.closing) {
      if (is_leaf(element.mark)) return;
      for (auto i = open_.size(); i-- > std::max<std::size_t>(floor, 1);)
        if (open_[i].html_name == tag.name) return close_to(i);
      return;
    }
    RichNode node{.mark = element.mark, .number = element.number, .language = tag.language};
    if (element.mark == Mark::link) node.words = tag.href;
    if (is_leaf(element.mark)) return add(std::move(node));
    push(std::move(node), tag.name);
  }

 private:
  struct Open {
    RichNode node = {};
    std::string html_name = {};  // of an element that a tag ends
  };

  [[nodiscard]] Mark top() const { return open_.back().node.mark; }
  [[nodiscard]] bool inside(Mark mark) const {
    return std::ranges::any_of(open_, [mark](const Open& one) { return one.node.mark == mark; });
  }

  // Blanks here stand between blocks, or before the first.
  [[nodiscard]] bool parts_blocks() const {
    if (is_list(top())) return true;
    if (!holds_blocks(top())) return false;
    return open_.back().node.inside.empty() || (!on_one_line_ && top() != Mark::item);
  }

  // Blanks at the ends of a block, where a tag begins or ends, show nothing.
  static void trim_ends(std::vector<RichNode>& inside) {
    if (!inside.empty() && inside.front().mark == Mark::text)
      inside.front().words.erase(0, inside.front().words.find_first_not_of(blanks));
    if (!inside.empty() && inside.back().mark == Mark::text)
      inside.back().words.erase(inside.back().words.find_last_not_of(blanks) + 1);
    std::erase_if(inside, [](const RichNode& one) { return one.mark == Mark::text && one.words.empty(); });
  }

  void pop() {
    auto node = std::move(open_.back().node);
    open_.pop_back();
    if (is_block(node.mark)) trim_ends(node.inside);
    if (!node.inside.empty()) open_.back().node.inside.push_back(std::move(node));  // what is empty shows nothing
  }

  // Closes and opens what must be, so that `mark` may stand at the top.
  void make_room(Mark mark) {
    if (mark == Mark::item) return room_for_item();
    if (is_block(mark)) {
      while (!holds_blocks(top()) && !is_list(top())) pop();
      if (is_list(top())) open_.push_back({{.mark = Mark::item}, "li"});
      return;
    }
    if (is_list(top())) open_.push_back({{.mark = Mark::item}, "li"});
    const bool alone = top() == Mark::root || top() == Mark::quote || top() == Mark::division;
    if (alone && !on_one_line_) open_.push_back({{.mark = Mark::paragraph}, {}});
  }
  // An item ends the one before it in the same list.
  void room_for_item() {
    auto at = open_.size() - 1;
    while (at > 0 && !is_list(open_[at].node.mark) && open_[at].node.mark != Mark::quote &&
           open_[at].node.mark != Mark::division)
      --at;
    if (is_list(open_[at].node.mark)) return close_to(at + 1);
    make_room(Mark::bullets);
    open_.push_back({{.mark = Mark::bullets}, "ul"});
  }

  bool on_one_line_;
  std::vector<Open> open_;
};

using Document = std::unique_ptr<cmark_node, decltype(&cmark_node_free)>;
Document parse(std::string_view markup) {
  return {cmark_parse_document(markup.data(), markup.size(), CMARK_OPT_DEFAULT | CMARK_OPT_VALIDATE_UTF8),
          &cmark_node_free};
}

std::string_view literal_of(cmark_node* node) {
  const char* text = cmark_node_get_literal(node);
  return text == nullptr ? std::string_view() : std::string_view(text);
}

class Walker {
 public:
  explicit Walker(Builder& builder) : builder_(builder) {}

  // `bare`: without a paragraph around it, as one line is read.
  void walk(std::string_view markup, bool bare) {
    const auto document = parse(markup);
    const std::unique_ptr<cmark_iter, decltype(&cmark_iter_free)> steps(cmark_iter_new(document.get()),
                                                                        &cmark_iter_free);
    std::vector<std::size_t> depths;
    while (true) {
      const auto event = cmark_iter_next(steps.get());
      if (event == CMARK_EVENT_DONE) return;
      auto* node = cmark_iter_get_node(steps.get());
      if (event == CMARK_EVENT_EXIT) {
        const auto type = cmark_node_get_type(node);
        // An element may go on after a line that stands between two tags.
        if (!bare || (type != CMARK_NODE_PARAGRAPH && type != CMARK_NODE_DOCUMENT)) builder_.close_to(depths.back());
        depths.pop_back();
        continue;
      }
      if (is_leaf_of_cmark(node)) {
        leaf(node, depths.empty() ? 1 : depths.back());
        continue;
      }
      depths.push_back(builder_.depth());
      enter(node, bare);
    }
  }

 private:
  static bool is_leaf_of_cmark(cmark_node* node) {
    switch (cmark_node_get_type(node)) {
      case CMARK_NODE_HTML_BLOCK:
      case CMARK_NODE_THEMATIC_BREAK:
      case CMARK_NODE_CODE_BLOCK:
      case CMARK_NODE_TEXT:
      case CMARK_NODE_SOFTBREAK:
      case CMARK_NODE_LINEBREAK:
      case CMARK_NODE_CODE:
      case CMARK_NODE_HTML_INLINE: return true;
      default: return false;
    }
  }

  void enter(cmark_node* node, bool bare) {
    switch (cmark_node_get_type(node)) {
      case CMARK_NODE_PARAGRAPH:
        if (!bare && !is_in_tight_list(node)) builder_.push({.mark = Mark::paragraph});
        break;
      case CMARK_NODE_HEADING:
        builder_.push({.mark = Mark::heading, .number = cmark_node_get_heading_level(node)});
        break;
      case CMARK_NODE_LIST: {
        const bool ordered = cmark_node_get_list_type(node) == CMARK_ORDERED_LIST;
        builder_.push({.mark = ordered ? Mark::numbers : Mark::bullets, .number = cmark_node_get_list_start(node)});
        break;
      }
      case CMARK_NODE_ITEM: builder_.push({.mark = Mark::item}); break;
      case CMARK_NODE_BLOCK_QUOTE: builder_.push({.mark = Mark::quote}); break;
      case CMARK_NODE_EMPH: builder_.push({.mark = Mark::emphasis}); break;
      case CMARK_NODE_STRONG: builder_.push({.mark = Mark::strong}); break;
      case CMARK_NODE_LINK: {
        const char* url = cmark_node_get_url(node);
        builder_.push({.mark = Mark::link, .words = url == nullptr ? "" : url});
        break;
      }
      default: break;  // the document; an image is its alternative text
    }
  }

  static bool is_in_tight_list(cmark_node* paragraph) {
    auto* item = cmark_node_parent(paragraph);
    auto* list = item == nullptr ? nullptr : cmark_node_parent(item);
    return list != nullptr && cmark_node_get_type(list) == CMARK_NODE_LIST && cmark_node_get_list_tight(list) != 0;
  }

  void leaf(cmark_node* node, std::size_t floor) {
    switch (cmark_node_get_type(node)) {
      case CMARK_NODE_TEXT: builder_.add_text(replace_all(std::string(literal_of(node)), guarding, "")); break;
      case CMARK_NODE_SOFTBREAK: builder_.add_text("\n"); break;
      case CMARK_NODE_LINEBREAK: builder_.add({.mark = Mark::line_break}); break;
      case CMARK_NODE_THEMATIC_BREAK: builder_.add({.mark = Mark::rule}); break;
      case CMARK_NODE_CODE:
        builder_.add({.mark = Mark::code, .inside = {{.mark = Mark::text, .words = std::string(literal_of(node))}}});
        break;
      case CMARK_NODE_CODE_BLOCK:
        builder_.add({.mark = Mark::code_block, .words = std::string(literal_of(node))});
        break;
      case CMARK_NODE_HTML_INLINE: inline_html(literal_of(node), floor); break;
      case CMARK_NODE_HTML_BLOCK: html_block(literal_of(node)); break;
      default: break;
    }
  }

  // One tag, comment or the like. Comments are not shown, and what is not allowed is words.
  void inline_html(std::string_view literal, std::size_t floor) {
    if (literal.starts_with("<!--")) return;
    const auto tag = read_html_tag(literal);
    const auto element = tag && tag->size == literal.size() ? element_of(tag->name) : std::nullopt;
    if (element) {
      builder_.add_tag(*tag, *element, floor);
    } else {
      builder_.add_text(literal);
    }
  }

  // Tags and, between them, Markdown: "<p>**Merk:** ..." is what people write. Only tags that are allowed part it; the
  // rest is words, or is read as words by inline_html.
  void html_block(std::string_view literal) {
    const auto depth = builder_.depth();
    std::size_t begin = 0;
    for (std::size_t at = literal.find('<'); at != std::string_view::npos; at = literal.find('<', at)) {
      if (literal.substr(at).starts_with("<!--")) {
        between(literal.substr(begin, at - begin));
        const auto end = literal.find("-->", at + 4);
        at = begin = end == std::string_view::npos ? literal.size() : end + 3;
        continue;
      }
      const auto tag = read_html_tag(literal.substr(at));
      const auto element = tag ? element_of(tag->name) : std::nullopt;
      if (!element) {
        ++at;
        continue;
      }
      between(literal.substr(begin, at - begin));
      builder_.add_tag(*tag, *element, depth);
      at = begin = at + tag->size;
    }
    between(literal.substr(begin));
    builder_.close_to(depth);
  }
  void between(std::string_view text) {
    if (all_blank(text)) return builder_.add_text(text.empty() ? "" : " ");
    auto line = replace_all(replace_all(std::string(text), "\r", ""), "\n", " ");
    Walker(builder_).walk(fmt::format("{}{}{}", guard, line, guard), true);
  }

  Builder& builder_;
};

}  // namespace

RichNode read_blocks(std::string_view markup) {
  Builder builder(false);
  Walker(builder).walk(markup, false);
  return builder.finish();
}

RichNode read_line(std::string_view markup) {
  Builder builder(true);
  Walker(builder).walk(fmt::format("{}{}", guard, markup), true);
  return builder.finish();
}

}  // namespace alting::base
