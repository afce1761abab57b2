#include "base/rich_text.h"

#include "base/html_tag.h"
#include "base/percent.h"
#include "base/rich_tree.h"
#include "base/text.h"

namespace alting::base {

namespace {

// Plane 15, which is for private use: its characters are the places of values. In UTF-8: F3 B0 80 80 to F3 BF BF BF.
constexpr std::size_t max_values = 0xFFF0;

bool is_place(std::string_view text, std::size_t at) {
  return at + 3 < text.size() && text[at] == '\xF3' && static_cast<unsigned char>(text[at + 1]) >= 0xB0;
}

std::string place_of(std::size_t number) {
  return {'\xF3', static_cast<char>(0xB0 | (number >> 12)), static_cast<char>(0x80 | ((number >> 6) & 0x3F)),
          static_cast<char>(0x80 | (number & 0x3F))};
}

std::size_t number_at(std::string_view text, std::size_t at) {
  auto bits = [&](std::size_t i, unsigned mask) { return static_cast<std::size_t>(text[at + i]) & mask; };
  return (bits(1, 0x0F) << 12) | (bits(2, 0x3F) << 6) | bits(3, 0x3F);
}

// Text in which a place could stand by accident cannot name one.
std::string without_places(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    if (is_place(text, at)) {
      out += "\xEF\xBF\xBD";
      at += 4;
    } else {
      out += text[at++];
    }
  }
  return out;
}

// `text` with each place replaced by what `value` makes of its number.
template <class Value>
std::string filled(std::string_view text, Value value) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    if (is_place(text, at)) {
      out += value(number_at(text, at));
      at += 4;
    } else {
      out += text[at++];
    }
  }
  return out;
}

// Where a link leads is decided by who wrote it: a value may stand in its path or query, not before.
bool may_take_value(std::string_view before) {
  if (before.starts_with('?') || before.starts_with('#')) return true;
  if (before.starts_with('/')) return before.size() > 1 && before[1] != '/' && before[1] != '\\';
  const auto authority = before.find("://");
  if (authority == std::string_view::npos) return before.starts_with("mailto:") || before.starts_with("tel:");
  const auto end = before.find_first_of("/?#", authority + 3);
  return end != std::string_view::npos && end > authority + 3;
}

// Whether a browser goes up, or stays, at a segment of the path: "..", ".", also percent-encoded.
bool has_dot_segment(std::string_view address) {
  auto path = address.substr(0, address.find_first_of("?#"));
  if (const auto authority = path.find("://"); authority != std::string_view::npos) path.remove_prefix(authority + 3);
  return std::ranges::any_of(split(path, '/'), [](std::string_view segment) {
    std::size_t dots = 0;
    while (!segment.empty()) {
      const bool encoded =
          segment.size() > 2 && segment[0] == '%' && segment[1] == '2' && (segment[2] == 'e' || segment[2] == 'E');
      if (!encoded && segment[0] != '.') return false;
      segment.remove_prefix(encoded ? 3 : 1);
      ++dots;
    }
    return dots == 1 || dots == 2;
  });
}

// One line of Markdown in which nothing starts a block: `guard` in front, line ends as blanks, and what was a new
// paragraph or a hard line break as <br>.
std::string as_line(std::string_view source) {
  std::string out;
  bool broken = false, fresh = true;
  for (auto line : split(source, '\n')) {
    const bool hard = line.ends_with("  ") || line.ends_with("  \r") || line.ends_with('\\') || line.ends_with("\\\r");
    auto words = trim(line);
    if (words.ends_with('\\')) words.remove_suffix(1);
    if (words.empty()) {
      broken = broken || !fresh;
      continue;
    }
    if (!fresh) out += broken ? "<br>" : " ";
    out += words;
    fresh = false;
    broken = hard;
  }
  return out;
}

struct Flat {
  RichNode out;
  bool due = false;  // a line break, before what comes next
};

