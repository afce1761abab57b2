// Two processes on one database, each with connections, claims and leases of its own: each notice goes, and goes once,
// also when one of them stops in the midst of it; then what went twice says that it may have.
#include <map>
#include <set>
#include <thread>

#include "notify/testing/notify_fixture.h"

namespace alting::notify {
namespace {

class TwoDeliverers : public testing::NotifyFixture {
 protected:
  std::unique_ptr<store::Database> connect() {
    const auto name = database().read(
        [](store::Tx& tx) { return store::read_one<std::string>(tx, "SELECT current_database()::text"); });
    return store::open_postgresql(store::testing::PostgresCluster::of_this_process().where(name), registers.random);
  }
  bool wait_until(const std::function<bool()>& so, base::Duration step) {
    for (int i = 0; i < 6'000 && !so(); ++i) {
      registers.clock.advance(step);
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return so();
  }
  std::vector<std::string> place_some(int count) {
    std::vector<std::string> causes;
    const auto& units = registers.population.units;
    for (std::size_t i = 0; causes.size() < static_cast<std::size_t>(count); ++i) {
      const auto& unit = units[i % units.size()];
      if (unit.official_emails.empty()) continue;
      causes.push_back(place(an_order(registers.organisation(unit.organisation.party.name).id)));
    }
    return causes;
  }
  bool all_handed_over(const std::vector<std::string>& causes) {
    const auto states = notify->orders.states(causes);
    return states.size() == causes.size() &&
           std::ranges::all_of(states, [](const auto& one) { return one.second.step == NoticeStep::handed_over; });
  }
  // How often each mail went.
  std::map<std::string, int> times() {
    std::map<std::string, int> all;
    for (const auto& mail : relay.sent()) ++all[mail.message_id];
    return all;
  }
  // Attempts that say that their mail may have gone twice; a mail names its attempt (envelope_id).
  std::set<std::string> marked() {
    return database().read([](store::Tx& tx) {
      std::set<std::string> ids;
      for (const auto& row : tx.query("SELECT id FROM notify_attempt WHERE may_have_gone_twice = 1"))
        ids.insert(store::read_one<std::string>(row));
      return ids;
    });
  }
  std::int64_t attempts_without_mail() {
    std::set<std::string> sent;
    for (const auto& mail : relay.sent()) sent.insert(mail.envelope_id);
    return database().read([&](store::Tx& tx) {
      std::int64_t lost = 0;
      for (const auto& row : tx.query("SELECT id FROM notify_attempt WHERE outcome = 'accepted'"))
        lost += sent.contains(store::read_one<std::string>(row)) ? 0 : 1;
      return lost;
    });
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, TwoDeliverers, ::testing::Values(store::Engine::postgresql),
                         store::testing::engine_name);

TEST_P(TwoDeliverers, send_each_notice_once) {
  notify = make_process(database(), {.quiet = base::Duration{0}, .per_hour = 1'000});
  const auto connections = connect();
  const auto second = make_process(*connections, {.quiet = base::Duration{0}, .per_hour = 1'000});
  const auto causes = place_some(150);
  notify->deliverer.start();
  second->deliverer.start();
  EXPECT_TRUE(wait_until([&] { return all_handed_over(causes); }, base::Duration::milliseconds(5)));
  notify->deliverer.stop();
  second->deliverer.stop();
  for (const auto& [id, count] : times()) EXPECT_EQ(count, 1) << id;
  EXPECT_TRUE(marked().empty());
  EXPECT_EQ(attempts_without_mail(), 0);
}

TEST_P(TwoDeliverers, lose_nothing_when_one_of_them_stops_at_any_step) {
  notify = make_process(database(), {.quiet = base::Duration{0}, .per_hour = 1'000});
  const auto connections = connect();
  const auto second = make_process(*connections, {.quiet = base::Duration{0}, .per_hour = 1'000});
  for (const char* step : {"postgresql.commit", "postgresql.committed", "notify.claimed", "notify.queued",
                           "notify.one_sent", "notify.sent", "notify.settled"}) {
    SCOPED_TRACE(step);
    const auto causes = place_some(20);
    // Whoever comes third there goes no further: what it had in hand stays leased, as of a process that died.
    store::failpoint::arm(step, store::failpoint::Action::error, 3);
    notify->deliverer.start();
    second->deliverer.start();
    EXPECT_TRUE(wait_until([&] { return all_handed_over(causes); }, base::Duration::seconds(1)));
    EXPECT_TRUE(store::failpoint::fired()) << "somebody came there";
    store::failpoint::disarm();
    notify->deliverer.stop();
    second->deliverer.stop();
  }
  EXPECT_EQ(attempts_without_mail(), 0);
  std::map<std::string, int> of_attempt;
  for (const auto& mail : relay.sent()) ++of_attempt[mail.envelope_id];
  const auto says_so = marked();
  int twice = 0;
  for (const auto& [attempt, count] : of_attempt) {
    if (count < 2) continue;
    ++twice;
    EXPECT_TRUE(says_so.contains(attempt)) << "what may have gone twice says so: " << attempt;
  }
  EXPECT_GT(twice, 0) << "one that stops when it has sent, and before it noted that, leaves mail to be sent again";
  // The same mail again, by which the receiver can drop it: never one of another id.
  std::map<std::string, std::set<std::string>> ids_of_attempt;
  for (const auto& mail : relay.sent()) ids_of_attempt[mail.envelope_id].insert(mail.message_id);
  for (const auto& [attempt, ids] : ids_of_attempt) EXPECT_EQ(ids.size(), 1U) << attempt;
}

}  // namespace
}  // namespace alting::notify
