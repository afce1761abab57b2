#include "main/bench_privacy.h"

#include <fmt/format.h>

#include <fstream>
#include <thread>

#include "inbox/bench_messages.h"
#include "main/background.h"
#include "main/bench_writers.h"
#include "main/rooms.h"
#include "parties/population.h"
#include "store/bench.h"

namespace alting::main {
namespace {

using PrivacyClock = std::chrono::steady_clock;

constexpr std::string_view agency_of_items = "974761467";
constexpr std::int64_t copied_items = 100'000, copied_files = 200, octets_of_file = 10'800'000;  // 2.16 GB
constexpr std::int64_t erased_items = 1'000, ended_rows = 1'000'000;

// Octets of this process that are in memory, and the most that were since forget_peak().
std::int64_t memory_now(std::string_view which) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(which)) return std::stoll(line.substr(which.size() + 1)) * 1024;
  return 0;
}
void forget_peak() { std::ofstream("/proc/self/clear_refs") << "5"; }
double in_mib(std::int64_t octets) { return static_cast<double>(octets) / (1024 * 1024); }

terms::Actor actor_of_story(Installation& installation, std::string_view story) {
  for (const auto& one : parties::demo_people()) {
    if (one.story != story) continue;
    const auto person = bench_expect(installation.parties->sign_in(terms::NationalIdText(one.national_id)));
    return {terms::ActorKind::person,    person.party.id, person.party.uuid, person.user_id,
            terms::AssuranceLevel::high, "BankID",        person.party.name, "bench"};
  }
  throw std::runtime_error("no such person in the demo");
}

void fill_inbox_of(Installation& installation, terms::PartyId party, std::int64_t items, std::int64_t in_a_batch = 500,
                   std::int64_t file_octets = 0) {
  inbox::fill_inboxes(installation.folder->database(), installation.folder->vault(), installation.random,
                      {.agency = installation.parties->find_organisation(agency_of_items).value().id,
                       .parties = {party},
                       .messages = items,
                       .from = installation.clock.now() - base::Duration::days(30),
                       .in_a_batch = in_a_batch,
                       .file_octets = file_octets});
}

// Of oneself: what one's own data are asked for with, and erased.
terms::Permit own_permit(Installation& installation, const terms::Actor& actor, terms::Action action) {
  return bench_expect(installation.access->decider().decide(actor, action, {.party = actor.party}));
}

// ---- a copy

void measure_copy(Installation& installation, const std::string& name, std::vector<BenchFigure>& figures) {
  const auto actor = bench_manager(installation);
  fill_inbox_of(installation, actor.party, copied_items);
  fill_inbox_of(installation, actor.party, copied_files, 1, octets_of_file);
  auto& copies = installation.privacy->copies;
  const auto permit = own_permit(installation, actor, terms::Action::delegate);
  Background background(installation);
  background.start();
  std::this_thread::sleep_for(std::chrono::seconds(2));  // what runs anyway has begun
  forget_peak();
  const auto before = memory_now("VmRSS:");
  const auto start = PrivacyClock::now();
  const auto id = bench_expect(
      copies.ask(permit, base::Language::nb, installation.clock.now(), base::Uuid::v4(installation.random).text()));
  std::int64_t size = 0;
  while (size == 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    const auto mine = copies.list(permit, installation.clock.now());
    if (mine.empty() || mine.front().state == privacy::CopyState::failed)
      throw std::runtime_error("the copy was not made");
    if (mine.front().state == privacy::CopyState::ready) size = mine.front().size;
  }
  const auto made = seconds_after(start);
  const auto peak_making = memory_now("VmHWM:");
  forget_peak();
  const auto reading = PrivacyClock::now();
  const auto now = installation.clock.now();
  (void)bench_expect(copies.begin_download(permit, id, now, now));
  std::int64_t read = 0;
  const auto all_read =
      copies.read(permit, id, now, [&](base::ByteView piece) { read += static_cast<std::int64_t>(piece.size()); });
  if (!all_read || read != size) throw std::runtime_error("the copy could not be read whole");
  const auto took = seconds_after(reading);
  const auto peak_reading = memory_now("VmHWM:");
  background.stop();
  const auto what = fmt::format("{}copy of {} items and {:.1f} GB: ", name, copied_items + copied_files,
                                static_cast<double>(copied_files * octets_of_file) / 1e9);
  figures.push_back({what + "made", "s", made, 0, "", ""});
  figures.push_back({what + "memory above what it was", "MiB", in_mib(peak_making - before), 0, "", "64 MiB"});
  figures.push_back({what + "read", "MB/s", static_cast<double>(size) / 1e6 / took, 0, "", ""});
  figures.push_back({what + "memory while it is read", "MiB", in_mib(peak_reading - before), 0, "", "64 MiB"});
}

