#include "store/bench.h"

#include "store/bare_writer.h"
#include "store/postgresql.h"
#include "store/sqlite.h"
#include "store/vault.h"

namespace alting::store {
namespace {

constexpr const char* create_row =
    "CREATE TABLE bench_row (id TEXT NOT NULL PRIMARY KEY, owner BIGINT NOT NULL, body TEXT NOT NULL, sealed {blob})";
constexpr std::string_view insert_row = "INSERT INTO bench_row (id, owner, body, sealed) VALUES (?, ?, ?, ?)";
const std::string body(340, 'b');

void make_table(Database& database) {
  const auto made = database.write([](Tx& tx) -> base::Status {
    tx.run(create_row);
    return {};
  });
  if (!made) throw DatabaseError("the table to be measured cannot be made");
}

void insert(Database& database, const base::Uuid& id, const Value& sealed) {
  const auto done = database.write([&](Tx& tx) -> base::Status {
    tx.run(insert_row, {id, 1, body, sealed});
    return {};
  });
  if (!done) throw DatabaseError("a row to be measured was refused");
}

void measure_sqlite(StoreBench& bench, const BenchOptions& options, base::Random& random, const base::Clock& clock) {
  const auto id = [&] { return base::Uuid::v7(random, clock.now()); };
  make_table(*open_sqlite(options.folder / "bare.db"));
  {
    BareWriter bare(options.folder / "bare.db", {std::string(insert_row)});
    bench.bare_per_second = rate_of(options.threads, options.time, [&](int, std::int64_t) {
      const BareRow row{0, {id(), 1, body, nullptr}};
      bare.write({&row, 1});
    });
  }
  const auto database = open_sqlite(options.folder / "written.db");
  make_table(*database);
  const auto before = database->counters();
  bench.written_per_second =
      rate_of(options.threads, options.time, [&](int, std::int64_t) { insert(*database, id(), nullptr); });
  const auto after = database->counters();
  bench.writes_in_commit = static_cast<double>(after.transactions - before.transactions) /
                           static_cast<double>(after.commits - before.commits);
  bench.alone_per_second = rate_of(1, options.time / 2, [&](int, std::int64_t) { insert(*database, id(), nullptr); });

  const auto vault = open_vault({.keystore = options.folder / "keystore.db",
                                 .blobs = options.folder / "blobs",
                                 .erasure_list = options.folder / "erasures"},
                                crypto::SecretBytes::random(random, 32), random, clock);
  const std::string document(2'000, 'd');
  const std::vector<Holder> holders{"party:50001234", "agency:dat"};
  bench.sealed_per_second =
      rate_of(options.threads, options.time, [&](int, std::int64_t) { (void)vault->seal(document, holders); });
  bench.full_per_second = rate_of(options.threads, options.time, [&](int, std::int64_t) {
    const auto sealed = vault->seal(document, holders);
    insert(*database, sealed.key_id, Value::octets(sealed.ciphertext));
  });
  const std::string attachment(100'000, 'a');
  bench.blobs_per_second = rate_of(options.threads, options.time, [&](int, std::int64_t) {
    auto writer = vault->create_blob(holders);
    writer->append(attachment);
    (void)writer->finish();
  });
}

// Of a keystore of 20,000 keys, each for two holders: opening them, none from memory, and the monthly job.
void bench_keystore(const BenchOptions& options, base::Random& random, const base::Clock& clock, StoreBench& bench) {
  base::ManualClock months(clock.now());
  const auto vault = open_vault({.keystore = options.folder / "epochs.db",
                                 .blobs = options.folder / "blobs",
                                 .erasure_list = options.folder / "erasures",
                                 .cached_keys = 0},
                                crypto::SecretBytes::random(random, 32), random, months);
  const std::vector<SealRequest> requests(1'000, SealRequest{"d", {"party:50001234", "agency:dat"}});
  std::vector<SealedDocument> documents;
  for (int i = 0; i < 20; ++i) {
    auto sealed = vault->seal_all(requests);
    if (!sealed) throw DatabaseError("the keystore refused new keys");
    for (auto& document : *sealed) documents.push_back(std::move(document));
  }
  bench.opened_per_second = rate_of(1, options.time / 2, [&](int, std::int64_t round) {
    const auto& document = documents.at(static_cast<std::size_t>(round * 7'919) % documents.size());
    (void)vault->open(document.key_id, document.ciphertext, "agency:dat");
  });
  months.advance(keystore_retention);
  const auto start = std::chrono::steady_clock::now();
  const auto wraps = vault->turn_keys(1'000'000);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  bench.rewrapped_per_second = static_cast<double>(wraps) / took.count();
}

}  // namespace

double rate_of(int threads, std::chrono::milliseconds time, const std::function<void(int, std::int64_t)>& work) {
  std::atomic<bool> stop = false;
  std::atomic<std::int64_t> done = 0;
  std::vector<std::jthread> workers;
  const auto start = std::chrono::steady_clock::now();
  for (int t = 0; t < threads; ++t) {
    workers.emplace_back([&, t] {
      for (std::int64_t round = 0; !stop.load(std::memory_order_relaxed); ++round) {
        work(t, round);
        done.fetch_add(1, std::memory_order_relaxed);
      }
    });
  }
  std::this_thread::sleep_for(time);
  stop = true;
  workers.clear();
  return static_cast<double>(done) / std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void fill_posts(Database& database, std::int64_t count, base::Instant at) {
  constexpr std::int64_t rows_in_a_commit = 2'000;
  for (std::int64_t first = 0; first < count; first += rows_in_a_commit) {
    const auto end = std::min(count, first + rows_in_a_commit);
    const auto stored = database.write([&](Tx& tx) -> base::Status {
      std::string sql = "INSERT INTO store_once (id, actor, act, outcome, created_at) VALUES ";
      std::vector<Value> values;
      for (auto i = first; i < end; ++i) {
        sql += i == first ? "" : ",";
        sql += "(?, 'party:1', 'bench', '', ?)";
        values.emplace_back(fmt::format("{:08x}-0000-4000-8000-{:012x}", i, i));
        values.emplace_back(at);
      }
      tx.run_with(sql, values);
      return {};
    });
    if (!stored) throw std::runtime_error(stored.error().code);
  }
}

StoreBench bench_store(const BenchOptions& options, base::Random& random, const base::Clock& clock) {
  StoreBench bench;
  measure_sqlite(bench, options, random, clock);
  bench_keystore(options, random, clock, bench);
  if (!options.postgresql.empty()) {
    const auto database = open_postgresql(options.postgresql, random);
    make_table(*database);
    bench.postgresql_per_second = rate_of(options.threads, options.time, [&](int, std::int64_t) {
      insert(*database, base::Uuid::v7(random, clock.now()), nullptr);
    });
  }
  return bench;
}

}  // namespace alting::store
