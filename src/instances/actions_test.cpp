// Each use case asks for the permit of its own action: who may only read begins, saves, sends and throws away nothing,
// and the agency's right opens nothing that is the party's.
#include <gtest/gtest.h>

#include "instances/testing/own_form.h"

namespace alting::instances {
namespace {

using testing::Language, testing::Action;

class Actions : public testing::OwnForm {
 protected:
  template <class T>
  static std::string refusal(const base::Result<T>& result) {
    return result ? "none" : result.error().code;
  }
  static std::string refusal(const base::Status& status) { return status ? "none" : status.error().code; }
  static constexpr const char* none_there = "error.instance.not_found";
};
INSTANTIATE_TEST_SUITE_P(Engines, Actions, store::testing::engines(), store::testing::engine_name);

TEST_P(Actions, with_a_right_to_read_a_draft_is_only_read) {
  const auto id = begin();
  const auto draft = fill(id);
  const auto reading = permit(manager, Action::read, id);
  const auto now = registers.clock.now();
  EXPECT_EQ(refusal(instances->drafts.create(permit(manager, Action::read), guidance, {}, "", post())), none_there);
  EXPECT_EQ(refusal(instances->drafts.save(reading, own_posted({{"sporsmal.emne", "X"}}), {}, Language::nb)),
            none_there);
  auto form = draft.app->read(instances->drafts.context_of(draft, Language::nb, now));
  EXPECT_EQ(refusal(instances->drafts.save(reading, draft, form, own_posted({{"sporsmal.emne", "X"}}), {})),
            none_there);
  EXPECT_EQ(refusal(instances->drafts.go_way(reading, "kort", now, post())), none_there);
  EXPECT_EQ(refusal(instances->drafts.use_my_contact(reading, now, post())), none_there);
  EXPECT_EQ(refusal(instances->drafts.discard(reading, now, post())), none_there);
  EXPECT_EQ(refusal(instances->sending.submit(reading, Language::nb, now, draft.version, post())), none_there);
  const auto path = files.path() / "read-only";
  std::ofstream(path, std::ios::binary) << testing::small_pdf;
  EXPECT_EQ(refusal(instances->attachments.attach(
                reading, {.data_type = "vedlegg", .tag = "annet", .file_name = "a.pdf", .file = path, .size = 80})),
            none_there);
  add_file(id, "b.pdf", testing::small_pdf);
  const auto with_file = opened(id);
  ASSERT_EQ(with_file.attachments.size(), 1U);
  EXPECT_EQ(refusal(instances->attachments.detach(reading, with_file.attachments.front().id)), none_there);
  EXPECT_EQ(opened(id).version, with_file.version) << "nothing was changed";
  EXPECT_EQ(refusal(instances->drafts.copy(reading, Language::nb)), "none");
}

TEST_P(Actions, with_a_right_to_write_nothing_is_sent_or_thrown_away) {
  const auto id = begin();
  const auto draft = fill(id);
  const auto writing = permit(manager, Action::write, id);
  const auto now = registers.clock.now();
  EXPECT_EQ(refusal(instances->sending.submit(writing, Language::nb, now, draft.version, post())), none_there);
  EXPECT_EQ(refusal(instances->drafts.discard(writing, now, post())), none_there);
  EXPECT_EQ(refusal(instances->drafts.create(permit(manager, Action::write), guidance, {}, "", post())), none_there);
}

TEST_P(Actions, with_a_right_to_read_what_was_sent_is_moved_to_no_archive) {
  const auto id = begin();
  (void)send(id, fill(id).version, post());
  const auto reading = permit(manager, Action::read, id, "EndEvent_1");
  EXPECT_EQ(refusal(instances->matters.archive(reading, true, registers.clock.now())), none_there);
  EXPECT_EQ(refusal(instances->matters.open(reading)), "none");
}

TEST_P(Actions, the_agencys_right_opens_nothing_by_the_partys_way) {
  const auto id = begin();
  (void)fill(id);
  const auto staff = agency_permit(id);
  EXPECT_EQ(refusal(instances->drafts.open(staff)), none_there);
  EXPECT_EQ(refusal(instances->drafts.copy(staff, Language::nb)), none_there);
  add_file(id, "a.pdf", testing::small_pdf);
  const auto draft = opened(id);
  (void)send(id, draft.version, post());
  EXPECT_EQ(refusal(instances->matters.open(staff)), none_there);
  EXPECT_EQ(refusal(instances->matters.open_submission(staff)), none_there);
  EXPECT_EQ(refusal(instances->attachments.read(staff, draft.attachments.front(), [](base::ByteView) {})), none_there);
}

TEST_P(Actions, earlier_notices_are_listed_by_a_right_to_their_own_form) {
  const auto id = begin();
  (void)send(id, fill(id).version, post());
  EXPECT_EQ(instances->matters.earlier(permit(manager, Action::instantiate), guidance).size(), 1U);
  const auto other = permit(manager, Action::instantiate);
  EXPECT_TRUE(instances->matters.earlier(other, {"dat", "avviksmelding"}).empty());
}

}  // namespace
}  // namespace alting::instances
