#include "web/html.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <set>

namespace alting::web::html {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Html, escapes_text_and_attributes) {
  EXPECT_EQ(el("p", {{"class", "a\"b"}}, text("<b>&'\"")).markup(),
            "<p class=\"a&quot;b\">&lt;b&gt;&amp;&#39;&quot;</p>");
  EXPECT_EQ(lines("a\r\nb\n<").markup(), "a<br>b<br>&lt;");
}

TEST(Html, writes_boolean_optional_and_number_attributes) {
  EXPECT_EQ(el("input", {{"required", true}, {"disabled", false}, {"size", 3}, {"name", std::optional<std::string>()}})
                .markup(),
            "<input required size=\"3\">");
}

TEST(Html, whatever_the_text_no_markup_comes_of_it) {
  rc::check([](const std::string& anything) {
    std::string markup = el("p", {{"title", anything}}, text(anything)).markup();
    RC_ASSERT(std::count(markup.begin(), markup.end(), '<') == 2);
    RC_ASSERT(std::count(markup.begin(), markup.end(), '>') == 2);
    RC_ASSERT(std::count(markup.begin(), markup.end(), '"') == 2);
  });
}

TEST(Html, lets_only_safe_addresses_through) {
  for (const char* good : {"/", "/a/b?c=d#e", "./a", ".//a", "#top", "?side=2", "https://example.org/", "mailto:a@b.no",
                           "tel:+4722000000", "HTTPS://x"})
    EXPECT_TRUE(is_safe_url(good)) << good;
  for (const char* bad : {"", "javascript:alert(1)", "JaVaScRiPt:x", "//evil.example", "/\\evil.example", "\\\\x",
                          "http://x", "data:text/html,x", " /a", "/a b", "java\nscript:x", "vbscript:x", "a/b"})
    EXPECT_FALSE(is_safe_url(bad)) << bad;
  EXPECT_EQ(el("a", {href("javascript:x")}, text("x")).markup(), "<a href=\"#\">x</a>");
  EXPECT_EQ(el("form", {{"action", "https://evil\" onsubmit=\"x"}}).markup(), "<form action=\"#\"></form>");
  EXPECT_EQ(el("form", {{"action", "http://localhost:8081/logout"}}).markup(),
            "<form action=\"http://localhost:8081/logout\"></form>");
  for (const char* bad : {"http://localhost:8081/a b", "http://localhost.evil.example/", "http://localhost:1\n",
                          "http://localhost:1@evil.example/", "http://localhost:@evil.example/",
                          "http://localhost:", "http://localhost:1a@evil.example/", "http://localhost:123456/"})
    EXPECT_EQ(el("form", {{"action", bad}}).markup(), "<form action=\"#\"></form>") << bad;
  EXPECT_EQ(el("a", {href("http://localhost:8081/")}, text("x")).markup(), "<a href=\"#\">x</a>");
}

TEST(Markdown, is_safe) {
  EXPECT_EQ(markdown("*a* **b** [c](/d)").markup(), "<p><em>a</em> <strong>b</strong> <a href=\"/d\">c</a></p>\n");
  EXPECT_THAT(markdown("<script>alert(1)</script>").markup(), Not(HasSubstr("<script")));
  EXPECT_THAT(markdown("a <img src=x onerror=y> b").markup(), Not(HasSubstr("<img")));
  EXPECT_THAT(markdown("![alt](https://tracker.example/x.png)").markup(), Not(HasSubstr("tracker")));
  EXPECT_THAT(markdown("![the words](x.png)").markup(), HasSubstr("the words"));
  EXPECT_THAT(markdown("[x](javascript:alert(1))").markup(), Not(HasSubstr("javascript")));
  EXPECT_THAT(markdown("[x](data:text/html,1)").markup(), Not(HasSubstr("data:")));
  EXPECT_THAT(markdown("# Title").markup(), HasSubstr("<h2>Title</h2>"));
}

