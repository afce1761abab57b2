// How a service is begun: what its page says first, the ways through it, a new form or an addition.
#include "portal/service_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "portal/service_parts.h"
#include "portal/testing/notice_portal.h"

namespace alting::portal {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(StartChoice, is_a_new_form_by_a_way_or_an_addition) {
  struct Case {
    web::Fields posted;
    bool is_new;
    std::string way, adds_to;
  };
  for (const auto& [posted, is_new, way, adds_to] : std::vector<Case>{
           {{}, false, "", ""},
           {{{"vei", "kort"}}, true, "kort", ""},
           {{{"valg", "ny"}}, true, "", ""},
           {{{"valg", "ny"}, {"vei", "alt"}}, true, "alt", ""},
           {{{"valg", new_form_by("kort")}}, true, "kort", ""},
           {{{"valg", new_form_by("")}}, true, "", ""},
           {{{"valg", "et-nummer"}, {"vei", "kort"}}, false, "", "et-nummer"},
           {{{"valg", "nyere"}}, false, "", "nyere"},
           {{{"valg", "tillegg"}, {"tidligere", "et-nummer"}}, false, "", "et-nummer"},
       }) {
    Request request;
    request.form = posted;
    const auto choice = read_start_choice(request);
    EXPECT_EQ(choice.is_new, is_new);
    EXPECT_EQ(choice.way, way);
    EXPECT_EQ(choice.adds_to, adds_to);
  }
}

class ServicePagesTest : public testing::NoticePortal {
 protected:
  PartyAddresses party() { return PartyAddresses(registers.organisation("Fjord og Fjell AS").uuid); }
  std::string start_page() { return pages->get(party().service(guidance)).body; }
  std::string t(std::string_view id) { return pages->t(Language::nb, id); }
};
INSTANTIATE_TEST_SUITE_P(Sqlite, ServicePagesTest, ::testing::Values(store::Engine::sqlite));

TEST_P(ServicePagesTest, say_what_counts_first_and_offer_the_ways_above_what_to_have_ready) {
  const auto page = start_page();
  const auto lead = page.find("class=\"start-lead\""), kort = page.find("name=\"vei\" value=\"kort\""),
             alt = page.find("name=\"vei\" value=\"alt\""), ready = page.find(t("service.prepare")),
             other = page.find(t("other_ways.title"));
  EXPECT_LT(page.find("<h1"), lead);
  EXPECT_LT(lead, kort);
  EXPECT_LT(kort, alt);
  EXPECT_LT(alt, ready);
  EXPECT_LT(ready, other);
  EXPECT_NE(other, std::string::npos);
  EXPECT_THAT(page, HasSubstr("Send det viktigste nå (om lag 5 minutter)"));
}

TEST_P(ServicePagesTest, begin_by_the_way_that_was_pressed) {
  const auto begun = [&](web::Fields posted) {
    posted.emplace_back("once", post());
    return location(pages->get(location(pages->post(party().start_service(guidance), std::move(posted)))));
  };
  EXPECT_THAT(begun({{"vei", "kort"}}), HasSubstr("/side/Viktigste"));
  EXPECT_THAT(begun({{"vei", "alt"}}), HasSubstr("/side/Melding"));
  EXPECT_THAT(begun({}), HasSubstr("/side/Melding")) << "the default way";
  EXPECT_EQ(pages->post(party().start_service(guidance), {{"vei", "snarvei"}, {"once", post()}}).status, 400);
}

TEST_P(ServicePagesTest, show_what_was_begun_before_what_can_be_begun) {
  const auto id = begin({}, "kort");
  const auto page = start_page();
  EXPECT_LT(page.find(at(id).start()), page.find("name=\"vei\""));
}

TEST_P(ServicePagesTest, ask_whether_it_is_an_addition_once_something_is_sent) {
  const auto notice = sent_notice();
  const auto page = start_page();
  EXPECT_THAT(page, AllOf(HasSubstr("value=\"ny:kort\""), HasSubstr("value=\"ny:alt\""),
                          HasSubstr("value=\"" + notice.text() + "\""), Not(HasSubstr("name=\"vei\""))));
  const auto answer = [&](const std::string& choice) {
    return pages->post(party().start_service(guidance), {{"valg", choice}, {"once", post()}});
  };
  EXPECT_EQ(answer("").status, 422);
  EXPECT_THAT(location(pages->get(location(answer("ny:kort")))), HasSubstr("/side/Viktigste"));
  EXPECT_THAT(location(pages->get(location(answer(notice.text())))), HasSubstr("/side/Tillegg"));
}

}  // namespace
}  // namespace alting::portal