void flatten(const RichNode& from, Flat& flat) {
  for (const auto& one : from.inside) {
    if (one.mark == Mark::rule) {
      flat.due = true;
    } else if (one.mark == Mark::code_block) {
      flat.due = true;
      flatten(
          {.inside = {{.mark = Mark::code, .inside = {{.mark = Mark::text, .words = std::string(trim(one.words))}}}}},
          flat);
      flat.due = true;
    } else if (is_block(one.mark)) {
      flat.due = true;
      flatten(one, flat);
      flat.due = true;
    } else {
      if (flat.due && !flat.out.inside.empty()) flat.out.inside.push_back({.mark = Mark::line_break});
      flat.due = false;
      flat.out.inside.push_back(one);
    }
  }
}

void add_words(std::string& out, const RichNode& node) {
  if (node.mark == Mark::text) out += node.words;
  if (node.mark == Mark::line_break) out += '\n';
  for (const auto& one : node.inside) add_words(out, one);
}

bool may_be_markup(std::string_view source) {
  return source.find_first_of("*_`[]<&\\\n\r\t\xF3") != std::string_view::npos;
}

// Puts the values where their places are.
void fill(RichNode& node, const std::vector<std::string>& values) {
  auto value = [&](std::size_t number) { return number < values.size() ? values[number] : std::string(); };
  if (node.mark == Mark::link) {
    std::size_t at = 0;
    while (at < node.words.size() && !is_place(node.words, at)) ++at;
    if (at < node.words.size() && !may_take_value(std::string_view(node.words).substr(0, at))) node.words.clear();
    const bool has_value = at < node.words.size();
    node.words = filled(node.words, [&](std::size_t number) { return percent_encode(value(number)); });
    if (has_value && has_dot_segment(node.words)) node.words.clear();  // it would lead past what the maker wrote
  } else {
    node.words = filled(node.words, value);
  }
  for (auto& one : node.inside) fill(one, values);
}

}  // namespace

RichText RichText::written(std::string_view markup) {
  RichText text;
  text.source_ = without_places(markup);
  text.is_markup_ = true;
  return text;
}

void RichText::make_markup() {
  if (is_markup_) return;
  is_markup_ = true;
  if (source_.empty()) return;
  values_.push_back(std::move(source_));
  source_ = place_of(0);
}

RichText& RichText::operator+=(const RichText& more) {
  if (more.empty()) return *this;
  if (empty()) return *this = more;
  if (!is_markup_ && !more.is_markup_) {
    source_ += more.source_;
    return *this;
  }
  make_markup();
  const auto first = values_.size();
  auto next = more;
  next.make_markup();
  source_ += filled(next.source_, [&](std::size_t number) {
    return first + number < max_values ? place_of(first + number) : std::string("\xEF\xBF\xBD");
  });
  for (auto& value : next.values_)
    if (values_.size() < max_values) values_.push_back(std::move(value));
  return *this;
}

RichNode RichText::blocks() const {
  if (!is_markup_) return {.inside = {{.mark = Mark::paragraph, .inside = {{.mark = Mark::text, .words = source_}}}}};
  auto tree = read_blocks(source_);
  fill(tree, values_);
  return tree;
}

RichNode RichText::line() const {
  if (!is_markup_ || !may_be_markup(source_))
    return {.inside = {{.mark = Mark::text, .words = is_markup_ ? std::string(trim(source_)) : source_}}};
  Flat flat;
  flatten(read_line(as_line(source_)), flat);
  fill(flat.out, values_);
  return std::move(flat.out);
}

std::string RichText::plain() const {
  if (!is_markup_) return source_;
  std::string out;
  add_words(out, line());
  return out;
}

std::ostream& operator<<(std::ostream& out, const RichText& text) { return out << text.plain(); }

namespace {

void add_addresses(RichUse& use, const RichNode& node) {
  if (node.mark == Mark::link) use.addresses.push_back(node.words);
  for (const auto& one : node.inside) add_addresses(use, one);
}

}  // namespace

RichUse use_of(std::string_view markup) {
  RichUse use;
  const auto source = without_places(markup);
  add_addresses(use, read_blocks(source));
  for (std::size_t at = source.find('<'); at != std::string::npos; at = source.find('<', at + 1)) {
    const auto tag = read_html_tag(std::string_view(source).substr(at));
    if (!tag || tag->closing || element_of(tag->name)) continue;
    if (std::ranges::find(use.unknown_elements, tag->name) == use.unknown_elements.end())
      use.unknown_elements.push_back(tag->name);
  }
  return use;
}

}  // namespace alting::base
