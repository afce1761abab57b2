// The pages of a bankrupt business: who asks the estate for access is shown to who answers, and not to who only reads.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "access/requests.h"
#include "portal/access_pages.h"
#include "portal/activity_pages.h"
#include "portal/testing/small_portal.h"

namespace alting::portal {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class EstatePagesTest : public ::testing::Test {
 protected:
  EstatePagesTest() {
    small.load_policies(apps);
    small.open(
        {access_pages(
             {.apps = apps, .delegations = small.access->delegations(), .certificates = small.access->certificates()}),
         activity_pages({.apps = apps, .ledger = small.ledger})});
  }
  std::string t(std::string_view id) { return small.t(Language::nb, id); }
  std::string get_as(const terms::Actor& actor, const std::string& address) {
    small.log_in(actor);
    const auto response = small.get(address);
    EXPECT_EQ(response.status, 200) << address;
    return response.body;
  }
  base::Instant now() { return small.registers.clock.now(); }
  std::string once() { return base::Uuid::v4(small.registers.random).text(); }
  access::AccessRequestId ask() {
    return small.access->requests().ask(employee, {.party = skute.id, .role = "UTINN"}, now(), once()).value().id;
  }

  testing::SmallPortal small;
  forms::AppCatalogue apps{std::filesystem::path(ALTING_SOURCE_DIR) / "services", false};
  terms::Actor reader = small.registers.actor("foreign_worker"), trustee = small.registers.actor("bankruptcy_trustee"),
               employee = small.registers.actor("employee");
  parties::Party skute = small.registers.organisation("Skjør Skute AS");
  const std::string page = "/a/" + skute.uuid.text() + "/tilgang", log = "/a/" + skute.uuid.text() + "/aktivitet";
};

TEST_F(EstatePagesTest, who_asks_the_estate_is_not_shown_to_its_former_managers) {
  const auto id = ask();
  EXPECT_THAT(get_as(trustee, page), AllOf(HasSubstr(employee.name), HasSubstr("/foresporsel/" + id.text())));
  EXPECT_THAT(get_as(reader, page), AllOf(HasSubstr(t("access.given")), Not(HasSubstr(employee.name)),
                                          Not(HasSubstr("/foresporsel/")), Not(HasSubstr(t("access.requests")))));
  const auto permit = small.access->decider().decide(trustee, terms::Action::delegate, {.party = skute.id}).value();
  ASSERT_TRUE(small.access->requests().block(permit, id, now(), once()));
  EXPECT_THAT(get_as(trustee, page),
              AllOf(HasSubstr(t("access.requests.answered")), HasSubstr(t("access.blocked")), HasSubstr("/opphev")));
  EXPECT_THAT(get_as(reader, page), AllOf(Not(HasSubstr(employee.name)), Not(HasSubstr(t("access.requests.answered"))),
                                          Not(HasSubstr(t("access.blocked")))));
}

TEST_F(EstatePagesTest, the_log_leaves_out_who_asked_for_who_does_not_answer) {
  (void)get_as(trustee, log);
  EXPECT_TRUE(small.ledger.asked().without_kinds.empty());
  (void)get_as(reader, log);
  EXPECT_EQ(small.ledger.asked().without_kinds.size(), access::request_kinds.size());
  EXPECT_FALSE(small.ledger.asked().own_reads_of) << "and reads the rest as before";
}

}  // namespace
}  // namespace alting::portal
