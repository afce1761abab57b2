#include "web/budget.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "web/connections.h"
#include "web/handshakes.h"

namespace alting::web {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

const Asker anne{"panne", true}, bo{"pbo", true}, net{"n10.0.0.0", false};

TEST(Budget, holds_so_much_for_each_and_for_all_and_counts_what_it_refuses) {
  Metrics metrics;
  Budget budget({.all = 100, .person = 60, .network = 30}, metrics, "memory");
  auto of_anne = budget.share(anne), more_of_anne = budget.share(anne), of_bo = budget.share(bo),
       of_net = budget.share(net);
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
  Metrics metrics;
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

TEST(Handshakes, are_counted_by_network_and_given_back_with_time) {
  Handshakes handshakes({.all = 100, .network = 4, .per_second = 2});
  const Handshakes::Now start{};
  for (int i = 0; i < 4; ++i) EXPECT_EQ(handshakes.begin({"a"}, start), Over::none);
  EXPECT_EQ(handshakes.begin({"a"}, start), Over::holder);  // four in progress
  EXPECT_EQ(handshakes.begin({"b"}, start), Over::none);    // others never notice
  for (int i = 0; i < 4; ++i) handshakes.end({"a"});
  EXPECT_EQ(handshakes.begin({"a"}, start), Over::holder);  // and that was all its burst
  EXPECT_EQ(handshakes.begin({"a"}, start + 500ms), Over::none);
  EXPECT_EQ(handshakes.begin({"a"}, start + 500ms), Over::holder);
  EXPECT_EQ(handshakes.in_progress(), 2u);
}

TEST(Handshakes, of_one_who_has_65536_networks_are_counted_together) {
  Handshakes handshakes({.all = 1'000, .network = 2, .per_second = 1});
  const auto from = [](int i) { return Handshakes::From{std::to_string(i), "2001:db8:1::"}; };
  int begun = 0;
  for (int i = 0; i < 100; ++i) begun += handshakes.begin(from(i), {}) == Over::none;
  EXPECT_EQ(begun, static_cast<int>(2 * wide_share));
  EXPECT_EQ(handshakes.begin({"other", "2001:db8:2::"}, {}), Over::none);
}

TEST(Handshakes, say_when_it_is_all_and_not_the_network_that_is_over) {
  Handshakes handshakes({.all = 2, .network = 2, .per_second = 1});
  for (const char* name : {"a", "b"}) EXPECT_EQ(handshakes.begin({name}, {}), Over::none);
  EXPECT_EQ(handshakes.begin({"c"}, {}), Over::all);
  handshakes.end({"a"});
  EXPECT_EQ(handshakes.begin({"c"}, {}), Over::none);
}

TEST(Handshakes, forget_networks_that_have_rested) {
  Handshakes handshakes({.all = 100'000, .network = 4, .per_second = 2});
  Handshakes::Now now{};
  for (int i = 0; i < 20'000; ++i) {
    now += 10ms;
    const std::string network = std::to_string(i);
    ASSERT_EQ(handshakes.begin({network}, now), Over::none);
    handshakes.end({network});
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

TEST(HandshakeRows, call_the_first_of_each_network_in_turn) {
  Silent a1, a2, b1;
  HandshakeRows rows;
  const Handshakes::From a{"a"}, b{"b"};
  rows.enter(a1, a);
  rows.enter(a2, a);
  rows.enter(b1, b);
  int of_a = 1, of_b = 0;
  const auto begin = [&](const Handshakes::From& from) { return (from.network == "a" ? of_a : of_b)-- > 0; };
  rows.call(begin);
  EXPECT_TRUE(a1.called);
  EXPECT_EQ(a1.cancelled, 1);
  EXPECT_FALSE(a2.called || b1.called);
  of_a = of_b = 1;
  rows.call("b", begin);
  EXPECT_TRUE(b1.called);
  EXPECT_FALSE(a2.called);
  EXPECT_FALSE(rows.has("b"));
  rows.leave(a2, a);
  EXPECT_FALSE(rows.has("a"));
  rows.call(begin);
  EXPECT_FALSE(a2.called);
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
  const auto next = [&] { return who_gives_way(nobody, transfers, now, true); };
  EXPECT_EQ(who_gives_way(nobody, transfers, now, false), nullptr);
  EXPECT_EQ(next(), &slowest);
  slowest.at_work = true;  // we make it wait
  EXPECT_EQ(next(), &slow);
  slow.timed_out = true;
  EXPECT_EQ(next(), &quick);
  transfers.leave(quick);
  EXPECT_EQ(next(), &person);
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
  EXPECT_EQ(who_gives_way(awaiting, transfers, begun + 10s, true), &slow);
  EXPECT_EQ(who_gives_way(awaiting, transfers, begun + 10s, false), &idle);
  EXPECT_EQ(who_gives_way(awaiting, transfers, begun + 12s, true), &idle);
  slow.content_pace.add(1'000'000);  // quicker than any other
  EXPECT_EQ(who_gives_way(awaiting, transfers, begun + 10s, true), &idle);
  transfers.leave(slow);
  transfers.enter(slow, true);
  EXPECT_EQ(who_gives_way(awaiting, transfers, begun + 10s, true), &idle);
}

}  // namespace
}  // namespace alting::web
