// Forgetting: what is erased is gone and nothing else, through kills, two at once, and restores of an older database.
#include "ledger/eraser.h"

#include <gmock/gmock.h>

#include <latch>
#include <thread>

#include "base/file.h"
#include "ledger/activity_feed.h"
#include "ledger/event_kinds.h"
#include "ledger/testing/ledger_fixture.h"
#include "ledger/testing/sample_log.h"
#include "store/backup.h"
#include "store/data_folder.h"
#include "store/failpoint.h"
#include "store/row_reader.h"

namespace alting::ledger {
namespace {

using testing::sample_login;
using testing::sample_submission;

std::optional<EntryRow> row_of(store::Database& database, const base::Uuid& id) {
  return database.read([&](store::Tx& tx) { return entry(tx, id); });
}

std::vector<SealedPart> parts_of(store::Database& database, const base::Uuid& id) {
  std::vector<SealedPart> parts;
  const auto row = row_of(database, id);
  if (row && row->body) parts.push_back(*row->body);
  if (row && row->actor) parts.push_back(*row->actor);
  return parts;
}

bool can_be_opened(store::Database& database, store::Vault& vault, const base::Uuid& id) {
  Sealer sealer(vault);
  const auto row = row_of(database, id);
  return row && open_entry(sealer, *row);
}

// As releases before this one left them: lasting, but under one key.
void share_a_key(store::Database& database, store::Vault& vault, base::Instant day,
                 const std::vector<base::Uuid>& ids) {
  Sealer sealer(vault);
  for (const auto& id : ids) {
    const auto before = *row_of(database, id);
    auto after = before;
    const auto text = *open_entry(sealer, before);
    after.body = sealer.seal_shared(7, day, pack_entry(text, true));
    after.actor.reset();
    after.shares_key = true;
    ASSERT_TRUE(database.write([&](store::Tx& tx) -> base::Status {
      EXPECT_TRUE(replace_parts(tx, before, after));
      return {};
    }));
  }
}

class ErasureTest : public testing::LedgerTest {
 protected:
  bool any_opens(const std::vector<SealedPart>& parts) {
    Sealer sealer(*vault_);
    return std::any_of(parts.begin(), parts.end(), [&](const auto& part) { return sealer.open(part).has_value(); });
  }
  bool is_whole(const Receipt& given) {
    const auto receipt = ledger_->receipt(given.entry_id);
    return receipt && verify(*receipt).overall == Verification::Overall::verified &&
           verify(*receipt).disclosed.find("actor.name") != nullptr;
  }
  std::int64_t pending() {
    return db().read(
        [](store::Tx& tx) { return store::read_one<std::int64_t>(tx, "SELECT COUNT(*) FROM ledger_erasure"); });
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, ErasureTest, store::testing::engines(), store::testing::engine_name);

TEST_P(ErasureTest, ALastingEntryHasKeysOfItsOwnWhichGoAtOnce) {
  open();
  const auto one = receipt_of(sample_submission()), other = receipt_of(sample_submission());
  const auto parts = parts_of(db(), one.entry_id), others = parts_of(db(), other.entry_id);
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_NE(parts[0].key, parts[1].key);
  EXPECT_NE(parts[0].key, others[0].key);
  EXPECT_NE(parts[1].key, others[1].key);
  ASSERT_TRUE(ledger_->erase({one.entry_id}, ErasedPart::entry));
  EXPECT_FALSE(any_opens(parts)) << "from a copy of the database";
  EXPECT_EQ(pending(), 0);
  EXPECT_EQ(parts_of(db(), other.entry_id)[0].key, others[0].key) << "a neighbour is not touched";
  EXPECT_TRUE(is_whole(other));
  ASSERT_TRUE(ledger_->erase({one.entry_id}, ErasedPart::entry)) << "again";
}

TEST_P(ErasureTest, WhoActedIsForgottenWithTheirPartsKeyAndTheRestStaysUnderItsOwn) {
  open();
  const auto one = receipt_of(sample_submission());
  const auto parts = parts_of(db(), one.entry_id);
  ASSERT_TRUE(ledger_->erase({one.entry_id}, ErasedPart::actor));
  EXPECT_FALSE(any_opens({parts[1]}));
  ASSERT_EQ(parts_of(db(), one.entry_id).size(), 1U);
  EXPECT_EQ(parts_of(db(), one.entry_id)[0].key, parts[0].key);
  Sealer sealer(*vault_);
  EXPECT_EQ(open_entry(sealer, *row_of(db(), one.entry_id))->actor, 0);
  EXPECT_EQ(verify(*ledger_->receipt(one.entry_id)).disclosed.text("party.name"), "Fjellbris \"Regnskap\" AS");
}

TEST_P(ErasureTest, APassingEntrysKeyGoesAfterItsDayAndItsNeighboursStay) {
  open();
  const auto one = receipt_of(sample_login()), other = receipt_of(sample_login());
  const auto parts = parts_of(db(), one.entry_id);
  ASSERT_EQ(parts[0].key, parts_of(db(), other.entry_id)[0].key);
  ASSERT_TRUE(ledger_->erase({one.entry_id}, ErasedPart::entry));
  EXPECT_EQ(ledger_->receipt(one.entry_id).error().kind, base::ErrorKind::gone);
  EXPECT_TRUE(parts_of(db(), one.entry_id).empty());
  const auto late = receipt_of(sample_login());  // still under the same key
  ASSERT_EQ(parts_of(db(), late.entry_id)[0].key, parts[0].key);
  ledger_->flush();
  EXPECT_TRUE(any_opens(parts)) << "others are being sealed under it";
  EXPECT_EQ(pending(), 1);
  clock_.advance(base::Duration::hours(26));
  ledger_->flush();
  EXPECT_FALSE(any_opens(parts));
  EXPECT_EQ(pending(), 0);
  EXPECT_TRUE(is_whole(other));
  EXPECT_TRUE(is_whole(late));
}

TEST_P(ErasureTest, EntriesOfAnEarlierReleaseThatShareAKeyAreErasedOneByOne) {
  open();
  std::vector<base::Uuid> ids;
  for (int i = 0; i < 230; ++i) ids.push_back(receipt_of(sample_submission()).entry_id);
  share_a_key(db(), *vault_, clock_.now(), ids);
  clock_.advance(base::Duration::days(2));
  const auto parts = parts_of(db(), ids[0]);
  ASSERT_TRUE(ledger_->erase({ids[0]}, ErasedPart::entry));
  ASSERT_TRUE(ledger_->erase({ids[1]}, ErasedPart::actor));
  EXPECT_FALSE(any_opens(parts));
  EXPECT_EQ(ledger_->receipt(ids[0]).error().kind, base::ErrorKind::gone);
  EXPECT_EQ(verify(*ledger_->receipt(ids[1])).disclosed.find("actor.name"), nullptr);
  for (std::size_t i = 2; i < ids.size(); ++i)
    ASSERT_EQ(verify(*ledger_->receipt(ids[i])).disclosed.text("actor.name"), "Ærlig Åse Øystad");
}

TEST_P(ErasureTest, StoppedBetweenTheRowAndItsKeyAnErasureGoesOnAtTheNextStart) {
  open();
  const auto one = receipt_of(sample_submission());
  const auto parts = parts_of(db(), one.entry_id);
  store::failpoint::arm("ledger.erasure", store::failpoint::Action::error);
  EXPECT_THROW((void)ledger_->erase({one.entry_id}, ErasedPart::entry), store::DatabaseError);
  store::failpoint::disarm();
  EXPECT_TRUE(parts_of(db(), one.entry_id).empty());
  EXPECT_TRUE(any_opens(parts));
  EXPECT_EQ(pending(), 2);
  reopen();
  ledger_->flush();
  EXPECT_FALSE(any_opens(parts));
  EXPECT_EQ(pending(), 0);
}

TEST_P(ErasureTest, AskedAgainAfterItWasStoppedAnErasureIsDoneWhenItSaysSo) {
  open();
  const auto one = receipt_of(sample_submission());
  const auto parts = parts_of(db(), one.entry_id);
  store::failpoint::arm("ledger.erasure", store::failpoint::Action::error);
  EXPECT_THROW((void)ledger_->erase({one.entry_id}, ErasedPart::entry), store::DatabaseError);
  store::failpoint::disarm();
  ASSERT_TRUE(ledger_->erase({one.entry_id}, ErasedPart::entry));
  EXPECT_FALSE(any_opens(parts));
}

TEST_P(ErasureTest, TwoAtOnceOfOneKeyBringNothingBack) {
  open();
  for (int round = 0; round < 10; ++round) {
    const auto day = clock_.now();
    std::vector<base::Uuid> ids;
    for (int i = 0; i < 6; ++i) ids.push_back(receipt_of(sample_submission()).entry_id);
    share_a_key(db(), *vault_, day, ids);
    clock_.advance(base::Duration::days(2));
    Sealer elsewhere(*vault_);  // as another process would
    Eraser other(db(), *vault_, elsewhere, clock_);
    std::latch both(2);
    {
      std::jthread first([&] {
        both.arrive_and_wait();
        EXPECT_TRUE(ledger_->erase({ids[0]}, ErasedPart::entry));
      });
      std::jthread second([&] {
        both.arrive_and_wait();
        EXPECT_TRUE(other.erase({ids[1]}, ErasedPart::entry));
      });
    }
    for (int i = 0; i < 2; ++i) EXPECT_TRUE(parts_of(db(), ids[static_cast<std::size_t>(i)]).empty());
    for (std::size_t i = 2; i < ids.size(); ++i) EXPECT_TRUE(can_be_opened(db(), *vault_, ids[i]));
  }
}

TEST_P(ErasureTest, ARowThatWasErasedMeanwhileIsNotWrittenBack) {
  open();
  const auto one = receipt_of(sample_submission());
  const auto before = *row_of(db(), one.entry_id);
  ASSERT_TRUE(ledger_->erase({one.entry_id}, ErasedPart::entry));
  EXPECT_FALSE(*db().write([&](store::Tx& tx) -> base::Result<bool> { return replace_parts(tx, before, before); }));
  EXPECT_TRUE(parts_of(db(), one.entry_id).empty());
}

// A live data folder with a log, backed up and restored.
class RestoredErasureTest : public ::testing::TestWithParam<store::Engine> {
 protected:
  RestoredErasureTest() {
    live_ = folder("live");
    auto made = make_ledger(live_->database(), live_->vault(), clock_, random_,
                            {.origin = "log.example/alting",
                             .keys = live_->keys() / "log",
                             .guard = live_->outside() / "checkpoint",
                             .background = false});
    if (!made) throw std::runtime_error(made.error().detail);
    ledger_ = std::move(*made);
  }
  ~RestoredErasureTest() override {
    ledger_.reset();
    live_.reset();
    restored_.reset();
    for (const auto& name : databases_) store::testing::PostgresCluster::of_this_process().drop_database(name);
  }
  std::string new_database() {
    if (GetParam() == store::Engine::sqlite) return "";
    auto& cluster = store::testing::PostgresCluster::of_this_process();
    databases_.push_back(cluster.create_database());
    return cluster.where(databases_.back());
  }
  std::unique_ptr<store::DataFolder> folder(const std::string& name) {
    auto opened = store::DataFolder::open(
        {.path = temp_.path() / name, .mode = terms::Mode::test, .postgresql = new_database()}, random_, clock_);
    if (!opened) throw std::runtime_error(opened.error().detail);
    store::migrate((*opened)->database(), clock_, {store::migrations(), migrations()});
    return std::move(*opened);
  }
  base::Uuid add(const NewEntry& entry) {
    const auto prepared = ledger_->prepare(entry);
    const auto handle = live_->database().write(
        [&](store::Tx& tx) -> base::Result<EntryHandle> { return ledger_->append(tx, prepared); });
    ledger_->flush();
    return handle->id;
  }
  void back_up() {
    auto report = store::back_up(*live_, {.target = temp_.path() / "backups"}, clock_);
    if (!report) throw std::runtime_error(report.error().detail);
    backup_ = report->folder;
    clock_.advance(base::Duration::seconds(1));
  }
  void restore(bool with_present_keystore = false) {
    store::RestoreOptions options{
        .backup = backup_,
        .keys = live_->keys(),
        .into = {.path = temp_.path() / "restored", .mode = terms::Mode::test, .postgresql = new_database()},
        .erasure_lists = {live_->erasure_list()},
        .erase_again = [&](store::DataFolder& restored, const std::vector<base::Bytes>& lists) {
          store::migrate(restored.database(), clock_, {store::migrations(), migrations()});
          replay_erasures(restored.database(), restored.vault(), clock_, lists);
        }};
    if (with_present_keystore) {
      options.keystore = temp_.path() / "present-keystore.db";
      live_->vault().back_up_keystore(options.keystore);
    }
    const auto report = store::restore(options, random_, clock_);
    ASSERT_TRUE(report) << report.error().detail;
    auto opened = store::DataFolder::open(options.into, random_, clock_);
    ASSERT_TRUE(opened);
    restored_ = std::move(*opened);
  }
  bool restored_opens(const base::Uuid& id) { return can_be_opened(restored_->database(), restored_->vault(), id); }
  bool a_key_opens(const std::vector<SealedPart>& parts) {
    Sealer sealer(restored_->vault());
    return std::any_of(parts.begin(), parts.end(), [&](const auto& part) { return sealer.open(part).has_value(); });
  }
  base::SystemRandom random_;
  base::ManualClock clock_{{1'795'000'000'000'000}};
  store::testing::TempFolder temp_;
  std::vector<std::string> databases_;
  std::unique_ptr<store::DataFolder> live_, restored_;
  std::unique_ptr<Ledger> ledger_;
  std::filesystem::path backup_;
};
INSTANTIATE_TEST_SUITE_P(Engines, RestoredErasureTest, store::testing::engines(), store::testing::engine_name);

TEST_P(RestoredErasureTest, AnOlderDatabaseLosesWhatWasErasedAndNothingElse) {
  const auto erased = add(sample_submission()), neighbour = add(sample_submission()), actor = add(sample_submission());
  const auto parts = parts_of(live_->database(), erased);
  back_up();
  ASSERT_TRUE(ledger_->erase({erased}, ErasedPart::entry));
  ASSERT_TRUE(ledger_->erase({actor}, ErasedPart::actor));
  restore();
  EXPECT_TRUE(parts_of(restored_->database(), erased).empty());
  EXPECT_FALSE(a_key_opens(parts));
  EXPECT_TRUE(restored_opens(neighbour));
  EXPECT_TRUE(restored_opens(actor));
  EXPECT_EQ(parts_of(restored_->database(), actor).size(), 1U);
}

TEST_P(RestoredErasureTest, AnOlderDatabaseBesideThePresentKeystoreLosesNothingElseEither) {
  const auto erased = add(sample_submission()), neighbour = add(sample_submission()), actor = add(sample_submission());
  back_up();
  ASSERT_TRUE(ledger_->erase({erased}, ErasedPart::entry));
  ASSERT_TRUE(ledger_->erase({actor}, ErasedPart::actor));
  restore(true);
  EXPECT_FALSE(restored_opens(erased));
  EXPECT_TRUE(restored_opens(neighbour));
  EXPECT_TRUE(restored_opens(actor));
}

TEST_P(RestoredErasureTest, WhatSharedAKeyWithTheErasedStaysAlsoWhereTheErasedIsNotInTheBackup) {
  const auto neighbour = add(sample_login());
  back_up();
  const auto erased = add(sample_login());
  const auto parts = parts_of(live_->database(), erased);
  ASSERT_EQ(parts[0].key, parts_of(live_->database(), neighbour)[0].key);
  ASSERT_TRUE(ledger_->erase({erased}, ErasedPart::entry));
  clock_.advance(base::Duration::days(2));
  ledger_->flush();
  restore();
  EXPECT_FALSE(a_key_opens(parts));
  EXPECT_TRUE(restored_opens(neighbour));
}

TEST_P(RestoredErasureTest, EntriesOfAnEarlierReleaseAreErasedAgainAndTheirNeighboursStay) {
  std::vector<base::Uuid> ids;
  for (int i = 0; i < 4; ++i) ids.push_back(add(sample_submission()));
  share_a_key(live_->database(), live_->vault(), clock_.now(), ids);
  clock_.advance(base::Duration::days(2));
  back_up();
  ASSERT_TRUE(ledger_->erase({ids[0]}, ErasedPart::entry));
  ASSERT_TRUE(ledger_->erase({ids[1]}, ErasedPart::entry));  // was sealed again meanwhile, under another key
  restore();
  EXPECT_TRUE(parts_of(restored_->database(), ids[0]).empty());
  EXPECT_TRUE(parts_of(restored_->database(), ids[1]).empty());
  EXPECT_TRUE(restored_opens(ids[2]));
  EXPECT_TRUE(restored_opens(ids[3]));
}

TEST_P(RestoredErasureTest, AListOfAnEarlierReleaseThatHoldsKeysOnlyIsStillDoneAgain) {
  const auto erased = add(sample_submission());
  const auto parts = parts_of(live_->database(), erased);
  back_up();
  base::write_file_durably(live_->erasure_list(), "1795000000000000 " + parts[0].key.text() + " log\nentry torn off\n");
  restore();
  EXPECT_FALSE(restored_opens(erased));
}

TEST_P(RestoredErasureTest, WhatOnePartySawIsErasedAgainAndTheOthersKeepTheirs) {
  auto delegation = testing::sample_delegation();
  delegation.concerns = {{{907}}, {{908}}};
  const auto recipients = add(delegation), givers = add(delegation);
  back_up();
  ASSERT_TRUE(ledger_->erase_for({recipients}, {907}));
  ASSERT_TRUE(ledger_->erase_for({givers}, {902}));
  restore();
  const auto parties_of = [&](const base::Uuid& id) {
    std::vector<std::int64_t> parties;
    for (const auto& row : restored_->database().read([&](store::Tx& tx) { return concerned_by(tx, id); }))
      if (a_key_opens({row.part})) parties.push_back(row.party);
    return parties;
  };
  EXPECT_THAT(parties_of(recipients), ::testing::ElementsAre(908));
  EXPECT_TRUE(restored_opens(recipients));
  EXPECT_THAT(parties_of(givers), ::testing::ElementsAre(907, 908));
  EXPECT_FALSE(restored_opens(givers));
  EXPECT_FALSE(row_of(restored_->database(), givers)->body);
}

TEST_P(RestoredErasureTest, WhatWasPastItsRetentionEndsAgain) {
  const auto login = add(sample_login()), sent = add(sample_submission());
  const auto parts = parts_of(live_->database(), login);
  clock_.advance(base::Duration::days(400));
  const auto late = add(sample_login());
  back_up();
  const auto expired =
      ledger_->expire(Retention::passing, clock_.now() - base::Duration::days(365), std::int64_t{1'000'000});
  ASSERT_TRUE(expired);
  EXPECT_EQ(expired->entries, 1);
  restore();
  EXPECT_TRUE(parts_of(restored_->database(), login).empty());
  EXPECT_FALSE(a_key_opens(parts));
  EXPECT_TRUE(restored_opens(sent));
  EXPECT_TRUE(restored_opens(late));
}

TEST_P(RestoredErasureTest, AnErasureThatWasStoppedBeforeItsKeysWentIsDoneAgain) {
  const auto erased = add(sample_submission());
  const auto parts = parts_of(live_->database(), erased);
  back_up();
  store::failpoint::arm("ledger.erasure", store::failpoint::Action::error);
  EXPECT_THROW((void)ledger_->erase({erased}, ErasedPart::entry), store::DatabaseError);
  store::failpoint::disarm();
  restore();
  EXPECT_TRUE(parts_of(restored_->database(), erased).empty());
  EXPECT_FALSE(a_key_opens(parts));
}

}  // namespace
}  // namespace alting::ledger
