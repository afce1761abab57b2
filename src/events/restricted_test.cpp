// What is restricted is in no feed and goes to no end point; that it is, and is no longer, is told.
#include "access/restrictions.h"
#include "events/testing/events_fixture.h"

namespace alting::events {
namespace {

using ::testing::ElementsAre;
using testing::expect;
using ::testing::IsEmpty;

class RestrictedEvents : public testing::EventsFixture {
 protected:
  access::RestrictionId impose(std::string item = {}) {
    const auto judge = expect(access->decider().agency_scope(caseworker, "dat"));
    return expect(access->restrictions().impose(
        {&judge, {}}, {.party = firm, .item = std::move(item), .ground = "contested"}, registers.clock.now(), post()));
  }
  access::Restriction find_restriction(const access::RestrictionId& id) {
    return database().read([&](store::Tx& tx) { return access::find_restriction(tx, id).value(); });
  }
  std::vector<std::string> types_from(std::int64_t after) {
    std::vector<std::string> all;
    for (const auto& event : feed_from(after)) all.push_back(event.type);
    return all;
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, RestrictedEvents, store::testing::engines(), store::testing::engine_name);

TEST_P(RestrictedEvents, are_left_out_and_that_it_is_restricted_is_told_and_noted) {
  emit_some(2);
  settle_all();
  const auto both = feed_from(0);
  ASSERT_EQ(both.size(), 2U);
  const auto id = impose(both[0].instance.value().text());
  settle_all();
  EXPECT_THAT(types_from(0), ElementsAre(type::process_completed, type::restricted));
  const auto told = feed_from(2).at(0);
  EXPECT_EQ(told.party, firm);
  EXPECT_FALSE(told.app || told.instance);
  EXPECT_EQ(source_of(told, "https://portal.example"), "https://portal.example/etat/dat/krav");
  const auto noted = find_restriction(id).told;
  ASSERT_EQ(noted.size(), 1U);
  EXPECT_EQ(noted[0].whom, "dat");
  EXPECT_EQ(noted[0].what, access::told_imposed);
}

TEST_P(RestrictedEvents, of_all_of_a_party_go_to_no_end_point_until_it_is_lifted) {
  const std::string url = "https://sak.example/a";
  (void)subscribe_actively(url);
  const auto id = impose();
  emit_some(3);
  settle_all();
  std::vector<std::string> types;
  for (const auto& one : end_points.asked(url)) types.push_back(one.type());
  EXPECT_THAT(types, ElementsAre(type::restricted));
  const auto judge = expect(access->decider().agency_scope(caseworker, "dat"));
  ASSERT_TRUE(access->restrictions().announce_lift({&judge, {}}, id, {}, registers.clock.now(), post()));
  settle_all();
  EXPECT_EQ(end_points.asked(url).size(), 1U) << "that it will be lifted is for the party alone";
  registers.clock.advance(base::Duration::days(14));
  ASSERT_EQ(access->restrictions().lift_due(), 1);
  settle_all();
  emit_some(1);
  settle_all();
  types.clear();
  for (const auto& one : end_points.asked(url)) types.push_back(one.type());
  EXPECT_THAT(types, ElementsAre(type::restricted, type::restriction_lifted, type::process_completed));
}

TEST_P(RestrictedEvents, of_what_the_portal_keeps_are_told_to_each_agency_that_has_got_something) {
  const auto sent = begin();
  (void)send(sent, fill(sent).version, post());
  settle_all();
  const auto impose_as_operator = [&](terms::PartyId party) {
    return expect(access->restrictions().impose({nullptr, "Kari Nordmann"}, {.party = party, .ground = "claims"},
                                                registers.clock.now(), post()));
  };
  const auto id = impose_as_operator(firm);
  const auto nobody = impose_as_operator(manager.party);
  settle_all();
  EXPECT_THAT(types_from(0), ElementsAre(type::process_completed, type::restricted))
      << "the agency's copy is the agency's";
  EXPECT_EQ(find_restriction(id).told.size(), 1U);
  EXPECT_THAT(find_restriction(nobody).told, IsEmpty());
}

}  // namespace
}  // namespace alting::events
