#include "main/bench.h"

#include <functional>
#include <iostream>

#include "base/json.h"
#include "ledger/bench.h"
#include "main/bare_submissions.h"
#include "main/bench_api.h"
#include "main/bench_events.h"
#include "main/bench_forms.h"
#include "main/bench_kit.h"
#include "main/bench_messages.h"
#include "main/bench_privacy.h"
#include "main/serving.h"
#include "parties/population.h"
#include "store/bench.h"
#include "web/bench.h"

namespace alting::main {

namespace {

using base::Json;
using SteadyClock = std::chrono::steady_clock;
constexpr int threads = bench_threads;

std::int64_t resident_kilobytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::stoll(line.substr(6));
  }
  return 0;
}

std::vector<BenchFigure> measure_ledger() {
  const BenchFolder folder;
  base::SystemRandom random;
  const base::SystemClock clock;
  const auto figures = ledger::bench_ledger({folder.path, threads, std::chrono::milliseconds(3000)}, random, clock);
  return {{"log entries with receipt", "/s", figures.with_receipt_per_second, figures.rows_per_second,
           "the same rows inserted bare, 64 waiting threads", "50,000/s"},
          {"log entries with receipt, 100 in a transaction", "/s", figures.batched_per_second,
           figures.rows_batched_per_second, "the same rows inserted bare, 100 in a transaction", ""},
          {"receipts verified, one thread", "/s", figures.verified_per_second, 0, "", ""}};
}

std::vector<BenchFigure> measure_store() {
  const BenchFolder folder;
  base::SystemRandom random;
  const base::SystemClock clock;
  store::BenchOptions options;
  options.folder = folder.path;
  const auto figures = store::bench_store(options, random, clock);
  return {{"rows through write()", "/s", figures.written_per_second, figures.bare_per_second,
           "SQLite's own interface, 64 waiting threads", ""},
          {"documents sealed for two holders, keys durable", "/s", figures.sealed_per_second, 0, "", ""},
          {"keys opened from the keystore, one thread", "/s", figures.opened_per_second, 0, "", ""},
          {"wraps made anew under the next epoch", "/s", figures.rewrapped_per_second, 0, "", ""}};
}

}  // namespace

std::vector<ReadyDraft> ready_drafts(Installation& installation, const terms::Actor& actor, std::size_t count) {
  const auto app = *terms::AppId::parse("dat/veiledning");
  auto& decider = installation.access->decider();
  const auto start = bench_expect(
      decider.decide(actor, terms::Action::instantiate, {.party = actor.party, .app = app, .task = "Task_1"}));
  const auto answers =
      bench_expect(forms::read_posted(*installation.apps->find(app), {{"sporsmal.tema", "rettigheter"},
                                                                      {"sporsmal.emne", "Innsyn i egne opplysninger"},
                                                                      {"sporsmal.tekst", std::string(1500, 'x')},
                                                                      {"kontakt.svar", "innboks"}}));
  std::vector<std::optional<ReadyDraft>> made(count);
  std::atomic<std::size_t> next{0};
  std::vector<std::thread> workers;
  for (int i = 0; i < threads; ++i) {
    workers.emplace_back([&] {
      for (auto at = next++; at < count; at = next++) {
        const auto id = bench_expect(
            installation.instances->drafts.create(start, app, {}, "", base::Uuid::v4(installation.random).text()));
        const access::Target target{.party = actor.party, .app = app, .instance = id, .task = "Task_1"};
        const auto write = bench_expect(decider.decide(actor, terms::Action::write, target));
        const auto saved = bench_expect(installation.instances->drafts.save(write, answers, {}, base::Language::nb));
        made[at] =
            ReadyDraft{bench_expect(decider.decide(actor, terms::Action::complete, target)), saved.draft.version};
      }
    });
  }
  for (auto& worker : workers) worker.join();
  std::vector<ReadyDraft> ready;
  for (auto& one : made) ready.push_back(std::move(*one));
  return ready;
}

