#include "web/html.h"

#include "base/html_tag.h"
#include "base/markup.h"

namespace alting::web::html {
namespace {

bool is_address_name(std::string_view name) {
  return name == "href" || name == "src" || name == "action" || name == "formaction" || name == "xlink:href";
}

// Logging out posts a form to the issuer, which in test mode is on this machine, without TLS. Where the forms of a page
// may go is in its Content-Security-Policy.
bool is_form_to_this_machine(std::string_view name, std::string_view url) {
  constexpr std::string_view begins = "http://localhost:";
  if (name != "action" || !url.starts_with(begins) || !is_safe_url("https" + std::string(url.substr(4)))) return false;
  // A port and then the path: "http://localhost:1@evil.example/" is at evil.example.
  const auto rest = url.substr(begins.size());
  const auto digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
  return digits >= 1 && digits <= 5 && (digits == rest.size() || rest[digits] == '/');
}

bool is_void(std::string_view name) {
  static constexpr std::array<std::string_view, 12> names{"area",  "base", "br",   "col",    "hr",    "img",
                                                          "input", "link", "meta", "source", "track", "wbr"};
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

bool is_safe_url(std::string_view url) { return base::is_safe_address(url); }

Attribute::Attribute(Name name, std::string_view value) {
  if (is_address_name(name.text()) && !is_safe_url(value) && !is_form_to_this_machine(name.text(), value)) value = "#";
  markup_.reserve(name.text().size() + value.size() + 4);
  markup_ += ' ';
  markup_ += name.text();
  markup_ += "=\"";
  base::append_escaped(markup_, value);
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
  base::append_escaped(markup, text);
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
    base::append_escaped(markup, line);
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return Writer::from_markup(std::move(markup));
}

Html svg_from_program(std::string markup) { return Writer::from_markup(std::move(markup)); }

namespace {

using base::Mark;
using base::RichNode;
using WriteText = Html (*)(std::string_view);

std::string_view element_name(Mark mark) {
  switch (mark) {
    case Mark::strong: return "strong";
    case Mark::emphasis: return "em";
    case Mark::underlined: return "u";
    case Mark::struck: return "s";
    case Mark::small: return "small";
    case Mark::subscript: return "sub";
    case Mark::superscript: return "sup";
    case Mark::code: return "code";
    case Mark::span: return "span";
    case Mark::link: return "a";
    case Mark::paragraph: return "p";
    case Mark::bullets: return "ul";
    case Mark::numbers: return "ol";
    case Mark::item: return "li";
    case Mark::quote: return "blockquote";
    case Mark::division: return "div";
    default: return "";
  }
}

class RichWriter {
 public:
  RichWriter(Links links, WriteText write) : links_(links), write_(write) {}

  Html all(const std::vector<RichNode>& nodes) {
    Html out;
    for (const auto& node : nodes) out += one(node);
    return out;
  }

 private:
  Html one(const RichNode& node) {
    switch (node.mark) {
      case Mark::root: return all(node.inside);
      case Mark::text: return write_(node.words);
      case Mark::line_break: return el("br");
      case Mark::rule: return el("hr") + text("\n");
      case Mark::code_block: return el("pre", el("code", text(node.words))) + text("\n");
      case Mark::link:
        if (links_ == Links::dropped || !is_safe_url(node.words)) return all(node.inside);
        return written(node, "a", {href(node.words)});
      case Mark::span:
        if (node.language.empty()) return all(node.inside);
        return written(node, "span", {});
      case Mark::heading: return written(node, fmt::format("h{}", std::clamp(node.number + 1, 2, 6)), {}) + text("\n");
      case Mark::numbers: {
        Attributes attributes;
        if (node.number != 1) attributes.push_back({"start", node.number});
        return written(node, "ol", std::move(attributes), "\n") + text("\n");
      }
      case Mark::bullets: return written(node, "ul", {}, "\n") + text("\n");
      case Mark::quote: return written(node, "blockquote", {}, "\n") + text("\n");
      case Mark::division: return written(node, "div", {}, "\n") + text("\n");
      case Mark::paragraph:
      case Mark::item: return written(node, element_name(node.mark), {}) + text("\n");
      default: return written(node, element_name(node.mark), {});
    }
  }

  Html written(const RichNode& node, std::string_view name, Attributes attributes, std::string_view first = {}) {
    if (!node.language.empty()) attributes.push_back({"lang", node.language});
    return Writer::element(name, attributes, text(first) + all(node.inside));
  }

  Links links_;
  WriteText write_;
};

}  // namespace

Html blocks(const base::RichText& text) { return blocks(text.blocks()); }
Html blocks(const base::RichNode& tree) { return RichWriter(Links::kept, &html::text).all(tree.inside); }

Html words(const base::RichText& text, Links links, WriteText write) {
  if (const auto* plain = text.only_words()) return write(*plain);
  return RichWriter(links, write).all(text.line().inside);
}

Html markdown(std::string_view source) { return blocks(base::RichText::written(source)); }

}  // namespace alting::web::html
