#include "portal/law_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "access/room_catalogue.h"
#include "events/room_catalogue.h"
#include "inbox/room_catalogue.h"
#include "instances/room_catalogue.h"
#include "ledger/room_catalogue.h"
#include "login/room_catalogue.h"
#include "notify/room_catalogue.h"
#include "parties/room_catalogue.h"
#include "portal/testing/small_portal.h"
#include "portal/words.h"
#include "privacy/privacy_kinds.h"
#include "privacy/room_catalogue.h"
#include "store/room_catalogue.h"
#include "web/room_catalogue.h"

namespace alting::portal {
namespace {

using privacy::period_in_words;
using privacy::periods_in_words;
using privacy::privacy_kinds;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

store::Catalogue whole_catalogue() {
  return store::Catalogue({&store::room_catalogue(), &ledger::room_catalogue(), &parties::room_catalogue(),
                           &access::room_catalogue(), &instances::room_catalogue(), &web::room_catalogue(),
                           &inbox::room_catalogue(), &notify::room_catalogue(), &events::room_catalogue(),
                           &privacy::room_catalogue(), &login::room_catalogue()});
}

class LawPagesTest : public ::testing::Test {
 protected:
  void open(Operator by = {}) {
    by.name = "Etaten";
    by.email = "hjelp@portal.example";
    small.run_by = by;
    small.open({law_pages({.apps = apps, .catalogue = catalogue})});
  }

