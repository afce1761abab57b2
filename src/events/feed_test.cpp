// What is sent becomes an event with the next number of its agency's feed, once.
#include "events/event_rows.h"
#include "events/restored.h"
#include "events/testing/events_fixture.h"
#include "store/failpoint.h"

namespace alting::events {
namespace {

using ::testing::ElementsAre;
using testing::expect;
using ::testing::HasSubstr;
class EventFeed : public testing::EventsFixture {};
INSTANTIATE_TEST_SUITE_P(Engines, EventFeed, store::testing::engines(), store::testing::engine_name);

std::vector<std::int64_t> numbers(const std::vector<Event>& events) {
  std::vector<std::int64_t> all;
  for (const auto& event : events) all.push_back(event.seq);
  return all;
}

TEST_P(EventFeed, says_that_a_form_was_sent_and_nothing_of_a_draft) {
  const auto id = begin();
  const auto draft = fill(id);
  settle_all();
  EXPECT_TRUE(feed_from(0).empty());
  (void)send(id, draft.version, post());
  EXPECT_TRUE(feed_from(0).empty()) << "it is numbered when the outbox is delivered";
  settle_all();
  const auto events = feed_from(0);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].seq, 1);
  EXPECT_EQ(events[0].type, type::process_completed);
  EXPECT_EQ(events[0].party, firm);
  EXPECT_EQ(events[0].organisation, registers.organisation("Fjord og Fjell AS").organisation_number);
  EXPECT_EQ(events[0].instance, id);
  EXPECT_EQ(events[0].app, guidance);
}

TEST_P(EventFeed, of_what_must_be_looked_at_at_once_says_so_first) {
  emit_some(1, true);
  settle_all();
  const auto events = feed_from(0);
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].type, type::high_risk);
  EXPECT_EQ(events[1].type, type::process_completed);
  EXPECT_EQ(events[0].instance, events[1].instance);
  EXPECT_NE(events[0].id, events[1].id);
}

TEST_P(EventFeed, of_a_person_holds_no_number_but_the_partys) {
  const auto person = registers.actor("manager");
  ASSERT_TRUE(database().write([&](store::Tx& tx) -> base::Status {
    const auto id = base::Uuid::v4(registers.random).text();
    store::emit(tx, registers.random, registers.clock.now(), instances::process_completed, id,
                base::Json::object({{"party", person.party.value}, {"instance", id}, {"app", guidance.text()}}).dump());
    return {};
  }));
  settle_all();
  const auto events = feed_from(0);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].party, person.party);
  EXPECT_EQ(events[0].organisation, "");
}

TEST_P(EventFeed, goes_on_after_a_restore_for_who_had_read_further_than_the_backup) {
  const std::string url = "https://sak.example/a";
  const auto one = subscribe_actively(url);
  emit_some(3);
  settle_all();
  constexpr std::int64_t read_before = 5;  // 4 and 5 were given after the backup
  ASSERT_TRUE(database().write([&](store::Tx& tx) -> base::Status {
    pass_over_numbers(tx, registers.clock.now());
    return {};
  }));
  EXPECT_EQ(process().webhooks.deliver_due(), 0);
  EXPECT_TRUE(process().lanes.due().empty()) << "numbers that are no event's keep no lane busy";
  EXPECT_EQ(find(one.id).waiting, 0);
  EXPECT_TRUE(feed_from(read_before).empty());
  emit_some(3);
  settle_all();
  EXPECT_EQ(feed_from(read_before).size(), 3U);
  EXPECT_EQ(feed_from(0).size(), 6U);
  EXPECT_EQ(end_points.asked(url).size(), 6U);
}

TEST_P(EventFeed, is_read_in_pieces_without_a_gap) {
  emit_some(45);
  settle_all();
  std::vector<std::int64_t> read;
  std::int64_t after = 0;
  for (int i = 0; i < 10; ++i) {
    FeedQuery query;
    query.after = after;
    query.size = 7;
    const auto page = expect(process().feed.read(scope(), query));
    for (const auto& event : page.events) read.push_back(event.seq);
    after = page.next;
    if (!page.more) break;
  }
  ASSERT_EQ(read.size(), 45U);
  for (std::size_t i = 0; i < read.size(); ++i) EXPECT_EQ(read[i], static_cast<std::int64_t>(i) + 1);
  EXPECT_EQ(after, 45);
  emit_some(1);
  settle_all();
  EXPECT_THAT(numbers(feed_from(after)), ElementsAre(46));
}

