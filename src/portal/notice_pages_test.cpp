#include "portal/notice_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "notify/migrations.h"
#include "portal/testing/small_portal.h"

namespace alting::portal {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class NoticePagesTest : public ::testing::Test {
 protected:
  NoticePagesTest() {
    store::migrate(small.registers.temp.database(), small.registers.clock, {notify::migrations()});
    small.load_policies(apps);
    small.open({notice_pages({.apps = apps, .orders = orders})});
    small.log_in(manager);
  }
  std::string t(std::string_view id, const base::Texts::Params& params = {}) {
    return small.t(Language::nb, id, params);
  }
  // A notice of a message to the recipient, which went to an address of whoever is told.
  void told(terms::PartyId whom, terms::PartyId recipient, const std::string& source, const std::string& outcome,
            const std::string& cause) {
    const auto now = small.registers.clock.now();
    const auto order = base::Uuid::v7(small.registers.random, now).text();
    const auto written = small.registers.temp.database().write([&](store::Tx& tx) -> base::Status {
      tx.run(
          "INSERT INTO notify_order (id, part, template, version, recipient_id, service, confidential, fields, cause, "
          "merge_key, channel, ignore_reservation, language, due_at, created_at, state, reason, stepped_at, tries, "
          "together) VALUES (?, 0, 'message', 1, ?, 'dat/brev', 0, '{}', ?, '', 'email', 0, 'nb', ?, ?, 'handed_over', "
          "'', ?, 1, 1)",
          {order, recipient, cause, now, now, now});
      tx.run(
          "INSERT INTO notify_attempt (id, order_id, told_id, channel, source, address_masked, created_at, tried_at, "
          "tries, outcome, code, words, may_have_gone_twice) VALUES (?, ?, ?, 'email', ?, 'm***@e***.example', ?, ?, "
          "1, "
          "?, '5.1.1', 'no such user', 0)",
          {base::Uuid::v7(small.registers.random, now).text(), order, whom, source, now, now, outcome});
      return {};
    });
    ASSERT_TRUE(written);
  }

  void make_confidential() {
    ASSERT_TRUE(small.registers.temp.database().write([](store::Tx& tx) -> base::Status {
      tx.run("UPDATE notify_order SET confidential = ?", {true});
      return {};
    }));
  }

  testing::SmallPortal small;
  forms::AppCatalogue apps{std::filesystem::path(ALTING_SOURCE_DIR) / "services", false};
  notify::Orders orders{small.registers.temp.database(), small.registers.clock};
  terms::Actor manager = small.registers.actor("manager");
  parties::Party firm = small.registers.organisation("Fjord og Fjell AS");
};

TEST_F(NoticePagesTest, say_that_there_are_none) {
  EXPECT_THAT(small.get("/profil/varsler").body, HasSubstr(t("mailbox.notices.none")));
}

TEST_F(NoticePagesTest, tell_what_went_where_and_why_with_a_way_to_the_message) {
  const auto id = base::Uuid::v4(small.registers.random).text();
  told(manager.party, firm.id, "own", "bounced", "message:" + id);
  const auto body = small.get("/profil/varsler").body;
  EXPECT_THAT(body, AllOf(HasSubstr(t("mailbox.notice.of.message")), HasSubstr("m***@e***.example"),
                          HasSubstr(t("mailbox.notice.outcome.bounced")),
                          HasSubstr(t("mailbox.notice.carrier", {{"answer", "5.1.1 no such user"}})),
                          HasSubstr(t("mailbox.notice.why")), HasSubstr(t("mailbox.notice.why.message")),
                          HasSubstr(t("mailbox.notice.source.own")), HasSubstr(firm.name)));
  EXPECT_GT(body.find("no such user"), body.find(t("mailbox.notice.why"))) << "below, for who asks why";
  EXPECT_THAT(body, HasSubstr("/a/" + firm.uuid.text() + "/melding/" + id));
}

TEST_F(NoticePagesTest, are_of_the_one_who_is_logged_in_alone) {
  told(manager.party, manager.party, "krr", "accepted", "message:x");
  small.log_in(small.registers.actor("employee"));
  EXPECT_THAT(small.get("/profil/varsler").body,
              AllOf(HasSubstr(t("mailbox.notices.none")), Not(HasSubstr("m***@e***.example"))));
}

TEST_F(NoticePagesTest, tell_who_represents_a_business_what_went_to_its_addresses) {
  told(firm.id, firm.id, "enhetsregisteret", "accepted", "message:" + base::Uuid::v4(small.registers.random).text());
  const auto at = PartyAddresses(firm.uuid).notices();
  EXPECT_THAT(small.get(at).body,
              AllOf(HasSubstr("m***@e***.example"), HasSubstr(t("mailbox.notice.source.enhetsregisteret"))));
  EXPECT_THAT(small.get("/profil/varsler").body, HasSubstr(t("mailbox.notices.none"))) << "it went to no person's own";
  make_confidential();
  EXPECT_THAT(small.get(at).body, HasSubstr(t("mailbox.notices.none"))) << "no role opens that";
  small.log_in(small.registers.actor("second_caseworker"));
  EXPECT_NE(small.get(at).status, 200);
}

}  // namespace
}  // namespace alting::portal
