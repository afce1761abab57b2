#include "web/html.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

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
  for (const char* good :
       {"/", "/a/b?c=d#e", "#top", "?side=2", "https://example.org/", "mailto:a@b.no", "tel:+4722000000", "HTTPS://x"})
    EXPECT_TRUE(is_safe_url(good)) << good;
  for (const char* bad : {"", "javascript:alert(1)", "JaVaScRiPt:x", "//evil.example", "/\\evil.example", "\\\\x",
                          "http://x", "data:text/html,x", " /a", "/a b", "java\nscript:x", "vbscript:x", "a/b"})
    EXPECT_FALSE(is_safe_url(bad)) << bad;
  EXPECT_EQ(el("a", {href("javascript:x")}, text("x")).markup(), "<a href=\"#\">x</a>");
  EXPECT_EQ(el("form", {{"action", "https://evil\" onsubmit=\"x"}}).markup(), "<form action=\"#\"></form>");
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

}  // namespace
}  // namespace alting::web::html