TEST_P(EventFeed, is_asked_for_types_parties_and_forms) {
  emit_some(1, true);
  settle_all();
  emit_some(1);
  settle_all();
  FeedQuery query;
  query.types = {std::string(type::high_risk)};
  EXPECT_THAT(numbers(feed_from(0, query)), ElementsAre(1));
  query = {};
  query.party = terms::PartyId{firm.value + 1};
  EXPECT_TRUE(feed_from(0, query).empty());
  query.party = firm;
  EXPECT_EQ(feed_from(0, query).size(), 3U);
  query.app = terms::AppId{"dat", "avviksmelding"};
  EXPECT_TRUE(feed_from(0, query).empty());
  query = {};
  query.from = registers.clock.now() + base::Duration::seconds(1);
  EXPECT_TRUE(feed_from(0, query).empty());
  query.app = terms::AppId{"nav", "sykmelding"};
  EXPECT_FALSE(process().feed.read(scope(), query)) << "another agency's";
}

TEST_P(EventFeed, tells_who_missed_something_and_who_is_ahead) {
  emit_some(5);
  settle_all();
  ASSERT_TRUE(database().write([](store::Tx& tx) -> base::Status {
    tx.run("DELETE FROM event WHERE seq <= 3");
    return {};
  }));
  FeedQuery query;
  EXPECT_THAT(numbers(feed_from(0)), ElementsAre(4, 5)) << "from the oldest that is kept";
  EXPECT_THAT(numbers(feed_from(3)), ElementsAre(4, 5));
  query.after = 2;
  const auto missed = process().feed.read(scope(), query);
  ASSERT_FALSE(missed);
  EXPECT_EQ(missed.error().kind, base::ErrorKind::gone);
  EXPECT_EQ(missed.error().params.at(0).second, "4");
  query.after = 6;
  const auto ahead = process().feed.read(scope(), query);
  ASSERT_FALSE(ahead);
  EXPECT_EQ(ahead.error().kind, base::ErrorKind::conflict) << "an older copy of the database came back";
}

TEST_P(EventFeed, is_for_those_alone_who_may_read_what_is_sent) {
  emit_some(1);
  settle_all();
  const auto before = scope();
  EXPECT_FALSE(access->decider().agency_scope(manager, "dat")) << "who sends is no staff";
  auto without = system;
  without.scopes.clear();
  EXPECT_FALSE(access->decider().agency_scope(without, "dat"));
  EXPECT_TRUE(access->decider().agency_scope(caseworker, "dat"));
  set_agency(registers.organisation("Fjord og Fjell AS").organisation_number);
  EXPECT_FALSE(process().feed.read(before, {})) << "also with a scope from before";
}

TEST_P(EventFeed, numbers_a_message_once_however_its_delivery_ends) {
  emit_some(3);
  // The commit is durable, and whoever made it does not hear of it.
  for (const char* place : {"postgresql.commit", "postgresql.committed", "sqlite.commit"}) {
    store::failpoint::arm(place, store::failpoint::Action::error);
    try {
      process().outbox.deliver_due();
    } catch (const std::exception&) {
    }
    store::failpoint::disarm();
    registers.clock.advance(base::Duration::minutes(3));
  }
  for (int i = 0; i < 5; ++i) {
    settle_all();
    registers.clock.advance(base::Duration::hours(1));
  }
  EXPECT_THAT(numbers(feed_from(0)), ElementsAre(1, 2, 3));
  EXPECT_EQ(count("SELECT COUNT(DISTINCT instance_id) FROM event"), 3);
}

TEST_P(EventFeed, of_a_payload_that_nobody_understands_waits) {
  ASSERT_TRUE(database().write([&](store::Tx& tx) -> base::Status {
    store::emit(tx, registers.random, registers.clock.now(), instances::process_completed, "x", "{}");
    return {};
  }));
  settle_all();
  EXPECT_TRUE(feed_from(0).empty());
  EXPECT_EQ(count("SELECT COUNT(*) FROM outbox WHERE topic = 'app.instance.process.completed'"), 1);
}

}  // namespace
}  // namespace alting::events
