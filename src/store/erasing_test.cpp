// Erasing for one holder, for all, and many at once, on a keystore of today and on one that an earlier release made.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include <fmt/format.h>

#include "base/file.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "crypto/seal.h"
#include "store/failpoint.h"
#include "store/keystore_migrations.h"
#include "store/migrate.h"
#include "store/row_reader.h"
#include "store/sqlite.h"
#include "store/testing/holders.h"
#include "store/testing/query_plan.h"
#include "store/testing/temp_database.h"
#include "store/vault.h"

namespace alting::store {
namespace {

using testing::agency, testing::party;
const Holder neighbour = "party:500012345";  // begins as the party does

enum class Form { of_today, landed };  // landed: its wraps are under the master key, from before there were epochs

class ErasingTest : public ::testing::TestWithParam<Form> {
 protected:
  ErasingTest() {
    if (GetParam() == Form::landed) make_landed();
    open();
  }
  ~ErasingTest() override { failpoint::disarm(); }
  [[nodiscard]] std::filesystem::path keystore() const { return temp.path() / "keystore.db"; }
  [[nodiscard]] std::filesystem::path list() const { return temp.path() / "erasures"; }

  std::unique_ptr<Vault> open_at(const std::filesystem::path& database, const std::filesystem::path& erasures) {
    return open_vault({.keystore = database,
                       .blobs = temp.path() / "blobs",
                       .erasure_list = erasures,
                       .epochs = temp.path() / "epochs"},
                      crypto::SecretBytes(std::string(32, 'm')), random, clock);
  }
  void open() {
    vault.reset();
    vault = open_at(keystore(), list());
  }

  // A document of both, as the first release wrapped its key.
  void make_landed() {
    const auto database = open_sqlite(keystore(), {.name = "keystore"});
    const auto all = keystore_migrations();
    migrate(*database, clock, {{all.room, all.all.first(1)}});
    const auto key = crypto::SecretBytes::random(random, 32);
    const auto id = base::Uuid::v7(random, clock.now());
    const base::Bytes octets(id.view());
    (void)database->write([&](Tx& tx) -> base::Status {
      for (const auto& holder : {party, agency}) {
        const auto under = crypto::hkdf_sha256(std::string(32, 'm'), {}, "alting key wrap 1 " + holder, 32);
        const auto wrap = crypto::seal(under, key.reveal(), octets + holder, random);
        tx.run("INSERT INTO key_wrap (key_id, holder, wrap, created_at) VALUES (?, ?, ?, ?)",
               {Value::octets(octets), holder, Value::octets(wrap), clock.now()});
      }
      return {};
    });
    documents.push_back({id, crypto::seal(key, "innhold", id.text(), random), crypto::sha256("innhold")});
  }
  void seal_some(int count, const std::vector<Holder>& holders) {
    const std::vector<SealRequest> requests(static_cast<std::size_t>(count), SealRequest{"innhold", holders});
    auto sealed = vault->seal_all(requests).value();
    for (auto& one : sealed) documents.push_back(std::move(one));
  }
  [[nodiscard]] std::vector<base::Uuid> keys() const {
    std::vector<base::Uuid> ids;
    for (const auto& one : documents) ids.push_back(one.key_id);
    return ids;
  }
  int open_for(const Holder& holder, Vault* with = nullptr) {
    int count = 0;
    for (const auto& one : documents)
      count +=
          (with != nullptr ? *with : *vault).open(one.key_id, one.ciphertext, holder).value_or("") == "innhold" ? 1 : 0;
    return count;
  }
  [[nodiscard]] int all() const { return static_cast<int>(documents.size()); }
  [[nodiscard]] int landed() const { return GetParam() == Form::landed ? 1 : 0; }

  // How many of the wraps of these documents are in the keystore's files, in whole.
  std::vector<base::Bytes> wraps() {
    const auto reader = temp.path() / "copy.db";
    std::filesystem::remove(reader);
    vault->back_up_keystore(reader);
    const auto copy = open_sqlite(reader, {.name = "copy"});
    return copy->read([](Tx& tx) {
      std::vector<base::Bytes> found;
      for (const auto& row : tx.query("SELECT wrap FROM key_wrap WHERE holder <> 'check'"))
        found.push_back(read_one<base::Bytes>(row));
      return found;
    });
  }
  std::size_t left_in_files(const std::vector<base::Bytes>& wraps) {
    std::string octets;
    for (const auto* name : {"keystore.db", "keystore.db-wal"})
      octets += base::read_file(temp.path() / name, std::size_t{1} << 30).value_or("");
    std::size_t left = 0;
    for (const auto& wrap : wraps) left += octets.find(wrap) != std::string::npos ? 1 : 0;
    return left;
  }
  int lines_for(const Holder& holder) {
    const auto text = base::read_file(list(), std::size_t{1} << 30).value_or("");
    int count = 0;
    for (const auto line : base::split(text, '\n')) count += line.ends_with(" " + holder) ? 1 : 0;
    return count;
  }

