#include "base/rich_text.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "base/html_tag.h"
#include "base/text.h"

namespace alting::base {
namespace {

// The tree in one line: "p[a strong[b] br]".
std::string shown(const RichNode& node) {
  static constexpr std::array names{"root", "text", "br", "strong", "em", "u",  "s",  "small", "sub", "sup",   "code",
                                    "span", "a",    "p",  "h",      "ul", "ol", "li", "quote", "pre", "block", "hr"};
  if (node.mark == Mark::text) return node.words;
  std::string out = names.at(static_cast<std::size_t>(node.mark));
  if (node.mark == Mark::heading) out += std::to_string(node.number);
  if (node.mark == Mark::link) out += "(" + node.words + ")";
  if (node.mark == Mark::line_break || node.mark == Mark::rule) return out;
  out += "[" + (node.mark == Mark::code_block ? node.words : "");
  for (const auto& one : node.inside) out += shown(one);
  return out + "]";
}
std::string inner(const RichNode& root) {
  std::string out;
  for (const auto& one : root.inside) out += shown(one);
  return out;
}
std::string blocks(std::string_view markup) { return inner(RichText::written(markup).blocks()); }
std::string line(std::string_view markup) { return inner(RichText::written(markup).line()); }
std::string plain(std::string_view markup) { return RichText::written(markup).plain(); }

TEST(RichText, reads_Markdown_and_HTML_alike) {
  for (const auto& [markup, tree, words] : std::vector<std::array<std::string, 3>>{
           {"Navn", "Navn", "Navn"},
           {"**Navn** på *barn*", "strong[Navn] på em[barn]", "Navn på barn"},
           {"<strong>Navn</strong> på <i>barn</i>", "strong[Navn] på em[barn]", "Navn på barn"},
           {"<b>**Begge** to</b>", "strong[strong[Begge] to]", "Begge to"},
           {"En<br/>to<br>tre<BR />fire", "Enbrtobrtrebrfire", "En\nto\ntre\nfire"},
           {"Les [mer](/mer) nå", "Les a(/mer)[mer] nå", "Les mer nå"},
           {"Les <a href='/mer?a=1&amp;b' target=\"_blank\" rel=x>mer</a>", "Les a(/mer?a=1&b)[mer]", "Les mer"},
           {"H<sub>2</sub>O og m<sup>2</sup>", "Hsub[2]O og msup[2]", "H2O og m2"},
           {"Fisk &amp; vilt&nbsp;nå", "Fisk & vilt\u00A0nå", "Fisk & vilt\u00A0nå"},
           {"Velg `a*b`", "Velg code[a*b]", "Velg a*b"},
           {"To *", "To *", "To *"},
           {"a_b_c 5 < 6 > 4 & 3", "a_b_c 5 < 6 > 4 & 3", "a_b_c 5 < 6 > 4 & 3"},
       }) {
    EXPECT_EQ(line(markup), tree) << markup;
    EXPECT_EQ(plain(markup), words) << markup;
    EXPECT_EQ(blocks(markup), "p[" + tree + "]") << markup;
  }
}

TEST(RichText, on_one_line_begins_no_list_heading_or_quote) {
  for (const auto* words : {"1. Navn", "- ikke en liste", "# 5", "> 18 år", "+ 3", "=== nei", "[a]: /b", "    fire"})
    EXPECT_EQ(plain(words), trim(words)) << words;
  EXPECT_EQ(line("**\"Sitat\"** her"), "strong[\"Sitat\"] her");
  EXPECT_EQ(line("Først\nså"), "Først så");
  EXPECT_EQ(line("Først\n\n\nså\n"), "Førstbrså");
  EXPECT_EQ(line("Først  \nså"), "Førstbrså");
  EXPECT_EQ(line("<p>Ett</p><p>To</p>"), "EttbrTo");
  EXPECT_EQ(line("Velg:<ul><li>en</li><li>**to**</li></ul>"), "Velg:brenbrstrong[to]");
  EXPECT_EQ(line("<h2>Overskrift</h2>tekst"), "Overskriftbrtekst");
}

TEST(RichText, in_blocks_has_paragraphs_lists_and_headings) {
  EXPECT_EQ(blocks("Ett\n\nTo"), "p[Ett]p[To]");
  EXPECT_EQ(blocks("- a\n- b"), "ul[li[a]li[b]]");
  EXPECT_EQ(blocks("3. a\n4. b"), "ol[li[a]li[b]]");
  EXPECT_EQ(blocks("# Tittel"), "h1[Tittel]");
  EXPECT_EQ(blocks("<p>**Merk:** husk</p>\n<ul>\n<li>en</li>\n<li>to <b>tre</b></li>\n</ul>"),
            "p[strong[Merk:] husk]ul[li[en]li[to strong[tre]]]");
  EXPECT_EQ(blocks("Dette er: <ul><li>en</li></ul> og slutt"), "p[Dette er:]ul[li[en]]p[og slutt]");
  EXPECT_EQ(blocks("<h3>Tittel</h3>\n\nTekst"), "h3[Tittel]p[Tekst]");
  EXPECT_EQ(blocks("<li>alene"), "ul[li[alene]]");
  EXPECT_EQ(blocks("a\n\n---\n\nb"), "p[a]hrp[b]");
}

TEST(RichText, ends_each_element_with_its_text) {
  EXPECT_EQ(blocks("<strong>åpen\n\nannen"), "p[strong[åpen]]p[annen]");
  EXPECT_EQ(blocks("*<b>kryss*</b> etter"), "p[em[strong[kryss]] etter]");
  EXPECT_EQ(blocks("</strong></p></ul>rest"), "p[rest]");
  EXPECT_EQ(blocks("<a href='/a'>en [to](/b) tre</a>"), "p[a(/a)[en span[to] tre]]");
  EXPECT_EQ(line("<b><i>skjevt</b></i>"), "strong[em[skjevt]]");
}

TEST(RichText, shows_what_is_not_allowed_as_words) {
  for (const auto* words : {"<script>alert(1)</script>", "a <img src=x onerror=y> b", "<iframe src=\"https://x\">",
                            "<style>p{}</style>", "<foo>", "<b onclick", "< b >", "<svg/onload=x>", "<input name=x>"})
    EXPECT_EQ(plain(words), words) << words;
  EXPECT_EQ(line("<b onclick=\"x\" style='y' class=z lang=en>ok</b>"), "strong[ok]");
  EXPECT_EQ(RichText::written("<span lang=\"en\">ok</span>").line().inside.at(0).language, "en");
  EXPECT_EQ(RichText::written("<span lang=\"e&n\">ok</span>").line().inside.at(0).language, "");
  EXPECT_EQ(plain("før<!-- skjult <b> -->etter"), "føretter");
  EXPECT_EQ(plain("![bildet](https://sporing.example/x.png)"), "bildet");
}

const std::vector<std::string> answers{"<b>x</b>",
                                       "**x**",
                                       "[a](javascript:alert(1))",
                                       "https://evil.example",
                                       "</strong><hr>",
                                       "&lt;&#60;",
                                       "`x` *y* _z_",
                                       "1. x",
                                       "# x",
                                       "\n\n- x\n- y",
                                       "\U000F0000\U000FFFFD",
                                       "<!-- x -->",
                                       "\\*",
                                       "![a](/b)",
                                       "\" onclick=\"x"};

TEST(RichText, a_value_is_words_whatever_it_holds) {
  for (const auto& answer : answers) {
    EXPECT_EQ(RichText(answer).plain(), answer);
    EXPECT_EQ(inner(RichText(answer).line()), answer);
    EXPECT_EQ(inner(RichText(answer).blocks()), "p[" + answer + "]");
    const auto text = RichText::written("**Hei ") + RichText(answer) + RichText::written("**, <i>") + RichText(answer) +
                      RichText::written("</i> `") + RichText(answer) + RichText::written("`");
    EXPECT_EQ(text.plain(), "Hei " + answer + ", " + answer + " " + answer) << answer;
    EXPECT_EQ(inner(text.line()), "strong[Hei " + answer + "], em[" + answer + "] code[" + answer + "]") << answer;
    EXPECT_EQ(inner(text.blocks()), "p[strong[Hei " + answer + "], em[" + answer + "] code[" + answer + "]]") << answer;
    EXPECT_EQ(inner((RichText(answer) + RichText::written("\n\n- ") + RichText(answer)).blocks()),
              "p[" + answer + "]ul[li[" + answer + "]]");
  }
}

TEST(RichText, a_value_does_not_choose_where_a_link_leads) {
  auto link = [](std::string_view before, std::string_view value, std::string_view after) {
    return inner((RichText::written(before) + RichText(value) + RichText::written(after)).line());
  };
  EXPECT_EQ(link("[x](", "https://evil.example", ")"), "a()[x]");
  EXPECT_EQ(link("[x](", "javascript:alert(1)", ")"), "a()[x]");
  EXPECT_EQ(link("[x](https://", "evil.example", "/a)"), "a()[x]");
  EXPECT_EQ(link("[x](https://good.example", ".evil.example", "/a)"), "a()[x]");
  EXPECT_EQ(link("[x](/", "/evil.example", ")"), "a()[x]");
  EXPECT_EQ(link("[x](https://good.example/?q=", "a b&c#d/é\"", ")"),
            "a(https://good.example/?q=a%20b%26c%23d%2F%C3%A9%22)[x]");
  EXPECT_EQ(link("<a href=\"/sak/", "../x", "\">x</a>"), "a(/sak/..%2Fx)[x]");
}

TEST(RichText, has_no_link_that_a_value_leads_up) {
  const auto link = [](std::string_view before, std::string_view value, std::string_view after) {
    return inner((RichText::written(before) + RichText(value) + RichText::written(after)).line());
  };
  for (const std::string up : {".", "..", "%2e", ".%2E"}) {
    const bool encoded = up.find('%') != std::string::npos;  // of a value "%" is encoded itself, and leads nowhere
    EXPECT_EQ(link("[x](/a/", up, "/b)") == "a()[x]", !encoded) << up;
    EXPECT_EQ(link("[x](https://good.example/", up, ")") == "a()[x]", !encoded) << up;
    EXPECT_EQ(link("[x](/a/", up, "?q=1)") == "a()[x]", !encoded) << up;
  }
  EXPECT_EQ(link("[x](/a/%2e", ".", "/b)"), "a()[x]") << "made of both";
  EXPECT_EQ(link("[x](/a/.", ".", "#b)"), "a()[x]");
  EXPECT_EQ(link("[x](/a/", "...", "/b)"), "a(/a/.../b)[x]");
  EXPECT_EQ(link("[x](/a/", "..b", ")"), "a(/a/..b)[x]");
  EXPECT_EQ(link("[x](/a/?q=", "..", ")"), "a(/a/?q=..)[x]") << "no segment of the path";
  EXPECT_EQ(link("[x](/a/?q=/", "..", "/)"), "a(/a/?q=/../)[x]");
}

TEST(RichText, that_is_joined_is_read_as_one) {
  const auto both = RichText::written("**a") + RichText::written(" b**");
  EXPECT_EQ(inner(both.line()), "strong[a b]");
  EXPECT_EQ((RichText("a") + "b").plain(), "ab");
  EXPECT_NE((RichText("<b>") + "b").only_words(), nullptr);
  EXPECT_TRUE((RichText() + RichText()).empty());
  EXPECT_TRUE(RichText::written("x") == "x");
}

TEST(RichText, tells_what_a_text_uses) {
  const auto use = use_of("<b>a</b> <img src=x> <foo> <IMG> [a](javascript:x) <a href=\"http://b\">c</a> 1 < 2");
  EXPECT_EQ(use.unknown_elements, (std::vector<std::string>{"img", "foo"}));
  EXPECT_EQ(use.addresses, (std::vector<std::string>{"javascript:x", "http://b"}));
}

TEST(HtmlTag, of_an_attribute_without_quotes_ends_where_another_would_begin) {
  const auto size = [](std::string_view text) {
    const auto tag = read_html_tag(text);
    return tag ? tag->size : 0;
  };
  EXPECT_EQ(size("<a href=/x>"), 11U);
  EXPECT_EQ(size("<a href='/x' lang=nb >"), 22U);
  for (std::string_view refused : {"<a b=<a>", "<a b=x<y>", "<a b=x\"y>", "<a b=x'y>", "<a b=x=y>", "<a b=`x`>",
                                   "<a b=>", "<a b=", "<a b= <a b= >"})
    EXPECT_EQ(size(refused), 0U) << refused;
}

std::string any_markup() {
  auto parts = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
      "<", ">", "script", "![", "](", ")", "[", "javascript:", "\n", "\n\n", "`", "*", "**", "_", "<img src=x>",
      "<a href=", "\"", "</a>", "&#x6A;", "<!--", "-->", "# ", "> ", "- ", "1. ", "<b>", "</b>", "<strong>", "<ul>",
      "<li>", "</li>", "</ul>", "<p>", "</p>", "<div>", "</div>", "<h2>", "</h2>", "<br/>", "<hr>", "<code>", "ord",
      " ", "é", "\\", "<blockquote>", "    ", "\U000F0001", "&#xF0000;", "<ol>", "</ol>", "<i>", "</i>"));
  std::string source;
  for (const auto& part : parts) source += part;
  return source;
}

