#include "portal/reportee_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "instances/migrations.h"
#include "portal/testing/contacts.h"
#include "portal/testing/small_portal.h"
#include "store/testing/vault_fixture.h"

namespace alting::portal {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class ReporteePagesTest : public ::testing::Test {
 protected:
  ReporteePagesTest() {
    store::migrate(small.registers.temp.database(), small.registers.clock, {instances::migrations()});
    small.load_policies(apps);
    small.open({reportee_pages({.apps = apps, .inbox = inbox, .contacts = contacts.points()})});
    small.log_in(manager);
  }

  static std::string location(const Response& response) {
    for (const auto& [name, value] : response.headers)
      if (name == "Location") return value;
    return {};
  }
  std::string t(std::string_view id) { return small.t(Language::nb, id); }
  // What leads to a party from the list.
  static std::string choice(const parties::Party& party) { return "\"/aktor/velg?part=" + party.uuid.text(); }
  Response mark(const parties::Party& party, const std::string& as) {
    return small.post("/aktor/favoritt", {{"part", party.uuid.text()}, {"pa", as}, {"til", "/aktor"}});
  }

  testing::SmallPortal small;
  store::testing::TempVault vault;
  inbox::Inbox inbox{small.registers.temp.database(), vault.vault(), *small.registers.registry};
  testing::LocalContacts contacts{small.registers, *small.access, small.ledger};
  forms::AppCatalogue apps{std::filesystem::path(ALTING_SOURCE_DIR) / "services", false};
  terms::Actor manager = small.registers.actor("manager");
  parties::Party firm = small.registers.organisation("Fjord og Fjell AS");
  parties::Party unit = small.registers.organisation("Fjord og Fjell AS avd Bergen");
};

TEST_F(ReporteePagesTest, list_whom_one_may_represent_and_find_them_by_name) {
  const auto all = small.get("/aktor");
  ASSERT_EQ(all.status, 200);
  EXPECT_THAT(all.body, AllOf(HasSubstr(choice(firm)), HasSubstr(choice(unit)), HasSubstr(t("reportee.oneself"))));
  EXPECT_THAT(small.get("/aktor?q=Bergen").body, HasSubstr(choice(unit)));
  const auto none = small.get("/aktor?q=Finnesikke&til=/tilgang");
  EXPECT_THAT(none.body,
              AllOf(HasSubstr(t("reportee.none")), HasSubstr("\"/aktor?til=/tilgang\""), Not(HasSubstr(choice(firm)))));
  // Who asks to see what is deleted goes on seeing it, and can go back.
  EXPECT_THAT(all.body, HasSubstr(t("reportee.with_deleted")));
  EXPECT_THAT(small.get("/aktor?slettede=ja").body, HasSubstr(t("reportee.without_deleted")));
}

TEST_F(ReporteePagesTest, go_on_for_the_chosen_party_to_where_one_was_going) {
  EXPECT_EQ(location(small.get("/tilgang")), "/aktor?til=/tilgang");
  const auto chosen = small.get("/aktor/velg?part=" + firm.uuid.text() + "&til=/tilgang");
  EXPECT_EQ(location(chosen), "/a/" + firm.uuid.text() + "/tilgang");
  EXPECT_THAT(chosen.set_cookies, Not(Contains(HasSubstr(firm.uuid.text()))));
  EXPECT_EQ(location(small.get("/aktor/velg?part=" + firm.uuid.text() + "&til=//evil.example")),
            "/a/" + firm.uuid.text() + "/innboks");
}

TEST_F(ReporteePagesTest, refuse_a_party_that_is_not_ones_own_to_represent) {
  EXPECT_EQ(small.get("/aktor/velg?part=ingen").status, 404);
  small.log_in(small.registers.actor("employee"));
  const auto refused = small.get("/aktor/velg?part=" + manager.party_uuid.text());
  EXPECT_EQ(refused.status, 403);
  EXPECT_THAT(refused.body, Not(HasSubstr(manager.name)));
}

TEST_F(ReporteePagesTest, offer_what_is_marked_first_where_it_is_a_choice) {
  EXPECT_THAT(small.get("/aktor").body, Not(HasSubstr(t("reportee.quick"))));
  EXPECT_EQ(location(mark(firm, "ja")), "/aktor");
  EXPECT_THAT(small.registers.registry->favourites(manager), ::testing::ElementsAre(firm.id));
  const auto one = small.get("/aktor");
  EXPECT_THAT(one.body, AllOf(HasSubstr(t("reportee.unmark")), Not(HasSubstr(t("reportee.quick")))))
      << "one is no choice";
  (void)mark(unit, "ja");
  EXPECT_THAT(small.get("/aktor").body, HasSubstr(t("reportee.quick")));
  EXPECT_THAT(small.get("/aktor?q=Fjord").body, Not(HasSubstr(t("reportee.quick")))) << "a search shows what it finds";
  (void)mark(firm, "nei");
  (void)mark(unit, "nei");
  EXPECT_THAT(small.registers.registry->favourites(manager), IsEmpty());
}

TEST_F(ReporteePagesTest, show_at_a_glance_what_waits_there) {
  EXPECT_THAT(small.get("/aktor").body, Not(HasSubstr("under arbeid")));
  const auto moment = small.registers.clock.now() + base::Duration::hours(7);
  ASSERT_TRUE(small.registers.temp.database().write([&](store::Tx& tx) -> base::Status {
    for (int i = 0; i < 2; ++i) {
      const auto id = base::Uuid::v4(small.registers.random).text();
      tx.run(
          "INSERT INTO instance (party_id, instance_id, org, app, state, root_id, key_id, created_at, created_by, "
          "changed_at, changed_by, deadline_at) VALUES (?, ?, 'dat', 'avviksmelding', 'draft', ?, ?, 1, ?, 1, ?, ?)",
          {firm.id, id, id, id, manager.party, manager.party, moment});
    }
    return {};
  }));
  const auto employee = small.registers.actor("employee");
  ASSERT_TRUE(small.access->requests().ask(employee, {.party = firm.id, .role = "UTINN"}, small.registers.clock.now(),
                                           base::Uuid::v4(small.registers.random).text()));
  const auto page = small.get("/aktor").body;
  EXPECT_THAT(
      page, AllOf(HasSubstr("2 under arbeid"), HasSubstr("Frist om 7 timer"), HasSubstr("Én forespørsel om tilgang")));
}

TEST_F(ReporteePagesTest, mark_whom_one_may_not_use_the_service_for_where_one_comes_from_it) {
  const auto page = small.get("/aktor?til=/skjema/dat/avviksmelding").body;
  EXPECT_THAT(page, AllOf(HasSubstr(t("reportee.no_right")), HasSubstr(t("reportee.no_right.text"))))
      << "oneself, for a form of businesses";
  EXPECT_THAT(small.get("/aktor?til=/innboks").body, Not(HasSubstr(t("reportee.no_right"))));
  // Who misses the business finds it by its number, and asks for that form.
  EXPECT_THAT(page, AllOf(HasSubstr("action=\"/tilgang/be\""), HasSubstr("value=\"dat/avviksmelding\"")));
}

}  // namespace
}  // namespace alting::portal
