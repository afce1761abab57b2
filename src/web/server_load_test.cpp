// Slow, many and leaving clients: the server holds nobody up for them, and lets them go.
#include "web/server.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "web/server_fixture.h"

namespace alting::web {
namespace {

TEST_F(ServerTest, streams_a_large_download_to_a_slow_reader_without_holding_it_in_memory) {
  start();
  RawClient client(server_->port(), 8 * 1024);
  client.send("GET /big HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_EQ(status_of_text(ask(get_home)), 200);
  std::string all = client.receive_all();
  EXPECT_THAT(all.substr(0, 2000), HasSubstr("filename=\"stor fil.bin\"; filename*=UTF-8''stor%20fil.bin"));
  EXPECT_EQ(all.size() - all.find("\r\n\r\n") - 4, 8'000'000u);
}

TEST_F(ServerTest, a_reader_that_leaves_frees_the_worker) {
  start();
  for (int i = 0; i < 12; ++i) {
    RawClient client(server_->port(), 8 * 1024);
    client.send("GET /big HTTP/1.1\r\nHost: x\r\n\r\n");
    client.receive(1000, 1000);
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  RawClient last(server_->port());
  last.send("GET /big HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_GT(last.receive_all().size(), 8'000'000u);
}

TEST_F(ServerTest, a_reader_that_hardly_reads_is_cut_off_and_frees_the_worker) {
  options_.write_timeout = base::Duration::milliseconds(600);
  start();
  std::vector<std::unique_ptr<RawClient>> readers;
  for (int i = 0; i < 3; ++i) {  // as many downloads as four workers give at once
    readers.push_back(std::make_unique<RawClient>(server_->port(), 8 * 1024));
    readers.back()->send("GET /big HTTP/1.1\r\nHost: x\r\n\r\n");
    ASSERT_EQ(status_of_text(readers.back()->receive(1'000, 20)), 200);
  }
  EXPECT_EQ(status_of_text(ask("GET /big HTTP/1.1\r\nHost: x\r\n\r\n")), 503);
  for (int i = 0; i < 20; ++i) {
    for (auto& reader : readers) reader->receive(0, 10);
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  RawClient last(server_->port());
  last.send("GET /big HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_GT(last.receive_all().size(), 8'000'000u);
  for (auto& reader : readers) EXPECT_LT(reader->receive_all().size(), 8'000'000u);
}

TEST_F(ServerTest, a_download_that_gives_less_than_it_said_is_cut_off_visibly) {
  start();
  RawClient client(server_->port());
  client.send("GET /short HTTP/1.1\r\nHost: x\r\n\r\n");
  std::string all = client.receive_all();
  EXPECT_THAT(all, HasSubstr("Content-Length: 100"));
  EXPECT_LT(all.size() - all.find("\r\n\r\n") - 4, 100u);
}

TEST_F(ServerTest, slow_heads_are_cut_off_and_hold_nobody_up) {
  start();
  std::vector<std::unique_ptr<RawClient>> slow;
  for (int i = 0; i < 300; ++i) {
    slow.push_back(std::make_unique<RawClient>(server_->port()));
    slow.back()->send("GET / HTTP/1.1\r\nX-Slow: ");
  }
  auto started = std::chrono::steady_clock::now();
  for (int i = 0; i < 20; ++i) EXPECT_EQ(status_of_text(ask(get_home)), 200);
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::milliseconds(700));
  // One that sends an octet now and then is cut off all the same: the limit is on the whole head.
  std::string answer;
  for (int i = 0; i < 12 && answer.empty(); ++i) {
    slow[0]->send("a");
    answer = slow[0]->receive(200);
  }
  EXPECT_EQ(status_of_text(answer), 408);
  EXPECT_EQ(status_of_text(slow[299]->response()), 408);
}

TEST_F(ServerTest, slow_content_is_cut_off) {
  options_.body_timeout = base::Duration::milliseconds(600);
  start();
  RawClient client(server_->port());
  client.send("POST /api HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc");
  EXPECT_EQ(status_of_text(client.response()), 408);
}

TEST_F(ServerTest, idle_connections_are_closed_silently) {
  options_.idle_timeout = base::Duration::milliseconds(400);
  start();
  RawClient client(server_->port());
  client.send(get_home);
  EXPECT_EQ(status_of_text(client.response()), 200);
  EXPECT_TRUE(client.is_closed(3'000));
}

TEST_F(ServerTest, a_flood_of_connections_meets_the_limit_and_passes) {
  options_.max_connections = 50;
  options_.idle_timeout = base::Duration::seconds(30);
  options_.header_timeout = base::Duration::seconds(30);
  start();
  {
    std::vector<std::unique_ptr<RawClient>> flood;
    for (int i = 0; i < 120; ++i) flood.push_back(std::make_unique<RawClient>(server_->port()));
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    EXPECT_TRUE(flood[0]->is_closed());  // the longest idle gave way
    flood.back()->send(get_home);
    EXPECT_EQ(status_of_text(flood.back()->response()), 200);
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_EQ(status_of_text(ask(get_home)), 200);
}

TEST_F(ServerTest, one_address_cannot_take_all_connections) {
  options_.max_connections_per_address = 5;
  options_.header_timeout = base::Duration::seconds(30);
  options_.when_down = "Ring etaten.";
  start();
  std::vector<std::unique_ptr<RawClient>> many;
  for (int i = 0; i < 6; ++i) many.push_back(std::make_unique<RawClient>(server_->port()));
  EXPECT_THAT(many.back()->receive_all(), HasSubstr("too many connections; try again\n\nRing etaten."));
}

TEST_F(ServerTest, a_full_queue_answers_503_at_once) {
  options_.workers = 1;
  options_.max_queue = 2;
  start();
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 8; ++i) {
    clients.push_back(std::make_unique<RawClient>(server_->port()));
    clients.back()->send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  int refused = 0;
  for (auto& client : clients) {
    std::string answer = client->response(10'000);
    if (status_of_text(answer) == 503) {
      ++refused;
      EXPECT_THAT(answer, HasSubstr("Retry-After: "));
    } else {
      EXPECT_EQ(status_of_text(answer), 200);
    }
  }
  EXPECT_GE(refused, 4);
}

TEST_F(ServerTest, stopping_finishes_what_has_begun_and_closes_what_is_idle) {
  start();
  RawClient busy(server_->port()), idle(server_->port());
  idle.send(get_home);
  idle.response();
  busy.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  std::this_thread::sleep_for(std::chrono::milliseconds(150));
  auto stopped = std::async(std::launch::async, [&] { server_->stop(); });
  std::string answer = busy.response();
  EXPECT_THAT(answer, HasSubstr("slow done"));
  EXPECT_THAT(answer, HasSubstr("Connection: close"));
  EXPECT_TRUE(idle.is_closed());
  EXPECT_EQ(stopped.wait_for(std::chrono::seconds(3)), std::future_status::ready);
  EXPECT_THROW(RawClient{server_->port()}, std::runtime_error);
}

// A handler that works for as long as somebody waits for it, and five seconds at most.
class LongWork : public ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    router_.add(Method::get, "/long", [this](const Request& request) {
      begun_ = true;
      const auto end = std::chrono::steady_clock::now() + at_most_;
      while (std::chrono::steady_clock::now() < end && request.still_wanted())
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
      if (request.still_wanted()) return text("somebody waited");
      given_up_ = true;
      return text("nobody waited");
    });
  }
  static void wait_for(const std::atomic<bool>& what) {
    for (int i = 0; i < 300 && !what; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    EXPECT_TRUE(what);
  }
  std::chrono::milliseconds at_most_{5'000};
  std::atomic<bool> begun_{false}, given_up_{false};
};

TEST_F(LongWork, is_given_up_when_whoever_asked_has_gone) {
  start();
  auto client = std::make_unique<RawClient>(server_->port());
  client->send("GET /long HTTP/1.1\r\nHost: x\r\n\r\n");
  wait_for(begun_);
  client.reset();
  wait_for(given_up_);
}

TEST_F(LongWork, is_done_for_one_who_has_the_next_request_on_its_way) {
  at_most_ = std::chrono::milliseconds(800);  // three looks at the connection
  start();
  RawClient client(server_->port());
  client.send("GET /long HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.response(), testing::EndsWith("somebody waited"));
  EXPECT_THAT(client.response(), testing::EndsWith("home"));
}

TEST_F(LongWork, is_given_up_when_the_server_has_waited_long_enough_for_it_while_stopping) {
  options_.shutdown_timeout = base::Duration::milliseconds(300);
  start();
  RawClient client(server_->port());
  client.send("GET /long HTTP/1.1\r\nHost: x\r\n\r\n");
  wait_for(begun_);
  const auto started = std::chrono::steady_clock::now();
  server_->stop();
  EXPECT_TRUE(given_up_);
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(3));
}

}  // namespace
}  // namespace alting::web
