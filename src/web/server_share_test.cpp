// One client never slows another: what each may hold, and that the others never notice.
#include <fmt/format.h>
#include <sys/resource.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "web/server_fixture.h"

namespace alting::web {
namespace {

class ShareTest : public ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    router_.set_sessions({.claimed = [](const Request& request) { return std::string(request.header("session")); },
                          .person =
                              [](const Request& request) {
                                const auto claim = request.header("session");
                                return claim.starts_with("valid-") ? std::string(claim) : std::string();
                              }});
    // Handlers that hold their workers until the test lets go.
    router_.add(Method::get, "/hold", [this](const Request&) {
      ++begun_;
      std::unique_lock lock(mutex_);
      let_go_.wait(lock, [this] { return free_; });
      return text("held");
    });
    options_.workers = 16;
    options_.of_person.workers = 4;
    options_.of_network.workers = 8;
  }
  void TearDown() override {
    let_go();
    ServerTest::TearDown();
  }
  void let_go() {
    {
      const std::lock_guard lock(mutex_);
      free_ = true;
    }
    let_go_.notify_all();
  }
  std::unique_ptr<RawClient> send(std::string_view path, std::string_view session = "") {
    auto client = std::make_unique<RawClient>(server_->port());
    const std::string header = session.empty() ? "" : fmt::format("Session: {}\r\n", session);
    client->send(fmt::format("GET {} HTTP/1.1\r\nHost: x\r\n{}\r\n", path, header));
    return client;
  }
  void wait_for_begun(int count) {
    for (int i = 0; i < 500 && begun_ < count; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    ASSERT_EQ(begun_, count);
  }
  // Until the metrics have this line.
  void wait_for_metric(std::string_view line) {
    const std::string whole = fmt::format("\n{}\n", line);
    for (int i = 0; i < 500 && metrics_.text().find(whole) == std::string::npos; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    ASSERT_THAT(metrics_.text(), HasSubstr(whole));
  }
  // One who posts from this address, by way of a proxy, and stops before the end.
  std::unique_ptr<RawClient> post_slowly(std::string_view address, std::string_view session = "") {
    auto client = std::make_unique<RawClient>(server_->port());
    client->send(
        fmt::format("POST /api HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: {}\r\nSession: {}\r\nContent-Length: "
                    "60000\r\n\r\nabc",
                    address, session));
    return client;
  }

  std::atomic<int> begun_{0};
  std::mutex mutex_;
  std::condition_variable let_go_;
  bool free_ = false;
};

TEST_F(ShareTest, no_person_holds_more_than_a_few_workers_and_others_never_notice) {
  options_.of_person.waiting = 6;
  start();
  std::vector<std::unique_ptr<RawClient>> greedy;
  for (int i = 0; i < 20; ++i) greedy.push_back(send("/hold", "valid-greedy"));
  wait_for_begun(4);
  int refused = 0;
  for (auto& client : greedy) {
    const std::string answer = client->response(100);
    if (answer.empty()) continue;
    ++refused;
    EXPECT_EQ(status_of_text(answer), 503);
    EXPECT_THAT(answer, HasSubstr("Retry-After: "));
    EXPECT_THAT(answer, HasSubstr("error.over_share"));
  }
  EXPECT_EQ(refused, 10);
  EXPECT_EQ(begun_, 4);
  EXPECT_EQ(status_of_text(send("/", "valid-other")->response()), 200);
  EXPECT_EQ(status_of_text(send("/")->response()), 200);
  EXPECT_THAT(ask("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"),
              HasSubstr("alting_http_over_budget_total{budget=\"workers\",holder=\"person\"} 10\n"));
  let_go();
}

TEST_F(ShareTest, invented_sessions_have_no_share_of_their_own) {
  options_.of_network.waiting = 0;
  start();
  std::vector<std::unique_ptr<RawClient>> many;
  for (int i = 0; i < 12; ++i) {
    many.push_back(send("/hold", fmt::format("invented-{}", i)));
    if (i < 8) wait_for_begun(i + 1);
  }
  for (int i = 8; i < 12; ++i) EXPECT_EQ(status_of_text(many[static_cast<std::size_t>(i)]->response()), 503);
  EXPECT_EQ(begun_, 8);
  EXPECT_EQ(status_of_text(send("/", "valid-someone")->response()), 200);
  let_go();
}

TEST_F(ShareTest, five_hundred_people_behind_one_address_work_undisturbed_by_the_one_beside_them) {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = std::min<rlim_t>(files.rlim_max, 4'096);
  ::setrlimit(RLIMIT_NOFILE, &files);
  start();
  std::vector<std::unique_ptr<RawClient>> flood;
  for (int i = 0; i < 200; ++i) flood.push_back(send("/hold"));  // the same network, without a session
  wait_for_begun(8);
  std::vector<std::unique_ptr<RawClient>> people;
  for (int i = 0; i < 500; ++i) people.push_back(send(fmt::format("/echo/p{}", i), fmt::format("valid-{}", i)));
  int good = 0;
  for (int i = 0; i < 500 && good == i; ++i)
    good += people[static_cast<std::size_t>(i)]->response(5'000).ends_with(fmt::format("\r\n\r\np{}|", i));
  EXPECT_EQ(good, 500);
  let_go();
}

TEST_F(ShareTest, streams_are_few_for_each_and_the_next_person_gets_one) {
  options_.of_person.streams = 2;
  start();
  std::vector<std::unique_ptr<RawClient>> unread;
  const auto begin = [&](std::string_view session) {
    unread.push_back(std::make_unique<RawClient>(server_->port(), 8 * 1024));
    unread.back()->send(fmt::format("GET /big HTTP/1.1\r\nHost: x\r\nSession: {}\r\n\r\n", session));
    return status_of_text(unread.back()->receive(5'000, 40));
  };
  EXPECT_EQ(begin("valid-a"), 200);
  EXPECT_EQ(begin("valid-a"), 200);
  EXPECT_EQ(begin("valid-a"), 503);
  EXPECT_EQ(begin("valid-b"), 200);
}

TEST_F(ShareTest, small_files_at_once_are_no_streams_and_count_as_memory) {
  options_.of_person.streams = 1;
  options_.of_person.memory = 2'500;
  router_.add(Method::get, "/file", [this](const Request&) {
    return download("file.txt", "text/plain", 1'000, [this](const std::function<void(std::string_view)>& write) {
      ++begun_;
      std::unique_lock lock(mutex_);
      let_go_.wait(lock, [this] { return free_; });
      write(std::string(1'000, 'x'));
    });
  });
  start();
  auto first = send("/file", "valid-a"), second = send("/file", "valid-a");
  wait_for_begun(2);
  EXPECT_EQ(status_of_text(send("/file", "valid-a")->response(2'000)), 503) << "as much as they may hold";
  auto other = send("/file", "valid-b");
  wait_for_begun(3);
  let_go();
  for (auto* one : {&first, &second, &other}) EXPECT_EQ(status_of_text((*one)->response()), 200);
}

TEST_F(ShareTest, an_answer_that_is_hardly_read_is_cut_off_over_its_whole_length) {
  options_.rate_grace = base::Duration::milliseconds(500);
  options_.least_answer_rate = 100'000'000;  // nobody reads so fast for long through so small a buffer
  start();
  RawClient reader(server_->port(), 4 * 1024);
  reader.send("GET /big HTTP/1.1\r\nHost: x\r\n\r\n");
  std::size_t got = 0;
  for (int i = 0; i < 3'000; ++i) {
    const std::string part = reader.receive(3'000, 4'000);
    if (part.empty()) break;
    got += part.size();
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  EXPECT_LT(got, 8'000'000u);
}

TEST_F(ShareTest, what_waits_is_dropped_when_its_asker_has_gone) {
  options_.of_person.workers = 1;
  std::atomic<int> done{0};
  router_.add(Method::get, "/count", [&](const Request&) {
    ++done;
    return text("counted");
  });
  start();
  auto first = send("/hold", "valid-a");
  wait_for_begun(1);
  {
    std::vector<std::unique_ptr<RawClient>> left;
    for (int i = 0; i < 10; ++i) left.push_back(send("/count", "valid-a"));
    auto stays = send("/count", "valid-a");
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    left.clear();
    std::this_thread::sleep_for(std::chrono::milliseconds(900));  // three ticks of the loop
    let_go();
    EXPECT_THAT(stays->response(), HasSubstr("counted"));
  }
  EXPECT_EQ(done, 1);
}

TEST_F(ShareTest, stopping_drops_what_waits_and_says_so) {
  options_.of_person.workers = 1;
  options_.shutdown_timeout = base::Duration::milliseconds(300);
  start();
  auto first = send("/hold", "valid-a");
  wait_for_begun(1);
  std::vector<std::unique_ptr<RawClient>> waiting;
  for (int i = 0; i < 20; ++i) waiting.push_back(send("/hold", "valid-a"));
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  auto stopped = std::async(std::launch::async, [&] { server_->stop(); });
  for (auto& client : waiting) EXPECT_EQ(status_of_text(client->response()), 503);
  let_go();
  EXPECT_EQ(stopped.wait_for(std::chrono::seconds(5)), std::future_status::ready);
  EXPECT_EQ(begun_, 1);
}

TEST_F(ShareTest, contents_have_a_total_for_each_network_and_their_room_comes_back) {
  options_.of_network.memory = 150'000;
  start();
  std::vector<std::unique_ptr<RawClient>> held;
  for (int i = 0; i < 2; ++i) {  // all but the last octet of each
    held.push_back(std::make_unique<RawClient>(server_->port()));
    held.back()->send("POST /api HTTP/1.1\r\nHost: x\r\nContent-Length: 70001\r\n\r\n" + std::string(70'000, 'a'));
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  const std::string post =
      "POST /api HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 20000\r\n\r\n" + std::string(20'000, 'a');
  EXPECT_EQ(status_of_text(ask(post)), 503);
  held.clear();
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  EXPECT_EQ(status_of_text(ask(post)), 200);
}

TEST_F(ShareTest, more_than_64_kilobytes_need_a_browser_that_is_known) {
  router_.set_visitor_check([this](const Request& request) { return cookies_.has_token(request); });
  options_.upload_folder = std::filesystem::temp_directory_path() / ("alting-web-" + base::to_hex(random_.bytes(6)));
  start();
  const auto [cookie, value] = token();
  const std::string body = part("token", value) + file("a.pdf", std::string(100'000, 'x')) + "--XX--\r\n";
  EXPECT_EQ(status_of_text(ask(multipart(cookie, body))), 200);
  EXPECT_EQ(status_of_text(ask(multipart("alting-token=" + std::string(48, 'A'), body))), 403);
  // What does not say its length is stopped where the strangers' limit is.
  RawClient client(server_->port());
  client.send("POST /api HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string chunk = "8000\r\n" + std::string(0x8000, 'a') + "\r\n";
  for (int i = 0; i < 3; ++i) client.send(chunk);
  EXPECT_EQ(status_of_text(client.response()), 413);
}

TEST_F(ShareTest, files_whose_digest_is_enough_are_written_nowhere) {
  std::size_t on_disk = 99;
  router_.add(Method::post, "/digests",
              [&](const Request& request) {
                on_disk = 0;
                for (const auto& entry : std::filesystem::directory_iterator(options_.upload_folder))
                  on_disk += entry.is_regular_file();
                return text(fmt::format("{} {} {}", request.uploads.at(0).path.string().size(),
                                        request.uploads.at(0).size, base::to_hex(request.uploads.at(0).sha256)));
              },
              {.upload = 300'000, .uploads = 2, .digest_only = {"fil"}, .anti_forgery = false});
  options_.of_network.disk = 1'000;
  start();
  const std::string body = file("a.pdf", std::string(100'000, 'x')) + "--XX--\r\n";
  const std::string answer = ask(fmt::format(
      "POST /digests HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=XX\r\nContent-Length: "
      "{}\r\n\r\n{}",
      body.size(), body));
  EXPECT_THAT(answer, testing::EndsWith("0 100000 " + base::to_hex(crypto::sha256(std::string(100'000, 'x')))));
  EXPECT_EQ(on_disk, 0u);
}

TEST_F(ShareTest, uploads_on_the_disk_have_a_total) {
  options_.of_network.disk = 50'000;
  start();
  const auto [cookie, value] = token();
  const auto body = [&](std::size_t size) {
    return part("token", value) + file("a.pdf", std::string(size, 'x')) + "--XX--\r\n";
  };
  EXPECT_EQ(status_of_text(ask(multipart(cookie, body(60'000)))), 503);
  EXPECT_EQ(status_of_text(ask(multipart(cookie, body(40'000)))), 200);
  EXPECT_EQ(status_of_text(ask(multipart(cookie, body(40'000)))), 200);  // the room came back
}

TEST_F(ShareTest, clients_of_a_trusted_proxy_are_counted_one_by_one) {
  options_.trusted_proxies = {"127.0.0.1"};
  options_.max_connections_per_address = 2;
  start();
  std::vector<std::unique_ptr<RawClient>> many;
  const auto through = [&](std::string_view path, std::string_view client) {
    many.push_back(std::make_unique<RawClient>(server_->port()));
    many.back()->send(fmt::format("GET {} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: {}\r\n\r\n", path, client));
    return many.size() - 1;
  };
  through("/hold", "203.0.113.1");
  through("/hold", "203.0.113.1");
  wait_for_begun(2);
  EXPECT_EQ(status_of_text(many[through("/", "203.0.113.1:99")]->response()), 503);
  EXPECT_EQ(status_of_text(many[through("/", "198.51.100.2")]->response()), 200);
  let_go();
}

TEST_F(ShareTest, silent_connections_give_way_to_new_ones) {
  options_.max_connections = 50;
  options_.io_threads = 1;
  options_.idle_timeout = options_.header_timeout = base::Duration::seconds(30);
  start();
  std::vector<std::unique_ptr<RawClient>> silent;
  for (int i = 0; i < 50; ++i) silent.push_back(std::make_unique<RawClient>(server_->port()));
  wait_for_metric("alting_http_rejected_total{reason=\"idle_for_another\"} 5");  // all have just come: from the 46th on
  for (int i = 0; i < 10; ++i) EXPECT_EQ(status_of_text(ask(get_home)), 200);
  EXPECT_TRUE(silent.front()->is_closed());
  EXPECT_FALSE(silent.back()->is_closed(0));
}

// Each from a network of its own, each with a request that is being read: nobody is over, and still they fill the house.
TEST_F(ShareTest, slow_contents_give_way_to_new_connections) {
  options_.trusted_proxies = {"127.0.0.1"};
  options_.max_connections = 50;
  options_.io_threads = 1;
  options_.idle_timeout = options_.header_timeout = base::Duration::seconds(30);
  start();
  std::vector<std::unique_ptr<RawClient>> slow;
  for (int i = 0; i < 44; ++i) slow.push_back(post_slowly(fmt::format("203.0.{}.1", i)));
  slow.push_back(post_slowly("198.51.100.1", "valid-person"));
  wait_for_metric("alting_http_contents 45");
  for (int i = 0; i < 20; ++i) {
    RawClient next(server_->port());  // stays, and so needs a place of its own
    next.send("GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 198.51.100.2\r\n\r\n");
    EXPECT_EQ(status_of_text(next.response()), 200);
  }
  const std::string told = slow.front()->response();
  EXPECT_EQ(status_of_text(told), 503);
  EXPECT_THAT(told, HasSubstr("Retry-After: "));
  EXPECT_FALSE(slow.back()->is_closed(0)) << "a person gives way before a stranger";
  EXPECT_THAT(metrics_.text(), HasSubstr("alting_http_rejected_total{reason=\"slow_for_another\"}"));
}

// What is refused for its own address's sake needs nobody's place.
TEST_F(ShareTest, nobody_gives_way_to_one_whose_address_has_all_it_may) {
  options_.max_connections = 20;
  options_.max_connections_per_address = 18;
  options_.io_threads = 1;
  options_.idle_timeout = options_.header_timeout = base::Duration::seconds(30);
  start();
  std::vector<std::unique_ptr<RawClient>> held;
  for (int i = 0; i < 8; ++i) held.push_back(send("/hold", fmt::format("valid-{}", i)));
  wait_for_begun(8);
  for (int i = 8; i < 16; ++i) held.push_back(send("/hold", fmt::format("valid-{}", i)));
  wait_for_begun(16);
  held.push_back(post_slowly("203.0.113.1"));
  held.push_back(post_slowly("203.0.113.1"));
  wait_for_metric("alting_http_contents 2");
  for (int i = 0; i < 5; ++i) {
    RawClient refused(server_->port());
    EXPECT_EQ(status_of_text(refused.response()), 503);
  }
  EXPECT_FALSE(held.back()->is_closed(0));
  EXPECT_FALSE(held[16]->is_closed(0));
  let_go();
}

TEST_F(ShareTest, contents_being_read_are_few_for_each_network_and_each_person) {
  options_.trusted_proxies = {"127.0.0.1"};
  options_.of_network.contents = 3;
  options_.of_person.contents = 2;
  start();
  std::vector<std::unique_ptr<RawClient>> held;
  for (int i = 0; i < 3; ++i) held.push_back(post_slowly(fmt::format("203.0.113.{}", i)));
  for (int i = 0; i < 2; ++i) held.push_back(post_slowly("203.0.113.9", "valid-a"));
  wait_for_metric("alting_http_contents 5");
  for (const char* session : {"", "valid-a"}) {
    const std::string answer = post_slowly("203.0.113.9", session)->response();
    EXPECT_EQ(status_of_text(answer), 503) << session;
    EXPECT_THAT(answer, HasSubstr("Retry-After: "));
    EXPECT_THAT(answer, HasSubstr("error.over_share"));
  }
  const auto post = [&](std::string_view address, std::string_view session) {
    return status_of_text(
        ask(fmt::format("POST /api HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: {}\r\nSession: "
                        "{}\r\nContent-Length: 3\r\n\r\nabc",
                        address, session)));
  };
  EXPECT_EQ(post("203.0.113.9", "valid-b"), 200);  // another person of that network
  EXPECT_EQ(post("198.51.100.1", ""), 200);        // another network
  held.clear();
  wait_for_metric("alting_http_contents 0");
  EXPECT_EQ(post("203.0.113.9", ""), 200);
}

// What is refused is answered and then read past for a while: that holds no place either.
TEST_F(ShareTest, the_refused_that_stay_give_way_to_new_connections) {
  options_.max_connections = 50;
  options_.io_threads = 1;
  start();
  std::vector<std::unique_ptr<RawClient>> refused;
  for (int i = 0; i < 60; ++i) {
    refused.push_back(std::make_unique<RawClient>(server_->port()));
    refused.back()->send("NONSENSE\r\n\r\n");
    EXPECT_EQ(status_of_text(refused.back()->response()), 400) << i;
  }
  EXPECT_EQ(status_of_text(ask(get_home)), 200);
}

TEST_F(ShareTest, files_are_not_taken_when_the_disk_is_nearly_full_and_all_else_is) {
  options_.free_disk_percent = 101;
  router_.add(Method::post, "/digests",
              [](const Request& request) { return text(fmt::format("{}", request.uploads.at(0).size)); },
              {.upload = 300'000, .uploads = 2, .digest_only = {"fil"}, .anti_forgery = false});
  start();
  const auto [cookie, value] = token();
  const std::string with_file = part("token", value) + file("a.pdf", std::string(100, 'x')) + "--XX--\r\n";
  const std::string refused = ask(multipart(cookie, with_file));
  EXPECT_EQ(status_of_text(refused), 503);
  EXPECT_THAT(refused, HasSubstr("Retry-After: 1800"));
  EXPECT_THAT(refused, HasSubstr("error.upload.disk_full"));
  EXPECT_THAT(metrics_.text(), HasSubstr("alting_http_rejected_total{reason=\"disk_full\"} 1\n"));
  EXPECT_THAT(metrics_.text(), HasSubstr("\nalting_disk_free_ratio 0."));
  // A form, also one that could have had files, and what is only hashed.
  EXPECT_EQ(status_of_text(ask(multipart(cookie, part("token", value) + part("navn", "Kari") + "--XX--\r\n"))), 200);
  const std::string body = file("a.pdf", std::string(100, 'x')) + "--XX--\r\n";
  EXPECT_THAT(ask(fmt::format("POST /digests HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; "
                              "boundary=XX\r\nContent-Length: {}\r\n\r\n{}",
                              body.size(), body)),
              testing::EndsWith("\r\n\r\n100"));
}

}  // namespace
}  // namespace alting::web
