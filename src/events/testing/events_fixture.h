// For tests: forms of the test population are sent, and become events; end points are objects that answer as they are told.
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <mutex>

#include "access/topics.h"
#include "crypto/ed25519.h"
#include "events/background.h"
#include "events/make_events.h"
#include "events/migrations.h"
#include "inbox/migrations.h"
#include "instances/testing/instances_fixture.h"
#include "instances/topics.h"
#include "store/migrate.h"
#include "store/outbox_deliverer.h"

namespace alting::events::testing {

using instances::testing::expect;

inline constexpr std::string_view public_url = "https://portal.example";

// What was asked of an end point.
struct Asked {
  std::string url;
  net::Headers headers;
  std::string body;
  [[nodiscard]] base::Json json() const { return expect(base::Json::parse(body)); }
  [[nodiscard]] std::string type() const { return std::string(json().text("type")); }
  [[nodiscard]] std::string header(std::string_view name) const {
    for (const auto& [key, value] : headers)
      if (key == name) return value;
    return "";
  }
};

// Every end point there is. One that nobody has said anything of answers 200.
class EndPoints final : public net::HttpClient {
 public:
  using Answers = std::function<base::Result<net::HttpAnswer>(const net::HttpRequest&)>;
  base::Result<net::HttpAnswer> send(const net::HttpRequest& request) override {
    Answers answers;
    {
      const std::lock_guard lock(mutex_);
      asked_.push_back({request.url, request.headers, request.body});
      if (const auto found = answers_.find(request.url); found != answers_.end()) answers = found->second;
    }
    return answers ? answers(request) : status(200);
  }
  base::Result<net::Downloaded> download(const net::Download&) override {
    return base::make_error(base::ErrorKind::forbidden, "error.net.host_not_listed");
  }
  static net::HttpAnswer status(int status, net::Headers headers = {}) { return {status, std::move(headers), ""}; }
  void set(const std::string& url, Answers answers) {
    const std::lock_guard lock(mutex_);
    answers_[url] = std::move(answers);
  }
  void set(const std::string& url, int code) {
    set(url, [code](const net::HttpRequest&) -> base::Result<net::HttpAnswer> { return status(code); });
  }
  void set_silent(const std::string& url) {
    set(url, [](const net::HttpRequest&) -> base::Result<net::HttpAnswer> {
      return base::make_error(base::ErrorKind::unavailable, "error.net.no_answer");
    });
  }
  // Of this end point, the validation left out.
  std::vector<Asked> asked(const std::string& url) {
    const std::lock_guard lock(mutex_);
    std::vector<Asked> some;
    for (const auto& one : asked_)
      if (one.url == url && one.type() != type::validate_subscription) some.push_back(one);
    return some;
  }
  std::vector<std::int64_t> numbers(const std::string& url) {
    std::vector<std::int64_t> all;
    for (const auto& one : asked(url)) all.push_back(one.json()["seq"].integer_or(0));
    return all;
  }
  std::vector<Asked> all_asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  std::mutex mutex_;
  std::vector<Asked> asked_;
  std::map<std::string, Answers> answers_;
};

class EventsFixture : public instances::testing::InstancesFixture {
 protected:
  EventsFixture() {
    store::migrate(registers.temp.database(), registers.clock, {inbox::migrations(), migrations()});
    agency = registers.find_organisation(agency_number(apps, "dat")).value().id;
    system.kind = terms::ActorKind::system;
    system.party = agency;
    system.level = terms::AssuranceLevel::substantial;
    system.name = "Datatilsynet";
    system.credential = "client:test|sak";
    system.scopes = {std::string(access::scope_instances_read)};
  }

  // Everything of one process: there may be several, also on databases of their own to the same cluster.
  struct Process {
    Process(EventsFixture& all, store::Database& over)
        : telling(*all.registers.registry, all.registers.random, all.registers.clock),
          feed(over, all.access->decider()),
          lanes({over, all.access->decider(), *all.log, *all.registers.registry, all.registers.random,
                 all.registers.clock, std::string(public_url)}),
          webhooks({lanes, all.end_points, all.signer, all.access->decider(), all.registers.random, all.registers.clock,
                    all.metrics, std::string(public_url)}),
          outbox(over, all.registers.clock, all.metrics, {&instances::process_completed, &access::restriction_changed},
                 events::subscriptions(telling)) {}
    Telling telling;
    Feed feed;
    Lanes lanes;
    Webhooks webhooks;
    store::OutboxDeliverer outbox;
  };
  Process& process() {
    if (!process_) process_ = std::make_unique<Process>(*this, database());
    return *process_;
  }
  store::Database& database() { return registers.temp.database(); }