  base::SystemRandom random;
  base::ManualClock clock{{1'790'000'000'000'000}};
  testing::TempFolder temp;
  std::unique_ptr<Vault> vault;
  std::vector<SealedDocument> documents;
};
INSTANTIATE_TEST_SUITE_P(Keystores, ErasingTest, ::testing::Values(Form::of_today, Form::landed),
                         [](const auto& form) { return form.param == Form::landed ? "landed" : "of_today"; });

TEST_P(ErasingTest, all_that_one_holder_has_goes_and_no_other_holders_copy) {
  seal_some(1'300, {party, agency});
  seal_some(3, {neighbour});
  const int own = all() - 3;
  EXPECT_EQ(open_for(party), own);  // and now in the cache
  EXPECT_EQ(vault->erase_by_holder(party), own);
  EXPECT_EQ(open_for(party), 0);
  EXPECT_EQ(open_for(agency), own);
  EXPECT_EQ(open_for(neighbour), 3) << "whose name begins the same";
  EXPECT_EQ(lines_for(party), own);
  EXPECT_EQ(vault->erase_by_holder(party), 0) << "again";
  open();
  EXPECT_EQ(open_for(party), 0);
  EXPECT_EQ(open_for(agency), own);
}

TEST_P(ErasingTest, what_the_holder_gets_afterwards_stays) {
  seal_some(2, {party});
  EXPECT_EQ(vault->erase_by_holder(party), 2 + landed());
  clock.advance(base::Duration::seconds(1));
  const auto before = documents.size();
  seal_some(2, {party});
  documents.erase(documents.begin(), documents.begin() + static_cast<std::ptrdiff_t>(before));
  EXPECT_EQ(open_for(party), 2);
}

TEST_P(ErasingTest, what_the_holder_got_while_the_clock_stood_ahead_goes_too) {
  seal_some(2, {party, agency});
  clock.advance(base::Duration::days(365));
  seal_some(600, {party, agency});
  clock.advance(base::Duration::days(-366));  // and behind the first
  seal_some(2, {party, agency});
  EXPECT_EQ(vault->erase_by_holder(party), all());
  EXPECT_EQ(open_for(party), 0);
  EXPECT_EQ(open_for(agency), all());
  EXPECT_EQ(vault->erase_by_holder(party), 0);
}

TEST_P(ErasingTest, the_keystores_own_row_is_no_holders) {
  EXPECT_EQ(vault->erase_by_holder("check"), 0);
  EXPECT_NO_THROW(open());
}

TEST_P(ErasingTest, everywhere_means_every_holder_in_one_go) {
  seal_some(1'200, {party, agency, neighbour});
  const auto before = wraps();
  const auto kept = documents.back();
  documents.pop_back();
  vault->erase_everywhere(keys());
  for (const auto& holder : {party, agency, neighbour}) EXPECT_EQ(open_for(holder), 0) << holder;
  EXPECT_EQ(lines_for(party), all());
  EXPECT_EQ(lines_for(agency), all());
  EXPECT_EQ(left_in_files(before), 3U) << "those of the one that was not named";
  EXPECT_EQ(*vault->open(kept.key_id, kept.ciphertext, agency), "innhold");
  vault->erase_everywhere(keys());  // there is none any more
  EXPECT_EQ(lines_for(party), all());
}

TEST_P(ErasingTest, a_batch_wipes_once_and_at_its_end_only) {
  seal_some(20, {party, agency});
  const auto before = wraps();
  failpoint::arm("erasure.wipe", failpoint::Action::error, 2);  // not reached: there is one
  auto batch = vault->begin_erasures();
  for (const auto& id : keys()) batch->erase({id}, party);
  batch->erase_everywhere(keys());
  EXPECT_EQ(open_for(party) + open_for(agency), 0) << "done, but for the wipe";
  EXPECT_GT(left_in_files(before), 0U);
  batch->finish();
  EXPECT_EQ(left_in_files(before), 0U);
  batch.reset();
  EXPECT_FALSE(failpoint::fired());
}

TEST_P(ErasingTest, a_batch_that_nobody_finished_wipes_when_it_goes) {
  seal_some(20, {party});
  const auto before = wraps();
  vault->begin_erasures()->erase(keys(), party);
  EXPECT_EQ(left_in_files(before), static_cast<std::size_t>(landed())) << "the agency's";
}

TEST_P(ErasingTest, a_batch_that_erased_nothing_costs_no_wipe) {
  failpoint::arm("erasure.wipe", failpoint::Action::error);
  EXPECT_EQ(vault->erase_by_holder("party:nobody"), 0);
  vault->erase({}, party);
  vault->begin_erasures()->finish();
  EXPECT_FALSE(failpoint::fired());
}

TEST_P(ErasingTest, the_list_of_all_pieces_is_replayed_on_an_older_keystore) {
  seal_some(1'100, {party, agency});
  vault->back_up_keystore(temp.path() / "old.db");
  (void)vault->erase_by_holder(party);
  const auto lines = base::read_file(list(), std::size_t{1} << 30).value_or("");
  const auto old = open_at(temp.path() / "old.db", temp.path() / "other-list");
  EXPECT_EQ(open_for(party, old.get()), all());
  EXPECT_EQ(old->replay_erasures(lines), all());
  EXPECT_EQ(open_for(party, old.get()), 0);
  EXPECT_EQ(open_for(agency, old.get()), all());
}

struct StepOfPiece {
  const char* name;
  int piece;  // of those of 500
};

TEST_P(ErasingTest, a_piece_that_fails_leaves_the_rest_and_is_carried_on) {
  for (const auto& step :
       {StepOfPiece{"erasure.list", 2}, StepOfPiece{"keystore.commit", 2}, StepOfPiece{"keystore.committed", 2}}) {
    seal_some(1'300, {party, agency});
    failpoint::arm(step.name, failpoint::Action::error, step.piece);
    EXPECT_THROW((void)vault->erase_by_holder(party), DatabaseError) << step.name;
    EXPECT_TRUE(failpoint::fired()) << step.name;
    failpoint::disarm();
    const int left = open_for(party);
    EXPECT_EQ(left % 500, all() % 500) << step.name << ": whole pieces only";
    EXPECT_LT(left, all()) << step.name;
    EXPECT_EQ(open_for(agency), all()) << step.name;
    EXPECT_EQ(vault->erase_by_holder(party), left) << step.name;
    EXPECT_EQ(open_for(party), 0) << step.name;
    EXPECT_GE(lines_for(party), all()) << step.name;
    vault->erase_everywhere(keys());
    documents.clear();
    std::filesystem::remove(list());
  }
}

TEST_P(ErasingTest, everywhere_killed_between_its_pieces_is_carried_on_and_what_is_left_was_in_no_way_erased) {
  seal_some(1'300, {party, agency});
  vault.reset();
  for (const auto& step :
       {StepOfPiece{"erasure.list", 2}, StepOfPiece{"keystore.commit", 2}, StepOfPiece{"erasure.wipe", 1}}) {
    EXPECT_EXIT(
        {
          open();
          failpoint::arm(step.name, failpoint::Action::kill, step.piece);
          vault->erase_everywhere(keys());
        },
        ::testing::KilledBySignal(SIGKILL), "")
        << step.name;
    open();
    EXPECT_EQ(open_for(party), open_for(agency)) << step.name << ": a document is erased for all or for none";
    EXPECT_GE(lines_for(party), all() - open_for(party)) << step.name;
    vault.reset();
  }
  open();
  const auto before = wraps();
  vault->erase_everywhere(keys());
  EXPECT_EQ(open_for(party) + open_for(agency), 0);
  EXPECT_EQ(left_in_files(before), 0U);
}

TEST_P(ErasingTest, the_wipe_of_a_killed_batch_is_done_by_the_next_start) {
  seal_some(50, {party});
  const auto before = wraps();
  vault.reset();
  EXPECT_EXIT(
      {
        open();
        failpoint::arm("erasure.wipe", failpoint::Action::kill);
        (void)vault->erase_by_holder(party);
      },
      ::testing::KilledBySignal(SIGKILL), "");
  open();
  EXPECT_EQ(open_for(party), 0);
  EXPECT_EQ(left_in_files(before), static_cast<std::size_t>(landed()));
}

TEST_P(ErasingTest, a_holders_keys_are_found_without_reading_the_others) {
  vault.reset();
  const auto database = open_sqlite(keystore(), {.name = "keystore"});
  const auto plan = database->read([](Tx& tx) {
    return testing::query_plan(tx,
                               "SELECT key_id FROM key_wrap WHERE holder = ? AND key_id > ? ORDER BY key_id LIMIT ?",
                               {"x", Value::octets("y"), 1});
  });
  EXPECT_THAT(plan, ::testing::HasSubstr("key_wrap_holder"));
  EXPECT_THAT(plan, ::testing::Not(::testing::HasSubstr("SCAN")));
  EXPECT_THAT(plan, ::testing::Not(::testing::HasSubstr("TEMP B-TREE")));
}

}  // namespace
}  // namespace alting::store
