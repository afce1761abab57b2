// The ledger on both engines: what is promised in ledger.h, over restarts, lost checkpoint stores and erasures.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "base/file.h"
#include "ledger/checkpoint.h"
#include "ledger/checkpoint_guard.h"
#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"
#include "ledger/log_store.h"
#include "ledger/recheck.h"
#include "ledger/testing/activity_permit.h"
#include "ledger/testing/ledger_fixture.h"
#include "ledger/testing/sample_log.h"
#include "ledger/tiles.h"
#include "ledger/verify.h"
#include "store/failpoint.h"
#include "store/testing/query_plan.h"

namespace alting::ledger {
namespace {

using testing::LedgerTest;
using testing::sample_submission;

INSTANTIATE_TEST_SUITE_P(Engines, LedgerTest, store::testing::engines(), store::testing::engine_name);

TEST_P(LedgerTest, TheReceiptOfAnEntryVerifiesAtOnceAndLater) {
  open();
  const auto receipt = receipt_of(sample_submission());
  EXPECT_EQ(receipt.index, 1);  // after log.created
  EXPECT_EQ(verify(receipt).overall, Verification::Overall::verified);
  EXPECT_EQ(verify(receipt).disclosed.text("party.name"), "Fjellbris \"Regnskap\" AS");
  for (int i = 0; i < 299; ++i) append(sample_submission());
  receipt_of(sample_submission());
  const auto later = ledger_->receipt(receipt.entry_id);
  ASSERT_TRUE(later);
  EXPECT_EQ(later->index, 1);
  EXPECT_EQ(verify(*later).overall, Verification::Overall::verified);
  EXPECT_EQ(verify(*later).tree_size, 302);
  EXPECT_EQ(verify(*later).disclosed, verify(receipt).disclosed);
}

TEST_P(LedgerTest, AfterADiskFaultTheLastEntryGetsItsReceiptWithoutAnother) {
  open();
  store::failpoint::arm("guard.write", store::failpoint::Action::error);
  const auto handle = append(sample_submission());
  ASSERT_FALSE(ledger_->await_receipt(handle));
  store::failpoint::arm("guard.write", store::failpoint::Action::error);
  ledger_->flush();
  EXPECT_TRUE(store::failpoint::fired()) << "it was tried, and failed again";
  EXPECT_EQ(ledger_->receipt(handle.id).error().code, "error.ledger.proof_follows");
  store::failpoint::disarm();
  ledger_->flush();
  const auto late = ledger_->receipt(handle.id);
  ASSERT_TRUE(late);
  EXPECT_EQ(verify(*late).overall, Verification::Overall::verified);
}

TEST_P(LedgerTest, AfterADiskFaultTheNextTreeProvesWhatHadNoReceipt) {
  open();
  store::failpoint::arm("guard.sync", store::failpoint::Action::error);
  const auto handle = append(sample_submission());
  const auto early = ledger_->await_receipt(handle);
  store::failpoint::disarm();
  ASSERT_FALSE(early) << "nothing is signed that the checkpoint store may have lost";
  EXPECT_EQ(early.error().code, "error.ledger.proof_follows");
  EXPECT_EQ(verify(receipt_of(sample_submission())).overall, Verification::Overall::verified);
  const auto late = ledger_->receipt(handle.id);
  ASSERT_TRUE(late);
  EXPECT_EQ(verify(*late).overall, Verification::Overall::verified);
  reopen();
  EXPECT_TRUE(ledger_->receipt(handle.id));
}

TEST_P(LedgerTest, ATransactionThatFailsLeavesNoEntry) {
  open();
  const auto prepared = ledger_->prepare(sample_submission());
  const auto failed = db().write([&](store::Tx& tx) -> base::Status {
    ledger_->append(tx, prepared);
    return base::make_error(base::ErrorKind::conflict, "error.test");
  });
  EXPECT_FALSE(failed);
  EXPECT_EQ(receipt_of(sample_submission()).index, 1);
}

TEST_P(LedgerTest, WhatTheCatalogueDoesNotDeclareIsADefect) {
  open();
  auto entry = sample_submission();
  entry.parameters.set("note", "x");
  EXPECT_THROW((void)append(entry), std::logic_error);
  EXPECT_EQ(receipt_of(sample_submission()).index, 1);
}

TEST_P(LedgerTest, ManyThreadsGetReceiptsOfOneTree) {
  open();
  constexpr int threads = 8, each = 40;
  std::vector<std::vector<Receipt>> receipts(threads);
  {
    std::vector<std::jthread> running;
    for (int t = 0; t < threads; ++t)
      running.emplace_back([&, t] {
        for (int i = 0; i < each; ++i) receipts[static_cast<std::size_t>(t)].push_back(receipt_of(sample_submission()));
      });
  }
  std::set<std::int64_t> indexes;
  std::map<std::int64_t, std::string> roots;
  for (const auto& some : receipts)
    for (const auto& one : some) {
      const auto verification = verify(one);
      ASSERT_EQ(verification.overall, Verification::Overall::verified);
      indexes.insert(one.index);
      const auto proof = TlogProof::parse(base::Json::parse(one.json)->text("proof"));
      const auto checkpoint = Checkpoint::parse(SignedNote::parse(proof->checkpoint)->text);
      const auto root = base::to_hex(checkpoint->root.view());
      ASSERT_TRUE(roots.try_emplace(verification.tree_size, root).first->second == root);
    }
  EXPECT_EQ(indexes.size(), static_cast<std::size_t>(threads * each));
  EXPECT_EQ(*indexes.rbegin(), threads * each);
}

TEST_P(LedgerTest, GoesOnAfterARestart) {
  open();
  const auto key = ledger_->verifier_key();
  const auto before = receipt_of(sample_submission());
  for (int i = 0; i < 260; ++i) append(sample_submission());
  ledger_->flush();
  const auto checkpoint = ledger_->public_resource("checkpoint");
  reopen();
  EXPECT_EQ(ledger_->verifier_key(), key);
  EXPECT_EQ(ledger_->public_resource("checkpoint").value(), checkpoint.value());
  EXPECT_EQ(receipt_of(sample_submission()).index, 262);
  EXPECT_EQ(verify(*ledger_->receipt(before.entry_id)).overall, Verification::Overall::verified);
}

TEST_P(LedgerTest, ADatabaseBehindTheCheckpointStoreIsRefused) {
  open();
  receipt_of(sample_submission());
  ledger_.reset();
  {
    auto guard = CheckpointGuard::open(options_.guard);
    guard->swap(guard->stored(), {guard->stored().origin, 7, leaf_hash("later")});
  }
  whole_ = false;
  EXPECT_EQ(compare_with_guard(db(), options_.guard).error().code, "error.ledger.behind");
  EXPECT_EQ(compare_with_guard(db(), folder() / "nowhere").error().code, "error.ledger.guard_missing");
  const auto refused = make();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "error.ledger.behind");
  EXPECT_THAT(refused.error().detail, ::testing::HasSubstr("alting log new-origin"));
  EXPECT_FALSE(recheck(db(), vault_.get(), options_.guard).faults.empty());
}

TEST_P(LedgerTest, ACheckpointStoreWithAnotherTreeHaltsTheSigningAndLosesNoEntry) {
  open();
  const auto before = receipt_of(sample_submission());
  const auto saved = base::read_file(options_.guard, 16384).value();
  {
    std::fstream file(options_.guard,
                      std::ios::in | std::ios::out | std::ios::binary);  // as if another process had stored its tree
    file << std::string(8192, '#');
  }
  const auto handle = append(sample_submission());
  EXPECT_EQ(ledger_->await_receipt(handle).error().code, "error.ledger.proof_follows");
  EXPECT_EQ(ledger_->await_receipt(append(sample_submission())).error().kind, base::ErrorKind::unavailable);
  EXPECT_EQ(verify(*ledger_->receipt(before.entry_id)).overall, Verification::Overall::verified);
  ledger_.reset();
  base::write_file_durably(options_.guard, saved);  // the operator has brought it back
  reopen();
  ledger_->flush();
  const auto later = ledger_->receipt(handle.id);
  ASSERT_TRUE(later) << later.error().detail;
  EXPECT_EQ(verify(*later).overall, Verification::Overall::verified);
  EXPECT_EQ(receipt_of(sample_submission()).index, 4);
}

TEST_P(LedgerTest, AnotherHistoryThanTheSignedOneIsRefused) {
  open();
  receipt_of(sample_submission());
  ledger_.reset();
  {
    auto guard = CheckpointGuard::open(options_.guard);
    guard->swap(guard->stored(), {guard->stored().origin, guard->stored().size, leaf_hash("another")});
  }
  whole_ = false;
  EXPECT_EQ(make().error().code, "error.ledger.forked");
}

TEST_P(LedgerTest, AMissingCheckpointStoreAnotherModeAndAMissingKeyAreRefused) {
  open();
  receipt_of(sample_submission());
  ledger_.reset();
  auto other = options_;
  other.mode = terms::Mode::production;
  EXPECT_EQ(make_ledger(db(), *vault_, clock_, random_, other).error().code, "error.ledger.mode");
  other = options_;
  other.keys = folder() / "nowhere";
  EXPECT_EQ(make_ledger(db(), *vault_, clock_, random_, other).error().code, "error.ledger.key");
  other = options_;
  EXPECT_TRUE(compare_with_guard(db(), options_.guard));
  other.guard = folder() / "no-guard";
  EXPECT_EQ(make_ledger(db(), *vault_, clock_, random_, other).error().code, "error.ledger.guard_missing");
}

TEST_P(LedgerTest, ANewOriginBeginsANewLogAndOldReceiptsStillVerify) {
  open();
  const auto old = receipt_of(sample_submission());
  const auto old_key = ledger_->verifier_key();
  ledger_.reset();
  {
    auto guard = CheckpointGuard::open(options_.guard);
    guard->swap(guard->stored(), {guard->stored().origin, 9, leaf_hash("lost")});
  }
  ASSERT_FALSE(make());
  const auto origin = begin_new_origin(db(), clock_, random_, options_);
  ASSERT_TRUE(origin) << origin.error().detail;
  EXPECT_EQ(*origin, "log.example/alting/2/test");
  open();
  EXPECT_EQ(ledger_->origin(), *origin);
  EXPECT_EQ(receipt_of(sample_submission()).index, 1);
  EXPECT_EQ(verify_receipt(old.json, {}, {old_key}).overall, Verification::Overall::verified);
  const auto again = ledger_->receipt(old.entry_id);
  ASSERT_TRUE(again) << again.error().detail;
  EXPECT_EQ(verify_receipt(again->json, {}, {old_key}).overall, Verification::Overall::verified);
  EXPECT_EQ(verify(*again).overall, Verification::Overall::signer_unknown);
}

// The database is set back each time, and each time something else is all that knows of the logs begun since.
TEST_P(LedgerTest, ANewOriginNeverTakesANumberThatWasTakenBefore) {
  open();
  receipt_of(sample_submission());
  ledger_.reset();
  whole_ = false;
  const auto set_back = [&] {
    EXPECT_TRUE(db().write([](store::Tx& tx) -> base::Status {
      tx.run("DELETE FROM ledger_indexed WHERE log > 1");
      tx.run("DELETE FROM ledger_key WHERE log > 1");
      tx.run("DELETE FROM ledger_log WHERE log > 1");
      return {};
    }));
  };
  const auto begin = [&] { return begin_new_origin(db(), clock_, random_, options_).value_or("refused"); };
  const auto first = base::read_file(options_.guard, 16384).value();
  EXPECT_EQ(begin(), "log.example/alting/2/test");
  const auto old_key = base::read_file(options_.keys / "2-0.key", 4096).value();
  set_back();
  std::filesystem::remove(options_.keys / "2-0.key");  // only the checkpoint store knows
  EXPECT_EQ(begin(), "log.example/alting/3/test");
  set_back();
  std::filesystem::remove(options_.keys / "3-0.key");
  base::write_file_durably(options_.guard, first);  // only a kept copy knows, and only of the second
  EXPECT_EQ(begin(), "log.example/alting/3/test");
  set_back();
  for (const auto& entry : std::filesystem::directory_iterator(folder())) {
    if (entry.path().stem() == "guard" && entry.path().extension() != ".lock") std::filesystem::remove(entry.path());
  }
  base::write_file_durably(options_.guard, first);
  base::write_file_durably(options_.keys / "8-1.key", old_key);  // only the keys know
  EXPECT_EQ(begin(), "log.example/alting/9/test");
  open();
  EXPECT_EQ(ledger_->origin(), "log.example/alting/9/test");
  EXPECT_EQ(receipt_of(sample_submission()).index, 1);
}

TEST_P(LedgerTest, ANewKeyIsTrustedThroughTheOld) {
  open();
  const auto old_key = ledger_->verifier_key();
  receipt_of(sample_submission());
  const auto rotated = ledger_->rotate_key();
  ASSERT_TRUE(rotated) << rotated.error().detail;
  EXPECT_EQ(ledger_->verifier_key(), *rotated);
  const auto during = receipt_of(sample_submission());
  EXPECT_EQ(SignedNote::parse(*ledger_->public_resource("checkpoint"))->signatures.size(), 2U);
  clock_.advance(base::Duration::days(91));
  const auto after = receipt_of(sample_submission());
  EXPECT_EQ(SignedNote::parse(*ledger_->public_resource("checkpoint"))->signatures.size(), 1U);
  for (const auto& receipt : {during, after})
    for (const auto& key : {old_key, *rotated})
      EXPECT_EQ(verify_receipt(receipt.json, {}, {key}).overall, Verification::Overall::verified);
  reopen();
  EXPECT_EQ(ledger_->verifier_key(), *rotated);
  EXPECT_EQ(verify_receipt(receipt_of(sample_submission()).json, {}, {old_key}).overall,
            Verification::Overall::verified);
}

TEST_P(LedgerTest, AKeyWhoseAnnouncementACrashLeftUnprovedIsProvedAtTheNextStart) {
  open();
  const auto old_key = ledger_->verifier_key();
  const auto rotated = ledger_->rotate_key();
  ASSERT_TRUE(rotated);
  receipt_of(sample_submission());
  ASSERT_TRUE(db().write([](store::Tx& tx) -> base::Status {
    tx.run("UPDATE ledger_key SET statement = NULL WHERE number = 1");
    return {};
  }));
  reopen();
  EXPECT_EQ(ledger_->verifier_key(), *rotated);
  clock_.advance(base::Duration::days(91));
  EXPECT_EQ(verify_receipt(receipt_of(sample_submission()).json, {}, {old_key}).overall,
            Verification::Overall::verified);
}

TEST_P(LedgerTest, AKeyThatWasAnnouncedButNeverCameIntoUseIsAnnouncedAgain) {
  open();
  const auto old_key = ledger_->verifier_key();
  const auto vkey = ledger_->rotate_key();
  ASSERT_TRUE(vkey);
  ledger_.reset();
  ASSERT_TRUE(db().write([](store::Tx& tx) -> base::Status {  // a crash of PostgreSQL's sequencer left the announcement
                                                              // without a place
    tx.run(
        "INSERT INTO ledger_entry (entry_id, log, commitment, committed_at) "
        "SELECT '0191f7a0-9999-7abc-8def-000000000009', 99, commitment, committed_at FROM ledger_entry WHERE position "
        "= 0");
    tx.run(
        "UPDATE ledger_key SET statement = NULL, entry_id = '0191f7a0-9999-7abc-8def-000000000009' WHERE number = 1");
    return {};
  }));
  open();
  EXPECT_EQ(ledger_->verifier_key(), old_key);
  EXPECT_EQ(verify(receipt_of(sample_submission())).overall, Verification::Overall::verified);
  EXPECT_EQ(ledger_->rotate_key().value(), *vkey);
  EXPECT_EQ(verify_receipt(receipt_of(sample_submission()).json, {}, {old_key}).overall,
            Verification::Overall::verified);
}

TEST_P(LedgerTest, TheTilesGiveTheRootOfTheCheckpoint) {
  open();
  for (int i = 0; i < 299; ++i) append(sample_submission());
  ledger_->flush();
  const auto note = SignedNote::parse(ledger_->public_resource("checkpoint").value());
  const auto checkpoint = Checkpoint::parse(note->text);
  ASSERT_EQ(checkpoint->size, 300U);
  const auto first = ledger_->public_resource("tile/0/000"), rest = ledger_->public_resource("tile/0/001.p/44");
  ASSERT_TRUE(first && rest);
  ASSERT_EQ(first->size(), 8192U);
  Frontier frontier;
  const std::string leaves = *first + *rest;
  for (std::size_t at = 0; at < leaves.size(); at += 32) frontier.add(*Hash::from(leaves.substr(at, 32)));
  EXPECT_EQ(frontier.root(), checkpoint->root);
  EXPECT_EQ(*ledger_->public_resource("tile/1/000.p/1"), std::string(Tile::from(*first)->node(8, 0).view()));
  const auto bundle = ledger_->public_resource("tile/entries/001.p/44");
  ASSERT_TRUE(bundle);
  ASSERT_EQ(bundle->size(), 44U * 34);
  for (std::size_t i = 0; i < 44; ++i) {
    EXPECT_EQ(bundle->substr(34 * i, 2), std::string("\0\x20", 2));
    EXPECT_EQ(leaf_hash(bundle->substr(34 * i + 2, 32)).view(), rest->substr(32 * i, 32));
  }
  for (const char* missing : {"tile/0/001", "tile/0/001.p/45", "tile/0/002.p/1", "tile/1/000.p/2", "tile/2/000.p/1",
                              "tile/entries/001", "x", ""})
    EXPECT_FALSE(ledger_->public_resource(missing)) << missing;
  EXPECT_TRUE(ledger_->public_resource("tile/0/000.p/17"));
}

class ActivityTest : public LedgerTest {
 protected:
  static terms::Actor person() { return sample_submission().actor; }
  static terms::Permit permit(std::int64_t party, std::string resource = "party") {
    return access::Decider::permit(person(), {party}, std::move(resource), terms::Action::read_activity);
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, ActivityTest, store::testing::engines(), store::testing::engine_name);

TEST_P(ActivityTest, ShowsWhatWasDoneForThePartyByWhomAndOnWhatGround) {
  open();
  auto read = entry_for(EventKind::agency_read, permit(902, "app:dat/avviksmelding"), clock_.now());
  read.actor.name = "Saksbehandler Sand";
  read.actor.party = {700};
  read.agency = "dat";
  read.set(parameter::reference, "AR-2026-000123");
  const auto submitted = receipt_of(sample_submission());
  receipt_of(read);
  for (const bool written : {false, true}) {
    if (written) ledger_->flush();
    const auto page = ledger_->activity(permit(902), {});
    ASSERT_EQ(page.rows.size(), 2U);
    EXPECT_EQ(page.next, "");
    EXPECT_EQ(page.rows[0].kind, EventKind::agency_read);
    EXPECT_TRUE(page.rows[0].actor_is_agency);
    EXPECT_EQ(page.rows[0].actor_name, "Saksbehandler Sand");
    EXPECT_EQ(page.rows[1].entry_id, submitted.entry_id);
    EXPECT_EQ(page.rows[1].actor_name, "Ærlig Åse Øystad");
    EXPECT_EQ(page.rows[1].party_name, "Fjellbris \"Regnskap\" AS");
    EXPECT_EQ(page.rows[1].evidence.text("role"), "DAGL");
    EXPECT_EQ(page.rows[1].index, submitted.index);
    EXPECT_EQ(ledger_->activity(permit(903), {}).rows.size(), 0U);
    EXPECT_EQ(ledger_->activity(permit(902), {.actor = terms::PartyId{501}}).rows.size(), 1U);
    for (const char* search : {"øystad", "AR-2026-000123", "avvik", "form sent", "innsendt avvik", "SKJEMA"})
      EXPECT_GE(ledger_->activity(permit(902), {.search = search}).rows.size(),
                search == std::string_view("innsendt avvik") ? 0U : 1U)
          << search;
    for (const char* nothing : {"nobody", "Sand"})  // an agency's staff are not found by their names
      EXPECT_EQ(ledger_->activity(permit(902), {.search = nothing}).rows.size(), 0U) << nothing;
    EXPECT_EQ(ledger_->activity(permit(902), {.search = "%"}).rows.size(),
              ledger_->activity(permit(902), {.search = "_"}).rows.size());
    EXPECT_EQ(ledger_->activity(permit(902), {.kind = EventKind::agency_read}).rows.size(), 1U);
  }
}

TEST_P(ActivityTest, OfResourcesLeftOutNothingIsFoundAndNoPageGoesOnForThem) {
  open();
  const auto of = [&](const char* resource) {
    return entry_for(EventKind::agency_read, permit(902, resource), clock_.now());
  };
  for (int i = 0; i < 30; ++i) {
    append(of("app:dat/hemmelig"));
    append(of("app:dat/hemmelighet"));
    if (i == 15) ledger_->flush();
  }
  for (const bool written : {false, true}) {
    if (written) ledger_->flush();
    ActivityQuery query{.kind = EventKind::agency_read, .without = {"app:dat/hemmelig"}, .limit = 20};
    std::size_t seen = 0;
    do {
      const auto page = ledger_->activity(permit(902), query);
      for (const auto& row : page.rows) EXPECT_EQ(row.resource, "app:dat/hemmelighet");
      EXPECT_TRUE(page.next.empty() || page.rows.size() == 20) << "a page is full before it goes on";
      seen += page.rows.size();
      query.after = page.next;
    } while (!query.after.empty());
    EXPECT_EQ(seen, written || GetParam() == store::Engine::sqlite ? 30U : seen);
    const auto none = ledger_->activity(
        permit(902), {.search = "hemmelig", .without = {"app:dat/hemmelig", "app:dat/hemmelighet"}, .limit = 1});
    EXPECT_TRUE(none.rows.empty());
    EXPECT_EQ(none.next, "");
  }
}

TEST_P(ActivityTest, OfAnErasedActorTheEntryItselfSaysWhatItIsOf) {
  open();
  std::vector<base::Uuid> entries;
  for (int i = 0; i < 12; ++i) {
    const auto receipt = receipt_of(sample_submission());
    if (i % 4 != 0) entries.push_back(receipt.entry_id);
  }
  ledger_->flush();
  const auto resource = ledger_->activity(permit(902), {}).rows.at(0).resource;
  ASSERT_TRUE(ledger_->erase(entries, ErasedPart::actor));
  const auto page =
      ledger_->activity(permit(902), {.kind = EventKind::submission_received, .without = {resource}, .limit = 2});
  EXPECT_TRUE(page.rows.empty());
  EXPECT_EQ(page.next, "");
}

TEST_P(ActivityTest, PagesHoldEveryRowOnceWhileNewOnesCome) {
  open();
  for (int i = 0; i < 50; ++i) append(sample_submission());
  ledger_->flush();
  for (int i = 0; i < 25; ++i) append(sample_submission());
  std::set<base::Uuid> seen;
  std::string after;
  int pages = 0;
  do {
    const auto page = ledger_->activity(permit(902), {.after = after, .limit = 10});
    for (const auto& row : page.rows) EXPECT_TRUE(seen.insert(row.entry_id).second);
    after = page.next;
    append(sample_submission());
    if (pages == 3) ledger_->flush();
    ++pages;
  } while (!after.empty());
  EXPECT_GE(seen.size(), GetParam() == store::Engine::sqlite ? 75U : 50U);
  EXPECT_TRUE(ledger_->activity(permit(902), {.after = "nonsense"}).rows.empty());
}

TEST_P(ActivityTest, AskingForAnotherPartyThanThePermitsIsADefect) {
  open();
  EXPECT_THROW((void)ledger_->activity(permit(902), {.party = terms::PartyId{903}}), std::logic_error);
  EXPECT_THROW((void)ledger_->activity(permit(902), {.actor = terms::PartyId{903}}), std::logic_error);
  const auto other = access::Decider::permit(person(), {902}, "party", terms::Action::read);
  EXPECT_THROW((void)ledger_->activity(other, {}), std::logic_error);
}

TEST_P(ActivityTest, OwnReadsAreOneRecordForEachSessionAndSurviveAClose) {
  open();
  for (int i = 0; i < 5; ++i) ledger_->note_own_read(permit(902, "app:dat/avviksmelding"));
  ledger_->note_own_read(permit(904, "app:dat/avviksmelding"));
  ledger_->flush();
  EXPECT_EQ(ledger_->activity(permit(902), {}).rows.size(), 1U);
  ledger_->note_own_read(permit(902, "app:dat/veiledning"));
  reopen();
  EXPECT_EQ(ledger_->activity(permit(902), {}).rows.size(), 2U);
}

TEST_P(ActivityTest, RowsThatACrashLeftUnwrittenAreMadeAgain) {
  open();
  for (int i = 0; i < 20; ++i) append(sample_submission());
  ledger_->flush();
  ASSERT_TRUE(db().write([](store::Tx& tx) -> base::Status {
    tx.run("DELETE FROM ledger_activity WHERE place % 2 = 1");
    tx.run("UPDATE ledger_indexed SET position = 0");
    return {};
  }));
  reopen();
  ledger_->flush();
  EXPECT_EQ(ledger_->activity(permit(902), {}).rows.size(), 20U);
}

TEST_P(ActivityTest, AnErasedEntryLeavesANumberAndItsNeighboursStayWhole) {
  open();
  const auto one = receipt_of(sample_submission()), other = receipt_of(sample_submission());
  ASSERT_TRUE(ledger_->erase({one.entry_id}, ErasedPart::entry));
  EXPECT_EQ(ledger_->receipt(one.entry_id).error().kind, base::ErrorKind::gone);
  EXPECT_EQ(verify(*ledger_->receipt(other.entry_id)).overall, Verification::Overall::verified);
  EXPECT_EQ(verify(one).overall, Verification::Overall::verified);  // who has the receipt keeps it
  EXPECT_EQ(ledger_->activity(permit(902), {}).rows.size(), 1U);
  EXPECT_EQ(recheck(db(), vault_.get(), options_.guard).erased, 1);
  receipt_of(sample_submission());
}

TEST_P(ActivityTest, ErasingReadsNoTableFromEndToEnd) {
  open();
  if (GetParam() == store::Engine::postgresql) return;  // its planner reads small tables whole, and rightly
  const auto plan = [&](std::string_view sql, std::initializer_list<store::Value> values) {
    return db().read([&](store::Tx& tx) { return store::testing::query_plan(tx, sql, values); });
  };
  const auto under = plan(select_entries_sharing, {nullptr, nullptr, 100});
  EXPECT_THAT(under, ::testing::HasSubstr("ledger_entry_body_key"));
  EXPECT_THAT(under, ::testing::HasSubstr("ledger_entry_actor_key"));
  EXPECT_THAT(under, ::testing::Not(::testing::HasSubstr("SCAN")));
}

TEST_P(ActivityTest, AnErasedActorLeavesAnEntryThatStillVerifies) {
  open();
  const auto one = receipt_of(sample_submission()), other = receipt_of(sample_submission());
  ASSERT_TRUE(ledger_->erase({one.entry_id}, ErasedPart::actor));
  const auto verification = verify(*ledger_->receipt(one.entry_id));
  EXPECT_EQ(verification.overall, Verification::Overall::verified);
  EXPECT_EQ(verification.disclosed.find("actor.name"), nullptr);
  EXPECT_EQ(verification.disclosed.text("party.name"), "Fjellbris \"Regnskap\" AS");
  EXPECT_EQ(verify(*ledger_->receipt(other.entry_id)).disclosed.text("actor.name"), "Ærlig Åse Øystad");
  EXPECT_EQ(ledger_->activity(permit(902), {.search = "øystad"}).rows.size(), 1U);
}

TEST_P(LedgerTest, TheRecheckTellsHowFarItIsAndStopsWhenItIsTold) {
  open();
  for (int i = 0; i < 1200; ++i) append(sample_submission());
  ledger_->flush();
  std::vector<std::int64_t> seen;
  const auto whole = recheck(db(), nullptr, {}, [&](const RecheckProgress& progress) {
    EXPECT_EQ(progress.of, 1201);
    seen.push_back(progress.entries);
    return true;
  });
  EXPECT_THAT(seen, ::testing::ElementsAre(500, 1000, 1201));
  EXPECT_FALSE(whole.stopped);
  EXPECT_EQ(whole.entries, 1201);
  EXPECT_TRUE(recheck(db(), nullptr, {}, [](const RecheckProgress&) { return false; }).stopped);
}

TEST_P(LedgerTest, AChangedLeafTileOrEntryIsFoundByTheRecheck) {
  open();
  for (int i = 0; i < 260; ++i) append(sample_submission());
  ledger_->flush();
  ledger_.reset();
  EXPECT_THAT(recheck(db(), vault_.get(), options_.guard).faults, ::testing::IsEmpty());
  const auto faults_after = [&](std::string_view sql) {  // each adds to those before
    EXPECT_TRUE(db().write([&](store::Tx& tx) -> base::Status {
      tx.run(sql);
      return {};
    }));
    return recheck(db(), vault_.get(), options_.guard).faults;
  };
  using ::testing::Contains;
  using ::testing::HasSubstr;
  EXPECT_THAT(faults_after("UPDATE ledger_entry SET body = actor_body WHERE position = 9"),
              Contains(HasSubstr("entry 9 cannot be opened")));
  EXPECT_THAT(faults_after("UPDATE ledger_tile SET number = 7"), Contains(HasSubstr("tile 0 of level 0")));
  EXPECT_THAT(faults_after("UPDATE ledger_entry SET commitment = (SELECT root FROM ledger_tile) WHERE position = 3"),
              Contains(HasSubstr("entry 3 is not the one that was committed")));
  EXPECT_THAT(recheck(db()).faults, Contains(HasSubstr("do not give the root")));
  EXPECT_THAT(faults_after("UPDATE ledger_entry SET position = 5000 WHERE position = 258"),
              Contains(HasSubstr("entry 258 is missing")));
  whole_ = false;
}

}  // namespace
}  // namespace alting::ledger
