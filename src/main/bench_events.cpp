#include "main/bench_events.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <thread>

#include "events/make_events.h"
#include "main/background.h"
#include "web/server.h"

namespace alting::main {

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t sent_in_all = 2'000;
constexpr double sent_in_a_second = 200;
constexpr int sending_threads = 16;

// The subscriber: a server on this machine that notes how old each event is when it comes.
class Subscriber {
 public:
  Subscriber(const std::filesystem::path& folder, base::Random& random)
      : server_(options(folder), router(), clock_, random, metrics_) {
    server_.start();
  }
  ~Subscriber() { server_.stop(); }
  [[nodiscard]] std::string host() const { return fmt::format("localhost:{}", server_.port()); }
  [[nodiscard]] std::vector<double> delays() {
    const std::lock_guard lock(mutex_);
    return delays_;
  }

 private:
  static web::ServerOptions options(const std::filesystem::path& folder) {
    auto options = bench_settings_of_server(folder / "unused").server;
    options.upload_folder = folder / "subscriber";
    return options;
  }
  web::Router router() {
    web::Router router;
    router.add(web::Method::post, "/events",
               [this](const web::Request& request) {
                 const auto event = bench_expect(base::Json::parse(request.body));
                 const auto at = base::from_rfc3339(event.text("time"));
                 if (at && event.text("type") == events::type::process_completed) {
                   const std::lock_guard lock(mutex_);
                   delays_.push_back(static_cast<double>((clock_.now() - *at).micros) / 1e6);
                 }
                 return web::text("");
               },
               {.anti_forgery = false});
    return router;
  }

  base::SystemClock clock_;
  base::Metrics metrics_;
  std::mutex mutex_;
  std::vector<double> delays_;  // seconds
  web::Server server_;
};

void subscribe(Installation& installation, const std::string& end_point) {
  const auto agency = installation.parties->find_organisation(events::agency_number(*installation.apps, "dat"));
  if (!agency) throw std::runtime_error("the agency is not there");
  terms::Actor system;
  system.kind = terms::ActorKind::system;
  system.party = agency->id;
  system.party_uuid = agency->uuid;
  system.level = terms::AssuranceLevel::substantial;
  system.name = agency->name;
  system.credential = "client:bench|bench";
  system.scopes = {std::string(access::scope_instances_read)};
  const auto scope = bench_expect(installation.access->decider().agency_scope(system, "dat"));
  auto& subscriptions = installation.events->subscriptions;
  const auto made = bench_expect(subscriptions.add({scope}, {end_point}, installation.clock.now(), ""));
  for (int i = 0; i < 1'000; ++i) {
    if (bench_expect(subscriptions.find(scope, made.id)).state == events::SubscriptionState::active) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  throw std::runtime_error("the subscriber did not answer the validation event");
}

// At their times, so many a second; answers how many a second they came to be.
double send_all(Installation& installation, const std::vector<ReadyDraft>& ready) {
  std::atomic<std::size_t> next{0};
  const auto start = SteadyClock::now();
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < sending_threads; ++i)
      threads.emplace_back([&] {
        for (auto at = next++; at < ready.size(); at = next++) {
          std::this_thread::sleep_until(start +
                                        std::chrono::duration_cast<SteadyClock::duration>(
                                            std::chrono::duration<double>(static_cast<double>(at) / sent_in_a_second)));
          (void)bench_expect(installation.instances->sending.submit(ready[at].permit, base::Language::nb,
                                                                    installation.clock.now(), ready[at].version,
                                                                    base::Uuid::v4(installation.random).text()));
        }
      });
  }
  return static_cast<double>(ready.size()) / seconds_after(start);
}

}  // namespace

std::vector<BenchFigure> measure_events() {
  const BenchFolder folder;
  base::SystemRandom random;
  Subscriber subscriber(folder.path, random);
  auto settings = bench_settings(folder.path / "data");
  settings.events.http.inside_hosts = {subscriber.host()};
  auto installation = bench_expect(Installation::open(settings));
  const auto ready = ready_drafts(*installation, bench_manager(*installation), sent_in_all);
  Background background(*installation);
  background.start();
  subscribe(*installation, fmt::format("http://{}/events", subscriber.host()));
  const auto rate = send_all(*installation, ready);
  for (int i = 0; i < 6'000 && subscriber.delays().size() < sent_in_all; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  background.stop();
  auto delays = subscriber.delays();
  if (delays.size() < sent_in_all) throw std::runtime_error("events did not come to the subscriber");
  std::ranges::sort(delays);
  const auto of = [&](double share) {
    return delays[static_cast<std::size_t>(share * static_cast<double>(delays.size() - 1))];
  };
  return {{"submissions while events are sent", "/s", rate, sent_in_a_second, "what is sent a second", ""},
          {"event at the subscriber after the commit, half of them", "s", of(0.5), 0, "", ""},
          {"event at the subscriber after the commit, 99 of 100", "s", of(0.99), 0, "", "1 s"},
          {"event at the subscriber after the commit, the last", "s", of(1), 0, "", ""}};
}

}  // namespace alting::main
