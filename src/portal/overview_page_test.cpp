// The overview: holes where they are, files that come and go, what an addition adds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "portal/form_pages.h"
#include "portal/form_uploads.h"
#include "portal/testing/filled_portal.h"

namespace alting::portal {
namespace {

using instances::testing::small_pdf;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class OverviewPageTest : public testing::FilledPortal {
 protected:
  std::string overview(const terms::InstanceId& id) { return pages->get(at(id).overview()).body; }
  Response upload_to(const terms::InstanceId& id, const std::string& name, const std::string& content) {
    std::vector<web::Upload> files;
    files.push_back(upload(name, content));
    return pages->post(at(id).overview(), {{"tag:vedlegg", "annet"}, {"upload", "vedlegg"}}, std::move(files));
  }
  std::string one_file(const terms::InstanceId& id) {
    const auto draft =
        instances::testing::expect(instances->drafts.open(permit(manager, instances::testing::Action::read, id)));
    return draft.attachments.size() == 1 ? draft.attachments.front().id.text() : std::string();
  }
};
INSTANTIATE_TEST_SUITE_P(Sqlite, OverviewPageTest, ::testing::Values(store::Engine::sqlite));

TEST_P(OverviewPageTest, shows_each_hole_where_it_is_and_opens_what_lacks_something) {
  const auto id = begin();
  const auto lacking = overview(id);
  EXPECT_THAT(lacking, AllOf(HasSubstr("class=\"overview-hole\""), HasSubstr("<details class=\"ds-details\" open"),
                             HasSubstr(pages->t(Language::nb, "overview.mend"))));
  (void)fill(id);
  const auto ready = overview(id);
  EXPECT_THAT(ready, AllOf(Not(HasSubstr("overview-hole")), Not(HasSubstr("<details class=\"ds-details\" open")),
                           HasSubstr("Hvem har sett opplysningene mine?")));
  EXPECT_LT(ready.find("action=\"" + at(id).send() + "\""), ready.find("action=\"" + at(id).discard() + "\""))
      << "throwing away stands by itself, after sending";
}

TEST_P(OverviewPageTest, takes_files_and_lets_them_be_removed) {
  const auto id = begin();
  const auto added = upload_to(id, "notat.pdf", small_pdf);
  EXPECT_EQ(location(added), at(id).overview() + "#" + upload_id("vedlegg"));
  const auto file = one_file(id);
  ASSERT_FALSE(file.empty());
  EXPECT_THAT(overview(id), AllOf(HasSubstr("notat.pdf"), HasSubstr(at(id).attachment(file))));
  EXPECT_EQ(pages->get(at(id).attachment(file)).status, 200);
  EXPECT_EQ(location(pages->post(at(id).overview(), {{"detach", file}})), at(id).overview());
  EXPECT_THAT(overview(id), Not(HasSubstr("notat.pdf")));
}

TEST_P(OverviewPageTest, refuses_a_file_by_the_rules_of_the_form_and_says_why) {
  const auto id = begin();
  const auto refused = upload_to(id, "virus.exe", "MZ");
  EXPECT_EQ(refused.status, 422);
  EXPECT_THAT(refused.body, AllOf(HasSubstr("virus.exe"), HasSubstr("id=\"error-summary\"")));
  EXPECT_TRUE(one_file(id).empty());
}

TEST_P(OverviewPageTest, takes_files_from_nobody_who_may_not_write_and_of_nothing_that_was_sent) {
  const auto id = begin();
  const auto employee = registers.actor("employee");
  give(employee, {"dat", "avviksmelding"});
  pages->log_in(employee);
  EXPECT_EQ(upload_to(id, "notat.pdf", small_pdf).status, 404);
  pages->log_in(manager);
  (void)send(id, fill(id).version, post());
  EXPECT_EQ(upload_to(id, "notat.pdf", small_pdf).status, 409);
}

TEST_P(OverviewPageTest, of_an_addition_shows_what_it_adds) {
  const auto notice = begin();
  (void)send(notice, fill(notice).version, post());
  const auto id = begin(notice);
  (void)save(manager, id, {{"mer.tekst", "Dette er nytt"}});
  const auto page = overview(id);
  const auto adds = page.find(pages->t(Language::nb, "overview.adds"));
  const auto stands = page.find(pages->t(Language::nb, "overview.stands_already"));
  EXPECT_LT(adds, page.find("Dette er nytt"));
  EXPECT_LT(page.find("Dette er nytt"), stands);
  EXPECT_LT(stands, page.find("Hvem har sett opplysningene mine?"));
}

}  // namespace
}  // namespace alting::portal
