// The activity log of a party: who did what, in words that are true of who did it.
#include "portal/activity_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"
#include "portal/testing/filled_portal.h"

namespace alting::portal {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class ActivityPagesTest : public testing::FilledPortal {
 protected:
  // As notify enters it: the program itself tells a person who has opted out, for an agency that asked for that.
  void overridden(const std::string& reason) {
    ledger::NewEntry entry{ledger::EventKind::notice_reservation_overridden, registers.clock.now()};
    entry.actor.kind = terms::ActorKind::system;
    entry.actor.name = "alting";
    entry.party = manager.party;
    entry.party_uuid = manager.party_uuid;
    entry.party_name = manager.name;
    entry.resource = "app:dat/brev";
    entry.agency = "dat";
    entry.set(ledger::parameter::cause, "message:1");
    entry.set(ledger::parameter::notice, "1");
    entry.set(ledger::parameter::override_reason, reason);
    const auto prepared = log->prepare(std::move(entry));
    ASSERT_TRUE(registers.temp.database().write([&](store::Tx& tx) -> base::Status {
      log->append(tx, prepared);
      return {};
    }));
    log->flush();
  }
};
INSTANTIATE_TEST_SUITE_P(Sqlite, ActivityPagesTest, ::testing::Values(store::Engine::sqlite));

TEST_P(ActivityPagesTest, say_why_a_reservation_did_not_hold_who_asked_for_that_and_who_gave_notice) {
  overridden("Fare for <liv> og helse");
  const auto address = PartyAddresses(manager.party_uuid).activity();
  for (const auto language : base::all_languages) {
    const auto body = pages->get(address, language).body;
    const auto agency = apps.find({"dat", "brev"})->controller(language).name;
    EXPECT_THAT(body, AllOf(HasSubstr(pages->t(language, "event.notice.reservation_overridden")),
                            HasSubstr(pages->t(language, "activity.by_request", {{"agency", agency}})),
                            HasSubstr(pages->t(language, "activity.personal.override_reason")),
                            HasSubstr("Fare for &lt;liv&gt; og helse"),
                            Not(HasSubstr(pages->t(language, "activity.by_system", {{"agency", agency}})))));
  }
}

}  // namespace
}  // namespace alting::portal
