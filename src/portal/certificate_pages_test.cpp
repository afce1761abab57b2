#include "portal/certificate_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "access/roles.h"
#include "instances/migrations.h"
#include "portal/access_pages.h"
#include "portal/activity_pages.h"
#include "portal/profile_pages.h"
#include "portal/reportee_pages.h"
#include "portal/request_pages.h"
#include "portal/role_pages.h"
#include "portal/testing/contacts.h"
#include "portal/testing/small_portal.h"
#include "store/testing/vault_fixture.h"

namespace alting::portal {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class CertificatePagesTest : public ::testing::Test {
 protected:
  CertificatePagesTest() {
    store::migrate(small.registers.temp.database(), small.registers.clock, {instances::migrations()});
    small.load_policies(apps);
    small.open(
        {access_pages(
             {.apps = apps, .delegations = small.access->delegations(), .certificates = small.access->certificates()}),
         certificate_pages({.certificates = small.access->certificates()}), profile_pages(), role_pages(),
         reportee_pages({.apps = apps, .inbox = inbox, .contacts = contacts.points()}),
         request_pages({.apps = apps, .delegations = small.access->delegations()}),
         activity_pages({.apps = apps, .ledger = small.ledger})});
  }

  std::string t(std::string_view id, const base::Texts::Params& params = {}) {
    return small.t(Language::nb, id, params);
  }
  std::string note_login(const std::string& serial, base::Duration holds = base::Duration::days(365)) {
    const access::SeenCertificate seen{.serial = serial,
                                       .issuer_name = "CN=Alting Test Enterprise CA",
                                       .fingerprint = std::string(60, 'f') + serial,
                                       .not_after = small.registers.clock.now() + holds};
    return small.access->certificates().note_login(firm.id, seen, small.registers.clock.now()).value();
  }
  terms::Actor organisation(const std::string& certificate) {
    terms::Actor actor;
    actor.kind = terms::ActorKind::organisation;
    actor.party = firm.id;
    actor.party_uuid = firm.uuid;
    actor.level = terms::AssuranceLevel::substantial;
    actor.name = firm.name;
    actor.credential = std::string(access::certificate_credential) + certificate;
    return actor;
  }
  bool may_start(const std::string& certificate, terms::PartyId party) {
    return small.access->decider()
        .decide(organisation(certificate), terms::Action::instantiate,
                instances::start_of(party, {"dat", "avviksmelding"}))
        .has_value();
  }
  Response get_as(const terms::Actor& actor, const std::string& address, Language language = Language::nb) {
    small.log_in(actor);
    return small.get(address, language);
  }
  Response post_as(const terms::Actor& actor, const std::string& address, web::Fields fields) {
    small.log_in(actor);
    fields.emplace_back("once", base::Uuid::v4(small.registers.random).text());
    return small.post(address, std::move(fields));
  }
  static std::string location(const Response& response) {
    for (const auto& [name, value] : response.headers)
      if (name == "Location") return value;
    return {};
  }

