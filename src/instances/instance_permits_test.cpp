// Who gets a permit for an instance, and what the others are told of it.
#include <gtest/gtest.h>

#include "instances/testing/instances_fixture.h"

namespace alting::instances {
namespace {

using testing::Action;

class Permits : public testing::InstancesFixture {
 protected:
  template <class T>
  static std::string code_of(const base::Result<T>& result) {
    return result ? "permitted" : result.error().code;
  }
  terms::Actor stranger = registers.actor("private_person");
};
INSTANTIATE_TEST_SUITE_P(Engines, Permits, store::testing::engines(), store::testing::engine_name);

TEST_P(Permits, open_a_draft_for_who_may_write_it) {
  const auto id = begin();
  const auto opened = instances->drafts.open(manager, firm, id, Action::write);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->draft.at.id, id);
  EXPECT_EQ(opened->permit.instance(), id);
  EXPECT_EQ(opened->permit.action(), Action::write);
  EXPECT_EQ(opened->permit.party(), firm);
}

TEST_P(Permits, tell_who_may_not_read_that_nothing_is_there) {
  const auto id = begin();
  for (const auto action : {Action::read, Action::write, Action::complete}) {
    const auto refused = instances->permits.allow(stranger, firm, id, action);
    ASSERT_EQ(code_of(refused), "error.instance.not_found");
    EXPECT_EQ(refused.error().detail, not_theirs);
    EXPECT_EQ(code_of(instances->drafts.open(stranger, firm, id, action)), "error.instance.not_found");
  }
  const terms::InstanceId other{base::Uuid::v4(registers.random)};
  const auto nothing = instances->permits.allow(manager, firm, other, Action::read);
  ASSERT_EQ(code_of(nothing), "error.instance.not_found");
  EXPECT_NE(nothing.error().detail, not_theirs);
}

TEST_P(Permits, tell_who_may_read_what_they_may_not_do) {
  const auto id = begin();
  (void)send(id, fill(id).version, post());
  const auto refused = instances->permits.allow(manager, firm, id, Action::write);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, base::ErrorKind::forbidden);
}

TEST_P(Permits, tell_only_who_may_read_that_a_draft_was_sent) {
  const auto id = begin();
  (void)send(id, fill(id).version, post());
  for (const auto action : {Action::write, Action::complete}) {
    EXPECT_EQ(code_of(instances->permits.allow_draft(manager, firm, id, action)), "error.instance.sent");
    EXPECT_EQ(code_of(instances->drafts.open(manager, firm, id, action)), "error.instance.sent");
    EXPECT_EQ(code_of(instances->permits.allow_draft(stranger, firm, id, action)), "error.instance.not_found");
  }
  EXPECT_EQ(code_of(instances->permits.allow(manager, firm, id, Action::read)), "permitted");
}

TEST_P(Permits, of_the_agency_are_for_what_was_sent_to_it_and_for_its_staff) {
  const auto id = begin();
  const auto draft = fill(id);
  const auto allowed = [&](const terms::Actor& actor, std::string_view org) {
    return code_of(instances->agency.allow(actor, org, firm, id));
  };
  EXPECT_EQ(allowed(caseworker, "dat"), "error.instance.not_found") << "a draft does not exist for it";
  (void)send(id, draft.version, post());
  EXPECT_EQ(allowed(caseworker, "dat"), "permitted");
  EXPECT_EQ(allowed(caseworker, "skd"), "error.instance.not_found") << "it was sent to another";
  EXPECT_EQ(allowed(manager, "dat"), "error.access.not_staff");
  ASSERT_TRUE(
      instances->matters.archive(permit(manager, Action::remove, id, "EndEvent_1"), true, registers.clock.now()));
  EXPECT_EQ(allowed(caseworker, "dat"), "permitted") << "where its sender keeps it is not the agency's affair";
}

}  // namespace
}  // namespace alting::instances
