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

TEST(Handshakes, are_counted_by_network_and_given_back_with_time) {
  Handshakes handshakes({.all = 100, .network = 3, .per_second = 2, .burst = 4});
  const Handshakes::Now start{};
  EXPECT_TRUE(handshakes.begin("a", start));
  EXPECT_TRUE(handshakes.begin("a", start));
  EXPECT_TRUE(handshakes.begin("a", start));
  EXPECT_FALSE(handshakes.begin("a", start));  // three in progress
  EXPECT_TRUE(handshakes.begin("b", start));   // others never notice
  for (int i = 0; i < 3; ++i) handshakes.end("a");
  EXPECT_TRUE(handshakes.begin("a", start));  // the fourth of the burst
  handshakes.end("a");
  EXPECT_FALSE(handshakes.begin("a", start));
  EXPECT_TRUE(handshakes.begin("a", start + 500ms));
  EXPECT_FALSE(handshakes.begin("a", start + 500ms));
}

TEST(Handshakes, forget_networks_that_have_rested) {
  Handshakes handshakes({.all = 100'000, .network = 3, .per_second = 2, .burst = 4});
  Handshakes::Now now{};
  for (int i = 0; i < 20'000; ++i) {
    now += 10ms;
    const std::string network = std::to_string(i);
    ASSERT_TRUE(handshakes.begin(network, now));
    handshakes.end(network);
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
  EXPECT_EQ(askers.known(request, now)->key, "n10.0.0.0");
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
  void cancel() override {}
  void abort() override {}
  void give_way() override {}
  void look() override {}
};

TEST(Awaiting, the_longest_idle_goes_first) {
  Awaiting awaiting;
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

}  // namespace
}  // namespace alting::web
