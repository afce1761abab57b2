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
      if (name == "Location") return value.substr(0, value.find('#'));  // as a browser asks for it
    return {};
  }
  void register_mobile(const std::string& organisation_number) {
    ASSERT_TRUE(small.registers.temp.database().write([&](store::Tx& tx) -> base::Status {
      tx.run(
          "INSERT INTO local_organisation_contact (organisation_number, kind, value, accepted) VALUES (?, 'mobile', "
          "'+4791234567', ?)",
          {organisation_number, true});
      return {};
    }));
  }
  void forget_official() {
    ASSERT_TRUE(small.registers.temp.database().write([&](store::Tx& tx) -> base::Status {
      tx.run("DELETE FROM local_organisation_contact WHERE organisation_number = ?", {firm.organisation_number});
      return {};
    }));
  }
  std::string newest_code() {
    const auto code_id = small.registers.temp.database().read(
        [](store::Tx& tx) { return store::read_one<std::string>(tx, "SELECT MAX(id) FROM own_address_code"); });
    const auto code = contacts.points().code_to_send(code_id);
    return code ? code->code : std::string();
  }
  // Adds an address, and answers what stands before "/kode" in the address of its code.
  std::string add(const terms::Actor& by, const std::string& value, const std::string& whose = "meg") {
    const auto done = post_as(by, page + "/ny", {{"kontaktadresse", value}, {"hvem", whose}});
    EXPECT_EQ(done.status, 303) << done.body;
    EXPECT_THAT(done.headers, ::testing::Contains(::testing::Pair("Location", HasSubstr("#adresse-"))));
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
  register_mobile(firm.organisation_number);
  for (const auto language : base::all_languages)
    EXPECT_THAT(get_as(manager, page, language).body,
                AllOf(Not(HasSubstr(small.t(language, "contact.duty"))),
                      HasSubstr(small.t(language, "contact.mobile_only")), HasSubstr("+4791234567")))
        << "a mobile number is what the law asks for, and nothing that we can use";
}

TEST_F(ContactPagesTest, a_sub_unit_has_no_such_duty_of_its_own) {
  forget_official();
  const auto units = small.registers.sub_units(firm.id);
  ASSERT_FALSE(units.empty());
  ASSERT_TRUE(small.registers.temp.database().write([&](store::Tx& tx) -> base::Status {
    tx.run("DELETE FROM local_organisation_contact WHERE organisation_number = ?", {units.front().organisation_number});
    return {};
  }));
  const auto of_unit = "/a/" + units.front().uuid.text() + "/varsling";
  EXPECT_THAT(get_as(manager, of_unit).body,
              AllOf(Not(HasSubstr(t("contact.duty"))), HasSubstr(t("contact.no_official"))));
  register_mobile(firm.organisation_number);
  EXPECT_THAT(get_as(manager, of_unit).body,
              AllOf(HasSubstr(t("contact.mobile_only")), HasSubstr(t("contact.official.of_parent"))));
}

TEST_F(ContactPagesTest, a_warning_says_which_official_addresses_do_not_work) {
  const auto add_email = [&](const std::string& value) {
    ASSERT_TRUE(small.registers.temp.database().write([&](store::Tx& tx) -> base::Status {
      tx.run(
          "INSERT INTO local_organisation_contact (organisation_number, kind, value, accepted) VALUES (?, 'email', "
          "?, ?)",
          {firm.organisation_number, value, true});
      return {};
    }));
  };
  const auto mark = [&](const std::string& address) {
    contacts.points().mark_bounced(firm.id, address, "enhetsregisteret", "5.1.1", small.registers.clock.now());
  };
  forget_official();
  add_email("en@fjord.example");
  mark("en@fjord.example");
  EXPECT_THAT(get_as(manager, page).body, HasSubstr(t("contact.bounced.only")));
  add_email("to@fjord.example");
  EXPECT_THAT(get_as(manager, page).body, HasSubstr(t("contact.bounced.some")));
  mark("to@fjord.example");
  for (const auto language : base::all_languages)
    EXPECT_THAT(get_as(manager, page, language).body, AllOf(HasSubstr(small.t(language, "contact.bounced.all")),
                                                            Not(HasSubstr(small.t(language, "contact.bounced.only")))));
}

