// Copies of a draft: what they say, and who gets them.
#include "portal/draft_copies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "portal/testing/filled_portal.h"

namespace alting::portal {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

using DraftCopiesTest = testing::FilledPortal;
INSTANTIATE_TEST_SUITE_P(Sqlite, DraftCopiesTest, ::testing::Values(store::Engine::sqlite));

TEST_P(DraftCopiesTest, hold_what_is_filled_in_and_say_that_it_was_not_sent) {
  const auto id = begin();
  (void)fill(id);
  const auto overview = pages->get(at(id).overview());
  EXPECT_THAT(overview.body, AllOf(HasSubstr(at(id).printed()), HasSubstr(at(id).json()), HasSubstr(at(id).pdf())));
  const auto paper = pages->get(at(id).printed());
  EXPECT_EQ(paper.status, 200);
  EXPECT_THAT(paper.body, AllOf(HasSubstr("Hvem har sett opplysningene mine?"),
                                HasSubstr(pages->t(Language::nb, "draft.copy.not_sent"))));
  const auto json = pages->get(at(id).json());
  EXPECT_EQ(json.content_type, "application/json");
  const auto document = base::Json::parse(json.body);
  ASSERT_TRUE(document);
  EXPECT_EQ(document->text("format"), "alting.draft/1");
  EXPECT_FALSE((*document)["sent"].bool_or(true));
  EXPECT_EQ((*document)["data"]["sporsmal"].text("emne"), "Innsyn");
  const auto pdf = pages->get(at(id).pdf());
  EXPECT_THAT(pdf.body, StartsWith("%PDF"));
  for (const auto& copy : {json, pdf}) {
    const auto named = std::ranges::any_of(copy.headers, [](const auto& header) {
      return header.first == "Content-Disposition" && header.second.find("utkast-ikke-sendt") != std::string::npos;
    });
    EXPECT_TRUE(named);
  }
}

TEST_P(DraftCopiesTest, are_given_to_who_may_read_the_draft_and_to_nobody_else) {
  const auto id = begin();
  (void)fill(id);
  const std::vector<std::string> copies{at(id).printed(), at(id).json(), at(id).pdf()};
  const auto employee = registers.actor("employee");
  give(employee, {"dat", "avviksmelding"});
  pages->log_in(employee);
  for (const auto& copy : copies) EXPECT_EQ(pages->get(copy).status, 404) << copy;
  pages->log_in(caseworker);
  for (const auto& copy : copies) EXPECT_THAT(pages->get(copy).status, ::testing::AnyOf(403, 404)) << copy;
  pages->log_in(colleague);
  for (const auto& copy : copies) EXPECT_EQ(pages->get(copy).status, 200) << copy;
}

TEST_P(DraftCopiesTest, of_what_was_sent_lead_to_what_was_sent) {
  const auto id = begin();
  (void)send(id, fill(id).version, post());
  for (const auto& copy : {at(id).printed(), at(id).json(), at(id).pdf()})
    EXPECT_EQ(location(pages->get(copy)), matter(id).page()) << copy;
}

}  // namespace
}  // namespace alting::portal
