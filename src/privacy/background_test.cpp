// What this room delivers of others' topics: what somebody let go is in no copy any more.
#include "privacy/background.h"

#include <gmock/gmock.h>

#include "instances/letting_go.h"
#include "instances/topics.h"
#include "privacy/testing/copies_fixture.h"
#include "store/outbox_deliverer.h"

namespace alting::privacy {
namespace {

class CopiesOfWhatWasLetGo : public testing::CopiesFixture {
 protected:
  void discard_one() {
    const auto id = begin();
    ASSERT_TRUE(instances->drafts.discard(permit(manager, testing::Action::remove, id), registers.clock.now(), post()));
  }
  void deliver() {
    base::Metrics metrics;
    store::OutboxDeliverer deliverer(registers.temp.database(), registers.clock, metrics, {&instances::let_go},
                                     subscriptions(*copies));
    registers.clock.advance(base::Duration::seconds(2));
    EXPECT_EQ(deliverer.deliver_due(), 1);
  }
  CopyId next_copy() {
    registers.clock.advance(base::Duration::days(2));
    return made_copy();
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, CopiesOfWhatWasLetGo, store::testing::engines(), store::testing::engine_name);

TEST_P(CopiesOfWhatWasLetGo, go_when_they_are_ready_and_leave_nothing) {
  const auto before = blob_files();
  (void)made_copy();
  registers.clock.advance(base::Duration::days(2));
  discard_one();
  deliver();
  EXPECT_EQ(blob_files(), before);
  EXPECT_EQ(count("privacy_copy"), 0);
}

TEST_P(CopiesOfWhatWasLetGo, are_begun_anew_when_they_are_being_made_and_stay_when_they_were_asked_for_later) {
  const auto before = blob_files();
  bool first = true;
  on_gather = [&](CopySink&) {
    if (!std::exchange(first, false)) return;
    discard_one();
    deliver();
  };
  const auto id = ask_copy();
  EXPECT_TRUE(maker->make_next());
  EXPECT_EQ(status_of(id).state, CopyState::waiting) << "what was read before is not made ready";
  EXPECT_EQ(blob_files(), before);
  EXPECT_TRUE(maker->make_next());
  EXPECT_EQ(status_of(id).state, CopyState::ready);

  discard_one();
  const auto later = next_copy();
  deliver();
  EXPECT_EQ(status_of(later).state, CopyState::ready);
  EXPECT_EQ(count("privacy_copy"), 1);
}

}  // namespace
}  // namespace alting::privacy