TEST_F(ContactPagesTest, an_address_counts_from_when_the_right_code_was_typed_and_can_be_narrowed_and_removed) {
  const auto one = add(manager, "meg@fjord.example");
  EXPECT_TRUE(contacts.points().own_for_sending(firm.id, {"dat", "brev"}).empty());
  const auto wrong = post_as(manager, one + "/kode", {{"kode", "x"}});
  EXPECT_GE(wrong.status, 400);
  const auto field = "kode-" + one.substr(one.rfind('/') + 1);
  EXPECT_THAT(wrong.body, AllOf(HasSubstr("meg@fjord.example"), HasSubstr("href=\"#" + field + "\""),
                                HasSubstr(t("error.contacts.code_wrong", {{"left", "4"}}))));
  const auto empty = post_as(manager, one + "/kode", {{"kode", " "}});
  EXPECT_EQ(empty.status, 400);
  EXPECT_THAT(empty.body, AllOf(HasSubstr("href=\"#" + field + "\""), HasSubstr(t("error.contacts.code_empty"))));
  const auto code = newest_code();
  ASSERT_EQ(code.size(), 6U);
  EXPECT_THAT(small.get(page).body, Not(HasSubstr(code)));
  const auto right = post_as(manager, one + "/kode", {{"kode", " " + code.substr(0, 3) + " " + code.substr(3)}});
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

TEST_F(ContactPagesTest, once_no_code_can_be_typed_only_a_new_one_can_be_asked_for) {
  const auto one = add(manager, "meg@fjord.example");
  for (int tries = 0; tries < parties::max_code_tries; ++tries) {
    const auto wrong = post_as(manager, one + "/kode", {{"kode", "x"}});
    const bool over = tries + 1 == parties::max_code_tries;
    EXPECT_EQ(wrong.body.find("name=\"kode\"") == std::string::npos, over);
    EXPECT_EQ(wrong.body.find(t("error.contacts.code_ended")) != std::string::npos, over);
  }
  EXPECT_THAT(get_as(manager, page).body, AllOf(HasSubstr(t("contact.code.over")), HasSubstr("name=\"ny-kode\"")));
  EXPECT_EQ(post_as(manager, one + "/kode", {{"ny-kode", "ja"}}).status, 303);
  EXPECT_THAT(get_as(manager, page).body, HasSubstr("name=\"kode\""));
  small.registers.clock.advance(base::Duration::minutes(11));
  EXPECT_THAT(get_as(manager, page).body, Not(HasSubstr("name=\"kode\"")));
}

TEST_F(ContactPagesTest, an_address_typed_when_the_session_was_over_stands_in_the_form_again) {
  const auto shown = get_as(manager, page).body;
  std::smatch mark;
  ASSERT_TRUE(std::regex_search(shown, mark, std::regex("name=\"keep:for\" value=\"([^\"]+)\"")));
  small.sessions.session.reset();
  const auto over = small.post(
      page + "/ny", {{"kontaktadresse", "meg@fjord.example"}, {"tjeneste", "dat/brev"}, {"keep:for", mark[1].str()}});
  EXPECT_EQ(over.status, 303);
  const auto again = get_as(manager, page + "/ny");
  EXPECT_THAT(again.body, AllOf(HasSubstr("value=\"meg@fjord.example\""), HasSubstr(t("contact.restored"))));
  EXPECT_EQ(get_as(manager, page + "/ny").status, 303) << "it is shown once";
}

TEST_F(ContactPagesTest, e_mail_alone_is_offered_while_nobody_carries_sms) {
  for (const auto language : base::all_languages)
    EXPECT_THAT(get_as(manager, page, language).body,
                AllOf(HasSubstr(small.t(language, "contact.value")), Not(HasSubstr("name=\"slag\""))));
  EXPECT_EQ(post_as(manager, page + "/ny", {{"slag", "mobile"}, {"kontaktadresse", "91234567"}}).status, 400);
}

TEST_F(ContactPagesTest, one_of_an_agencys_staff_adds_their_own_address_and_sees_no_others) {
  const auto clerk = small.registers.actor("caseworker"), other = small.registers.actor("second_caseworker");
  const auto agency = small.registers.organisation("Datatilsynet");
  const std::string staffs = "/etat/dat/varsling";
  for (const auto language : base::all_languages)
    EXPECT_THAT(get_as(clerk, staffs, language).body,
                AllOf(HasSubstr(small.t(language, "contact.title.staff", {{"party", "Datatilsynet"}})),
                      HasSubstr("value=\"dat/brev\""), Not(HasSubstr("value=\"felles\""))));
  const auto done = post_as(clerk, staffs + "/ny", {{"kontaktadresse", "kattugle@dat.example"}, {"hvem", "felles"}});
  EXPECT_EQ(done.status, 403) << "what the agency shares is added by who manages its access";
  const auto added = post_as(clerk, staffs + "/ny", {{"kontaktadresse", "kattugle@dat.example"}});
  EXPECT_EQ(added.status, 303) << added.body;
  EXPECT_THAT(location(added), HasSubstr(staffs));
  const auto shown = small.get(location(added)).body;
  std::smatch found;
  ASSERT_TRUE(std::regex_search(shown, found, std::regex(staffs + "/[^/\"]+(?=/kode)"))) << shown;
  const auto one = found.str();
  EXPECT_EQ(post_as(clerk, one + "/kode", {{"kode", newest_code()}}).status, 303);
  EXPECT_THAT(small.get(staffs).body, HasSubstr(t("contact.verified")));
  EXPECT_EQ(contacts.points().own_for_sending(agency.id, {"dat", "avviksmelding"}).size(), 1U);
  EXPECT_EQ(post_as(clerk, one + "/tjenester", {{"tjeneste", "dat/brev"}}).status, 303);
  EXPECT_TRUE(contacts.points().own_for_sending(agency.id, {"dat", "avviksmelding"}).empty());
  EXPECT_THAT(get_as(other, staffs).body, Not(HasSubstr("kattugle@dat.example")));
  EXPECT_EQ(post_as(other, one + "/fjern").status, 404);
  for (const auto& stranger : {manager, employee}) {
    EXPECT_EQ(get_as(stranger, staffs).status, 403);
    EXPECT_EQ(post_as(stranger, staffs + "/ny", {{"kontaktadresse", "a@b.example"}}).status, 403);
    EXPECT_EQ(post_as(stranger, one + "/fjern").status, 403);
  }
  EXPECT_EQ(get_as(clerk, "/etat/nabo/varsling").status, 403);
  EXPECT_EQ(get_as(clerk, "/a/" + agency.uuid.text() + "/varsling").status, 403);
  contacts.points().mark_bounced(clerk.party, "kattugle@dat.example", "own", "5.1.1", small.registers.clock.now());
  EXPECT_THAT(get_as(clerk, staffs).body, HasSubstr(t("contact.fails")));
  EXPECT_EQ(post_as(clerk, one + "/fjern").status, 303);
  EXPECT_THAT(small.get(staffs).body, Not(HasSubstr("kattugle@dat.example")));
}

TEST_F(ContactPagesTest, what_cannot_be_an_address_is_told_at_the_field) {
  const auto refused = post_as(manager, page + "/ny", {{"kontaktadresse", "ingen adresse"}});
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
