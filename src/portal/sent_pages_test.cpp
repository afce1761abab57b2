// What was sent, as its party and the agency get it: the inbox, the matter, the receipt, the agency's list.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "portal/testing/filled_portal.h"

namespace alting::portal {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;

class SentPagesTest : public testing::FilledPortal {
 protected:
  terms::InstanceId sent() {
    const auto id = begin();
    (void)send(id, fill(id).version, post());
    return id;
  }
  static std::string body(const Response& response) {
    if (!response.source) return response.body;
    std::string all;
    response.source([&](std::string_view piece) { all += piece; });
    return all;
  }
  PartyAddresses party() { return PartyAddresses(registers.organisation("Fjord og Fjell AS").uuid); }
  AgencyMatterAddresses agency(const terms::InstanceId& id, std::string_view org = "dat") {
    return {org, registers.organisation("Fjord og Fjell AS").uuid, id};
  }
};
INSTANTIATE_TEST_SUITE_P(Sqlite, SentPagesTest, ::testing::Values(store::Engine::sqlite));

TEST_P(SentPagesTest, list_drafts_and_what_was_sent_each_in_its_folder) {
  const auto draft = begin();
  const auto id = sent();
  const auto under_work = pages->get(party().inbox());
  EXPECT_THAT(under_work.body, AllOf(HasSubstr(at(draft).start()), Not(HasSubstr(matter(id).page()))));
  const auto of_sent = pages->get(party().inbox(inbox::Folder::sent));
  EXPECT_THAT(of_sent.body, AllOf(HasSubstr(matter(id).page()), Not(HasSubstr(at(draft).start()))));
  EXPECT_THAT(location(pages->post(matter(id).archive(), {{"arkivert", "ja"}})), HasSubstr("/innboks?mappe=arkiv"));
  EXPECT_THAT(pages->get(party().inbox(inbox::Folder::archive)).body, HasSubstr(matter(id).page()));
  EXPECT_THAT(location(pages->post(matter(id).archive(), {{"arkivert", "nei"}})), HasSubstr("/innboks?mappe=sendt"));
}

TEST_P(SentPagesTest, show_the_matter_with_its_answers_and_documents) {
  const auto id = sent();
  const auto page = pages->get(matter(id).page());
  ASSERT_EQ(page.status, 200);
  EXPECT_THAT(page.body, AllOf(HasSubstr("Hvem har sett opplysningene mine?"), HasSubstr(matter(id).receipt()),
                               HasSubstr(matter(id).archive())));
  const auto receipt = pages->get(matter(id).receipt());
  ASSERT_EQ(receipt.status, 200);
  EXPECT_THAT(receipt.body, AllOf(HasSubstr(matter(id).form_pdf()), HasSubstr(matter(id).form_json())));
  const auto submission = instances::testing::expect(
      instances->matters.open_submission(permit(manager, instances::testing::Action::read, id, "EndEvent_1")));
  EXPECT_EQ(body(pages->get(matter(id).form_json())), submission.bytes);
  EXPECT_THAT(body(pages->get(matter(id).form_pdf())), ::testing::StartsWith("%PDF"));
  const auto draft = begin();
  EXPECT_EQ(location(pages->get(matter(draft).page())), at(draft).start()) << "a draft goes on where it is filled in";
}

TEST_P(SentPagesTest, answer_nobody_else) {
  const auto id = sent();
  const auto employee = registers.actor("employee");
  pages->log_in(employee);
  EXPECT_EQ(pages->get(party().inbox()).status, 403);
  EXPECT_EQ(pages->get(matter(id).page()).status, 403);
  // Who acts for the firm, with another form.
  give(employee, {"dat", "avviksmelding"});
  for (const auto& address : {matter(id).page(), matter(id).receipt(), matter(id).receipt_json(),
                              matter(id).form_json(), matter(id).form_pdf()})
    EXPECT_EQ(pages->get(address).status, 404) << address;
  const auto sent_list = pages->get(party().inbox(inbox::Folder::sent));
  EXPECT_EQ(sent_list.status, 200);
  EXPECT_THAT(sent_list.body, Not(HasSubstr(id.text())));
}

TEST_P(SentPagesTest, show_an_agency_what_was_sent_to_it_and_nothing_of_drafts) {
  const auto draft = begin();
  (void)fill(draft);
  const auto id = sent();
  pages->log_in(caseworker);
  const auto queue = pages->get("/etat/dat");
  ASSERT_EQ(queue.status, 200);
  EXPECT_THAT(queue.body, AllOf(HasSubstr(agency(id).page()), Not(HasSubstr(draft.text()))));
  const auto page = pages->get(agency(id).page());
  ASSERT_EQ(page.status, 200);
  EXPECT_THAT(page.body, AllOf(HasSubstr("Hvem har sett opplysningene mine?"), HasSubstr(agency(id).form_json())));
  EXPECT_EQ(pages->get(agency(draft).page()).status, 404);
  EXPECT_EQ(pages->get(agency(draft).form_json()).status, 404);
  EXPECT_EQ(pages->get(agency(id, "brreg").page()).status, 404);
  EXPECT_THAT(pages->get("/etat/brreg").status, AnyOf(403, 404));
  pages->log_in(manager);
  EXPECT_THAT(pages->get("/etat/dat").status, AnyOf(403, 404));
  EXPECT_THAT(pages->get(agency(id).page()).status, AnyOf(403, 404));
}

TEST_P(SentPagesTest, offer_to_add_to_what_was_sent) {
  const auto id = sent();
  const auto app = *terms::AppId::parse("dat/veiledning");
  const auto start = pages->get(party().service(app));
  ASSERT_EQ(start.status, 200);
  EXPECT_THAT(start.body, AllOf(HasSubstr("value=\"" + id.text() + "\""), HasSubstr("value=\"ny\"")));
  const auto chosen = [&](web::Fields form) {
    form.emplace_back("once", post());
    return pages->post(party().start_service(app), std::move(form));
  };
  EXPECT_EQ(chosen({}).status, 422);  // one must say which
  EXPECT_EQ(chosen({{"valg", base::Uuid::v4(registers.random).text()}}).status, 422);
  EXPECT_THAT(location(chosen({{"valg", "ny"}})), HasSubstr("/utkast/"));
  EXPECT_THAT(location(chosen({{"valg", id.text()}})), HasSubstr("/utkast/"));
}

}  // namespace
}  // namespace alting::portal
