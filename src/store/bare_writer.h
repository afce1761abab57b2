// The floor that measurements are held against: the least that can be done to make rows durable for many waiting
// threads. A queue, one thread with prepared statements of SQLite's own interface, one commit for all that wait. What
// write() costs on top is the price of closures, of being undone singly, and of who takes part in the commit.
#pragma once
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "store/database.h"

struct sqlite3;
struct sqlite3_stmt;

namespace alting::store {

struct BareRow {
  std::size_t statement;  // its number among the statements
  std::vector<Value> values;
};

class BareWriter {
 public:
  // The tables are there. Throws DatabaseError.
  BareWriter(const std::filesystem::path& database, const std::vector<std::string>& statements);
  ~BareWriter();
  BareWriter(const BareWriter&) = delete;
  BareWriter& operator=(const BareWriter&) = delete;
  void write(std::span<const BareRow> rows);  // durable when it returns; throws DatabaseError

 private:
  struct Waiting;
  void run();
  [[nodiscard]] std::vector<Waiting*> take(bool wait);
  [[nodiscard]] bool insert(const BareRow& row);
  [[nodiscard]] bool execute(const char* sql);

  sqlite3* handle_ = nullptr;
  std::vector<sqlite3_stmt*> statements_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<Waiting*> waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace alting::store
