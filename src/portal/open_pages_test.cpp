#include "portal/open_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "portal/testing/small_portal.h"

namespace alting::portal {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

class OpenPagesTest : public ::testing::Test {
 protected:
  OpenPagesTest() { small.open({open_pages({.apps = apps})}); }

  static std::string location(const Response& response) {
    for (const auto& [name, value] : response.headers)
      if (name == "Location") return value;
    return {};
  }

  testing::SmallPortal small;
  forms::AppCatalogue apps{std::filesystem::path(ALTING_SOURCE_DIR) / "services", false};
};

TEST_F(OpenPagesTest, the_front_page_leads_to_each_form_and_who_is_logged_in_to_their_inbox) {
  for (const auto language : base::all_languages) {
    const auto page = small.get("/", language);
    EXPECT_EQ(page.status, 200);
    EXPECT_THAT(page.body, HasSubstr(small.t(language, "home.title")));
    EXPECT_THAT(page.body, Not(HasSubstr("\"/aktor?til=/innboks\"")));
    for (const auto& app : apps.all())
      EXPECT_THAT(page.body, AllOf(HasSubstr("\"/skjema/" + app->facts().id.text() + "\""),
                                   HasSubstr(app->controller(language).name)));
  }
  small.log_in(small.registers.actor("manager"));
  EXPECT_THAT(small.get("/").body, HasSubstr("\"/aktor?til=/innboks\""));
}

TEST_F(OpenPagesTest, the_login_offers_what_reaches_the_level_and_goes_back_to_this_site_alone) {
  const auto any = small.get("/logg-inn?til=/profil");
  EXPECT_EQ(any.status, 200);
  EXPECT_THAT(any.body, AllOf(HasSubstr("metode=MinID"), HasSubstr("metode=BankID"), HasSubstr("start?til=%2Fprofil")));
  EXPECT_THAT(small.get("/logg-inn?niva=4").body, AllOf(Not(HasSubstr("metode=MinID")), HasSubstr("metode=BankID")));

  small.log_in(small.registers.actor("manager"));
  EXPECT_EQ(location(small.get("/logg-inn?til=/profil")), "/profil");
  EXPECT_EQ(location(small.get("/logg-inn?til=//evil.example")), "/aktor");
  EXPECT_THAT(small.get("/logg-inn?niva=4").body, HasSubstr(small.t(Language::nb, "login.step_up.title")));
}

TEST_F(OpenPagesTest, an_organisation_is_offered_its_own_way_where_there_is_one_and_no_higher_level_is_asked) {
  const auto link = "\"/logg-inn/sertifikat?til=";
  for (const auto language : base::all_languages)
    EXPECT_THAT(small.get("/logg-inn?til=/profil", language).body,
                AllOf(Not(HasSubstr(link)), HasSubstr(small.t(language, "login.certificate.none"))));
  testing::SmallPortal with_door;
  with_door.open({open_pages({.apps = apps, .certificates = true})});
  for (const auto language : base::all_languages)
    EXPECT_THAT(with_door.get("/logg-inn?til=/profil", language).body,
                AllOf(HasSubstr(link), HasSubstr(small.t(language, "login.certificate.details")),
                      Not(HasSubstr(small.t(language, "login.certificate.none")))));
  EXPECT_THAT(with_door.get("/logg-inn?niva=3&til=/profil").body, HasSubstr(link));
  EXPECT_THAT(with_door.get("/logg-inn?niva=4&til=/profil").body, Not(HasSubstr(link)));
}

TEST_F(OpenPagesTest, a_language_that_is_chosen_is_remembered) {
  const auto chosen = small.get("/sprak/en?til=/hjelp");
  EXPECT_EQ(location(chosen), "/hjelp");
  EXPECT_THAT(chosen.set_cookies, Contains(HasSubstr("alting-valg=")));
  const auto unknown = small.get("/sprak/tlh?til=https://evil.example");
  EXPECT_EQ(location(unknown), "/");
  EXPECT_THAT(unknown.set_cookies, Not(Contains(HasSubstr("alting-valg="))));
}

TEST_F(OpenPagesTest, the_way_to_log_in_is_remembered_by_a_box_that_is_off) {
  const auto box = small.get("/logg-inn?til=/profil");
  EXPECT_THAT(box.body, AllOf(HasSubstr("name=\"husk\""), Not(HasSubstr("checked")), Not(HasSubstr("husk=ja"))));
  EXPECT_THAT(small.get("/logg-inn?til=/profil&spurt=ja&husk=ja").body,
              AllOf(Not(HasSubstr("checked")), Not(HasSubstr("metode=MinID&amp;husk=ja"))))
      << "a link ticks no box";
  const auto kept = small.post("/logg-inn", {{"husk", "ja"}, {"til", "/profil"}});
  EXPECT_EQ(location(kept), "/logg-inn?til=/profil&spurt=ja");
  EXPECT_THAT(kept.set_cookies, Contains(HasSubstr("alting-context=")));
  EXPECT_THAT(kept.set_cookies, Not(Contains(HasSubstr("alting-valg=")))) << "nobody has logged in";
  small.cookie_line = kept.set_cookies.at(0).substr(0, kept.set_cookies.at(0).find(';'));
  EXPECT_THAT(small.get("/logg-inn?til=/profil").body,
              AllOf(HasSubstr("checked"), HasSubstr("metode=MinID&amp;husk=ja")));
  const auto unticked = small.post("/logg-inn", {{"til", "/profil"}});
  small.cookie_line = unticked.set_cookies.at(0).substr(0, unticked.set_cookies.at(0).find(';'));
  EXPECT_THAT(small.get("/logg-inn?til=/profil").body, AllOf(Not(HasSubstr("checked")), Not(HasSubstr("husk=ja"))));
}

TEST_F(OpenPagesTest, who_can_help_is_named) {
  for (const auto language : base::all_languages)
    EXPECT_THAT(small.get("/hjelp", language).body, HasSubstr("hjelp@portal.example"));
}

}  // namespace
}  // namespace alting::portal
