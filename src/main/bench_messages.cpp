#include "main/bench_messages.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "inbox/bench_messages.h"
#include "main/background.h"
#include "main/bench_mail_sink.h"
#include "main/bench_writers.h"
#include "parties/population.h"

namespace alting::main {

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::string_view bench_agency = "974761467";
constexpr int clients_of_one = 50'000;
constexpr std::size_t recipients_of_one = 10'000;
constexpr std::int64_t items = 100'000;

// The demo's registers, and a manager of 50,000 businesses, each with an address for official notices.
struct BenchWorld {
  explicit BenchWorld(Installation& installation) {
    auto population = parties::make_population();
    const auto known = population.units.size(), known_roles = population.roles.size();
    const auto manager_number = parties::add_accountant(population, clients_of_one, 7);
    // An accountant reads no letters to a client; who manages it does.
    for (auto i = known_roles; i < population.roles.size(); ++i) {
      population.roles[i].role = "DAGL";
      population.roles[i].holder = manager_number;
    }
    for (auto i = known + 1; i < population.units.size(); ++i) {  // the first is the manager's own firm
      auto& unit = population.units[i];
      numbers.push_back(unit.organisation.party.organisation_number);
      unit.official_emails = {address_of(numbers.back())};
    }
    (void)bench_expect(parties::store_population(*installation.parties, population));
    manager = actor_of(installation, manager_number);
    for (const auto& one : parties::demo_people())
      if (one.story == "caseworker") caseworker = actor_of(installation, one.national_id);
    for (const auto& number : numbers) clients.push_back(installation.parties->find_organisation(number).value().id);
  }
  static std::string address_of(const std::string& number) { return "post@b" + number + ".example"; }
  static terms::Actor actor_of(Installation& installation, const std::string& number) {
    const auto person = bench_expect(installation.parties->sign_in(terms::NationalIdText(number)));
    return {terms::ActorKind::person,    person.party.id, person.party.uuid, person.user_id,
            terms::AssuranceLevel::high, "BankID",        person.party.name, "bench"};
  }

