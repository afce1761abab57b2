// For tests: the program whole, in a folder of its own, with no population, no scanner, and nothing that watches a folder.
//
//   class Rooms : public ::testing::TestWithParam<store::Engine>, protected testing::WholeProgram {
//     Rooms() : WholeProgram(GetParam()) {}
#pragma once
#include <functional>
#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/json.h"
#include "main/admin.h"
#include "main/installation.h"
#include "store/testing/temp_database.h"

namespace alting::main::testing {

class WholeProgram {
 public:
  // `change`: what this test wants otherwise, before it is opened.
  explicit WholeProgram(store::Engine engine = store::Engine::sqlite,
                        const std::function<void(Settings&)>& change = {}) {
    auto settings = demo_settings(8080, temp.path() / "data");
    settings.population = false;
    settings.watch_services = false;
    settings.scanner.clamd.clear();
    if (engine == store::Engine::postgresql) {
      name = store::testing::PostgresCluster::of_this_process().create_database();
      settings.data.postgresql = store::testing::PostgresCluster::of_this_process().where(name);
    }
    if (change) change(settings);
    auto opened = Installation::open(settings);
    if (!opened) throw std::runtime_error(opened.error().detail);
    installation = std::move(*opened);
  }
  ~WholeProgram() {
    installation.reset();
    if (!name.empty()) store::testing::PostgresCluster::of_this_process().drop_database(name);
  }
  WholeProgram(const WholeProgram&) = delete;
  WholeProgram& operator=(const WholeProgram&) = delete;

  // What a command of the program that has several acts says, line by line; or why it is refused.
  std::string said(std::string_view command, std::string_view act,
                   std::initializer_list<base::JsonMember> more = {}) const {
    auto asked = base::Json::object({{"command", command}, {"act", act}});
    for (const auto& [key, value] : more) asked.set(key, value);
    std::string lines;
    const auto done = carry_out(*installation, asked, [&](const std::string& line) {
      lines += line + "\n";
      return true;
    });
    return done ? lines : done.error().detail;
  }

  store::testing::TempFolder temp;
  std::string name;  // of its database on PostgreSQL
  std::unique_ptr<Installation> installation;
};

}  // namespace alting::main::testing
