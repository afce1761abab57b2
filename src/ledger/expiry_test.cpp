// Ending entries by their retention: whole days go with their keys, and nothing else, through stops, kills and restores.
#include <gmock/gmock.h>

#include <limits>
#include <set>

#include "base/file.h"
#include "ledger/activity_feed.h"
#include "ledger/eraser.h"
#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"
#include "ledger/testing/activity_permit.h"
#include "ledger/testing/ledger_fixture.h"
#include "ledger/testing/sample_log.h"
#include "store/failpoint.h"
#include "store/row_reader.h"

namespace alting::ledger {
namespace {

using testing::activity_permit;
using ::testing::IsEmpty;
using testing::sample_submission;

constexpr auto no_end = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t day_zero = 20'775;  // 2026-11-18, in days since 1970

base::Instant at_day(std::int64_t day, std::int64_t hours = 12, std::int64_t minutes = 0) {
  return base::Instant{base::Duration::days(day_zero + day).micros} + base::Duration::hours(hours) +
         base::Duration::minutes(minutes);
}

NewEntry login_of(std::int64_t party) { return testing::sample_login(party, at_day(0)); }  // passing

NewEntry draft_of(std::int64_t party, std::int64_t actor) {  // passing, done by one for another: two keys
  auto entry = sample_submission();
  entry.kind = EventKind::instance_created;
  entry.party = terms::PartyId{party};
  entry.actor.party = {actor};
  entry.parameters = base::Json::object();
  entry.documents.clear();
  return entry;
}

class ExpiryTest : public testing::LedgerTest {
 protected:
  ~ExpiryTest() override { store::failpoint::disarm(); }
  void at(base::Instant now) { clock_.set(now); }
  base::Uuid add(NewEntry entry) {
    const auto id = receipt_of(std::move(entry)).entry_id;
    all_.push_back(id);
    return id;
  }
  Expired expire(base::Instant before, Retention retention = Retention::passing, std::int64_t max_count = no_end) {
    const auto done = ledger_->expire(retention, before, max_count);
    EXPECT_TRUE(done) << done.error().detail;
    return done.value_or(Expired{});
  }
  std::optional<EntryRow> row_of(const base::Uuid& id) {
    return db().read([&](store::Tx& tx) { return entry(tx, id); });
  }
  std::vector<SealedPart> parts_of(const base::Uuid& id) {
    std::vector<SealedPart> parts;
    const auto row = row_of(id);
    for (const auto* part : {&row->body, &row->actor})
      if (*part) parts.push_back(**part);
    return parts;
  }
  bool opens(const SealedPart& part) { return Sealer(*vault_).open(part).has_value(); }
  bool is_whole(const base::Uuid& id) {
    const auto receipt = ledger_->receipt(id);
    return receipt && verify(*receipt).overall == Verification::Overall::verified;
  }
  bool has_ended(const base::Uuid& id) {
    return parts_of(id).empty() && ledger_->receipt(id).error().code == "error.ledger.erased";
  }
  std::int64_t pending() {
    return db().read(
        [](store::Tx& tx) { return store::read_one<std::int64_t>(tx, "SELECT COUNT(*) FROM ledger_erasure"); });
  }
  std::vector<Activity> seen_by(std::int64_t party, int limit = 50) {
    std::vector<Activity> rows;
    ActivityQuery query{.limit = limit};
    do {
      auto page = ledger_->activity(activity_permit(party), query);
      EXPECT_TRUE(page.next.empty() || page.rows.size() == static_cast<std::size_t>(limit)) << "pages stay full";
      for (auto& row : page.rows) rows.push_back(std::move(row));
      query.after = page.next;
    } while (!query.after.empty());
    for (const auto& row : rows) EXPECT_TRUE(row.kind) << "no empty rows";
    return rows;
  }
  std::vector<base::Uuid> all_;
};
INSTANTIATE_TEST_SUITE_P(Engines, ExpiryTest, store::testing::engines(), store::testing::engine_name);

TEST_P(ExpiryTest, EndsThePassingEntriesOfTheDaysBeforeAndNothingElse) {
  at(at_day(0));
  open();
  const auto old_login = add(login_of(501)), draft = add(draft_of(902, 501)), sent = add(sample_submission());
  const auto keys = parts_of(draft);
  ASSERT_EQ(keys.size(), 2U);
  at(at_day(1));
  const auto young = add(login_of(501));
  at(at_day(400));
  const auto expired = expire(at_day(1, 1));
  EXPECT_EQ(expired.entries, 2);
  EXPECT_EQ(expired.keys, 2) << "what 902 and 501 share of that day";
  EXPECT_TRUE(has_ended(old_login));
  EXPECT_TRUE(has_ended(draft));
  for (const auto& key : keys) EXPECT_FALSE(opens(key)) << "from a copy of the database";
  EXPECT_TRUE(is_whole(sent)) << "a lasting one";
  EXPECT_TRUE(is_whole(young)) << "of the day after";
  EXPECT_EQ(pending(), 0);
  EXPECT_EQ(seen_by(501).size(), 1U);
  EXPECT_EQ(seen_by(902).size(), 1U);
  EXPECT_EQ(recheck(db(), vault_.get(), options_.guard).erased, 2);

  const auto again = expire(at_day(1, 1));
  EXPECT_EQ(again.entries, 0);
  EXPECT_EQ(again.keys, 0);
  EXPECT_EQ(expire(at_day(2, 1)).entries, 1);
  EXPECT_TRUE(has_ended(young));
  EXPECT_TRUE(is_whole(add(sample_submission()))) << "the log goes on";
}

TEST_P(ExpiryTest, ADayThatIsNotOverForAnHourIsRefused) {
  at(at_day(0));
  open();
  const auto login = add(login_of(501));
  for (const auto& [now, before] : {std::pair{at_day(0, 13), at_day(0, 12)},
                                    {at_day(1, 0, 59), at_day(0, 12)},
                                    {at_day(1, 0, 59), at_day(0, 0)},
                                    {at_day(1, 2), at_day(1, 1)},
                                    {at_day(1, 2), at_day(9)}}) {
    at(now);
    const auto refused = ledger_->expire(Retention::passing, before, no_end);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, base::ErrorKind::invalid);
    EXPECT_EQ(refused.error().code, "error.ledger.day_not_over");
  }
  EXPECT_TRUE(is_whole(login));
  at(at_day(1, 1));
  EXPECT_EQ(expire(at_day(0, 23, 59)).entries, 0) << "but a day is ended whole";
  EXPECT_TRUE(is_whole(login));
}

TEST_P(ExpiryTest, ADayEndsOnlyWhenTheHourAfterItIsBeforeToo) {
  at(at_day(0, 23, 59));
  open();
  const auto own = add(login_of(501));
  const auto late = ledger_->prepare(login_of(501));  // sealed before midnight, committed after it
  const auto lone = ledger_->prepare(draft_of(902, 501));
  at(at_day(1, 0, 20));
  for (const auto* one : {&late, &lone}) {
    const auto handle =
        *db().write([&](store::Tx& tx) -> base::Result<EntryHandle> { return ledger_->append(tx, *one); });
    ASSERT_TRUE(testing::awaited_receipt(*ledger_, handle));
  }
  ASSERT_EQ(parts_of(late.id)[0].key, parts_of(own)[0].key);
  const auto keys = parts_of(lone.id);
  const auto next = add(login_of(501));  // of the new day, under its own key
  ASSERT_NE(parts_of(next)[0].key, parts_of(own)[0].key);
  at(at_day(400));
  EXPECT_EQ(expire(at_day(1, 0, 59)).entries, 0);
  EXPECT_TRUE(is_whole(own));
  const auto expired = expire(at_day(1, 1));
  EXPECT_EQ(expired.entries, 3) << "what lies under the day's keys, whenever it was committed";
  EXPECT_TRUE(has_ended(own));
  EXPECT_TRUE(has_ended(late.id));
  EXPECT_TRUE(has_ended(lone.id));
  for (const auto& key : keys) EXPECT_FALSE(opens(key));
  EXPECT_TRUE(is_whole(next));
  EXPECT_EQ(pending(), 0);
}

TEST_P(ExpiryTest, WhatWasCommittedWhileTheClockStoodAheadHoldsUpNothingAndEndsInItsOwnTime) {
  at(at_day(0));
  open();
  const auto before = add(login_of(501));
  at(at_day(370));  // wrong by a year
  std::vector<base::Uuid> ahead, lasting{add(sample_submission())};
  for (int i = 0; i < 250; ++i) ahead.push_back(append(login_of(501)).id);  // more than a piece
  ledger_->flush();
  at(at_day(0, 13));
  const auto same_day = add(login_of(501));
  at(at_day(2));
  const auto later = add(login_of(501));
  ledger_->flush();

  at(at_day(3));
  EXPECT_EQ(expire(at_day(1, 1)).entries, 2);
  EXPECT_TRUE(has_ended(before));
  EXPECT_TRUE(has_ended(same_day)) << "which stands behind them";
  EXPECT_TRUE(is_whole(ahead.front()));
  EXPECT_TRUE(is_whole(ahead.back()));
  EXPECT_TRUE(is_whole(later));
  EXPECT_EQ(expire(at_day(1, 1)).entries, 0);
  reopen();
  at(at_day(4));
  EXPECT_EQ(expire(at_day(3, 1)).entries, 1) << "after a start too";
  EXPECT_TRUE(has_ended(later));
  EXPECT_TRUE(is_whole(ahead.front()));
  const auto young = add(login_of(501));

  at(at_day(380));  // when they are past, though not past their retention
  EXPECT_EQ(expire(at_day(5, 1)).entries, 1);
  EXPECT_TRUE(has_ended(young));
  EXPECT_TRUE(is_whole(ahead.front()));
  EXPECT_EQ(expire(at_day(370, 23)).entries, 0) << "not before their day is over";
  EXPECT_EQ(expire(at_day(371, 1)).entries, 250);
  for (const auto& id : ahead) EXPECT_TRUE(has_ended(id));
  EXPECT_TRUE(is_whole(lasting[0])) << "it has a rule of its own";
  EXPECT_EQ(pending(), 0);
  EXPECT_THAT(recheck(db(), vault_.get(), options_.guard).faults, IsEmpty());
}

TEST_P(ExpiryTest, WhatItSaidToThoseItConcernedEndsWithIt) {
  at(at_day(0));
  open();
  NewEntry listing{EventKind::agency_listed, at_day(0)};
  listing.actor = sample_submission().actor;
  listing.resource = "agency:dat";
  listing.concerns = {{{907}}, {{908}}};
  add(listing);
  auto lasting = testing::sample_delegation();
  lasting.concerns = {{{907}}};
  add(lasting);
  EXPECT_EQ(seen_by(907).size(), 2U);
  at(at_day(400));
  EXPECT_EQ(expire(at_day(1, 1)).entries, 1);
  EXPECT_EQ(seen_by(907).size(), 1U);
  EXPECT_TRUE(seen_by(908).empty());
  EXPECT_EQ(pending(), 0);
  EXPECT_EQ(expire(at_day(1, 1), Retention::lasting).entries, 1);
  EXPECT_TRUE(seen_by(907).empty());
}

TEST_P(ExpiryTest, LastingOnesEndByTheirOwnRuleAndWhatTheLogRestsOnNever) {
  at(at_day(0));
  open();
  const auto sent = add(sample_submission()), login = add(login_of(501));
  const auto parts = parts_of(sent);
  at(at_day(5));
  ASSERT_TRUE(ledger_->rotate_key());
  const auto later = add(sample_submission());
  at(at_day(4000));
  EXPECT_EQ(expire(at_day(4, 1), Retention::lasting).entries, 1);
  EXPECT_TRUE(has_ended(sent));
  for (const auto& part : parts) EXPECT_FALSE(opens(part));
  EXPECT_TRUE(is_whole(login)) << "it has a rule of its own";
  EXPECT_EQ(expire(at_day(40), Retention::lasting).entries, 1);
  EXPECT_TRUE(has_ended(later));
  EXPECT_EQ(recheck(db(), vault_.get(), options_.guard).erased, 2) << "neither log.created nor key.announced";
  reopen();
  EXPECT_TRUE(is_whole(add(sample_submission())));
}

TEST_P(ExpiryTest, WhatWasErasedInPartEndsToo) {
  at(at_day(0));
  open();
  const auto nobody = add(draft_of(902, 501)), gone = add(login_of(501)), unknown = add(login_of(503));
  at(at_day(3));
  ASSERT_TRUE(ledger_->erase({nobody}, ErasedPart::actor));
  ASSERT_TRUE(ledger_->erase({gone}, ErasedPart::entry));
  const auto left = parts_of(nobody);
  ASSERT_EQ(left.size(), 1U);
  ledger_->flush();
  ASSERT_TRUE(db().write([](store::Tx& tx) -> base::Status {  // then the entry itself says what it is
    tx.run("DELETE FROM ledger_activity WHERE party = 503");
    return {};
  }));
  at(at_day(400));
  EXPECT_EQ(expire(at_day(2)).entries, 2);
  EXPECT_TRUE(has_ended(nobody));
  EXPECT_TRUE(has_ended(unknown));
  EXPECT_FALSE(opens(left[0]));
  EXPECT_EQ(pending(), 0);
}

TEST_P(ExpiryTest, RowsThatACrashLeftUnwrittenDoNotComeBackForWhatHasEnded) {
  at(at_day(0));
  open();
  for (int i = 0; i < 5; ++i) add(login_of(501));
  add(sample_submission());
  at(at_day(400));
  EXPECT_EQ(expire(at_day(1, 1)).entries, 5);
  ASSERT_TRUE(db().write([](store::Tx& tx) -> base::Status {
    tx.run("DELETE FROM ledger_activity");
    tx.run("UPDATE ledger_indexed SET position = 0");
    return {};
  }));
  reopen();
  ledger_->flush();
  EXPECT_TRUE(seen_by(501).empty());
  EXPECT_EQ(seen_by(902).size(), 1U);
}

TEST_P(ExpiryTest, ManyDaysAndPartiesEndInPiecesAndAListBetweenThemStaysWhole) {
  at(at_day(0));
  open();
  int passing = 0, lasting = 0;
  std::set<base::Uuid> keys;
  for (int i = 0; i < 450; ++i) {
    if (i % 90 == 89) clock_.advance(base::Duration::days(1));
    auto entry = i % 9 == 0 ? sample_submission() : i % 2 == 0 ? login_of(501 + i % 7) : draft_of(902, 501 + i % 5);
    (i % 9 == 0 ? lasting : passing) += 1;
    append(std::move(entry));
  }
  ledger_->flush();
  EXPECT_EQ(seen_by(902, 20).size(), 225U + 25U);
  at(at_day(400));
  const auto expired = expire(at_day(10));
  EXPECT_EQ(expired.entries, passing);
  EXPECT_GT(expired.keys, 5);
  EXPECT_EQ(seen_by(902, 20).size(), static_cast<std::size_t>(lasting));
  EXPECT_TRUE(seen_by(503).empty());
  EXPECT_EQ(pending(), 0);
  EXPECT_EQ(recheck(db(), vault_.get(), options_.guard).erased, passing);
}

TEST_P(ExpiryTest, ALittleAtATimeUntilNoneIsLeft) {
  at(at_day(0));
  open();
  for (int i = 0; i < 450; ++i) append(draft_of(902, 501 + i % 300));
  ledger_->flush();
  at(at_day(400));
  Expired all;
  int calls = 0;
  for (Expired some{1, 0}; some.entries + some.keys > 0; ++calls) {
    some = expire(at_day(1, 1), Retention::passing, 100);
    EXPECT_LE(some.entries, 200);
    EXPECT_LE(some.keys, 500);
    all.entries += some.entries;
    all.keys += some.keys;
    EXPECT_THAT(recheck(db(), vault_.get(), options_.guard).faults, IsEmpty());
  }
  EXPECT_EQ(all.entries, 450);
  EXPECT_EQ(all.keys, 301);
  EXPECT_GT(calls, 3);
  EXPECT_EQ(pending(), 0);
}

TEST_P(ExpiryTest, StoppedBetweenTwoPiecesItGoesOnWhenAskedAgain) {
  at(at_day(0));
  open();
  for (int i = 0; i < 450; ++i) append(login_of(501 + i % 3));
  ledger_->flush();
  at(at_day(400));
  for (int stop = 0; stop < 2; ++stop) {
    store::failpoint::arm("ledger.expiry", store::failpoint::Action::error);
    EXPECT_THROW((void)ledger_->expire(Retention::passing, at_day(1, 1), no_end), store::DatabaseError);
    EXPECT_TRUE(store::failpoint::fired());
    store::failpoint::disarm();
    EXPECT_THAT(recheck(db(), vault_.get(), options_.guard).faults, IsEmpty());
  }
  reopen();
  EXPECT_GT(pending(), 0);
  EXPECT_EQ(expire(at_day(1, 1)).keys, 3) << "those of the runs that were stopped too";
  EXPECT_EQ(pending(), 0);
  for (const auto party : {501, 502, 503}) EXPECT_TRUE(seen_by(party).empty());
  EXPECT_EQ(recheck(db(), vault_.get(), options_.guard).erased, 450);
}

TEST_P(ExpiryTest, StoppedBetweenTheRowsAndTheirKeysTheKeysGoAllTheSame) {
  at(at_day(0));
  open();
  const auto login = add(login_of(501));
  const auto parts = parts_of(login);
  at(at_day(400));
  store::failpoint::arm("ledger.erasure", store::failpoint::Action::error);
  EXPECT_THROW((void)ledger_->expire(Retention::passing, at_day(1, 1), no_end), store::DatabaseError);
  store::failpoint::disarm();
  EXPECT_TRUE(has_ended(login));
  EXPECT_TRUE(opens(parts[0]));
  reopen();
  ledger_->flush();
  EXPECT_TRUE(opens(parts[0])) << "not yet: the rest of the days may still be ended";
  clock_.advance(base::Duration::days(2));
  ledger_->flush();
  EXPECT_FALSE(opens(parts[0])) << "though nobody asked again";
  EXPECT_EQ(pending(), 0);
}

TEST_P(ExpiryTest, EntriesOfALogThatHasEndedEndToo) {
  at(at_day(0));
  open();
  const auto login = add(login_of(501)), sent = add(sample_submission());
  ledger_.reset();
  ASSERT_TRUE(begin_new_origin(db(), clock_, random_, options_));
  open();
  const auto young = add(sample_submission());
  at(at_day(400));
  EXPECT_EQ(expire(at_day(1, 1)).entries, 1);
  EXPECT_TRUE(has_ended(login));
  EXPECT_TRUE(ledger_->receipt(sent));
  EXPECT_TRUE(is_whole(young));
}

TEST_P(ExpiryTest, TheListOutsideEndsThemAgainInAnOlderDatabase) {
  at(at_day(0));
  open();
  const auto login = add(login_of(501)), sent = add(sample_submission());
  auto old = std::vector{*row_of(login)};
  ledger_->flush();
  at(at_day(400));
  EXPECT_EQ(expire(at_day(1, 1)).entries, 1);
  ledger_.reset();
  // As it was before: the row under its key again, which only a keystore of then still has.
  auto emptied = old[0];
  emptied.body.reset();
  emptied.actor.reset();
  const auto fresh = Sealer(*vault_).seal("x");
  old[0].body->key = fresh.key;
  ASSERT_TRUE(db().write([&](store::Tx& tx) -> base::Status {
    EXPECT_TRUE(replace_parts(tx, emptied, old[0]));
    tx.run("DELETE FROM ledger_expired");
    tx.run(
        "INSERT INTO ledger_activity (place, entry_id, party, actor, at, kind, search) VALUES (?, ?, 501, 501, 0, "
        "'session.opened', '')",
        {place_of(old[0].log, *old[0].position), login});
    return {};
  }));
  const auto list = base::read_file(folder() / "erased", 1'000'000).value_or("");
  EXPECT_EQ(replay_erasures(db(), *vault_, clock_, {list}), 1);
  EXPECT_FALSE(opens(fresh));
  open();
  EXPECT_TRUE(has_ended(login));
  EXPECT_TRUE(is_whole(sent));
  EXPECT_TRUE(seen_by(501).empty());
  EXPECT_EQ(replay_erasures(db(), *vault_, clock_, {"1 expire passing 0 x\n1 expire other 0 1\nexpire torn"}), 0);
}

}  // namespace
}  // namespace alting::ledger