namespace {

std::vector<BenchFigure> measure_submissions() {
  const BenchFolder folder;
  auto installation = bench_expect(Installation::open(bench_settings(folder.path)));
  const auto actor = bench_manager(*installation);
  constexpr std::size_t count = 6000;
  const auto ready = ready_drafts(*installation, actor, count);
  std::atomic<std::size_t> next{0}, with_receipt{0};
  const auto start = SteadyClock::now();
  std::vector<std::thread> workers;
  for (int i = 0; i < threads; ++i) {
    workers.emplace_back([&] {
      for (auto at = next++; at < count; at = next++) {
        auto sent = bench_expect(installation->instances->sending.submit(ready[at].permit, base::Language::nb,
                                                                         installation->clock.now(), ready[at].version,
                                                                         base::Uuid::v4(installation->random).text()));
        const auto* done = std::get_if<instances::Sent>(&sent);
        if (done == nullptr)
          throw std::runtime_error("a submission was refused: " +
                                   std::get<instances::SubmitRefusal>(sent).issues.front().message);
        if (done->receipt) ++with_receipt;
      }
    });
  }
  for (auto& worker : workers) worker.join();
  const auto rate = static_cast<double>(count) / seconds_after(start);
  if (with_receipt != count) throw std::runtime_error("a submission came without its receipt");
  const BenchFolder bare;
  return {{"complete submissions, durable, receipt included", "/s", rate,
           bare_submissions(*installation, count, threads, bare.path),
           "the same rows inserted bare, 64 waiting threads", "half of bare"}};
}

// The pages a person gets, with session, decision and all headers. A browser that was here before: it has its token
// cookie already.
std::vector<BenchFigure> measure_pages() {
  const BenchFolder folder;
  const auto settings = bench_settings_of_server(folder.path);
  const auto begin = SteadyClock::now();
  auto installation = bench_expect(Installation::open(settings));
  Serving serving(*installation);
  if (const auto started = serving.start(); !started) throw std::runtime_error(started.error().detail);
  const auto first_start = seconds_after(begin);
  const auto manager = bench_manager(*installation);
  const auto cookies = serving.cookies_for(manager);
  const auto ask = [&](std::string_view place, std::string_view more_headers = "") {
    return web::Asked{serving.port(),
                      fmt::format("GET /a/{}{} HTTP/1.1\r\nHost: localhost:{}\r\nCookie: {}\r\n{}\r\n",
                                  manager.party_uuid.text(), place, serving.port(), cookies, more_headers)};
  };
  constexpr std::string_view compressed = "Accept-Encoding: gzip, deflate, br\r\n";
  const auto rates = web::bench_requests(
      3, threads, {ask("/skjema"), ask("/skjema", compressed), ask("/innboks"), ask("/innboks", compressed)});
  const auto memory = static_cast<double>(resident_kilobytes()) / 1024;
  serving.stop();
  std::vector<BenchFigure> figures;
  const auto add = [&](std::string_view name, const web::Rate& rate, std::string_view aim) {
    figures.push_back(
        {std::string(name), "/s", rate.per_second, rates.bare.per_second, "bare Beast answer", std::string(aim)});
    figures.push_back(
        {std::string(name) + ": processor", "us", rate.cpu_micros, rates.bare.cpu_micros, "bare Beast answer", ""});
  };
  add("tiny handler, all headers and limits", rates.ours, "");
  add("plain page, logged in", rates.others[0], "half of bare");
  add("plain page, logged in, compressed", rates.others[1], "");
  add("inbox, logged in", rates.others[2], "");
  add("inbox, logged in, compressed", rates.others[3], "");
  figures.push_back({"first start, demo data made", "s", first_start, 0, "", ""});
  figures.push_back({"memory, demo data, after the load", "MB", memory, 0, "", ""});
  return figures;
}

std::vector<BenchFigure> measure_start() {
  const BenchFolder folder;
  const auto settings = bench_settings(folder.path);
  bench_expect(Installation::open(settings)).reset();
  const auto begin = SteadyClock::now();
  auto installation = bench_expect(Installation::open(settings));
  return {{"start on demo data", "s", seconds_after(begin), 0, "", "1 s"}};
}

struct Measurement {
  std::string_view name;
  std::function<std::vector<BenchFigure>()> take;
};
std::vector<Measurement> measurements_with(const std::string& postgresql, std::int64_t rows) {
  return {{"store", measure_store},
          {"ledger", measure_ledger},
          {"submissions", measure_submissions},
          {"pages", measure_pages},
          {"forms", measure_forms},
          {"api", measure_api},
          {"events", measure_events},
          {"messages", [postgresql] { return measure_messages(postgresql); }},
          {"privacy", [postgresql, rows] { return measure_privacy(postgresql, rows); }},
          {"start", measure_start}};
}

void print_figure(const BenchFigure& figure) {
  std::cout << fmt::format("{:<52} {:>12.{}f} {}", figure.name, figure.ours, figure.ours < 100 ? 2 : 0, figure.unit);
  if (figure.floor > 0)
    std::cout << fmt::format("   {:.2f} of {:.0f} {} ({})", figure.ours / figure.floor, figure.floor, figure.unit,
                             figure.floor_name);
  if (!figure.aim.empty()) std::cout << "   aim: " << figure.aim;
  std::cout << std::endl;
}

Json to_json(const BenchFigure& figure) {
  const auto number = [](double value) { return Json(base::JsonNumber{fmt::format("{:.3f}", value)}); };
  return Json::object({{"name", figure.name},
                       {"unit", figure.unit},
                       {"value", number(figure.ours)},
                       {"floor", figure.floor > 0 ? number(figure.floor) : Json()},
                       {"floorName", figure.floor_name},
                       {"ratio", figure.floor > 0 ? number(figure.ours / figure.floor) : Json()},
                       {"aim", figure.aim}});
}

}  // namespace

