#include "portal/contact_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "portal/profile_pages.h"
#include "portal/testing/contacts.h"
#include "portal/testing/small_portal.h"
#include "store/row_reader.h"

namespace alting::portal {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class ContactPagesTest : public ::testing::Test {
 protected:
  ContactPagesTest() {
    small.load_policies(apps);
    small.open({profile_pages({.contact = ContactUses{apps, contacts.points()}}),
                contact_pages({.apps = apps, .contacts = contacts.points()})});
  }
  std::string t(std::string_view id, const base::Texts::Params& params = {}) {
    return small.t(Language::nb, id, params);
  }
  Response get_as(const terms::Actor& actor, const std::string& address, Language language = Language::nb) {
    small.log_in(actor);
    return small.get(address, language);
  }
  Response post_as(const terms::Actor& actor, const std::string& address, web::Fields fields = {}) {
    small.log_in(actor);
    fields.emplace_back("once", base::Uuid::v4(small.registers.random).text());
    return small.post(address, std::move(fields));
  }
  static std::string location(const Response& response) {
    for (const auto& [name, value] : response.headers)
      if (name == "Location") return value;
    return {};
  }
  void forget_official() {
    ASSERT_TRUE(small.registers.temp.database().write([&](store::Tx& tx) -> base::Status {
      tx.run("DELETE FROM local_organisation_contact WHERE organisation_number = ?", {firm.organisation_number});
      return {};
    }));
  }
  // Adds an address, and answers what stands before "/kode" in the address of its code.
  std::string add(const terms::Actor& by, const std::string& value, const std::string& whose = "meg") {
    const auto done = post_as(by, page + "/ny", {{"slag", "email"}, {"kontaktadresse", value}, {"hvem", whose}});
    EXPECT_EQ(done.status, 303) << done.body;
    const auto shown = small.get(location(done)).body;
    EXPECT_THAT(shown,
                AllOf(HasSubstr(t("contact.added_now")), HasSubstr(value), HasSubstr(t("contact.not_verified"))));
    std::smatch found;
    EXPECT_TRUE(std::regex_search(shown, found, std::regex(page + "/[^/\"]+(?=/kode)")));
    return found.str();
  }