  Subscriptions subscriptions{{registers.temp.database(), *log, access->decider(), *registers.registry, registers.clock,
                               store::Quotas(), [this](std::string_view org) { return agency_number(apps, org); },
                               [](std::string_view url) -> base::Status {
                                 if (url.starts_with("https://")) return {};
                                 return base::make_error(base::ErrorKind::forbidden, "error.net.not_encrypted");
                               },
                               [this](store::Tx&, std::string_view, std::string_view) { return right_is_gone; }}};

  terms::Scope scope() { return expect(access->decider().agency_scope(system, "dat")); }
  Subscription subscribe(const std::string& url, Filter filter = {}) {
    const auto ground = scope();
    return expect(subscriptions.add({ground}, {url, std::move(filter)}, registers.clock.now(), ""));
  }
  // One that has answered.
  Subscription subscribe_actively(const std::string& url, Filter filter = {}) {
    const auto made = subscribe(url, std::move(filter));
    process().webhooks.deliver_due();
    return find(made.id);
  }
  Subscription find(std::int64_t id) { return expect(subscriptions.find(scope(), id)); }

  // A form is sent; it is told of when the outbox is delivered.
  void send_some(int count = 1) {
    for (int i = 0; i < count; ++i) {
      const auto id = begin();
      const auto draft = fill(id);
      (void)send(id, draft.version, post());
      registers.clock.advance(base::Duration::milliseconds(1));
    }
  }
  // The same, as the outbox's message alone, which is all that this room sees of it.
  void emit_some(int count, bool urgent = false) {
    ASSERT_TRUE(database().write([&](store::Tx& tx) -> base::Status {
      for (int i = 0; i < count; ++i) {
        const auto id = base::Uuid::v4(registers.random).text();
        auto payload = base::Json::object({{"party", firm.value}, {"instance", id}, {"app", guidance.text()}});
        if (urgent) payload.set("urgent", true);
        store::emit(tx, registers.random, registers.clock.now(), instances::process_completed, guidance.org,
                    payload.dump());
      }
      return {};
    }));
  }
  // Until nothing is left to do at this moment.
  void settle_all() {
    while (process().outbox.deliver_due() > 0) {
    }
    while (process().webhooks.deliver_due() > 0) {
    }
  }
  std::vector<Event> feed_from(std::int64_t after, FeedQuery query = {}) {
    query.after = after;
    return expect(process().feed.read(scope(), query)).events;
  }
  std::int64_t count(std::string_view sql) {
    return database().read([&](store::Tx& tx) { return store::read_one<std::int64_t>(tx, sql); });
  }
  // Entries of this kind in the agency's own log.
  std::int64_t told(std::string_view kind) {
    log->flush();
    return database().read([&](store::Tx& tx) {
      return store::read_one<std::int64_t>(tx, "SELECT COUNT(*) FROM ledger_activity WHERE party = ? AND kind = ?",
                                           {agency, kind});
    });
  }
  // What each form's policy says, with another organisation as the agency's: then the agency has no access any more.
  void set_agency(const std::string& number) {
    std::vector<access::Decider::AppPolicy> policies;
    for (const auto& app : apps.services()) {
      const auto& facts = app->facts();
      policies.push_back({facts.id, facts.policy_xml, number, facts.parties_allowed});
    }
    ASSERT_TRUE(access->decider().load_policies(policies));
  }

  EndPoints end_points;
  base::Metrics metrics;
  WebhookSigner signer{crypto::SecretBytes(std::string(32, 's'))};
  terms::PartyId agency;
  terms::Actor system;
  bool right_is_gone = false;  // of every supplier

 private:
  std::unique_ptr<Process> process_;
};

}  // namespace alting::events::testing
