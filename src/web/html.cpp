#include "web/html.h"

#include <cmark.h>

namespace alting::web::html {
namespace {

// Characters that end text or an attribute value become references; U+0000, which HTML cannot hold, becomes U+FFFD.
void append_escaped(std::string& out, std::string_view text) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string_view reference;
    switch (text[i]) {
      case '&': reference = "&amp;"; break;
      case '<': reference = "&lt;"; break;
      case '>': reference = "&gt;"; break;
      case '"': reference = "&quot;"; break;
      case '\'': reference = "&#39;"; break;
      case '\0': reference = "\xEF\xBF\xBD"; break;
      default: continue;
    }
    out.append(text, begin, i - begin);
    out += reference;
    begin = i + 1;
  }
  out.append(text, begin);
}

bool is_address_name(std::string_view name) {
  return name == "href" || name == "src" || name == "action" || name == "formaction" || name == "xlink:href";
}

bool is_void(std::string_view name) {
  static constexpr std::array<std::string_view, 12> names{"area",  "base", "br",   "col",    "hr",    "img",
                                                          "input", "link", "meta", "source", "track", "wbr"};
  return std::ranges::find(names, name) != names.end();
}

bool starts_with_ignoring_case(std::string_view text, std::string_view lower) {
  if (text.size() < lower.size()) return false;
  for (std::size_t i = 0; i < lower.size(); ++i) {
    char c = text[i];
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    if (c != lower[i]) return false;
  }
  return true;
}

}  // namespace

bool is_safe_url(std::string_view url) {
  if (url.empty()) return false;
  for (char c : url)
    if (static_cast<unsigned char>(c) <= 0x20 || c == '\x7f' || c == '\\') return false;
  if (url.front() == '#' || url.front() == '?') return true;
  if (url.front() == '/') return url.size() == 1 || url[1] != '/';
  for (std::string_view scheme : {"https://", "http://localhost:", "mailto:", "tel:"})
    if (starts_with_ignoring_case(url, scheme)) return true;
  return false;
}

Attribute::Attribute(Name name, std::string_view value) {
  if (is_address_name(name.text()) && !is_safe_url(value)) value = "#";
  markup_.reserve(name.text().size() + value.size() + 4);
  markup_ += ' ';
  markup_ += name.text();
  markup_ += "=\"";
  append_escaped(markup_, value);
  markup_ += '"';
}
Attribute::Attribute(Name name, bool present) {
  if (!present) return;
  markup_ += ' ';
  markup_ += name.text();
}
Attribute::Attribute(Name name, int value) : Attribute(name, std::string_view(std::to_string(value))) {}
Attribute::Attribute(Name name, const std::optional<std::string>& value) {
  if (value) *this = Attribute(name, std::string_view(*value));
}

Attribute href(std::string_view url) { return {"href", url}; }
Attribute src(std::string_view url) { return {"src", url}; }
Attribute action(std::string_view url) { return {"action", url}; }
Attribute formaction(std::string_view url) { return {"formaction", url}; }

Html Writer::from_markup(std::string markup) {
  Html html;
  html.markup_ = std::move(markup);
  return html;
}

Html Writer::element(std::string_view name, std::span<const Attribute> attributes, Parts content) {
  std::size_t size = 2 * name.size() + 6;
  for (const Attribute& attribute : attributes) size += attribute.markup().size();
  for (const Html* part : content) size += part->markup().size();
  std::string markup;
  markup.reserve(size);
  markup += '<';
  markup += name;
  for (const Attribute& attribute : attributes) markup += attribute.markup();
  markup += '>';
  if (!is_void(name)) {
    const std::size_t begin = markup.size();
    for (const Html* part : content) markup += part->markup();
    // A textarea or pre swallows one line end right after its start tag.
    if ((name == "textarea" || name == "pre") && std::string_view(markup).substr(begin).starts_with('\n'))
      markup.insert(begin, 1, '\n');
    markup += "</";
    markup += name;
    markup += '>';
  }
  return from_markup(std::move(markup));
}

Html text(std::string_view text) {
  std::string markup;
  markup.reserve(text.size() + text.size() / 16);
  append_escaped(markup, text);
  return Writer::from_markup(std::move(markup));
}

Html lines(std::string_view text) {
  std::string markup;
  bool first = true;
  while (true) {
    std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!first) markup += "<br>";
    first = false;
    append_escaped(markup, line);
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return Writer::from_markup(std::move(markup));
}

Html svg_from_program(std::string markup) { return Writer::from_markup(std::move(markup)); }

namespace {

// Raw HTML becomes visible text, an image its alternative text, an unsafe link its words; headings start at level 2,
// for the page has its own level 1.
void make_safe(cmark_node* document) {
  std::vector<cmark_node*> unwrap;
  std::unique_ptr<cmark_iter, decltype(&cmark_iter_free)> walk(cmark_iter_new(document), &cmark_iter_free);
  while (true) {
    cmark_event_type event = cmark_iter_next(walk.get());
    if (event == CMARK_EVENT_DONE) break;
    if (event != CMARK_EVENT_ENTER) continue;
    cmark_node* node = cmark_iter_get_node(walk.get());
    switch (cmark_node_get_type(node)) {
      case CMARK_NODE_HEADING:
        cmark_node_set_heading_level(node, std::min(6, cmark_node_get_heading_level(node) + 1));
        break;
      case CMARK_NODE_IMAGE:
      case CMARK_NODE_HTML_INLINE:
      case CMARK_NODE_HTML_BLOCK: unwrap.push_back(node); break;
      case CMARK_NODE_LINK: {
        const char* url = cmark_node_get_url(node);
        if (url == nullptr || !is_safe_url(url)) unwrap.push_back(node);
        break;
      }
      default: break;
    }
  }
  walk.reset();
  for (cmark_node* node : unwrap) {
    cmark_node_type type = cmark_node_get_type(node);
    if (type == CMARK_NODE_HTML_INLINE || type == CMARK_NODE_HTML_BLOCK) {
      cmark_node* words = cmark_node_new(CMARK_NODE_TEXT);
      cmark_node_set_literal(words, cmark_node_get_literal(node));
      if (type == CMARK_NODE_HTML_BLOCK) {
        cmark_node* paragraph = cmark_node_new(CMARK_NODE_PARAGRAPH);
        cmark_node_append_child(paragraph, words);
        words = paragraph;
      }
      cmark_node_insert_before(node, words);
    } else {
      while (cmark_node* child = cmark_node_first_child(node)) cmark_node_insert_before(node, child);
    }
    cmark_node_unlink(node);
    cmark_node_free(node);
  }
}

}  // namespace

Html markdown(std::string_view source) {
  std::unique_ptr<cmark_node, decltype(&cmark_node_free)> document(
      cmark_parse_document(source.data(), source.size(), CMARK_OPT_DEFAULT | CMARK_OPT_VALIDATE_UTF8),
      &cmark_node_free);
  make_safe(document.get());
  std::unique_ptr<char, decltype(&std::free)> rendered(cmark_render_html(document.get(), CMARK_OPT_DEFAULT),
                                                       &std::free);
  return Writer::from_markup(rendered.get());
}

}  // namespace alting::web::html
