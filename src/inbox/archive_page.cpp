#include "inbox/archive_page.h"

#include "base/markup.h"
#include "base/percent.h"
#include "base/text.h"

namespace alting::inbox {

namespace {

constexpr std::size_t max_plain_name = 120;  // octets

std::string around(std::string_view element, const std::string& inside) {
  return fmt::format("<{}>{}</{}>", element, inside, element);
}

// The element of a mark that has no more to it; "" for the others.
std::string_view element_of(base::Mark mark) {
  using enum base::Mark;
  switch (mark) {
    case strong: return "strong";
    case emphasis: return "em";
    case underlined: return "u";
    case struck: return "s";
    case small: return "small";
    case subscript: return "sub";
    case superscript: return "sup";
    case code: return "code";
    case span: return "span";
    case paragraph: return "p";
    case bullets: return "ul";
    case item: return "li";
    case quote: return "blockquote";
    case division: return "div";
    default: return "";
  }
}

}  // namespace

std::string to_html(const base::RichNode& node) {
  std::string inside;
  for (const auto& one : node.inside) inside += to_html(one);
  switch (node.mark) {
    case base::Mark::root: return inside;
    case base::Mark::text: return base::escape_markup(node.words);
    case base::Mark::line_break: return "<br>";
    case base::Mark::rule: return "<hr>";
    case base::Mark::code_block: return "<pre>" + base::escape_markup(node.words) + "</pre>";
    case base::Mark::heading: return around(fmt::format("h{}", std::clamp(node.number + 1, 2, 6)), inside);
    case base::Mark::numbers: return fmt::format("<ol start=\"{}\">{}</ol>", node.number, inside);
    case base::Mark::link:
      return node.words.empty()
                 ? inside
                 : fmt::format("<a href=\"{}\" rel=\"noreferrer\">{}</a>", base::escape_markup(node.words), inside);
    case base::Mark::code: return around("code", base::escape_markup(node.words) + inside);
    default: return around(element_of(node.mark), inside);
  }
}

ArchivePage::ArchivePage(base::Language language, std::string_view title) {
  out_ = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
      "content=\"width=device-width\">\n<title>{}</"
      "title>\n<style>body{{font-family:sans-serif;max-width:45em;margin:2em "
      "auto;padding:0 "
      "1em;line-height:1.5;overflow-wrap:anywhere}}dt{{font-weight:bold}}dd{{white-space:pre-line;overflow-wrap:"
      "anywhere;margin:0 0 "
      ".5em}}</style>\n</head>\n<body>\n<main>\n"
      "<h1>{}</h1>\n",
      base::to_text(language), base::escape_markup(title), base::escape_markup(title));
}

void ArchivePage::open(Open what) {
  if (open_ == what) return;
  if (open_ == Open::facts) out_ += "</dl>\n";
  if (open_ == Open::links) out_ += "</ul>\n";
  if (what == Open::facts) out_ += "<dl>\n";
  if (what == Open::links) out_ += "<ul>\n";
  open_ = what;
}

void ArchivePage::fact(std::string_view label, std::string_view value) {
  if (value.empty()) return;
  open(Open::facts);
  out_ += fmt::format("<dt>{}</dt><dd>{}</dd>\n", base::escape_markup(label), base::escape_markup(value));
}

void ArchivePage::paragraph(std::string_view text) {
  open(Open::nothing);
  out_ += around("p", base::escape_markup(text)) + "\n";
}

void ArchivePage::heading(std::string_view text) {
  open(Open::nothing);
  out_ += around("h2", base::escape_markup(text)) + "\n";
}

void ArchivePage::body(const base::RichNode& tree) {
  open(Open::nothing);
  out_ += to_html(tree) + "\n";
}

void ArchivePage::link(std::string_view href, std::string_view text) {
  open(Open::links);
  std::string address;
  for (const auto part : base::split(href, '/')) address += (address.empty() ? "" : "/") + base::percent_encode(part);
  out_ += fmt::format("<li><a href=\"{}\">{}</a></li>\n", base::escape_markup(address), base::escape_markup(text));
}

void ArchivePage::begin_details(std::string_view summary) {
  open(Open::nothing);
  out_ += "<details>\n" + around("summary", base::escape_markup(summary)) + "\n";
}

void ArchivePage::end_details() {
  open(Open::nothing);
  out_ += "</details>\n";
}

std::string ArchivePage::finish() {
  open(Open::nothing);
  return std::move(out_) + "</main>\n</body>\n</html>\n";
}

std::string plain_file_name(std::string_view name) {
  std::string out;
  for (const char c : base::replace_invalid(name)) {
    const auto octet = static_cast<unsigned char>(c);
    out += octet < 0x20 || octet == 0x7f || std::string_view("/\\:*?\"<>|").find(c) != std::string_view::npos ? '_' : c;
  }
  while (!out.empty() && (out.front() == '.' || out.front() == ' ')) out.erase(out.begin());
  if (out.size() > max_plain_name) {  // the ending stays
    const auto dot = out.rfind('.');
    const auto ending = dot != std::string::npos && out.size() - dot <= 10 ? out.substr(dot) : std::string();
    auto size = max_plain_name - ending.size();
    while (size > 0 && (static_cast<unsigned char>(out[size]) & 0xc0) == 0x80) --size;
    out = out.substr(0, size) + ending;
  }
  while (!out.empty() && (out.back() == '.' || out.back() == ' ')) out.pop_back();
  return out.empty() ? "fil" : out;
}

}  // namespace alting::inbox
