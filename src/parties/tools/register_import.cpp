// Imports register files into a database of its own and says what was found: register_import DATABASE FILE...
#include <chrono>
#include <cstdio>

#include "base/log.h"
#include "parties/import.h"
#include "parties/migrations.h"
#include "store/migrate.h"
#include "store/migrations.h"
#include "store/sqlite.h"

int main(int count, char** words) {
  using namespace alting;  // NOLINT: a program of one file
  if (count < 3) return std::fputs("usage: register_import DATABASE FILE...\n", stderr), 2;
  base::set_log_level(base::LogLevel::error);
  const auto database = store::open_sqlite(words[1]);
  const base::SystemClock clock;
  base::SystemRandom random;
  store::migrate(*database, clock, {store::migrations(), parties::migrations()});
  const parties::NumberVault numbers(std::string(32, 'k'));
  const auto folkeregisteret = parties::make_local_folkeregisteret(*database, numbers);
  const auto krr = parties::make_local_krr(*database, numbers);
  const auto registry =
      parties::make_registry({*database, clock, random, numbers, *folkeregisteret, *krr, terms::Mode::test});
  bool good = true;
  for (int i = 2; i < count; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    const auto done = parties::import_enhetsregisteret_file(*registry, words[i], {});
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    if (!done) {
      fmt::print("{}: {} {}\n", words[i], done.error().code, done.error().detail);
      good = false;
      continue;
    }
    fmt::print("{}: {}, {} elements, {} stored, {} faults, {:.1f} s\n", words[i], parties::to_text(done->kind),
               done->elements, done->stored, done->faults, took.count());
    for (const auto& fault : done->first_faults)
      fmt::print("  element {} at {}: {} {}\n", fault.element, fault.offset, fault.code, fault.message);
  }
  registry->graph().read(
      [](const parties::GraphData& graph) { fmt::print("{} parties, {} role facts\n", graph.size(), graph.facts()); });
  return good ? 0 : 1;
}
