#include "ledger/bench.h"

#include <optional>
#include <stdexcept>
#include <thread>

#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"
#include "ledger/log_store.h"
#include "ledger/make_ledger.h"
#include "ledger/migrations.h"
#include "ledger/recheck.h"
#include "ledger/verify.h"
#include "store/bare_writer.h"
#include "store/bench.h"
#include "store/migrate.h"
#include "store/migrations.h"
#include "store/row_reader.h"
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
  entry.set(parameter::reference, "AR-2026-000123");
  return entry;
}

std::unique_ptr<store::SqliteDatabase> database_in(const std::filesystem::path& folder, const base::Clock& clock) {
  std::filesystem::create_directories(folder);
  auto database = store::open_sqlite(folder / "bench.db");
  store::migrate(*database, clock, {store::migrations(), migrations()});
  return database;
}

struct SampleRows {
  EntryRow entry;
  struct Activity {
    std::int64_t party, actor, at;
    std::string kind, search;
  } activity;
};

SampleRows::Activity activity_of(const store::Row& row) {
  store::RowReader from(row);
  return {.party = from.next<std::int64_t>(),
          .actor = from.next<std::int64_t>(),
          .at = from.next<std::int64_t>(),
          .kind = from.next<std::string>(),
          .search = from.next<std::string>()};
}

SampleRows sample_rows(store::Database& database, const base::Uuid& id) {
  return database.read([&](store::Tx& tx) {
    return SampleRows{
        entry(tx, id).value(),
        activity_of(tx.query_one("SELECT party, actor, at, kind, search FROM ledger_activity WHERE entry_id = ?", {id})
                        .value())};
  });
}

// The rows of an entry, and behind them those of the activity log, without a log.
class BareRows {
 public:
  BareRows(const std::filesystem::path& folder, const SampleRows& like, base::Random& random, const base::Clock& clock)
      : like_(like), random_(random), clock_(clock) {
    std::filesystem::create_directories(folder);
    database_in(folder, clock).reset();
    writer_.emplace(
        folder / "bench.db",
        std::vector<std::string>{
            "INSERT INTO ledger_entry (entry_id, log, position, commitment, committed_at, body_key, body, "
            "actor_key, actor_body, shares_key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            "INSERT INTO ledger_activity (place, entry_id, party, actor, at, kind, search) VALUES (?, ?, ?, "
            "?, ?, ?, ?)"});
    clerk_ = std::jthread([this](const std::stop_token& stop) { run_clerk(stop); });
  }
  void write(int count) {
    const auto now = clock_.now();
    const auto octets = [](const base::Bytes& bytes) { return store::Value::octets(bytes); };
    const auto key = [](const SealedPart& part) { return store::Value::octets(part.key.view()); };
    const auto& row = like_.entry;
    std::vector<store::BareRow> rows;
    for (int i = 0; i < count; ++i)
      rows.push_back(
          {0,
           {base::Uuid::v7(random_, now), 1, next_++, store::Value::octets(row.commitment.view()), now, key(*row.body),
            octets(row.body->ciphertext), key(*row.actor), octets(row.actor->ciphertext), row.shares_key}});
    writer_->write(rows);
    written_ += count;
  }

 private:
  void run_clerk(const std::stop_token& stop) {
    std::int64_t done = 0;
    while (!stop.stop_requested()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      const auto& row = like_.activity;
      std::vector<store::BareRow> rows;
      for (const auto to = written_.load(); done < to; ++done) {
        rows.push_back(
            {1, {done, base::Uuid::v7(random_, clock_.now()), row.party, row.actor, row.at, row.kind, row.search}});
        if (rows.size() < 1000 && done + 1 < to) continue;
        writer_->write(rows);
        rows.clear();
      }
    }
  }
  const SampleRows& like_;
  base::Random& random_;
  const base::Clock& clock_;
  std::atomic<std::int64_t> next_{0}, written_{0};
  std::optional<store::BareWriter> writer_;
  std::jthread clerk_;
};

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
    const auto prepared = ledger->prepare(bench_entry(party, clock.now()));
    return *database->write([&](store::Tx& tx) -> base::Result<EntryHandle> { return ledger->append(tx, prepared); });
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
        std::vector<PreparedEntry> prepared;
        for (int i = 0; i < entries_in_batch; ++i)
          prepared.push_back(ledger->prepare(bench_entry(1 + thread, clock.now())));
        const auto handles = database->write([&](store::Tx& tx) -> base::Result<std::vector<EntryHandle>> {
          std::vector<EntryHandle> all;
          for (const auto& one : prepared) all.push_back(ledger->append(tx, one));
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
  ledger->flush();
  const auto rows = sample_rows(*database, sample.id);
  ledger.reset();
  {
    BareRows bare(options.folder / "rows", rows, random, clock);
    result.rows_per_second = store::rate_of(options.threads, options.time, [&](int, std::int64_t) { bare.write(1); });
  }
  {
    BareRows bare(options.folder / "batched rows", rows, random, clock);
    result.rows_batched_per_second =
        entries_in_batch *
        store::rate_of(options.threads, options.time, [&](int, std::int64_t) { bare.write(entries_in_batch); });
  }
  const auto checked = recheck(*database, vault.get(), folder / "guard");
  if (!checked.faults.empty())
    throw std::runtime_error("the log is not whole after the measurement: " + checked.faults.front());
  return result;
}

}  // namespace alting::ledger
