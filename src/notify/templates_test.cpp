#include "notify/templates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace alting::notify {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Templates, say_the_same_in_plain_text_and_html) {
  const auto& form = *newest_template("message");
  const auto said = render(form, base::Language::nb, {{"agency", "Sirlig & Søn"}, {"due_day", "2026-12-24"}},
                           {.site = "alting.no", .recipient = "Fjord <og> Fjell AS", .service = "", .code = ""});
  EXPECT_THAT(said.plain, HasSubstr("Sirlig & Søn har sendt en melding.\n\nMeldingen er til Fjord <og> Fjell AS.\n"));
  EXPECT_THAT(said.plain, HasSubstr("24. desember 2026"));
  EXPECT_THAT(said.html, HasSubstr("<p>Sirlig &amp; Søn har sendt en melding.</p>"));
  EXPECT_THAT(said.html, HasSubstr("<p>Meldingen er til Fjord &lt;og&gt; Fjell AS.</p>"));
  EXPECT_THAT(said.html, HasSubstr("<html lang=\"nb\">"));
}

TEST(Templates, leave_out_the_paragraph_of_what_is_not_given) {
  const auto said = render(*newest_template("message"), base::Language::en, {{"agency", "Datatilsynet"}},
                           {.site = "alting.no", .recipient = "", .service = "", .code = ""});
  EXPECT_THAT(said.plain, Not(HasSubstr("The message is for")));
  EXPECT_THAT(said.plain, Not(HasSubstr("deadline")));
  EXPECT_THAT(said.plain, Not(HasSubstr("{")));
}

TEST(Templates, say_nothing_of_a_message_where_others_use_the_address) {
  const auto said = render(*newest_template("message"), base::Language::nn, {{"agency", "Datatilsynet"}},
                           {.site = "alting.no", .recipient = "Fjord AS", .service = "", .code = "", .bare = true});
  EXPECT_THAT(said.plain, Not(HasSubstr("Datatilsynet")));
  EXPECT_THAT(said.plain, Not(HasSubstr("Fjord AS")));
}

TEST(Templates, are_there_in_each_language_with_the_same_parts) {
  for (const auto& form : all_templates()) {
    for (const auto& words : form.words) {
      EXPECT_FALSE(words.subject.empty() || words.text.empty()) << form.name;
      EXPECT_EQ(words.several.empty(), !form.merges()) << form.name;
    }
    EXPECT_EQ(find_template(form.name, form.version), &form);
  }
}

TEST(Templates, take_no_field_that_could_be_a_link_a_number_or_somebody) {
  const auto& form = *newest_template("message");
  EXPECT_TRUE(check_fields(form, {{"agency", "St. Olavs hospital, avd. 3"}}));
  for (const char* bad :
       {"www.example.no", "http://x", "ring 12345678", "k@d.no", "a\r\nBcc: b", "<b>", "{site}", "", "12 34 56 78 901",
        "+47 22/33-44", "\u0661\u0662\u0663\u0664\u0665\u0666", "evil\u3002no", "\xff"})
    EXPECT_FALSE(check_fields(form, {{"agency", bad}})) << bad;
  EXPECT_FALSE(check_fields(form, {{"agency", std::string(121, 'x')}}));
  EXPECT_FALSE(check_fields(form, {{"due_day", "24.12.2026"}}));
  EXPECT_FALSE(check_fields(form, {{"name", "Modig"}})) << "a field that nobody declared";
}

}  // namespace
}  // namespace alting::notify
