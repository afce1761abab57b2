#include "main/bare_submissions.h"

#include <fmt/format.h>

#include <atomic>
#include <thread>

#include "main/rooms.h"
#include "store/bare_writer.h"
#include "store/keystore_migrations.h"
#include "store/row_reader.h"
#include "store/sqlite.h"

namespace alting::main {

namespace {

// The newest rows of a table, and the statement that inserts one.
struct Table {
  std::string insert;
  std::vector<std::string> types;  // of the columns: BIGINT, TEXT, BLOB
  std::vector<store::Row> rows;
};

Table read_back(store::Tx& tx, const std::string& name, std::size_t count) {
  Table table;
  std::string places;
  for (const auto& column : tx.query("SELECT type FROM pragma_table_info(?) ORDER BY cid", {name})) {
    table.types.push_back(store::read_one<std::string>(column));
    places += places.empty() ? "?" : ", ?";
  }
  table.insert = fmt::format("INSERT INTO {} VALUES ({})", name, places);
  table.rows =
      tx.query(fmt::format("SELECT * FROM {} ORDER BY rowid DESC LIMIT ?", name), {static_cast<std::int64_t>(count)});
  return table;
}

store::BareRow bare_row(std::size_t statement, const Table& table, std::size_t row) {
  store::BareRow bare{statement, {}};
  store::RowReader from(table.rows[row]);
  for (const auto& type : table.types) {
    if (type == "BIGINT") {
      bare.values.emplace_back(from.next<std::optional<std::int64_t>>());
      continue;
    }
    const auto text = from.next<std::optional<std::string_view>>();
    bare.values.push_back(text && type == "BLOB" ? store::Value::octets(*text) : store::Value(text));
  }
  return bare;
}

const std::string wrap(60, 'w');  // as long as the keystore's: 12 octets of nonce, 32 of key, 16 of tag

store::BareRow wrap_row(std::size_t statement, const base::Uuid& key, std::string_view holder) {
  return {statement, {store::Value::octets(key.view()), holder, store::Value::octets(wrap), 1}};
}

}  // namespace

double bare_submissions(Installation& installation, std::size_t count, int threads,
                        const std::filesystem::path& folder) {
  std::vector<Table> tables;
  installation.ledger->flush();
  installation.folder->database().read([&](store::Tx& tx) {
    for (const char* name : {"store_once", "instance", "submission", "outbox", "ledger_entry", "ledger_activity"})
      tables.push_back(read_back(tx, name, count));
  });
  for (const auto& table : tables)
    if (table.rows.size() != count) throw std::runtime_error("a submission left no row: " + table.insert);
  const auto& activity = tables.back();
  auto migrations = all_migrations();
  migrations.push_back({"keystore", store::keystore_migrations().all});  // a database of its own otherwise
  store::migrate(*store::open_sqlite(folder / "bare.db"), installation.clock, migrations);
  std::vector<std::string> statements;
  for (const auto& table : tables) statements.push_back(table.insert);
  statements.emplace_back("INSERT INTO key_wrap (key_id, holder, wrap, created_at) VALUES (?, ?, ?, ?)");
  store::BareWriter writer(folder / "bare.db", statements);

  std::atomic<std::size_t> next{0}, written{0};
  const auto start = std::chrono::steady_clock::now();
  {
    std::vector<std::jthread> workers;
    for (int i = 0; i < threads; ++i) {
      workers.emplace_back([&] {
        for (auto at = next++; at < count; at = next++) {
          std::vector<store::BareRow> rows;
          for (std::size_t table = 0; table + 1 < tables.size(); ++table)
            rows.push_back(bare_row(table, tables[table], count - 1 - at));
          const auto key = base::Uuid::v7(installation.random, installation.clock.now());
          for (const char* holder : {"party:50001234", "agency:dat"})
            rows.push_back(wrap_row(tables.size(), key, holder));
          writer.write(rows);
          ++written;
        }
      });
    }
    workers.emplace_back([&] {  // the activity log
      std::vector<store::BareRow> rows;
      for (std::size_t at = 0; at < count; ++at) {
        while (at >= written) std::this_thread::sleep_for(std::chrono::milliseconds(20));
        rows.push_back(bare_row(tables.size() - 1, activity, count - 1 - at));
        if (rows.size() < 500 && at + 1 < std::min(count, written.load())) continue;
        writer.write(rows);
        rows.clear();
      }
    });
  }
  return static_cast<double>(count) / std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace alting::main
