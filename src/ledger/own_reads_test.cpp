// Own reads: kept for who read, and for who manages access; not for every colleague.
#include "ledger/own_reads.h"

#include <gmock/gmock.h>

#include "ledger/testing/activity_permit.h"
#include "ledger/testing/ledger_fixture.h"
#include "ledger/testing/sample_log.h"

namespace alting::ledger {
namespace {

using testing::activity_permit;
using testing::sample_submission;

class OwnReadsTest : public testing::LedgerTest {
 protected:
  void note(std::int64_t reader, const char* name) {
    auto actor = sample_submission().actor;
    actor.party = {reader};
    actor.name = name;
    ledger_->note_own_read(access::Decider::permit(actor, {902}, "app:dat/avviksmelding", terms::Action::read));
  }
  std::vector<std::string> readers(std::optional<terms::PartyId> of = {}) {
    std::vector<std::string> names;
    for (const auto& row : ledger_->activity(activity_permit(902), {.own_reads_of = of}).rows)
      names.push_back(row.actor_name);
    return names;
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, OwnReadsTest, store::testing::engines(), store::testing::engine_name);

TEST_P(OwnReadsTest, are_shown_of_oneself_alone_to_who_asks_for_that) {
  open();
  note(501, "Meg selv");
  note(555, "En kollega");
  ledger_->flush();
  EXPECT_THAT(readers(), ::testing::UnorderedElementsAre("Meg selv", "En kollega"));
  EXPECT_THAT(readers(terms::PartyId{501}), ::testing::ElementsAre("Meg selv"));
  receipt_of(sample_submission());
  ledger_->flush();
  EXPECT_THAT(readers(terms::PartyId{1}), ::testing::SizeIs(1)) << "what others did is seen, that they read is not";
}

}  // namespace
}  // namespace alting::ledger
