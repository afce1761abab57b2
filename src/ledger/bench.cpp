#include "ledger/bench.h"

#include <stdexcept>

#include "ledger/log_store.h"
#include "ledger/make_ledger.h"
#include "ledger/migrations.h"
#include "ledger/recheck.h"
#include "ledger/verify.h"
#include "store/bench.h"
#include "store/migrate.h"
#include "store/migrations.h"
#include "store/sqlite.h"

namespace alting::ledger {

namespace {

constexpr int entries_in_batch = 100;

// A submission like those of the portal: a form and an attachment, a person for a business.
NewEntry bench_entry(std::int64_t party, base::Instant at) {
  NewEntry entry{EventKind::submission_received, at};
  entry.actor.party = {party + 1'000'000};
  entry.actor.party_uuid.uuid.octets[0] = 1;
  entry.actor.level = terms::AssuranceLevel::high;
  entry.actor.method = "BankID";
  entry.actor.name = "Kari Testesen";
  entry.party = terms::PartyId{party};
  entry.party_uuid.emplace().uuid.octets[0] = 2;
  entry.party_name = "Testbedriften AS";
  entry.resource = "app:dat/avviksmelding";
  entry.instance.emplace().uuid.octets[0] = 3;
  entry.evidence = terms::Evidence{"role", "DAGL", "enhetsregisteret:7", "rule-1", 3};
  entry.documents = {{"form", "application/json", "skjema.json", 2048, base::Bytes(32, 'd')},
                     {"attachment", "application/pdf", "vedlegg.pdf", 100'000, base::Bytes(32, 'e')}};
  entry.parameters.set("reference", "AR-2026-000123");
  return entry;
}

std::unique_ptr<store::SqliteDatabase> database_in(const std::filesystem::path& folder, const base::Clock& clock) {
  std::filesystem::create_directories(folder);
  auto database = store::open_sqlite(folder / "bench.db");
  store::migrate(*database, clock, {store::migrations(), migrations()});
  return database;
}

double rows_alone(const LedgerBenchOptions& options, const EntryRow& like, base::Random& random,
                  const base::Clock& clock) {
  const auto database = database_in(options.folder / "rows", clock);
  std::atomic<std::int64_t> position{0};
  return store::rate_of(options.threads, options.time, [&](int, std::int64_t) {
    EntryRow row = like;
    row.entry_id = base::Uuid::v7(random, clock.now());
    row.position = position++;
    (void)database->write([&](store::Tx& tx) -> base::Status {
      insert_entry(tx, row);
      return {};
    });
  });
}

}  // namespace

LedgerBench bench_ledger(const LedgerBenchOptions& options, base::Random& random, const base::Clock& clock) {
  LedgerBench result;
  const auto folder = options.folder / "log";
  const auto database = database_in(folder, clock);
  const auto vault = store::open_vault({folder / "keystore.db", folder / "blobs", folder / "erased"},
                                       crypto::SecretBytes::random(random, 32), random, clock);
  auto made = make_ledger(*database, *vault, clock, random,
                          {.origin = "bench.example/log", .keys = folder / "keys", .guard = folder / "guard"});
  if (!made) throw std::runtime_error(made.error().detail);
  auto ledger = std::move(*made);
  const auto append = [&](std::int64_t party) {
    return *database->write([&](store::Tx& tx) -> base::Result<EntryHandle> {
      return ledger->append(tx, bench_entry(party, clock.now()));
    });
  };

  const auto before = database->counters();
  result.with_receipt_per_second = store::rate_of(options.threads, options.time, [&](int thread, std::int64_t) {
    if (!ledger->await_receipt(append(1 + thread))) throw std::runtime_error("an entry got no receipt");
  });
  const auto after = database->counters();
  result.entries_in_commit = static_cast<double>(after.transactions - before.transactions) /
                             static_cast<double>(std::max<std::int64_t>(1, after.commits - before.commits));

  result.batched_per_second =
      entries_in_batch * store::rate_of(options.threads, options.time, [&](int thread, std::int64_t) {
        const auto handles = database->write([&](store::Tx& tx) -> base::Result<std::vector<EntryHandle>> {
          std::vector<EntryHandle> all;
          for (int i = 0; i < entries_in_batch; ++i)
            all.push_back(ledger->append(tx, bench_entry(1 + thread, clock.now())));
          return all;
        });
        for (const auto& handle : *handles)
          if (!ledger->await_receipt(handle)) throw std::runtime_error("an entry got no receipt");
      });

  const auto sample = append(1);
  const auto receipt = ledger->await_receipt(sample).value();
  result.receipt_octets = static_cast<double>(receipt.json.size());
  result.receipts_per_second =
      store::rate_of(options.threads, options.time / 4, [&](int, std::int64_t) { (void)ledger->receipt(sample.id); });
  result.verified_per_second = store::rate_of(1, options.time / 4, [&](int, std::int64_t) {
    if (verify_receipt(receipt.json, {}, {ledger->verifier_key()}).overall != Verification::Overall::verified)
      throw std::runtime_error("a receipt does not verify");
  });
  const auto row = database->read([&](store::Tx& tx) { return entry(tx, sample.id); });
  ledger.reset();
  result.rows_per_second = rows_alone(options, *row, random, clock);
  const auto checked = recheck(*database, vault.get(), folder / "guard");
  if (!checked.faults.empty())
    throw std::runtime_error("the log is not whole after the measurement: " + checked.faults.front());
  return result;
}

}  // namespace alting::ledger