  testing::SmallPortal small;
  forms::AppCatalogue apps{std::filesystem::path(ALTING_SOURCE_DIR) / "services", false};
  store::Catalogue catalogue = whole_catalogue();
};

TEST_F(LawPagesTest, the_cookies_are_those_that_can_be_set) {
  open();
  for (const auto language : base::all_languages) {
    const auto page = small.get("/personvern/informasjonskapsler", language);
    for (const auto& cookie : web::cookie_catalogue())
      EXPECT_THAT(page.body,
                  AllOf(HasSubstr(std::string(cookie.name)), HasSubstr(small.t(language, cookie.lifetime_id))));
  }
}

TEST_F(LawPagesTest, the_statement_has_what_art_13_and_14_ask_in_each_language) {
  open({.name = {},
        .email = {},
        .phone = "22 00 00 00",
        .organisation_number = "991825827",
        .dpo = {.name = "Kari Ombud", .email = "ombud@portal.example", .phone = {}},
        .hosting = "Maskinene står i Norge.",
        .accessibility = {}});
  for (const auto language : base::all_languages) {
    const auto page = small.get("/personvern", language);
    EXPECT_EQ(page.status, 200);
    EXPECT_THAT(page.body,
                AllOf(HasSubstr("Etaten"), HasSubstr(spaced_organisation_number("991825827")), HasSubstr("22 00 00 00"),
                      HasSubstr("Kari Ombud, ombud@portal.example"), HasSubstr("Maskinene står i Norge.")));
    EXPECT_THAT(page.body, AllOf(HasSubstr("Postboks 458 Sentrum, 0105 Oslo"),
                                 HasSubstr("https://www.datatilsynet.no/om-datatilsynet/kontakt-oss/klage")));
    EXPECT_THAT(page.body, HasSubstr("/personvern/informasjonskapsler"));
    for (const auto* part : {"privacy.why", "privacy.where", "privacy.automatic", "privacy.security", "privacy.rights"})
      EXPECT_THAT(page.body, HasSubstr(small.t(language, part)));
    for (const auto& app : apps.all())
      EXPECT_THAT(page.body,
                  AllOf(HasSubstr("/skjema/" + app->facts().id.text()), HasSubstr(app->controller(language).name)));
    for (const auto& kind : privacy_kinds(catalogue))
      EXPECT_THAT(page.body, HasSubstr(small.t(language, "privacy.kind." + std::string(kind.code) + ".title")));
    EXPECT_THAT(page.body, AllOf(HasSubstr("forvaltningsloven § 15 a"), HasSubstr("personopplysningsloven § 12")));
    for (const auto* room :
         {"{access_", "{events_", "{inbox_", "{notify_", "{login_", "{ledger_", "{parties_", "{store_"})
      EXPECT_THAT(page.body, Not(HasSubstr(room))) << "a period that no rule gives";
  }
}

TEST_F(LawPagesTest, the_statement_names_no_officer_and_no_place_that_nobody_has_given) {
  open();
  const auto page = small.get("/personvern");
  EXPECT_THAT(page.body, HasSubstr("har ikke oppgitt her hvor maskinene står"));
  EXPECT_THAT(page.body, Not(HasSubstr("Kari Ombud")));
}

TEST_F(LawPagesTest, the_declaration_claims_nothing_that_was_not_tested) {
  open();
  for (const auto language : base::all_languages) {
    const auto page = small.get("/tilgjengelighet", language);
    EXPECT_THAT(page.body, AllOf(HasSubstr(small.t(language, "accessibility.not_tested")),
                                 HasSubstr(small.t(language, "accessibility.how.nobody")),
                                 HasSubstr("https://www.diskrimineringsnemnda.no/"),
                                 Not(HasSubstr(small.t(language, "accessibility.fully")))));
  }
}

TEST_F(LawPagesTest, the_declaration_tells_what_the_operator_found_and_when) {
  open({.name = {},
        .email = {},
        .phone = {},
        .organisation_number = {},
        .dpo = {},
        .hosting = {},
        .accessibility = {.status = Accessibility::partly,
                          .tested = "2026-10-05",
                          .declaration = "https://uustatus.no/nb/erklaringer/publisert/x",
                          .answer_days = 5,
                          .deviations = {"Kart har ingen tekst."}}});
  const auto page = small.get("/tilgjengelighet");
  EXPECT_THAT(page.body, AllOf(HasSubstr(small.t(Language::nb, "accessibility.partly")), HasSubstr("5. oktober 2026"),
                               HasSubstr("https://uustatus.no/nb/erklaringer/publisert/x"),
                               HasSubstr("Kart har ingen tekst."), HasSubstr("senest innen 5 dager")));
}

// A table that is added is told of by its room's kind; one of a new room is missed here.
TEST(PrivacyKinds, have_each_table_with_personal_data_once) {
  const auto catalogue = whole_catalogue();
  std::set<std::string_view> told;
  for (const auto& kind : privacy_kinds(catalogue)) {
    EXPECT_FALSE(kind.laws().empty()) << kind.code;
    for (const auto* table : kind.tables) EXPECT_TRUE(told.insert(table->name).second) << table->name;
  }
  for (const auto* table : catalogue.tables()) {
    const bool of_somebody = std::ranges::any_of(
        table->columns, [](const auto& column) { return column.personal && column.said.legal_basis != "none needed"; });
    EXPECT_EQ(told.contains(table->name), of_somebody) << table->name;
  }
  EXPECT_THAT(told, Contains("login_session"));
}

// Whoever reads of a kind of data reads how long it stays: the sentence has the period of each rule that ends its rows.
TEST(PrivacyKinds, say_how_long_each_of_their_tables_stays) {
  const auto texts = base::Texts::load(std::filesystem::path(ALTING_SOURCE_DIR) / "texts").value();
  const auto catalogue = whole_catalogue();
  const auto now = base::from_rfc3339("2026-11-29T00:00:00Z").value();
  std::set<std::string> with_period;
  for (const auto& [name, period] : periods_in_words(texts, Language::nb, catalogue, now)) with_period.insert(name);
  for (const auto& kind : privacy_kinds(catalogue))
    for (const auto* table : kind.tables)
      for (const auto& keeping : table->keepings) {
        std::string rule(keeping.rule);
        std::ranges::replace(rule, '.', '_');
        if (!with_period.contains(rule)) continue;
        for (const auto language : base::all_languages)
          EXPECT_THAT(texts.get(language, "privacy.kind." + std::string(kind.code) + ".kept"),
                      HasSubstr("{" + rule + "}"))
              << table->name;
      }
}

// Their recipients differ: a login is told of to nobody but its own.
TEST(PrivacyKinds, tell_of_systems_apart_from_logins) {
  const auto catalogue = whole_catalogue();
  for (const auto& kind : privacy_kinds(catalogue))
    for (const auto* table : kind.tables)
      EXPECT_EQ(kind.code == "systems", table->name == "login_client" || table->name == "login_supplier")
          << kind.code << " " << table->name;
}

TEST(PrivacyKinds, say_periods_in_words) {
  const auto texts = base::Texts::load(std::filesystem::path(ALTING_SOURCE_DIR) / "texts").value();
  const auto words = [&](int months, std::int64_t minutes, Language language = Language::nb) {
    return period_in_words(texts, language, {.months = months, .minutes = minutes});
  };
  EXPECT_EQ(words(12, 0), "ett år");
  EXPECT_EQ(words(120, 0, Language::en), "10 years");
  EXPECT_EQ(words(18, 0), "18 måneder");
  EXPECT_EQ(words(0, 24 * 60), "ett døgn");
  EXPECT_EQ(words(0, 8 * 60, Language::nn), "8 timar");
  EXPECT_EQ(words(0, 90), "90 minutter");
}

TEST(PrivacyKinds, tell_what_is_still_to_be_looked_up) {
  const auto open = whole_catalogue().to_confirm();
  EXPECT_THAT(open, Not(IsEmpty()));
  for (const auto& one : open) EXPECT_FALSE(one.place.empty() || one.what.empty());
}

}  // namespace
}  // namespace alting::portal