Settings bench_settings(const std::filesystem::path& data) {
  auto settings = demo_settings(1, data);
  settings.scanner.clamd.clear();
  settings.quotas = store::QuotaLimits::none();  // counted all the same
  return settings;
}

Settings bench_settings_of_server(const std::filesystem::path& data) {
  auto settings = bench_settings(data);
  settings.server.port = 0;
  settings.login.test_issuer_port = 0;
  settings.login.certificates.port = 0;
  settings.server.access_log = false;
  settings.watch_services = false;  // as in production
  for (auto* share : {&settings.server.of_person, &settings.server.of_network}) {
    share->workers = settings.server.workers;
    share->waiting = settings.server.max_queue;
    share->contents = settings.server.max_queue;
    share->memory = settings.server.max_memory;
  }
  return settings;
}

terms::Actor bench_manager(Installation& installation) {
  const auto demo = parties::demo_people();
  const auto person = bench_expect(installation.parties->sign_in(terms::NationalIdText(demo.front().national_id)));
  return {terms::ActorKind::person,    person.party.id, person.party.uuid, person.user_id,
          terms::AssuranceLevel::high, "BankID",        person.party.name, "bench"};
}

int bench(const std::vector<std::string>& names, bool json, const std::string& postgresql, std::int64_t rows) {
  const auto measurements = measurements_with(postgresql, rows);
  for (const auto& name : names) {
    if (std::none_of(measurements.begin(), measurements.end(), [&](const auto& one) { return one.name == name; })) {
      std::cerr << "alting bench: no measurement '" << name
                << "'; there are: store ledger submissions pages forms api events messages privacy start\n";
      return 1;
    }
  }
  Json all = Json::array();
  for (const auto& one : measurements) {
    if (!names.empty() && std::find(names.begin(), names.end(), one.name) == names.end()) continue;
    for (const auto& figure : one.take()) {
      if (json) {
        all.push_back(to_json(figure));
      } else {
        print_figure(figure);
      }
    }
  }
  if (json) std::cout << all.dump_pretty() << "\n";
  return 0;
}

}  // namespace alting::main