TEST(Markdown, never_writes_a_script_or_an_image_whatever_it_is_given) {
  rc::check([] {
    auto parts = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
        "<", ">", "script", "![", "](", ")", "[", "javascript:", "\n", "`", "*", "<img src=x>", "<a href=", "\"",
        "&#x6A;avascript:", "<!--", "-->", "# ", "> ", "- "));
    std::string source;
    for (const auto& part : parts) source += part;
    std::string markup = markdown(source).markup();
    RC_ASSERT(markup.find("<script") == std::string::npos);
    RC_ASSERT(markup.find("<img") == std::string::npos);
    RC_ASSERT(markup.find("href=\"javascript") == std::string::npos);
  });
}

// What stands in `markup`, tag for tag: only these elements, each closed where it was opened, with these attributes.
void judge(std::string_view markup) {
  static const std::set<std::string, std::less<>> elements{
      "strong", "em", "u",  "s",  "small", "sub", "sup", "code",       "span", "a",   "p",  "h2",
      "h3",     "h4", "h5", "h6", "ul",    "ol",  "li",  "blockquote", "pre",  "div", "br", "hr"};
  std::vector<std::string> open;
  for (std::size_t at = markup.find('<'); at != std::string_view::npos; at = markup.find('<', at + 1)) {
    auto tag = markup.substr(at + 1, markup.find('>', at) - at - 1);
    if (tag.starts_with('/')) {
      RC_ASSERT(!open.empty() && open.back() == tag.substr(1));
      open.pop_back();
      continue;
    }
    const std::string name(tag.substr(0, tag.find(' ')));
    RC_ASSERT(elements.contains(name));
    tag.remove_prefix(name.size());
    RC_ASSERT(tag.empty() || tag.starts_with(" href=\"https://") || tag.starts_with(" href=\"/") ||
              tag.starts_with(" start=\""));
    if (name != "br" && name != "hr") open.push_back(name);
  }
  RC_ASSERT(open.empty());
}

TEST(RichText, is_written_balanced_and_from_the_allow_list_whatever_it_is) {
  rc::check([] {
    auto any = [] {
      auto parts = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
          "<", ">", "script", "![", "](", ")", "[a](/b)", "javascript:", "\n", "\n\n", "`", "*", "**", "<img src=x>",
          "<a href=\"https://x.no\">", "<a href=", "\"", "</a>", "<!--", "# ", "> ", "- ", "2. ", "<b>", "</b>", "<ul>",
          "<li>", "</ul>", "<p>", "</p>", "<div>", "</div>", "<h2>", "<br/>", "<hr>", "<code>", "ord", " ",
          "onclick=x"));
      std::string source;
      for (const auto& part : parts) source += part;
      return source;
    };
    const auto rich = base::RichText::written(any()) + base::RichText(any()) + base::RichText::written(any());
    judge(blocks(rich).markup());
    judge(words(rich).markup());
    const auto bare = words(rich, Links::dropped).markup();
    judge(bare);
    RC_ASSERT(bare.find("<a") == std::string::npos);
  });
}

TEST(RichText, is_written_as_the_reader_has_it) {
  const auto rich = base::RichText::written("**Ta** <a href=\"https://a.no\" target=\"_blank\">vare</a> p\u00e5<br/>") +
                    base::RichText("<b>x</b> **y** [a](javascript:z)");
  const std::string answer = "&lt;b&gt;x&lt;/b&gt; **y** [a](javascript:z)";
  EXPECT_EQ(words(rich).markup(), "<strong>Ta</strong> <a href=\"https://a.no\">vare</a> p\u00e5<br>" + answer);
  EXPECT_EQ(words(rich, Links::dropped).markup(), "<strong>Ta</strong> vare p\u00e5<br>" + answer);
  EXPECT_EQ(blocks(rich).markup(),
            "<p><strong>Ta</strong> <a href=\"https://a.no\">vare</a> p\u00e5<br>" + answer + "</p>\n");
  EXPECT_EQ(words("<b>**x**").markup(), "&lt;b&gt;**x**");
  EXPECT_EQ(words(base::RichText::written("[x](http://a.no)")).markup(), "x") << "a link that may not be is its words";
  EXPECT_EQ(blocks(base::RichText::written("2. a\n3. b")).markup(),
            "<ol start=\"2\">\n<li>a</li>\n<li>b</li>\n</ol>\n");
  EXPECT_EQ(blocks(base::RichText::written("<p lang=\"en\">Hi</p>")).markup(), "<p lang=\"en\">Hi</p>\n");
}

}  // namespace
}  // namespace alting::web::html
