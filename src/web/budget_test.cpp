#include "web/budget.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <span>

#include "web/connections.h"
#include "web/handshakes.h"

namespace alting::web {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

const Asker ann{"panne", true}, bob{"pbo", true}, lan{"n10.0.0.0", false};

TEST(Budget, holds_so_much_for_each_and_for_all_and_counts_what_it_refuses) {
  base::Metrics metrics;
  Budget budget({.all = 100, .person = 60, .network = 30}, metrics, "memory");
  auto of_anne = budget.share(ann), more_of_anne = budget.share(ann), of_bo = budget.share(bob),
       of_net = budget.share(lan);
  EXPECT_TRUE(of_anne.grow(50));
  EXPECT_FALSE(more_of_anne.grow(11));
  EXPECT_TRUE(more_of_anne.grow(10));
  EXPECT_FALSE(of_net.grow(31));
  EXPECT_FALSE(of_bo.grow(41));
  EXPECT_TRUE(of_bo.grow(40));
  EXPECT_THAT(metrics.text(), HasSubstr("alting_http_over_budget_total{budget=\"memory\",holder=\"person\"} 1\n"));
  EXPECT_THAT(metrics.text(), HasSubstr("alting_http_over_budget_total{budget=\"memory\",holder=\"network\"} 1\n"));
  EXPECT_THAT(metrics.text(), HasSubstr("alting_http_over_budget_total{budget=\"memory\",holder=\"all\"} 1\n"));
  auto moved = std::move(of_anne);
  moved.release();
  EXPECT_TRUE(of_net.grow(30));
  {
    auto gone = std::move(more_of_anne);
  }
  of_bo.release();
  of_net.release();
  EXPECT_EQ(budget.held(), 0u);
}

// Whoever has an IPv6 /48 has 65,536 networks of /64.
TEST(Budget, counts_the_networks_of_one_wide_network_together) {
  base::Metrics metrics;
  Budget budget({.all = 1'000, .person = 10, .network = 10}, metrics, "contents");
  const auto within = [](int i) { return Asker{fmt::format("n2001:db8:1:{}::", i), false, "w2001:db8:1::"}; };
  std::vector<Budget::Share> held;
  int taken = 0;
  for (int i = 0; i < 10; ++i) {
    held.push_back(budget.share(within(i)));
    taken += held.back().grow(10);
  }
  EXPECT_EQ(taken, static_cast<int>(wide_share));
  EXPECT_FALSE(held.front().grow(1));
  auto other = budget.share({"n2001:db8:2:1::", false, "w2001:db8:2::"});
  EXPECT_TRUE(other.grow(10));
  held.clear();
  auto again = budget.share(within(77));
  EXPECT_TRUE(again.grow(10));
}

// A handshake that only notes what it is told.
struct Shaken {
  Handshakes::Ref ref = std::make_shared<Handshakes::One>();
  bool gone = false;
  int called = 0, gave_way = 0;
  explicit Shaken(Handshakes::From from) {
    ref->from = std::move(from);
    ref->is_gone = [this] { return gone; };
    ref->called = [this] { ++called; };
    ref->gives_way = [this] { ++gave_way; };
  }
  Shaken(const Shaken&) = delete;
  Shaken& operator=(const Shaken&) = delete;
};

class HandshakesTest : public ::testing::Test {
 protected:
  Shaken& of(Handshakes::From from) { return *all.emplace_back(std::make_unique<Shaken>(std::move(from))); }
  Shaken& begin(Handshakes& handshakes, Handshakes::From from) {
    Shaken& one = of(std::move(from));
    (void)handshakes.begin(one.ref, now);
    return one;
  }
  Handshakes::Now now{};
  std::vector<std::unique_ptr<Shaken>> all;
};

TEST_F(HandshakesTest, are_counted_by_network_and_given_back_with_time) {
  Handshakes handshakes({.all = 100, .network = 4, .per_second = 2});
  std::vector<Shaken*> begun;
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(handshakes.has_turn(begun.emplace_back(&begin(handshakes, {"a"}))->ref));
  Shaken& fifth = begin(handshakes, {"a"});
  Shaken& sixth = begin(handshakes, {"a"});
  EXPECT_FALSE(handshakes.has_turn(fifth.ref));                    // four in progress
  EXPECT_TRUE(handshakes.has_turn(begin(handshakes, {"b"}).ref));  // others never notice
  for (Shaken* one : begun) handshakes.end(one->ref);
  handshakes.call(now);
  EXPECT_EQ(fifth.called, 0);  // and that was all its burst
  now += 500ms;
  handshakes.call(now);
  EXPECT_TRUE(handshakes.has_turn(fifth.ref));
  EXPECT_EQ(fifth.called, 1);
  EXPECT_EQ(sixth.called, 0);
  EXPECT_EQ(handshakes.in_progress(), 2u);
  EXPECT_EQ(handshakes.waiting(), 1u);
  handshakes.end(sixth.ref);
  EXPECT_EQ(handshakes.waiting(), 0u);
}

TEST_F(HandshakesTest, of_one_who_has_65536_networks_are_counted_together) {
  Handshakes handshakes({.all = 1'000, .network = 2, .per_second = 1});
  int begun = 0;
  for (int i = 0; i < 100; ++i)
    begun += handshakes.has_turn(begin(handshakes, {std::to_string(i), "2001:db8:1::"}).ref);
  EXPECT_EQ(begun, static_cast<int>(2 * wide_share));
  EXPECT_TRUE(handshakes.has_turn(begin(handshakes, {"other", "2001:db8:2::"}).ref));
}

TEST_F(HandshakesTest, the_longest_gives_way_when_as_many_are_in_progress_as_may) {
  Handshakes handshakes({.all = 2, .network = 2, .per_second = 1});
  Shaken& longest = begin(handshakes, {"a"});
  Shaken& other = begin(handshakes, {"b"});
  EXPECT_TRUE(handshakes.has_turn(begin(handshakes, {"c"}).ref));
  EXPECT_EQ(longest.gave_way, 1);
  EXPECT_EQ(other.gave_way, 0);
  EXPECT_EQ(handshakes.in_progress(), 2u);
  handshakes.end(longest.ref);
  EXPECT_EQ(handshakes.in_progress(), 2u) << "its place was another's already";
}

TEST_F(HandshakesTest, a_stalled_one_of_a_full_network_gives_way_to_the_next_of_that_network) {
  Handshakes handshakes({.all = 100, .network = 2, .per_second = 10});
  Shaken& elsewhere = begin(handshakes, {"b"});
  Shaken& longest = begin(handshakes, {"a"});
  now += 1s;
  Shaken& younger = begin(handshakes, {"a"});
  Shaken& waits = begin(handshakes, {"a"});
  EXPECT_FALSE(handshakes.has_turn(waits.ref)) << "they may be slow for us alone";
  now = Handshakes::Now{} + Handshakes::stalled_after;
  handshakes.call("a", now);
  EXPECT_TRUE(handshakes.has_turn(waits.ref));
  EXPECT_EQ(longest.gave_way, 1);
  EXPECT_EQ(younger.gave_way, 0);
  EXPECT_EQ(elsewhere.gave_way, 0);
}

TEST_F(HandshakesTest, who_has_gone_leaves_the_row_without_a_turn) {
  Handshakes handshakes({.all = 100, .network = 1, .per_second = 1});
  Shaken& first = begin(handshakes, {"a", "", "1"});
  handshakes.end(first.ref);
  std::vector<Shaken*> dead;
  for (int i = 0; i < 50; ++i) dead.push_back(&begin(handshakes, {"a", "", "1"}));
  Shaken& last = begin(handshakes, {"a", "", "1"});
  for (Shaken* one : dead) one->gone = true;
  now += 1s;  // one turn
  handshakes.call(now);
  EXPECT_TRUE(handshakes.has_turn(last.ref));
  EXPECT_FALSE(handshakes.has_turn(dead.front()->ref));
  EXPECT_EQ(dead.front()->called, 1) << "told, so that its connection ends";
  EXPECT_EQ(handshakes.waiting(), 0u);
}

TEST_F(HandshakesTest, the_addresses_of_one_network_take_turns) {
  Handshakes handshakes({.all = 100, .network = 2, .per_second = 2});
  for (int i = 0; i < 2; ++i) handshakes.end(begin(handshakes, {"a", "", "1"}).ref);
  std::vector<Shaken*> many;
  for (int i = 0; i < 50; ++i) many.push_back(&begin(handshakes, {"a", "", "1"}));
  Shaken& neighbour = begin(handshakes, {"a", "", "2"});
  Shaken& second_of_it = begin(handshakes, {"a", "", "2"});
  now += 1s;  // two turns
  handshakes.call(now);
  EXPECT_EQ(many[0]->called, 1);
  EXPECT_EQ(many[1]->called, 0);
  EXPECT_TRUE(handshakes.has_turn(neighbour.ref));
  EXPECT_FALSE(handshakes.has_turn(second_of_it.ref));
  handshakes.end(many[0]->ref);
  handshakes.end(neighbour.ref);
  now += 1s;
  handshakes.call(now);
  EXPECT_TRUE(handshakes.has_turn(second_of_it.ref));
}

TEST_F(HandshakesTest, nobody_passes_those_who_wait) {
  Handshakes handshakes({.all = 100, .network = 1, .per_second = 1});
  handshakes.end(begin(handshakes, {"a", "", "1"}).ref);
  Shaken& waits = begin(handshakes, {"a", "", "1"});
  now += 1s;
  EXPECT_FALSE(handshakes.has_turn(begin(handshakes, {"a", "", "2"}).ref));
  handshakes.call(now);
  EXPECT_TRUE(handshakes.has_turn(waits.ref));
}

TEST_F(HandshakesTest, forget_networks_that_have_rested) {
  Handshakes handshakes({.all = 100'000, .network = 4, .per_second = 2});
  for (int i = 0; i < 20'000; ++i) {
    now += 10ms;
    Shaken one({std::to_string(i)});
    ASSERT_TRUE(handshakes.begin(one.ref, now));
    handshakes.end(one.ref);
  }
  EXPECT_LE(handshakes.networks(), 1'001u);
}

TEST(Askers, only_a_valid_session_makes_a_share_of_its_own) {
  int asked = 0;
  Askers askers({.claimed = [](const Request& request) { return std::string(request.header("session")); },
                 .person =
                     [&](const Request& request) {
                       ++asked;
                       return request.header("session") == "good" ? std::string("7") : std::string();
                     }});
  const Askers::Now now{};
  Request request;
  request.neighbourhood = "10.0.0.0";
  request.remote_network = "10.0.0.0";
  EXPECT_EQ(askers.known(request, now)->key, "n10.0.0.0");
  EXPECT_EQ(askers.known(request, now)->wide, "");
  request.headers = {{"session", "invented"}};
  EXPECT_FALSE(askers.known(request, now));
  EXPECT_EQ(askers.look_up(request, now).key, "n10.0.0.0");
  request.headers = {{"session", "good"}};
  EXPECT_FALSE(askers.known(request, now));
  EXPECT_EQ(askers.look_up(request, now).key, "p7");
  EXPECT_EQ(askers.known(request, now)->key, "p7");
  EXPECT_TRUE(askers.known(request, now)->person);
  EXPECT_FALSE(askers.known(request, now + Askers::good_for));
  EXPECT_EQ(asked, 2);
}

TEST(Askers, know_the_network_around_an_ipv6_network) {
  Request request;
  request.neighbourhood = "2001:db8:1:2::";
  request.remote_network = "2001:db8:1::";
  EXPECT_EQ(Askers::network(request).key, "n2001:db8:1:2::");
  EXPECT_EQ(Askers::network(request).wide, "w2001:db8:1::");
}

TEST(Askers, count_by_network_when_sessions_cannot_be_read) {
  Askers askers({.claimed = [](const Request&) { return std::string("x"); },
                 .person = [](const Request&) -> std::string { throw std::runtime_error("the database is away"); }});
  EXPECT_FALSE(askers.look_up(Request{}, {}).person);
}

// Octets and time are counted, none is waited for.
TEST(Pace, counts_the_whole_answer_but_not_the_time_we_made_the_other_wait) {
  Pace pace;
  Steady::time_point now{};
  pace.go_on(now);
  EXPECT_FALSE(pace.too_slow(now + 9s, 10s, 1'000));
  EXPECT_TRUE(pace.too_slow(now + 10s, 10s, 1'000));
  pace.add(20'000);
  EXPECT_FALSE(pace.too_slow(now + 10s, 10s, 1'000));
  pace.pause(now + 10s);
  EXPECT_FALSE(pace.too_slow(now + 1000s, 10s, 1'000));
  pace.go_on(now + 1000s);
  EXPECT_FALSE(pace.too_slow(now + 1009s, 10s, 1'000));
  EXPECT_TRUE(pace.too_slow(now + 1011s, 10s, 1'000));
}

class Silent final : public Watched {
 public:
  void cancel() override { ++cancelled; }
  void abort() override {}
  void give_way() override {}
  void look() override {}
  int cancelled = 0;
};

TEST(InOrder, the_longest_idle_goes_first) {
  InOrder awaiting;
  Silent first, second, third;
  for (Silent* one : {&first, &second, &third}) awaiting.enter(*one);
  EXPECT_EQ(awaiting.longest(), &first);
  awaiting.enter(first);  // it asked for something, and waits again
  EXPECT_EQ(awaiting.longest(), &second);
  second.timed_out = true;
  EXPECT_EQ(awaiting.longest(), &third);
  awaiting.leave(third);
  awaiting.leave(first);
  EXPECT_EQ(awaiting.longest(), nullptr);
}

// Who would go on this loop, were it the only one.
Watched* first_to_go(const InOrder& awaiting, const Transfers& transfers, Steady::time_point now, bool is_full) {
  const std::span<const GivesWay> steps =
      is_full ? std::span<const GivesWay>(when_full) : std::span<const GivesWay>(when_crowded);
  for (const GivesWay step : steps) {
    Watched* one = who_gives_way(awaiting, transfers, now, step);
    EXPECT_TRUE(one == nullptr || may_give_way(awaiting, transfers, step));
    if (one != nullptr) return one;
  }
  return nullptr;
}

TEST(Transfers, who_is_furthest_behind_goes_first_and_people_go_last) {
  Silent quick, slow, slowest, person;
  Transfers transfers;
  const Steady::time_point begun{};
  for (Silent* one : {&person, &quick, &slow, &slowest}) {
    one->content_pace.go_on(begun);
    transfers.enter(*one, one == &person);
  }
  quick.content_pace.add(1'000'000);
  slow.content_pace.add(60'000);
  slowest.content_pace.add(1'000);
  const auto now = begun + 5s;
  const InOrder nobody;
  const auto next = [&] { return first_to_go(nobody, transfers, now, true); };
  EXPECT_EQ(first_to_go(nobody, transfers, now, false), nullptr);
  EXPECT_EQ(next(), &slowest);
  slowest.at_work = true;  // we make it wait
  EXPECT_EQ(next(), &slow);
  slow.timed_out = true;
  EXPECT_EQ(next(), &quick);
  transfers.leave(quick);
  EXPECT_EQ(next(), &person);
}

// What the loops are asked in: a step is asked of all before the next.
TEST(Transfers, of_strangers_that_are_slow_come_before_any_person) {
  Silent person, slow, fast;
  Transfers here, there;
  const InOrder nobody;
  const Steady::time_point begun{};
  for (Silent* one : {&person, &slow, &fast}) one->content_pace.go_on(begun);
  fast.content_pace.add(1'000'000);
  here.enter(person, true);
  there.enter(slow, false);
  const auto now = begun + 5s;
  for (const GivesWay step : {GivesWay::rested, GivesWay::slow_stranger, GivesWay::idle_or_stranger})
    EXPECT_EQ(who_gives_way(nobody, here, now, step), nullptr);
  EXPECT_EQ(who_gives_way(nobody, there, now, GivesWay::slow_stranger), &slow);
  there.leave(slow);
  there.enter(fast, false);
  EXPECT_EQ(who_gives_way(nobody, there, now, GivesWay::slow_stranger), nullptr);
  EXPECT_EQ(who_gives_way(nobody, there, now, GivesWay::idle_or_stranger), &fast);
  EXPECT_FALSE(may_give_way(nobody, there, GivesWay::person));
  EXPECT_TRUE(may_give_way(nobody, here, GivesWay::person));
}

TEST(ConnectionCount, says_who_is_over_its_own_before_anybody_gives_way) {
  ConnectionCount count(10, 2, {"proxy"});
  for (const char* peer : {"a", "a", "b", "proxy", "proxy", "proxy"}) ASSERT_TRUE(count.admit(peer));
  EXPECT_TRUE(count.is_over_its_own("a"));
  EXPECT_FALSE(count.is_over_its_own("b"));
  EXPECT_FALSE(count.is_over_its_own("proxy"));
  EXPECT_FALSE(count.is_over_its_own("new"));
}

TEST(Transfers, give_way_before_what_has_just_come_and_after_what_is_idle) {
  Silent idle, slow;
  InOrder awaiting;
  Transfers transfers;
  awaiting.enter(idle);
  transfers.enter(slow, false);
  const Steady::time_point begun{};
  slow.content_pace.go_on(begun);
  idle.waits_since = begun + 9s;
  EXPECT_EQ(first_to_go(awaiting, transfers, begun + 10s, true), &slow);
  EXPECT_EQ(first_to_go(awaiting, transfers, begun + 10s, false), nullptr) << "it has just come, and there are places";
  EXPECT_EQ(first_to_go(awaiting, transfers, begun + 12s, false), &idle);
  EXPECT_EQ(first_to_go(awaiting, transfers, begun + 12s, true), &idle);
  slow.content_pace.add(1'000'000);  // quicker than any other
  EXPECT_EQ(first_to_go(awaiting, transfers, begun + 10s, true), &idle);
  transfers.leave(slow);
  transfers.enter(slow, true);
  EXPECT_EQ(first_to_go(awaiting, transfers, begun + 10s, true), &idle);
}

}  // namespace
}  // namespace alting::web