// ---- an erasure

void measure_erasure(Installation& installation, const std::string& name, std::int64_t rows,
                     std::vector<BenchFigure>& figures) {
  const auto actor = actor_of_story(installation, "private_person");
  fill_inbox_of(installation, actor.party, erased_items);
  inbox::fill_bare_messages(installation.folder->database(), rows, installation.clock.now());
  const auto permit = own_permit(installation, actor, terms::Action::delegate);
  auto& erasures = installation.privacy->erasures;
  const auto start = PrivacyClock::now();
  const auto certificate =
      bench_expect(erasures.erase(permit, installation.clock.now(), base::Uuid::v4(installation.random).text()));
  const auto answered = seconds_after(start);
  while (!bench_expect(erasures.find(permit, certificate.id)).done_at)
    if (erasures.carry_out() == 0) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  const auto what = fmt::format("{}erasure of one person with {} items among {:.1f} million rows: ", name, erased_items,
                                static_cast<double>(rows) / 1e6);
  figures.push_back({what + "nothing opens any more", "s", answered, 0, "", "1 s"});
  figures.push_back({what + "every row is gone", "s", seconds_after(start), 0, "", ""});
}

// ---- retention

void measure_retention(Installation& installation, const std::string& name, std::vector<BenchFigure>& figures) {
  store::fill_posts(installation.folder->database(), ended_rows, installation.clock.now() - base::Duration::days(3));
  const auto alone = write_alone(installation);
  const auto jobs = all_jobs(installation);
  OtherWriters writers(installation);
  const auto start = PrivacyClock::now();
  std::int64_t ended = 0;
  for (const auto& one : installation.privacy->retention.run(jobs).ended) ended += one.ended;
  const auto took = seconds_after(start);
  const auto waits = writers.stop();
  if (ended < ended_rows) throw std::runtime_error("rows whose rule had ended are still there");
  const auto what = fmt::format("{}retention of {:.1f} million rows: ", name, static_cast<double>(ended_rows) / 1e6);
  figures.push_back({what + "rows ended", "/s", static_cast<double>(ended) / took, 0, "", ""});
  figures.push_back({what + "another's draft meanwhile, 99 of 100", "ms", share_of(waits, 0.99) * 1e3,
                     share_of(alone, 0.99) * 1e3, "the same with nothing beside", ""});
}

void measure_rights_on(const std::string& postgresql, const std::string& name, std::int64_t rows,
                       std::vector<BenchFigure>& figures) {
  const BenchFolder folder;
  auto settings = bench_settings_of_server(folder.path);
  settings.data.postgresql = postgresql;
  auto installation = bench_expect(Installation::open(settings));
  measure_copy(*installation, name, figures);
  measure_retention(*installation, name, figures);
  measure_erasure(*installation, name, rows, figures);
}

}  // namespace

std::vector<BenchFigure> measure_privacy(const std::string& postgresql, std::int64_t rows) {
  std::vector<BenchFigure> figures;
  measure_rights_on({}, postgresql.empty() ? "" : "SQLite: ", rows, figures);
  if (!postgresql.empty()) measure_rights_on(postgresql, "PostgreSQL: ", rows, figures);
  return figures;
}

}  // namespace alting::main
