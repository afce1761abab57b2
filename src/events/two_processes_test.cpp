// Two processes on one database, each with connections, an outbox, claims and leases of its own, while forms are sent: all
// events are numbered once and without a gap, and all arrive, also when one of them stops in the midst of it.
#include <set>
#include <thread>

#include "events/testing/events_fixture.h"
#include "store/failpoint.h"

namespace alting::events {
namespace {

using testing::EndPoints;
using testing::expect;

class TwoProcesses : public testing::EventsFixture {
 protected:
  static constexpr const char* url = "https://sak.example/hendelser";
  // Numbers 1 to `count` in the feed, each once, and each form once.
  void expect_whole_feed(std::int64_t all) {
    EXPECT_EQ(count("SELECT COUNT(*) FROM event"), all);
    EXPECT_EQ(count("SELECT COUNT(DISTINCT seq) FROM event"), all);
    EXPECT_EQ(count("SELECT MIN(seq) FROM event"), 1);
    EXPECT_EQ(count("SELECT MAX(seq) FROM event"), all);
    EXPECT_EQ(count("SELECT COUNT(DISTINCT instance_id) FROM event"), all);
    EXPECT_EQ(count("SELECT last FROM event_counter WHERE org = 'dat'"), all);
  }
  // Time goes on meanwhile, so much at each look.
  bool wait_until(const std::function<bool()>& so, base::Duration step = base::Duration::milliseconds(10)) {
    for (int i = 0; i < 12'000 && !so(); ++i) {
      registers.clock.advance(step);
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return so();
  }
  std::set<std::int64_t> arrived() {
    const auto numbers = end_points.numbers(url);
    return {numbers.begin(), numbers.end()};
  }
  std::unique_ptr<store::Database> connect() {
    const auto name = database().read(
        [](store::Tx& tx) { return store::read_one<std::string>(tx, "SELECT current_database()::text"); });
    return store::open_postgresql(store::testing::PostgresCluster::of_this_process().where(name), registers.random);
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, TwoProcesses, ::testing::Values(store::Engine::postgresql),
                         store::testing::engine_name);

TEST_P(TwoProcesses, number_each_event_once_and_bring_all_of_them) {
  subscribe_actively(url);
  constexpr int senders = 4, each = 100, all = senders * each;
  const auto connections = connect();
  Process second(*this, *connections);
  const std::vector<Process*> both{&process(), &second};
  for (auto* one : both) {
    one->outbox.start();
    one->webhooks.start();
  }
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < senders; ++i)
      threads.emplace_back([&] {
        for (int n = 0; n < each; ++n) emit_some(1);
      });
    // A reader who goes on after what it has read sees each number, and none out of its order.
    std::int64_t read = 0;
    EXPECT_TRUE(wait_until([&] {
      FeedQuery query;
      query.after = read;
      const auto page = process().feed.read(scope(), query);
      if (!page) return false;
      for (const auto& event : page->events) EXPECT_EQ(event.seq, ++read);
      return read == all;
    }));
  }
  expect_whole_feed(all);
  EXPECT_TRUE(wait_until([&] { return arrived().size() == all; }));
  for (auto* one : both) {
    one->webhooks.stop();
    one->outbox.stop();
  }
  EXPECT_EQ(end_points.asked(url).size(), static_cast<std::size_t>(all)) << "who has the lease has it alone";
}

TEST_P(TwoProcesses, lose_nothing_when_one_of_them_stops_at_any_step) {
  subscribe_actively(url);
  const auto connections = connect();
  Process second(*this, *connections);
  const std::vector<Process*> both{&process(), &second};
  std::int64_t all = 0;
  for (const char* step : {"postgresql.commit", "postgresql.committed", "events.claimed", "events.one_sent",
                           "events.sent", "events.settled"}) {
    SCOPED_TRACE(step);
    emit_some(20);
    all += 20;
    // Whoever comes third there goes no further: what it had in hand stays leased, as of a process that died.
    store::failpoint::arm(step, store::failpoint::Action::error, 3);
    for (auto* one : both) {
      one->outbox.start();
      one->webhooks.start();
    }
    EXPECT_TRUE(
        wait_until([&] { return arrived().size() == static_cast<std::size_t>(all); }, base::Duration::seconds(1)));
    store::failpoint::disarm();
    for (auto* one : both) {
      one->webhooks.stop();
      one->outbox.stop();
    }
    expect_whole_feed(all);
  }
}

}  // namespace
}  // namespace alting::events