// Each element stands only where HTML lets it stand.
void judge(const RichNode& node, bool within_link, int depth) {
  RC_ASSERT(depth < 40);
  const bool list = node.mark == Mark::bullets || node.mark == Mark::numbers;
  const bool may_hold_blocks =
      node.mark == Mark::root || node.mark == Mark::item || node.mark == Mark::quote || node.mark == Mark::division;
  for (const auto& one : node.inside) {
    RC_ASSERT(list == (one.mark == Mark::item));
    RC_ASSERT(!is_block(one.mark) || list || may_hold_blocks);
    RC_ASSERT(one.mark != Mark::link || !within_link);
    judge(one, within_link || one.mark == Mark::link, depth + 1);
  }
}

TEST(RichText, of_whatever_text_is_a_tree_that_HTML_can_hold) {
  rc::check([] {
    const auto text = RichText::written(any_markup()) + RichText(any_markup()) + RichText::written(any_markup());
    judge(text.blocks(), false, 0);
    const auto line = text.line();
    judge(line, false, 0);
    std::function<void(const RichNode&)> inline_only = [&](const RichNode& node) {
      for (const auto& one : node.inside) {
        RC_ASSERT(!is_block(one.mark));
        inline_only(one);
      }
    };
    inline_only(line);
  });
}

TEST(RichText, without_markup_is_its_own_plain_form) {
  rc::check([](const std::string& words) { RC_ASSERT(RichText(words).plain() == words); });
  rc::check([] {
    auto words =
        *rc::gen::container<std::string>(rc::gen::elementOf(std::string("abcABC012.,:;-+#>()/?!\"'=|~%^$@{} ")));
    const auto from = words.find_first_not_of(' '), to = words.find_last_not_of(' ');
    words = from == std::string::npos ? "" : words.substr(from, to - from + 1);
    RC_ASSERT(plain(words) == words);
  });
}

}  // namespace
}  // namespace alting::base