  testing::SmallPortal small;
  testing::LocalContacts contacts{small.registers, *small.access, small.ledger};
  forms::AppCatalogue apps{std::filesystem::path(ALTING_SOURCE_DIR) / "services", false};
  terms::Actor manager = small.registers.actor("manager"), employee = small.registers.actor("employee");
  parties::Party firm = small.registers.organisation("Fjord og Fjell AS");
  const std::string page = "/a/" + firm.uuid.text() + "/varsling";
};

TEST_F(ContactPagesTest, the_profile_says_what_the_register_knows_how_old_it_is_and_what_that_means) {
  const auto own = small.registers.person("manager").email;
  for (const auto language : base::all_languages)
    EXPECT_THAT(get_as(manager, "/profil", language).body,
                AllOf(HasSubstr(own), HasSubstr(small.t(language, "contact.means.used")),
                      HasSubstr(small.t(language, "contact.look_ups.none")), HasSubstr("norge.no")));
  EXPECT_THAT(get_as(small.registers.actor("foreign_worker"), "/profil").body,
              AllOf(HasSubstr(t("contact.stale")), HasSubstr(t("contact.means.stale"))));
  ASSERT_TRUE(contacts.points().of_persons(
      {manager.party}, {.purpose = parties::ContactPurpose::notice, .on_behalf_of = "dat", .cause = "message:1"}));
  EXPECT_THAT(get_as(manager, "/profil").body, AllOf(HasSubstr("Datatilsynet"), HasSubstr(t("contact.purpose.notice")),
                                                     HasSubstr("href=\"" + page + "\"")));
}

TEST_F(ContactPagesTest, a_business_without_an_official_address_is_told_that_the_law_asks_for_one) {
  for (const auto language : base::all_languages)
    EXPECT_THAT(get_as(manager, page, language).body, Not(HasSubstr(small.t(language, "contact.duty"))));
  forget_official();
  for (const auto language : base::all_languages)
    EXPECT_THAT(get_as(manager, page, language).body, HasSubstr(small.t(language, "contact.duty")));
  EXPECT_THAT(get_as(manager, "/profil").body, HasSubstr(t("contact.none")));
}

TEST_F(ContactPagesTest, a_warning_says_that_the_only_official_address_does_not_work) {
  const auto official = contacts.points().of_organisation(firm.id, {}).value();
  ASSERT_FALSE(official.emails.empty());
  for (const auto& address : official.emails)
    contacts.points().mark_bounced(official.organisation, address, "enhetsregisteret", "5.1.1",
                                   small.registers.clock.now());
  EXPECT_THAT(get_as(manager, page).body, HasSubstr(t("contact.bounced.only")));
}

TEST_F(ContactPagesTest, an_address_counts_from_when_the_right_code_was_typed_and_can_be_narrowed_and_removed) {
  const auto one = add(manager, "meg@fjord.example");
  EXPECT_TRUE(contacts.points().own_for_sending(firm.id, {"dat", "brev"}).empty());
  const auto wrong = post_as(manager, one + "/kode", {{"kode", "x"}});
  EXPECT_GE(wrong.status, 400);
  EXPECT_THAT(wrong.body, HasSubstr("meg@fjord.example"));
  const auto code_id = small.registers.temp.database().read(
      [](store::Tx& tx) { return store::read_one<std::string>(tx, "SELECT MAX(id) FROM own_address_code"); });
  const auto code = contacts.points().code_to_send(code_id);
  ASSERT_TRUE(code);
  EXPECT_THAT(small.get(page).body, Not(HasSubstr(code->code)));
  const auto right =
      post_as(manager, one + "/kode", {{"kode", " " + code->code.substr(0, 3) + " " + code->code.substr(3)}});
  EXPECT_EQ(right.status, 303);
  EXPECT_THAT(small.get(location(right)).body, HasSubstr(t("contact.verified_now")));
  EXPECT_EQ(contacts.points().own_for_sending(firm.id, {"dat", "brev"}).size(), 1U);
  EXPECT_EQ(post_as(manager, one + "/tjenester", {{"tjeneste", "dat/avviksmelding"}}).status, 303);
  EXPECT_TRUE(contacts.points().own_for_sending(firm.id, {"dat", "brev"}).empty());
  const auto removed = post_as(manager, one + "/fjern");
  EXPECT_EQ(removed.status, 303);
  EXPECT_THAT(small.get(location(removed)).body,
              AllOf(HasSubstr(t("contact.removed_now")), Not(HasSubstr("meg@fjord.example"))));
}

TEST_F(ContactPagesTest, what_cannot_be_an_address_is_told_at_the_field) {
  const auto refused = post_as(manager, page + "/ny", {{"slag", "email"}, {"kontaktadresse", "ingen adresse"}});
  EXPECT_GE(refused.status, 400);
  EXPECT_THAT(refused.body, AllOf(HasSubstr("href=\"#kontaktadresse\""), HasSubstr("value=\"ingen adresse\"")));
}

TEST_F(ContactPagesTest, only_who_manages_access_adds_for_the_whole_business_and_nobody_outside_sees_anything) {
  const auto shared = add(manager, "felles@fjord.example", "felles");
  const auto accountant = small.registers.actor("accountant");
  EXPECT_THAT(get_as(accountant, page).body,
              AllOf(Not(HasSubstr("felles@fjord.example")), Not(HasSubstr("value=\"felles\""))));
  EXPECT_EQ(post_as(accountant, page + "/ny", {{"kontaktadresse", "a@b.example"}, {"hvem", "felles"}}).status, 403);
  EXPECT_EQ(post_as(accountant, shared + "/fjern").status, 404);
  EXPECT_EQ(get_as(employee, page).status, 403);
  EXPECT_EQ(post_as(employee, shared + "/fjern").status, 403);
  EXPECT_EQ(get_as(manager, "/a/" + manager.party_uuid.text() + "/varsling").status, 404);
}

}  // namespace
}  // namespace alting::portal
