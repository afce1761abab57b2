// Databases and folders for tests, gone when the object goes.
//
// A suite that must hold on both engines:
//   class InboxTest : public testing::TestWithParam<store::Engine> {};
//   INSTANTIATE_TEST_SUITE_P(Engines, InboxTest, store::testing::engines(), store::testing::engine_name);
//   TEST_P(InboxTest, lists_the_newest_first) {
//     store::testing::TempDatabase temp(GetParam()); ... temp.database() ... }
// The room's TEST_LIBS need PostgreSQL::PostgreSQL.
#pragma once
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "base/random.h"
#include "store/postgresql.h"
#include "store/sqlite.h"
#include "store/testing/postgres.h"

namespace alting::store::testing {

class TempFolder {
 public:
  TempFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "alting-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
    path_ = pattern;
  }
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

class TempDatabase {
 public:
  explicit TempDatabase(Engine engine) : engine_(engine) {
    if (engine == Engine::postgresql) name_ = PostgresCluster::of_this_process().create_database();
    open();
  }
  ~TempDatabase() {
    database_.reset();
    if (engine_ == Engine::postgresql) PostgresCluster::of_this_process().drop_database(name_);
  }
  TempDatabase(const TempDatabase&) = delete;
  TempDatabase& operator=(const TempDatabase&) = delete;
  [[nodiscard]] Database& database() { return *database_; }
  // Closes it and opens it again, as a new start of the program does.
  void reopen() {
    database_.reset();
    open();
  }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }

 private:
  void open() {
    if (engine_ == Engine::sqlite) {
      database_ = open_sqlite(folder_.path() / "test.db");
    } else {
      database_ = open_postgresql(PostgresCluster::of_this_process().where(name_), random_);
    }
  }
  Engine engine_;
  TempFolder folder_;
  std::string name_;
  base::SystemRandom random_;
  std::unique_ptr<Database> database_;
};

[[nodiscard]] inline auto engines() { return ::testing::Values(Engine::sqlite, Engine::postgresql); }
[[nodiscard]] inline std::string engine_name(const ::testing::TestParamInfo<Engine>& info) {
  return info.param == Engine::sqlite ? "sqlite" : "postgresql";
}

}  // namespace alting::store::testing
