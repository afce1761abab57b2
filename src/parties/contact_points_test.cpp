#include "parties/contact_points.h"

#include <gtest/gtest.h>

#include "parties/testing/contact_fixture.h"

namespace alting::parties {
namespace {

using base::Duration;
using terms::Action;
using testing::ContactFixture;

class ContactPointsTest : public ::testing::TestWithParam<store::Engine> {
 protected:
  ContactFixture with{GetParam()};
  ContactPoints& contacts = *with.contacts;
  void krr_row(std::string_view story, std::string_view email, int email_days, std::string_view mobile, int mobile_days,
               bool reserved = false) {
    const auto key = with.registers.numbers.lookup(terms::NationalIdText(with.registers.person(story).national_id));
    const auto now = with.registers.clock.now();
    with.sql(
        "UPDATE local_krr SET email = ?, email_updated_at = ?, mobile = ?, mobile_updated_at = ?, reserved = ? WHERE "
        "number = ?",
        {email, now - Duration::days(email_days), mobile, now - Duration::days(mobile_days), reserved, key});
  }
  PersonContact one(std::string_view story, const ContactUse& use = {}) {
    const auto found = contacts.of_persons({with.person(story)}, use);
    EXPECT_TRUE(found) << found.error().code;
    return found->at(0);
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, ContactPointsTest, store::testing::engines(), store::testing::engine_name);

TEST_P(ContactPointsTest, JudgesEmailAndMobileEachByItselfAndByWhatTheyAreFor) {
  krr_row("manager", "ny@eksempel.example", 10, "+4740000001", 700);
  auto found = one("manager");
  EXPECT_EQ(found.email, "ny@eksempel.example");
  EXPECT_EQ(found.mobile, "");
  EXPECT_TRUE(found.mobile_stale);
  EXPECT_FALSE(found.email_stale);
  with.krr.change = [](KrrPerson& person) { person.may_be_told = false; };
  EXPECT_EQ(one("manager").email, "") << "the register's own word goes before its dates";
}

TEST_P(ContactPointsTest, GivesNoAddressOfWhoHasReservedThemselfUnlessThatIsOverridden) {
  krr_row("manager", "ny@eksempel.example", 10, "+4740000001", 10, true);
  EXPECT_EQ(one("manager").email, "");
  EXPECT_TRUE(one("manager").reserved);
  EXPECT_EQ(one("manager", {.ignore_reservation = true}).email, "ny@eksempel.example");
  EXPECT_EQ(one("manager", {.purpose = ContactPurpose::own}).email, "ny@eksempel.example") << "it is their own";
}

TEST_P(ContactPointsTest, AnswersForEachInTheOrderTheyWereAskedForAlsoForWhoIsNotThere) {
  const auto business = with.registers.organisation("Fjord og Fjell AS").id;
  const auto found = contacts.of_persons({with.person("chair"), business, with.person("manager"), {1}}, {});
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 4U);
  EXPECT_EQ((*found)[0].person, with.person("chair"));
  EXPECT_TRUE((*found)[0].known);
  EXPECT_FALSE((*found)[1].known);
  EXPECT_EQ((*found)[2].person, with.person("manager"));
  EXPECT_FALSE((*found)[3].known);
  EXPECT_EQ(with.krr.asked, std::vector<std::size_t>{2}) << "all in one call";
}

TEST_P(ContactPointsTest, SaysThatTheRegisterDoesNotAnswerAndThenNobodyWasLookedUp) {
  with.krr.down = true;
  const auto found = contacts.of_persons({with.person("manager")}, {.on_behalf_of = "dat", .cause = "message:1"});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, "error.contacts.no_answer");
  EXPECT_TRUE(contacts.look_ups(with.registers.actor("manager")).rows.empty());
}

TEST_P(ContactPointsTest, ShowsAPersonWhoLookedThemUpAndWhyAndNobodyElse) {
  const auto manager = with.person("manager"), chair = with.person("chair");
  ASSERT_TRUE(contacts.of_persons({manager, chair}, {.on_behalf_of = "dat", .causes = {"message:1", "message:2"}}));
  with.registers.clock.advance(Duration::minutes(1));
  ASSERT_TRUE(contacts.of_persons({manager}, {.purpose = ContactPurpose::preview, .on_behalf_of = "dat"}));
  ASSERT_TRUE(contacts.of_persons({manager}, {.purpose = ContactPurpose::own}));
  const auto first = contacts.look_ups(with.registers.actor("manager"), "", 1);
  ASSERT_EQ(first.rows.size(), 1U);
  EXPECT_EQ(first.rows[0].purpose, "preview");
  const auto second = contacts.look_ups(with.registers.actor("manager"), first.next, 1);
  ASSERT_EQ(second.rows.size(), 1U);
  EXPECT_EQ(second.rows[0].cause, "message:1");
  EXPECT_EQ(second.rows[0].on_behalf_of, "dat");
  EXPECT_EQ(second.next, "") << "one's own look is no row";
  EXPECT_EQ(contacts.look_ups(with.registers.actor("chair")).rows.at(0).cause, "message:2");
}

TEST_P(ContactPointsTest, UsesTheMainUnitsOfficialAddressesForASubUnitWithoutItsOwn) {
  const auto fjord = with.registers.organisation("Fjord og Fjell AS");
  const auto of = [&](std::string_view name) {
    auto found = contacts.of_organisation(with.registers.organisation(name).id, {});
    EXPECT_TRUE(found);
    return std::move(*found);
  };
  const auto bergen = of("Fjord og Fjell AS avd Bergen");
  EXPECT_EQ(bergen.organisation, fjord.id);
  EXPECT_EQ(bergen.emails, of("Fjord og Fjell AS").emails);
  EXPECT_FALSE(bergen.emails.empty());
  const auto tromso = with.registers.organisation("Fjord og Fjell AS avd Tromsø");
  EXPECT_EQ(of("Fjord og Fjell AS avd Tromsø").organisation, tromso.id) << "it has its own";
  EXPECT_EQ(of("Ekte Eplehage AS").emails.size(), 2U);
  EXPECT_TRUE(of("Kjapp Kaffebar").emails.empty());
  EXPECT_TRUE(of("Lys Løkke AS").emails.empty()) << "sent in, and not in force before the register has accepted it";
}

TEST_P(ContactPointsTest, RemembersAnAddressThatBouncedUntilItIsConfirmedOrReplaced) {
  krr_row("manager", "borte@eksempel.example", 10, "", 10);
  const auto manager = with.person("manager");
  const auto actor = with.registers.actor("manager");
  contacts.mark_bounced(manager, "Borte@Eksempel.example", "krr", "5.1.1", with.registers.clock.now());
  EXPECT_TRUE(contacts.is_bounced(manager, "borte@eksempel.example"));
  EXPECT_FALSE(contacts.is_bounced(with.person("chair"), "borte@eksempel.example"));
  ASSERT_EQ(contacts.bounced(actor).size(), 1U);
  EXPECT_EQ(contacts.bounced(actor)[0].masked, "B***@E***.example");
  (void)one("manager");
  EXPECT_EQ(contacts.bounced(actor).size(), 1U) << "the register says what it said before";
  EXPECT_FALSE(contacts.is_bounced(manager, "borte@eksempel.example", with.registers.clock.now() + Duration::hours(1)));
  krr_row("manager", "ny@eksempel.example", 0, "", 10);
  (void)one("manager");
  EXPECT_TRUE(contacts.bounced(actor).empty());
}

TEST_P(ContactPointsTest, HearsFromTheRegistersListOfChangesThatAnAddressWasReplaced) {
  EXPECT_EQ(contacts.follow_changes(), 0) << "what changed before is passed over";
  contacts.mark_bounced(with.person("manager"), "borte@eksempel.example", "krr", "5.1.1", with.registers.clock.now());
  EXPECT_EQ(contacts.follow_changes(), 0);
  EXPECT_EQ(contacts.bounced(with.registers.actor("manager")).size(), 1U);
  krr_row("manager", "ny@eksempel.example", 0, "", 10);
  with.sql("UPDATE local_krr SET change_id = 100000 WHERE email = 'ny@eksempel.example'");
  with.krr.down = true;
  EXPECT_EQ(contacts.follow_changes(), 0);
  with.krr.down = false;
  EXPECT_EQ(contacts.follow_changes(), 1);
  EXPECT_TRUE(contacts.bounced(with.registers.actor("manager")).empty());
}

TEST_P(ContactPointsTest, ForgetsThatAnOfficialAddressBouncedWhenTheRegisterHasAnother) {
  const auto fjord = with.registers.organisation("Fjord og Fjell AS");
  const auto permit = with.permit("manager", Action::represent, "Fjord og Fjell AS");
  contacts.mark_bounced(fjord.id, "gammel@fjord.example", "enhetsregisteret", "5.1.1", with.registers.clock.now());
  EXPECT_EQ(contacts.bounced(permit).size(), 1U);
  ASSERT_TRUE(contacts.of_organisation(fjord.id, {}));
  EXPECT_TRUE(contacts.bounced(permit).empty());
}

TEST(ContactWords, ShowsAnAddressSoThatItIsKnownAgainAndOfNoUse) {
  EXPECT_EQ(masked_address("kari.nordmann@eksempel.no"), "k***@e***.no");
  EXPECT_EQ(masked_address("ø@b.example"), "ø***@b***.example");
  EXPECT_EQ(masked_address("+4791234567"), "+47 *** ** 567");
}

TEST(ContactWords, TakesAddressesThatMailCanGoToAndNoOthers) {
  for (const auto* good : {"a@b.no", "post+varsel@fjord-og-fjell.example", "x@blåbær.example"})
    EXPECT_TRUE(is_contact_email(good)) << good;
  for (const auto* bad : {"", "a", "a@b", "@b.no", "a@@b.no", "a b@c.no", "\"a\"@b.no", "a@b..no", ".a@b.no", "å@b.no",
                          "a@-b.no", "a@b.no\r\nBcc: c@d.no", "a,b@c.no", "<a@b.no>"})
    EXPECT_FALSE(is_contact_email(bad)) << bad;
  EXPECT_FALSE(is_contact_email(std::string(250, 'a') + "@b.no"));
  EXPECT_EQ(read_mobile("412 34 567"), "+4741234567");
  EXPECT_EQ(read_mobile("0047 912 34 567"), "+4791234567");
  EXPECT_EQ(read_mobile("+46 70 123 45 67"), "+46701234567");
  for (const auto* bad : {"", "12", "22 33 44 55", "+47 1234", "412345678", "abc", "+"})
    EXPECT_FALSE(read_mobile(bad)) << bad;
}

}  // namespace
}  // namespace alting::parties
