// The process is killed at any moment, again and again: no receipt that was given out is ever contradicted, and the log
// stays whole.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <map>
#include <thread>

#include "ledger/checkpoint.h"
#include "ledger/make_ledger.h"
#include "ledger/migrations.h"
#include "ledger/recheck.h"
#include "ledger/testing/awaited_receipt.h"
#include "ledger/testing/sample_log.h"
#include "ledger/tiles.h"
#include "ledger/verify.h"
#include "store/migrate.h"
#include "store/migrations.h"
#include "store/sqlite.h"
#include "store/testing/temp_database.h"

namespace alting::ledger {
namespace {

struct Rig {
  // `where` is PostgreSQL's; empty for SQLite.
  Rig(const std::filesystem::path& at, const std::string& where)
      : folder(at),
        database(where.empty() ? std::unique_ptr<store::Database>(store::open_sqlite(at / "log.db"))
                               : store::open_postgresql(where, random)) {
    store::migrate(*database, clock, {store::migrations(), migrations()});
    auto made = make_ledger(*database, *vault, clock, random,
                            {.origin = "log.example/crash", .keys = folder / "keys", .guard = folder / "guard"});
    if (!made) throw std::runtime_error(made.error().detail);
    ledger = std::move(*made);
  }
  std::filesystem::path folder;
  base::SystemClock clock;
  base::SystemRandom random;
  std::unique_ptr<store::Database> database;
  std::unique_ptr<store::Vault> vault = store::open_vault({folder / "keystore.db", folder / "blobs", folder / "erased"},
                                                          crypto::SecretBytes(std::string(32, 'k')), random, clock);
  std::unique_ptr<Ledger> ledger;
};

// The life of the process that is killed: sends entries from four threads, and gives each receipt out as a line.
[[noreturn]] void send_until_killed(const std::filesystem::path& folder, const std::string& where, int out) {
  try {
    Rig rig(folder, where);
    std::vector<std::jthread> senders;
    for (int t = 0; t < 4; ++t)
      senders.emplace_back([&] {
        while (true) {
          const auto prepared = rig.ledger->prepare(testing::sample_submission());
          const auto handle = rig.database->write(
              [&](store::Tx& tx) -> base::Result<EntryHandle> { return rig.ledger->append(tx, prepared); });
          const auto line = testing::awaited_receipt(*rig.ledger, *handle)->json + "\n";
          if (::write(out, line.data(), line.size()) != static_cast<ssize_t>(line.size())) ::_exit(1);
        }
      });
    senders.clear();  // waits for ever
  } catch (const std::exception& error) {
    (void)std::fprintf(stderr, "the process to be killed: %s\n", error.what());
  }
  ::_exit(1);
}

// Starts such a process, lets it work for so long after its first receipt, kills it, and gives back the receipts it
// gave out.
std::vector<std::string> receipts_until_killed(const std::filesystem::path& folder, const std::string& where,
                                               std::chrono::milliseconds time) {
  int ends[2];
  if (::pipe(ends) != 0) throw std::runtime_error("pipe");
  // No other thread runs here between two tests, so a fork without an exec is a whole process.
  const pid_t child = ::fork();
  if (child < 0) throw std::runtime_error("fork");
  if (child == 0) {
    ::close(ends[0]);
    send_until_killed(folder, where, ends[1]);
  }
  ::close(ends[1]);
  std::string all;
  char buffer[65536];
  std::optional<std::chrono::steady_clock::time_point> until;
  bool killed = false;
  for (ssize_t got = 1; got > 0;) {
    pollfd waiting{ends[0], POLLIN, 0};
    ::poll(&waiting, 1, 1);
    if (until && !killed && std::chrono::steady_clock::now() >= *until) {
      ::kill(child, SIGKILL);
      killed = true;
    }
    if ((waiting.revents & (POLLIN | POLLHUP)) == 0) continue;
    got = ::read(ends[0], buffer, sizeof buffer);
    if (got > 0) all.append(buffer, static_cast<std::size_t>(got));
    if (!until) until = std::chrono::steady_clock::now() + time;
  }
  ::close(ends[0]);
  ::waitpid(child, nullptr, 0);
  std::vector<std::string> receipts;
  for (std::size_t at = 0, end = 0; (end = all.find('\n', at)) != std::string::npos; at = end + 1)
    receipts.push_back(all.substr(at, end - at));
  return receipts;
}

Checkpoint checkpoint_in(const std::string& receipt) {
  const auto proof = TlogProof::parse(base::Json::parse(receipt)->text("proof"));
  return *Checkpoint::parse(SignedNote::parse(proof->checkpoint)->text);
}

// The root of the log at every size, from its public tiles.
std::map<std::uint64_t, Hash> roots_of(Ledger& ledger) {
  const auto size = Checkpoint::parse(SignedNote::parse(*ledger.public_resource("checkpoint"))->text)->size;
  std::map<std::uint64_t, Hash> roots;
  Frontier frontier;
  for (std::uint64_t tile = 0; frontier.size() < size; ++tile) {
    const auto leaves = ledger.public_resource(TilePath{false, 0, tile, width_in(size, 0, tile)}.text());
    for (std::size_t at = 0; at < leaves->size(); at += 32) {
      frontier.add(*Hash::from(std::string_view(*leaves).substr(at, 32)));
      roots[frontier.size()] = frontier.root();
    }
  }
  return roots;
}

class LedgerCrash : public ::testing::TestWithParam<store::Engine> {};
INSTANTIATE_TEST_SUITE_P(Engines, LedgerCrash, store::testing::engines(), store::testing::engine_name);

TEST_P(LedgerCrash, NoReceiptThatWasGivenIsEverContradicted) {
  store::testing::TempFolder folder;
  std::string where;  // PostgreSQL itself lives on; what its server still does for the dead process is part of the test
  if (GetParam() == store::Engine::postgresql) {
    auto& cluster = store::testing::PostgresCluster::of_this_process();
    where = cluster.where(cluster.create_database());
  }
  base::SystemRandom random;
  std::vector<std::string> receipts;
  const char* asked = std::getenv("ALTING_LEDGER_KILLS");
  const int kills = asked == nullptr ? 12 : std::atoi(asked);
  for (int kill = 0; kill < kills; ++kill) {
    const auto given = receipts_until_killed(folder.path(), where, std::chrono::milliseconds(random.below(60)));
    ASSERT_FALSE(given.empty());
    receipts.insert(receipts.end(), given.begin(), given.end());
  }
  Rig rig(folder.path(), where);
  const auto roots = roots_of(*rig.ledger);
  const auto key = rig.ledger->verifier_key();
  for (const auto& receipt : receipts) {
    const auto checkpoint = checkpoint_in(receipt);
    ASSERT_EQ(roots.at(checkpoint.size), checkpoint.root);  // its tree is the beginning of today's
  }
  for (std::size_t i = 0; i < receipts.size(); i += 1 + receipts.size() / 100) {
    const auto verification = verify_receipt(receipts[i], {}, {key});
    ASSERT_EQ(verification.overall, Verification::Overall::verified);
    const auto again = rig.ledger->receipt(*base::Uuid::parse(verification.entry.text("id")));
    ASSERT_TRUE(again);
    ASSERT_EQ(again->index, verification.index);
    ASSERT_EQ(verify_receipt(again->json, {}, {key}).overall, Verification::Overall::verified);
  }
  rig.ledger->flush();
  rig.ledger.reset();
  EXPECT_THAT(recheck(*rig.database, rig.vault.get(), folder.path() / "guard").faults, ::testing::IsEmpty());
}

}  // namespace
}  // namespace alting::ledger
