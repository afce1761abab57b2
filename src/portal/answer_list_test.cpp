#include "portal/answer_list.h"

#include <gtest/gtest.h>

namespace alting::portal {
namespace {

TEST(AnswerList, stands_by_page_without_what_there_is_nothing_to_show_of) {
  const auto answer = [](std::string page, std::string words) {
    forms::AnswerView made;
    made.page = page;
    made.page_title = "Page " + page;
    made.answer = std::move(words);
    return made;
  };
  std::vector<forms::AnswerView> answers{answer("a", "one"), answer("a", ""), answer("b", ""),
                                         answer("c", ""),    answer("c", ""), answer("d", "two")};
  answers[3].later = true;
  answers[4].changed = true;
  const auto pages = by_page(answers);
  ASSERT_EQ(pages.size(), 3U);  // none of "b"
  EXPECT_EQ(pages[0].title, "Page a");
  ASSERT_EQ(pages[0].answers.size(), 1U);
  EXPECT_EQ(pages[0].answers[0], &answers[0]);
  EXPECT_EQ(pages[1].page, "c");
  EXPECT_EQ(pages[1].answers.size(), 2U);  // what is promised, and what is taken away, is shown
  EXPECT_EQ(pages[2].answers[0]->answer, "two");
  EXPECT_TRUE(by_page({}).empty());
}

}  // namespace
}  // namespace alting::portal
