// What is restricted is in no feed and goes to no end point; that it is, and is no longer, is told.
#include "access/restrictions.h"
#include "events/testing/events_fixture.h"

namespace alting::events {
namespace {

using ::testing::_;
using ::testing::ElementsAre, ::testing::UnorderedElementsAre;
using testing::expect;
using ::testing::IsEmpty;
using testing::public_url;
using ::testing::SizeIs;

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
  EXPECT_EQ(noted[0].way, access::told_by_event);
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
  types.clear();
  for (const auto& one : end_points.asked(url)) types.push_back(one.type());
  EXPECT_THAT(types, UnorderedElementsAre(type::restricted, type::restriction_lifted, type::process_completed,
                                          type::process_completed, type::process_completed))
      << "what was sent meanwhile comes then";
  EXPECT_THAT(end_points.numbers(url), UnorderedElementsAre(_, 5, 6, 7, 8));
  EXPECT_THAT(types_from(5), SizeIs(3)) << "and a reader who had come so far gets it too";
  EXPECT_THAT(feed_from(0), SizeIs(5)) << "each once";
  emit_some(1);
  settle_all();
  EXPECT_EQ(end_points.numbers(url).back(), 9);
}

TEST_P(RestrictedEvents, of_an_addition_stay_hidden_with_its_form_when_the_agencys_copy_has_ended) {
  const auto form = begin();
  (void)send(form, fill(form).version, post());
  const auto addition = begin(form);
  (void)send(addition, save(manager, addition, {{"mer.tekst", "Mer."}}).draft.version, post());
  (void)impose(form.text());
  settle_all();
  EXPECT_THAT(types_from(0), ElementsAre(type::restricted));
  ASSERT_TRUE(database().write([&](store::Tx& tx) -> base::Status {
    tx.run("DELETE FROM submission WHERE instance_id = ?", {addition});
    return {};
  }));
  EXPECT_THAT(types_from(0), ElementsAre(type::restricted));
}

TEST_P(RestrictedEvents, hold_up_no_lane_with_how_many_there_are) {
  (void)impose();
  settle_all();
  const auto one = subscribe_actively("https://sak.example/a");
  emit_some(5);
  while (process().outbox.deliver_due() > 0) {
  }
  Lanes lanes({database(), access->decider(), *log, *registers.registry, registers.random, registers.clock,
               std::string(public_url)},
              {.looked_at = 2});
  const auto position = [&] { return count("SELECT MAX(position) FROM event_subscription"); };
  const auto before = position();
  EXPECT_FALSE(lanes.claim(one.id));
  EXPECT_EQ(position(), before + 2) << "so many of the hidden ones at once";
  EXPECT_THAT(lanes.due(), SizeIs(1)) << "and it goes on";
  EXPECT_FALSE(lanes.claim(one.id));
  EXPECT_FALSE(lanes.claim(one.id));
  EXPECT_EQ(position(), before + 5);
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
