// For tests: a portal of the page sets that a test names and no others, over the test registers, with their rights.
// Who is logged in is said instead of proved.
#pragma once
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "access/testing/access_fixture.h"
#include "forms/catalogue.h"
#include "inbox/migrations.h"
#include "instances/instance.h"
#include "login/migrations.h"
#include "portal/portal.h"
#include "store/once.h"

namespace alting::portal::testing {

class SaidSessions final : public login::Sessions {
 public:
  std::optional<login::Session> session;  // of whoever asks
  bool broken = false;                    // what a database that does not answer does
  std::optional<login::Session> find(const Request&) override {
    if (broken) throw store::DatabaseError("the database is away");
    return session;
  }
  void close(const Request&) override { session.reset(); }
  void close_all(const terms::Actor&, base::Instant) override { session.reset(); }
  std::vector<Device> devices(const login::Session&) override { return {}; }
  bool close_one(const terms::Actor&, std::string_view, base::Instant) override { return false; }
};

// The portal over registers and rights that somebody else holds.
class PortalOver {
 public:
  PortalOver(parties::testing::TestRegisters& registers, access::Access& access)
      : registers_(registers),
        access_(access),
        texts(base::Texts::load(std::filesystem::path(ALTING_SOURCE_DIR) / "texts").value()) {}

  // Puts the sets together as the program does; a set that does not fit fails the test.
  void open(std::vector<PageSet> sets) {
    const auto fits = check_page_sets(sets, texts);
    ASSERT_TRUE(fits) << fits.error().detail;
    portal = std::make_unique<Portal>(site(), assets, std::move(sets));
    portal->add_routes(router);
  }
  void log_in(const terms::Actor& actor) {
    const auto now = registers_.clock.now();
    sessions.session = login::Session{.actor = actor,
                                      .started = now,
                                      .last_seen = now,
                                      .reference = "r",
                                      .idle_ends = now + base::Duration::minutes(30),
                                      .ends = now + base::Duration::hours(8),
                                      .logged_in_at = now};
  }
  Response get(const std::string& address, Language language = Language::nb) {
    return ask(web::Method::get, address, {}, language);
  }
  Response head(const std::string& address) { return ask(web::Method::head, address, {}, Language::nb); }
  // As from a page of this site: the token of a form is the server's to ask for, before a page is.
  Response post(const std::string& address, web::Fields form, std::vector<web::Upload> uploads = {}) {
    return ask(web::Method::post, address, std::move(form), Language::nb, std::move(uploads));
  }
  [[nodiscard]] std::string t(Language language, std::string_view id, const base::Texts::Params& params = {}) const {
    return texts.format(language, id, params);
  }

  Site site() {
    return {.texts = texts,
            .cookies = cookies,
            .sessions = sessions,
            .kept_posts = kept_posts,
            .parties = *registers_.registry,
            .decider = access_.decider(),
            .requests = access_.requests(),
            .clock = registers_.clock,
            .random = registers_.random,
            .was_done =
                [&database = registers_.temp.database()](std::string_view post, const terms::Actor& actor,
                                                         std::string_view act) {
                  return store::was_done(database, post, instances::party_holder(actor.party), act);
                },
            .mode = terms::Mode::test,
            .public_url = "https://portal.example",
            .run_by = run_by};
  }

 private:
  Response ask(web::Method method, const std::string& address, web::Fields form, Language language,
               std::vector<web::Upload> uploads = {}) {
    const auto end = std::min(address.find('?'), address.size());
    Request request;
    request.method = method;
    request.path = address.substr(0, end);
    request.raw_target = address;
    for (auto rest = std::string_view(address).substr(end); !rest.empty();) {
      rest.remove_prefix(1);
      const auto parameter = rest.substr(0, rest.find('&'));
      const auto equals = parameter.find('=');
      request.query.emplace_back(parameter.substr(0, equals), parameter.substr(equals + 1));  // without escapes
      rest.remove_prefix(parameter.size());
    }
    if (!cookie_line.empty()) request.headers.emplace_back("cookie", cookie_line);
    request.form = std::move(form);
    request.uploads = std::move(uploads);
    request.language = language;
    request.received = registers_.clock.now();
    const auto match = router.find(method, request.path);
    if (match.handler == nullptr)
      return router.error(request, base::make_error(base::ErrorKind::not_found, "error.kind.not_found"));
    return std::get<Response>(router.run(match, request));
  }

  parties::testing::TestRegisters& registers_;
  access::Access& access_;

 public:
  std::string cookie_line;  // what the browser sends, "name=value; name=value"
  Operator run_by{.name = "Etaten", .email = "hjelp@portal.example"};
  base::Texts texts;
  web::Assets assets;
  web::Cookies cookies{base::Bytes(32, 'c'), true, registers_.random};
  SaidSessions sessions;
  crypto::SecretBytes posts_key{base::Bytes(32, 'p')};
  login::KeptPosts kept_posts{registers_.temp.database(), posts_key, registers_.clock, registers_.random};
  std::unique_ptr<Portal> portal;
  web::Router router;
};

struct SmallHouse {
  // The rights that the forms give, as the program loads them.
  void load_policies(const forms::AppCatalogue& apps) {
    std::vector<access::Decider::AppPolicy> policies;
    for (const auto& app : apps.services()) {
      const auto& facts = app->facts();
      policies.push_back(
          {facts.id, facts.policy_xml, app->controller(Language::nb).organisation_number, facts.parties_allowed});
    }
    const auto loaded = access->decider().load_policies(policies);
    ASSERT_TRUE(loaded) << loaded.error().detail;
  }
  parties::testing::TestRegisters registers{
      store::Engine::sqlite, true, {access::migrations(), inbox::migrations(), login::migrations()}};
  access::testing::RememberingLedger ledger;
  std::unique_ptr<access::Access> access =
      access::make_access({registers.temp.database(), *registers.registry, ledger, registers.clock, registers.random});
};

// The portal over registers and rights of its own.
class SmallPortal : public SmallHouse, public PortalOver {
 public:
  SmallPortal() : PortalOver(SmallHouse::registers, *SmallHouse::access) {}
};

}  // namespace alting::portal::testing