  std::vector<std::string> numbers;  // of the clients
  std::vector<terms::PartyId> clients;
  terms::Actor manager, caseworker;
};

// ---- notices

// So many orders a second for so long, each to another of the clients from `first` on; the seconds from each commit until its
// mail was taken.
std::vector<double> order_notices(Installation& installation, const BenchWorld& world, MailSink& sink,
                                  std::size_t first, std::size_t count, double in_a_second) {
  constexpr std::size_t at_once = 20;  // as the outbox orders them
  sink.forget();
  std::unordered_map<std::string, SteadyClock::time_point> ordered;
  const auto start = SteadyClock::now();
  for (std::size_t from = 0; from < count; from += at_once) {
    std::this_thread::sleep_until(start + std::chrono::duration_cast<SteadyClock::duration>(
                                              std::chrono::duration<double>(static_cast<double>(from) / in_a_second)));
    const auto end = std::min(from + at_once, count);
    const auto placed = installation.folder->database().write([&](store::Tx& tx) -> base::Status {
      for (auto i = from; i < end; ++i) {
        const auto id = base::Uuid::v4(installation.random).text();
        notify::NewOrder order;
        order.template_name = "message";
        order.recipient = world.clients[first + i];
        order.service = terms::AppId{"dat", "brev"};
        order.fields = {{"agency", "Datatilsynet"}};
        order.cause = "bench:" + id;  // no message stands behind it, which would be asked for
        order.due = installation.clock.now();
        ALTING_CHECK(installation.notify->orders.place(tx, order, id));
      }
      return {};
    });
    if (!placed) throw std::runtime_error("orders are refused: " + placed.error().code);
    for (auto i = from; i < end; ++i) ordered[BenchWorld::address_of(world.numbers[first + i])] = SteadyClock::now();
  }
  for (int i = 0; i < 12'000 && sink.count() < count; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  std::vector<double> delays;
  for (const auto& [address, at] : sink.taken())
    if (const auto found = ordered.find(address); found != ordered.end())
      delays.push_back(std::max(0.0, std::chrono::duration<double>(at - found->second).count()));
  if (delays.size() < count)
    throw std::runtime_error(fmt::format("{} of {} notices came to the mail server", delays.size(), count));
  return delays;
}

// ---- a message to many

struct SentToMany {
  double seconds = 0;
  std::vector<double> waits;
};
SentToMany send_to_many(Installation& installation, const BenchWorld& world) {
  const terms::AppId service{"dat", "brev"};
  const auto permit = bench_expect(installation.access->decider().decide_agency(
      world.caseworker, "dat", {.app = service}, terms::Action::agency_send));
  inbox::NewMessage message;
  message.service = service;
  message.title = "Til alle";
  message.body = std::string(2'000, 'x');
  message.notify = false;
  std::vector<inbox::Recipient> recipients;
  for (std::size_t i = 0; i < recipients_of_one; ++i) recipients.push_back({.organisation_number = world.numbers[i]});
  OtherWriters writers(installation);
  const auto start = SteadyClock::now();
  const auto outcome = bench_expect(installation.messages->sending.send(
      permit, message, recipients, installation.clock.now(), base::Uuid::v4(installation.random).text()));
  if (!outcome.sent || outcome.sent->messages.size() != recipients_of_one)
    throw std::runtime_error("a message to many was refused");
  SentToMany sent{.seconds = seconds_after(start), .waits = {}};
  std::this_thread::sleep_for(std::chrono::seconds(5));  // while each is told of in the log
  sent.waits = writers.stop();
  return sent;
}

// ---- the inbox

struct InboxTimes {
  std::vector<double> page, far_page, unread, search, no_hit, count;
};
InboxTimes time_inbox(Installation& installation, const terms::Scope& scope, int times) {
  InboxTimes taken;
  auto& inbox = *installation.inbox;
  const auto timed = [](std::vector<double>& into, const auto& ask) {
    const auto start = SteadyClock::now();
    ask();
    into.push_back(seconds_after(start) * 1e3);
  };
  std::string after;
  for (int i = 0; i < times; ++i) {
    timed(taken.page, [&] {
      if (inbox.list(scope, {.folder = inbox::Folder::received}).rows.empty())
        throw std::runtime_error(
            fmt::format("an inbox that was filled is empty, of {} parties", scope.grants().size()));
    });
    timed(taken.far_page, [&] { after = inbox.list(scope, {.folder = inbox::Folder::received, .after = after}).next; });
    timed(taken.unread,
          [&] { (void)inbox.list(scope, {.folder = inbox::Folder::received, .standing = inbox::Standing::unread}); });
    timed(taken.search, [&] { (void)inbox.list(scope, {.folder = inbox::Folder::received, .search = "00001"}); });
    timed(taken.no_hit, [&] { (void)inbox.list(scope, {.folder = inbox::Folder::received, .search = "finnesikke"}); });
    timed(taken.count, [&] { (void)inbox.count(scope); });
  }
  return taken;
}

void fill_and_time(Installation& installation, const BenchWorld& world, const std::string& name,
                   std::vector<BenchFigure>& figures) {
  const auto agency = installation.parties->find_organisation(bench_agency).value().id;
  const auto fill = [&](std::vector<terms::PartyId> parties) {
    inbox::fill_inboxes(installation.folder->database(), installation.folder->vault(), installation.random,
                        {.agency = agency,
                         .parties = std::move(parties),
                         .messages = items,
                         .from = installation.clock.now() - base::Duration::days(30)});
  };
  const auto add = [&](const std::string& whose, double share, const InboxTimes& taken) {
    const std::string_view which = share < 1 ? "95 of 100" : "the slowest of 3";
    const auto figure = [&](std::string_view what, const std::vector<double>& all, std::string_view aim) {
      figures.push_back({fmt::format("{}inbox of {}, {}, {}", name, whose, what, which), "ms", share_of(all, share), 0,
                         "", std::string(aim)});
    };
    figure("first page", taken.page, "10 ms");
    figure("page after page", taken.far_page, "10 ms");
    figure("unread alone", taken.unread, "10 ms");
    figure("search", taken.search, "50 ms");
    figure("search without a hit", taken.no_hit, "50 ms");
    figure("counts", taken.count, "10 ms");
  };
  auto& decider = installation.access->decider();
  const auto manager = bench_manager(installation);
  const auto own = bench_expect(decider.scope(manager, terms::Action::read, manager.party));
  fill({manager.party});
  add("100,000 items", 0.95, time_inbox(installation, own, 40));
  fill(world.clients);
  const auto all = bench_expect(decider.scope(world.manager, terms::Action::read, {}));
  add("50,000 parties", 1, time_inbox(installation, all, 3));
}

void measure_on(const std::string& postgresql, const std::string& name, std::vector<BenchFigure>& figures) {
  const BenchFolder folder;
  MailSink sink;
  auto settings =
      bench_settings_of_server(folder.path);  // without the test issuer: registers are asked in their tables
  settings.population = false;
  settings.data.postgresql = postgresql;
  settings.mail.relay = sink.url();
  settings.mail.plain_to_loopback = true;
  settings.mail.from = "varsel@alting.example";
  settings.notify.quiet = {};
  settings.notify.per_hour = 1'000;
  auto installation = bench_expect(Installation::open(settings));
  const BenchWorld world(*installation);
  {
    Background background(*installation);
    background.start();
    const auto steady = order_notices(*installation, world, sink, 0, 5'000, 500);
    figures.push_back(
        {name + "notice at the mail server after its order, 500/s, half", "s", share_of(steady, 0.5), 0, "", ""});
    figures.push_back({name + "notice at the mail server after its order, 500/s, 99 of 100", "s",
                       share_of(steady, 0.99), 0, "", "1 s"});
    const auto start = SteadyClock::now();
    const auto burst = order_notices(*installation, world, sink, 5'000, 4'000, 1e9);
    const auto last = seconds_after(start);
    figures.push_back({name + "notices at the mail server in a burst of 4,000", "/s", 4'000 / last, 0, "", "2,000/s"});
    figures.push_back({name + "notice of the burst after its order, the last", "s", share_of(burst, 1), 0, "", ""});

    const auto alone = write_alone(*installation);
    const auto sent = send_to_many(*installation, world);
    figures.push_back({name + "a message to 10,000 in one call", "s", sent.seconds, 0, "", ""});
    figures.push_back({name + "another's draft meanwhile, 99 of 100", "ms", share_of(sent.waits, 0.99) * 1e3,
                       share_of(alone, 0.99) * 1e3, "the same with nobody beside", ""});
    background.stop();
  }
  fill_and_time(*installation, world, name, figures);
}

}  // namespace

std::vector<BenchFigure> measure_messages(const std::string& postgresql) {
  std::vector<BenchFigure> figures;
  measure_on({}, postgresql.empty() ? "" : "SQLite: ", figures);
  if (!postgresql.empty()) measure_on(postgresql, "PostgreSQL: ", figures);
  return figures;
}

}  // namespace alting::main
