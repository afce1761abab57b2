// The log's addresses: what each is called, how long caches may keep it, and that anyone on any site may read it.
#include "api/log_routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "web/response_writer.h"

namespace alting::api {
namespace {

using testing::HasSubstr;
using testing::Not;

// A log that has these resources and nothing else.
class FewResources final : public ledger::Ledger {
 public:
  std::map<std::string, std::string, std::less<>> resources;
  base::Result<std::string> public_resource(std::string_view path) override {
    const auto found = resources.find(path);
    if (found == resources.end()) return base::make_error(base::ErrorKind::not_found, "error.ledger.no_tile");
    return found->second;
  }
  ledger::EntryHandle append(store::Tx&, const ledger::PreparedEntry&) override { return {}; }
  base::Result<ledger::Receipt> await_receipt(const ledger::EntryHandle&) override { return none(); }
  base::Result<ledger::Receipt> receipt(const base::Uuid&) override { return none(); }
  void note_own_read(const terms::Permit&) override {}
  ledger::ActivityPage activity(const terms::Permit&, const ledger::ActivityQuery&) override { return {}; }
  [[nodiscard]] std::string verifier_key() const override { return ""; }
  [[nodiscard]] std::string origin() const override { return ""; }

 private:
  static base::Result<ledger::Receipt> none() { return base::make_error(base::ErrorKind::not_found, "none"); }
};

class LogRoutes : public ::testing::Test {
 protected:
  LogRoutes() { add_log_routes(router, log); }
  // The answer as it leaves; `headers` of the request.
  web::Wire get(std::string path, web::Fields headers = {}) {
    web::Request request;
    request.path = std::move(path);
    request.headers = std::move(headers);
    const auto match = router.find(web::Method::get, request.path);
    EXPECT_NE(match.public_handler, nullptr) << request.path;
    return web::make_wire(std::get<web::PublicResponse>(router.run(match, request)), {});
  }
  FewResources log;
  web::Router router;
};

TEST_F(LogRoutes, give_each_resource_its_type) {
  log.resources = {{"checkpoint", "log.example\n4\n"},
                   {"tile/0/000", "\x01\x02"},
                   {"1/tile/entries/000.p/3", "x"},
                   {"vkeys.json", "{}"}};
  EXPECT_THAT(get("/log/checkpoint").head, HasSubstr("Content-Type: text/plain; charset=utf-8"));
  EXPECT_EQ(get("/log/checkpoint").body, "log.example\n4\n");
  EXPECT_THAT(get("/log/tile/0/000").head, HasSubstr("Content-Type: application/octet-stream"));
  EXPECT_THAT(get("/log/1/tile/entries/000.p/3").head, HasSubstr("Content-Type: application/octet-stream"));
  EXPECT_THAT(get("/log/vkeys.json").head, HasSubstr("Content-Type: application/json"));
}

TEST_F(LogRoutes, let_caches_keep_tiles_for_ever_and_checkpoints_for_a_second) {
  log.resources = {{"checkpoint", "a"}, {"2/checkpoint", "a"}, {"tile/0/000", "a"}, {"vkeys", "a"}};
  for (const auto* path : {"/log/checkpoint", "/log/2/checkpoint"})
    EXPECT_THAT(get(path).head, HasSubstr("Cache-Control: public, max-age=1\r\n")) << path;
  EXPECT_THAT(get("/log/tile/0/000").head, HasSubstr("max-age=31536000, immutable"));
  EXPECT_THAT(get("/log/vkeys").head, HasSubstr("max-age=300\r\n"));
}

TEST_F(LogRoutes, send_nothing_again_to_who_has_it) {
  log.resources = {{"vkeys", "keys"}};
  const auto first = get("/log/vkeys");
  const auto from = first.head.find("ETag: ");
  ASSERT_NE(from, std::string::npos) << first.head;
  const auto tag = first.head.substr(from + 6, first.head.find("\r\n", from) - from - 6);
  const auto again = get("/log/vkeys", {{"if-none-match", tag}});
  EXPECT_THAT(again.head, HasSubstr(" 304 "));
  EXPECT_EQ(again.body, "");
  log.resources = {{"vkeys", "more keys"}};
  EXPECT_THAT(get("/log/vkeys", {{"if-none-match", tag}}).head, HasSubstr(" 200 "));
}

TEST_F(LogRoutes, are_for_every_site_and_know_nobody) {
  log.resources = {{"vkeys", "keys"}};
  for (const auto* path : {"/log/vkeys", "/log/tile/9/999"}) {
    const auto head = get(path, {{"cookie", "alting-okt=x"}, {"origin", "https://monitor.example"}}).head;
    EXPECT_THAT(head, HasSubstr("Access-Control-Allow-Origin: *")) << path;
    EXPECT_THAT(head, Not(HasSubstr("Set-Cookie"))) << path;
    EXPECT_EQ(get(path).body, get(path, {{"cookie", "alting-okt=x"}, {"accept-language", "nn"}}).body) << path;
  }
}

TEST_F(LogRoutes, say_that_something_is_not_there_and_let_nobody_keep_that) {
  const auto answer = get("/log/tile/0/001");
  EXPECT_THAT(answer.head, HasSubstr(" 404 "));
  EXPECT_THAT(answer.head, HasSubstr("Cache-Control: no-store"));
  EXPECT_THAT(answer.head, HasSubstr("Content-Type: application/problem+json"));
  EXPECT_THAT(answer.body, HasSubstr("error.ledger.no_tile"));
}

}  // namespace
}  // namespace alting::api
