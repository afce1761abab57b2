#include "main/health.h"

#include "ledger/log_metrics.h"
#include "main/rooms.h"
#include "store/blob_file.h"
#include "store/outbox_metrics.h"

namespace alting::main {
namespace {

using portal::Health;

constexpr auto slow_answer = base::Duration::seconds(1);
constexpr auto slow_signing = base::Duration::seconds(60);
constexpr auto slow_delivery = base::Duration::seconds(300);

// Whether it is read and written: a transaction of each kind, which changes nothing.
Health ask_database(Installation& installation) {
  auto& database = installation.folder->database();
  const auto begun = installation.clock.now();
  (void)database.read([](store::Tx& tx) { return tx.query("SELECT 1"); });
  const auto written = database.write([](store::Tx& tx) -> base::Status {
    (void)tx.query("SELECT 1");
    return {};
  });
  if (!written) return Health::down;
  return installation.clock.now() - begun > slow_answer ? Health::delayed : Health::up;
}

Health ask_log(Installation& installation) {
  if (installation.ledger->halted()) return Health::down;
  const auto lag = ledger::signing_lag(*installation.ledger, installation.folder->database(), installation.clock);
  return lag > slow_signing ? Health::delayed : Health::up;
}

Health ask_blobs(Installation& installation) {
  store::try_blob_folder(installation.folder->blobs(), base::Uuid::v4(installation.random));
  return Health::up;
}

Health ask_outbox(Installation& installation) {
  const auto lag = store::outbox_lag(installation.folder->database(), installation.clock, all_topics());
  return lag > slow_delivery ? Health::delayed : Health::up;
}

}  // namespace

std::vector<portal::Probe> health_probes(Installation& installation) {
  std::vector<portal::Probe> probes{{"database", [&installation] { return ask_database(installation); }},
                                    {"blobs", [&installation] { return ask_blobs(installation); }},
                                    {"log", [&installation] { return ask_log(installation); }},
                                    {"outbox", [&installation] { return ask_outbox(installation); }}};
  if (!installation.settings.scanner.clamd.empty())
    probes.push_back(
        {"scanner", [&scanner = *installation.scanner] { return scanner.answers() ? Health::up : Health::down; }});
  return probes;
}

}  // namespace alting::main