  testing::SmallPortal small;
  store::testing::TempVault vault;
  inbox::Inbox inbox{small.registers.temp.database(), vault.vault(), *small.registers.registry};
  testing::LocalContacts contacts{small.registers, *small.access, small.ledger};
  forms::AppCatalogue apps{std::filesystem::path(ALTING_SOURCE_DIR) / "services", false};
  terms::Actor manager = small.registers.actor("manager"), employee = small.registers.actor("employee");
  parties::Party firm = small.registers.organisation("Fjord og Fjell AS"),
                 branch = small.registers.organisation("Fjord og Fjell AS avd Bergen");
  const std::string access_of_firm = "/a/" + firm.uuid.text() + "/tilgang", page = access_of_firm + "/sertifikat";
};

TEST_F(CertificatePagesTest, each_certificate_is_listed_with_serial_issuer_end_and_use_in_three_languages) {
  EXPECT_THAT(get_as(manager, page).body, HasSubstr(t("certificates.list.none.text")));
  (void)note_login("4a5b");
  (void)note_login("0c0d", base::Duration::days(1));
  small.registers.clock.advance(base::Duration::days(2));
  for (const auto language : base::all_languages) {
    const auto listed = get_as(manager, page, language);
    EXPECT_EQ(listed.status, 200);
    EXPECT_THAT(listed.body, AllOf(HasSubstr("4a5b"), HasSubstr("0c0d"), HasSubstr("Alting Test Enterprise CA"),
                                   HasSubstr(small.t(language, "certificates.in_force")),
                                   HasSubstr(small.t(language, "certificates.expired")),
                                   HasSubstr(small.t(language, "certificates.last_used")),
                                   HasSubstr(small.t(language, "certificates.rights.never"))));
    EXPECT_THAT(get_as(manager, access_of_firm, language).body,
                AllOf(HasSubstr("href=\"" + page + "\""), HasSubstr(small.t(language, "certificates.count.one"))));
  }
}

TEST_F(CertificatePagesTest, one_that_is_ended_does_nothing_from_then_on_and_the_page_says_so) {
  const auto id = note_login("4a5b"), other = note_login("0c0d");
  ASSERT_TRUE(may_start(id, firm.id));
  const auto done = post_as(manager, page + "/" + id + "/avslutt", {});
  EXPECT_EQ(done.status, 303);
  EXPECT_FALSE(may_start(id, firm.id));
  EXPECT_TRUE(may_start(other, firm.id));
  const auto after = small.get(location(done)).body;
  EXPECT_THAT(after, AllOf(HasSubstr(t("certificates.ended_now")), HasSubstr(t("certificates.ended")),
                           Not(HasSubstr("/" + id + "/avslutt")), HasSubstr("/" + other + "/avslutt")));
  EXPECT_EQ(post_as(manager, page + "/" + id + "/avslutt", {}).status, 404) << "it is ended";
  EXPECT_EQ(post_as(manager, page + "/" + base::Uuid::v4(small.registers.random).text() + "/avslutt", {}).status, 404);
}

TEST_F(CertificatePagesTest, what_they_may_do_is_narrowed_with_two_boxes) {
  const auto id = note_login("4a5b");
  ASSERT_TRUE(may_start(id, firm.id) && may_start(id, branch.id));
  EXPECT_THAT(get_as(manager, page).body, HasSubstr("name=\"underenheter\""));
  const auto without_branches = post_as(manager, page, {{"fyller-ut", "ja"}});
  EXPECT_EQ(without_branches.status, 303);
  EXPECT_TRUE(may_start(id, firm.id));
  EXPECT_FALSE(may_start(id, branch.id));
  EXPECT_THAT(small.get(location(without_branches)).body,
              AllOf(HasSubstr(t("certificates.rights.changed_now")),
                    HasSubstr(t("certificates.rights.without_sub_units",
                                {{"role", access::role_name("UTINN", Language::nb)}}))));
  EXPECT_EQ(post_as(manager, page, {{"underenheter", "ja"}}).status, 303);
  EXPECT_FALSE(may_start(id, firm.id)) << "nothing without the first";
  EXPECT_FALSE(may_start(id, branch.id));
  const auto alone = post_as(manager, page, {{"underenheter", "ja"}});
  EXPECT_EQ(alone.status, 400) << "nothing would change";
  EXPECT_THAT(alone.body, AllOf(HasSubstr("href=\"#underenheter\""), HasSubstr("aria-invalid"),
                                HasSubstr(t("certificates.rights.sub_units.alone"))));
  EXPECT_THAT(get_as(manager, access_of_firm).body, HasSubstr(t("certificates.rights.none")));
  EXPECT_EQ(post_as(manager, page, {{"fyller-ut", "ja"}, {"underenheter", "ja"}}).status, 303);
  EXPECT_TRUE(may_start(id, firm.id) && may_start(id, branch.id));
}

TEST_F(CertificatePagesTest, what_was_ticked_when_the_session_was_over_is_ticked_after_the_login_and_said_once) {
  const auto id = note_login("4a5b");
  const auto mark = std::pair(std::string(View::mark_field), small.kept_posts.mark(manager));
  EXPECT_THAT(get_as(manager, page).body, HasSubstr("name=\"" + mark.first + "\""));
  small.sessions.session.reset();
  EXPECT_EQ(small.post(page, {mark, {"once", "x"}, {"fyller-ut", "ja"}}).status, 303);
  const auto again = get_as(manager, page).body;
  EXPECT_THAT(again,
              AllOf(HasSubstr("id=\"form-restored\""), HasSubstr("autofocus"), HasSubstr(t("certificates.restored"))));
  EXPECT_EQ(again.find("checked", again.find("name=\"underenheter\"")), std::string::npos);
  EXPECT_TRUE(may_start(id, branch.id)) << "it is not done yet";
  EXPECT_THAT(get_as(manager, page).body, Not(HasSubstr("id=\"form-restored\"")));
}

TEST_F(CertificatePagesTest, only_who_manages_the_access_of_an_organisation_sees_and_changes_them) {
  const auto id = note_login("4a5b");
  for (const auto& other : {employee, organisation(id)}) {
    EXPECT_EQ(get_as(other, page).status, 403);
    EXPECT_EQ(post_as(other, page, {}).status, 403);
    EXPECT_EQ(post_as(other, page + "/" + id + "/avslutt", {}).status, 403);
  }
  EXPECT_TRUE(may_start(id, branch.id));
  const auto own = get_as(manager, "/a/" + manager.party_uuid.text() + "/tilgang/sertifikat");
  EXPECT_EQ(own.status, 404);
  EXPECT_THAT(own.body, HasSubstr(t("error.certificate.of_person")));
  EXPECT_THAT(get_as(manager, "/a/" + manager.party_uuid.text() + "/tilgang").body, Not(HasSubstr("/sertifikat\"")));
  EXPECT_THAT(get_as(manager, "/a/" + branch.uuid.text() + "/tilgang/sertifikat").body,
              HasSubstr(t("certificates.of_parent")));
}

TEST_F(CertificatePagesTest, the_log_of_the_organisation_leaves_out_who_asked_for_access) {
  const auto log = "/a/" + firm.uuid.text() + "/aktivitet";
  EXPECT_EQ(get_as(organisation(note_login("4a5b")), log).status, 200);
  EXPECT_EQ(small.ledger.asked().without_kinds.size(), access::request_kinds.size());
  EXPECT_TRUE(small.ledger.asked().own_reads_of);
  EXPECT_EQ(get_as(manager, log).status, 200);
  EXPECT_TRUE(small.ledger.asked().without_kinds.empty());
}

TEST_F(CertificatePagesTest, an_organisation_is_offered_nothing_that_only_persons_do) {
  const auto self = organisation(note_login("4a5b"));
  const std::string mark = "action=\"/aktor/favoritt\"", ask = "action=\"/tilgang/be\"";
  EXPECT_THAT(get_as(self, "/aktor?til=/innboks").body,
              AllOf(HasSubstr(branch.name), Not(HasSubstr(mark)), Not(HasSubstr(ask))));
  EXPECT_THAT(get_as(manager, "/aktor?til=/innboks").body, AllOf(HasSubstr(mark), HasSubstr(ask)));
  for (const auto language : base::all_languages) {
    const auto words = small.t(language, "reportee.ingress.organisation");
    EXPECT_THAT(get_as(self, "/aktor", language).body, HasSubstr(words));
    EXPECT_THAT(get_as(manager, "/aktor", language).body, Not(HasSubstr(words)));
  }
  const auto other = small.registers.organisation("Lys Løkke AS");
  const auto about = "/tilgang/be?skjema=dat/avviksmelding&part=" + other.uuid.text();
  for (const auto& refused :
       {get_as(self, about), get_as(self, "/tilgang/be"), post_as(self, "/tilgang/be", {{"part", other.uuid.text()}}),
        post_as(self, "/aktor/favoritt", {{"part", branch.uuid.text()}, {"favoritt", "ja"}})}) {
    EXPECT_EQ(refused.status, 403);
    EXPECT_THAT(refused.body, HasSubstr(t("error.access.needs_person")));
  }
  EXPECT_EQ(get_as(manager, about).status, 200);
}

TEST_F(CertificatePagesTest, every_page_names_the_organisation_that_is_logged_in_and_takes_it_for_no_person) {
  const auto id = note_login("4a5b");
  const auto self = organisation(id);
  for (const auto language : base::all_languages) {
    const auto profile = get_as(self, "/profil", language);
    EXPECT_EQ(profile.status, 200);
    EXPECT_THAT(profile.body, AllOf(HasSubstr(firm.name), HasSubstr(small.t(language, "profile.organisation.text")),
                                    HasSubstr(small.t(language, "site.organisation_menu", {{"name", firm.name}})),
                                    Not(HasSubstr(small.t(language, "profile.population"))),
                                    Not(HasSubstr(small.t(language, "profile.contact")))));
  }
  const auto access = get_as(self, access_of_firm);
  EXPECT_THAT(access.body, AllOf(HasSubstr(firm.name), Not(HasSubstr(t("access.received"))),
                                 Not(HasSubstr("action=\"/tilgang/be\"")), Not(HasSubstr(t("access.ask.page")))));
  EXPECT_THAT(get_as(manager, "/profil").body, Not(HasSubstr(t("profile.organisation.text"))));
  EXPECT_THAT(small.get("/hjelp/roller").body, HasSubstr(t("help.roles.certificate.text").substr(0, 20)));
}

}  // namespace
}  // namespace alting::portal
