// An entry that concerns several parties: each sees it, with what is theirs to see, and each part is forgotten by itself.
#include "ledger/concerned.h"

#include <gmock/gmock.h>

#include <set>

#include "ledger/activity_feed.h"
#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"
#include "ledger/testing/activity_permit.h"
#include "ledger/testing/ledger_fixture.h"
#include "ledger/testing/sample_log.h"
#include "store/row_reader.h"
#include "store/testing/query_plan.h"

namespace alting::ledger {
namespace {

using testing::activity_permit;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::sample_delegation;
using testing::sample_login;
using testing::sample_submission;

constexpr std::int64_t giver = 902, recipient = 907, witness = 908;

NewEntry delegation() {
  auto entry = sample_delegation();
  entry.concerns = {{{recipient}, {parameter::role}, {parameter::recipient, parameter::recipient_name}}, {{witness}}};
  return entry;
}

NewEntry listing(std::vector<std::int64_t> parties) {  // passing
  NewEntry entry{EventKind::agency_listed, {1'795'000'000'123'456}};
  entry.actor = sample_submission().actor;
  entry.actor.name = "Saksbehandler Sand";
  entry.actor.party = {700};
  entry.resource = "agency:dat";
  entry.agency = "dat";
  entry.evidence = terms::Evidence{"agency", "SAKSB", "etat:7", "", 3};
  entry.set(parameter::count, static_cast<std::int64_t>(parties.size()));
  for (const auto party : parties) entry.concerns.push_back({{party}});
  return entry;
}

class ConcernedTest : public testing::LedgerTest {
 protected:
  std::vector<Activity> seen_by(std::int64_t party, ActivityQuery query = {}) {
    return ledger_->activity(activity_permit(party), query).rows;
  }
  std::vector<ConcernedRow> parts_of(const base::Uuid& id) {
    return db().read([&](store::Tx& tx) { return concerned_by(tx, id); });
  }
  std::optional<EntryRow> row_of(const base::Uuid& id) {
    return db().read([&](store::Tx& tx) { return entry(tx, id); });
  }
  bool opens(const SealedPart& part) { return Sealer(*vault_).open(part).has_value(); }
  std::int64_t pending() {
    return db().read(
        [](store::Tx& tx) { return store::read_one<std::int64_t>(tx, "SELECT COUNT(*) FROM ledger_erasure"); });
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, ConcernedTest, store::testing::engines(), store::testing::engine_name);

TEST_P(ConcernedTest, OneSeesThePartyAndNoPersonWhereThatIsSaid) {
  open();
  auto entry = delegation();
  entry.concerns = {Concerned{.party = {recipient}}, Concerned{.party = {witness}, .without_actor = true}};
  const auto name = entry.actor.name, party_name = entry.party_name;
  ASSERT_NE(name, party_name);
  (void)receipt_of(std::move(entry));
  for (const bool written : {false, true}) {
    if (written) ledger_->flush();
    const auto named = seen_by(recipient), unnamed = seen_by(witness);
    ASSERT_EQ(named.size(), 1U);
    ASSERT_EQ(unnamed.size(), 1U);
    EXPECT_EQ(named[0].actor_name, name);
    EXPECT_EQ(unnamed[0].actor_name, party_name);
    ActivityQuery query;
    query.search = name;
    EXPECT_EQ(seen_by(recipient, query).size(), 1U);
    EXPECT_TRUE(seen_by(witness, query).empty()) << "nor is it found by the name";
  }
  EXPECT_THAT(recheck(db(), vault_.get()).faults, IsEmpty());
}

TEST_P(ConcernedTest, ASystemIsNamedWithWhoActsForItAndBothAreForgottenTogether) {
  open();
  auto entry = delegation();
  entry.actor.kind = terms::ActorKind::system;
  entry.actor.supplier = "310000002";
  const auto receipt = receipt_of(std::move(entry));
  const auto read = base::Json::parse(receipt.json).value();
  EXPECT_EQ(read["disclosed"]["actor.supplier"].text("value"), "310000002");
  EXPECT_EQ(read["entry"]["actor"].text("supplier").size(), 44U) << "a digest, as of a name";
  for (const bool written : {false, true}) {
    if (written) ledger_->flush();
    for (const auto party : {giver, recipient}) {
      const auto seen = seen_by(party);
      ASSERT_EQ(seen.size(), 1U);
      EXPECT_EQ(seen.front().actor_kind, terms::ActorKind::system);
      EXPECT_EQ(seen.front().supplier, "310000002");
    }
  }
  EXPECT_THAT(recheck(db(), vault_.get()).faults, IsEmpty());
  ASSERT_TRUE(ledger_->erase({receipt.entry_id}, ErasedPart::actor));
  for (const auto party : {giver, recipient}) {
    EXPECT_EQ(seen_by(party).front().supplier, "");
    EXPECT_EQ(seen_by(party).front().actor_name, "");
  }
}

TEST_P(ConcernedTest, EachSeesItWithWhatIsTheirsAndNothingOfTheOthers) {
  open();
  const auto given = receipt_of(delegation());
  for (const bool written : {false, true}) {
    if (written) ledger_->flush();
    const auto theirs = seen_by(recipient);
    ASSERT_EQ(theirs.size(), 1U);
    const auto& one = theirs.front();
    EXPECT_TRUE(one.concerned);
    EXPECT_EQ(one.entry_id, given.entry_id);
    EXPECT_EQ(one.kind, EventKind::access_delegated);
    EXPECT_EQ(one.at, base::Instant{1'795'000'000'123'456});
    EXPECT_EQ(one.index, given.index);
    EXPECT_EQ(one.actor_name, "Ærlig Åse Øystad");
    EXPECT_EQ(one.party_name, "Fjellbris \"Regnskap\" AS");
    EXPECT_EQ(one.party_uuid, *sample_delegation().party_uuid);
    EXPECT_EQ(one.resource, "party");
    EXPECT_EQ(one.parameters.dump(), R"({"role":"UTINN"})");
    EXPECT_TRUE(one.evidence.is_null()) << "what gives the other their access";
    EXPECT_FALSE(one.instance);

    const auto least = seen_by(witness);
    ASSERT_EQ(least.size(), 1U);
    EXPECT_TRUE(least.front().parameters.is_null());
    EXPECT_EQ(least.front().actor_name, "Ærlig Åse Øystad");

    const auto own = seen_by(giver);
    ASSERT_EQ(own.size(), 1U);
    EXPECT_FALSE(own.front().concerned);
    EXPECT_EQ(own.front().evidence.text("role"), "DAGL");
    EXPECT_TRUE(seen_by(903).empty());
    EXPECT_EQ(ledger_->activity(activity_permit(902, 501), {.actor = terms::PartyId{501}}).rows.size(), 1U);
  }
}

TEST_P(ConcernedTest, WhatIsSealedForOneHoldsNothingThatIsOnlyAnothers) {
  open();
  auto entry = delegation();
  entry.identity_number = "31129956715";
  const auto given = receipt_of(entry);
  const auto parts = parts_of(given.entry_id);
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_NE(parts[0].part.key, parts[1].part.key);
  Sealer sealer(*vault_);
  const auto theirs = *sealer.open(parts[0].part), least = *sealer.open(parts[1].part);
  EXPECT_THAT(theirs, HasSubstr("Kåre"));
  EXPECT_THAT(theirs, HasSubstr("UTINN"));
  EXPECT_THAT(least, Not(HasSubstr("Kåre")));
  EXPECT_THAT(least, Not(HasSubstr("UTINN")));
  for (const auto& all : {theirs, least}) {
    EXPECT_THAT(all, HasSubstr("Fjellbris"));
    for (const char* others : {"310000001", "31129956715", "rule-1", "DAGL", "enhetsregisteret", "BankID",
                               "0191f7a0-4444-7abc-8def-000000000004", "Øystad"})
      EXPECT_THAT(all, Not(HasSubstr(others)));
  }
}

TEST_P(ConcernedTest, TheReceiptIsTheSameAndVerifies) {
  open();
  const auto given = receipt_of(delegation());
  EXPECT_EQ(verify(given).overall, Verification::Overall::verified);
  EXPECT_THAT(given.json, Not(HasSubstr("concern")));
  EXPECT_EQ(verify(*ledger_->receipt(given.entry_id)).disclosed.text("personal.recipient_name"),
            "Kåre \xf0\x9f\x99\x82 Test");
}

TEST_P(ConcernedTest, OfAnAgencysActTheGroundIsSeenToo) {
  open();
  receipt_of(listing({recipient, witness}));
  const auto theirs = seen_by(recipient);
  ASSERT_EQ(theirs.size(), 1U);
  EXPECT_TRUE(theirs.front().actor_is_agency);
  EXPECT_EQ(theirs.front().actor_name, "Saksbehandler Sand");
  EXPECT_EQ(theirs.front().evidence.dump(), R"({"kind":"agency","role":"SAKSB"})");
  EXPECT_TRUE(theirs.front().parameters.is_null()) << "how many others were on the list";
  EXPECT_EQ(theirs.front().party_name, "");
}

TEST_P(ConcernedTest, PagesHoldWhatWasDoneForThePartyAndWhatConcernsItInTheOrderOfTheLog) {
  open();
  std::vector<base::Uuid> expected;
  for (int i = 0; i < 40; ++i) {
    auto own = sample_submission();
    own.party = terms::PartyId{recipient};
    expected.push_back(receipt_of(i % 3 == 0 ? delegation() : own).entry_id);
    if (i == 25) ledger_->flush();
  }
  if (GetParam() == store::Engine::postgresql) ledger_->flush();
  std::reverse(expected.begin(), expected.end());
  for (const bool written : {false, true}) {
    if (written) ledger_->flush();
    for (const int limit : {1, 7, 40, 41}) {
      std::vector<base::Uuid> seen;
      ActivityQuery query{.limit = limit};
      do {
        const auto page = ledger_->activity(activity_permit(recipient), query);
        for (const auto& row : page.rows) seen.push_back(row.entry_id);
        EXPECT_TRUE(page.next.empty() || page.rows.size() == static_cast<std::size_t>(limit));
        query.after = page.next;
      } while (!query.after.empty());
      EXPECT_EQ(seen, expected) << limit;
    }
  }
}

TEST_P(ConcernedTest, IsFoundByWhatTheyMaySeeAndByNothingElse) {
  open();
  auto entry = delegation();
  entry.resource = "app:dat/hemmelig";
  receipt_of(entry);
  for (const char* found : {"øystad", "fjellbris", "access given", "tilgang gitt", "hemmelig"})
    EXPECT_EQ(seen_by(recipient, {.search = found}).size(), 1U) << found;
  for (const char* hidden : {"kåre", "0191f7a0", "DAGL", "UTINN"})
    EXPECT_TRUE(seen_by(recipient, {.search = hidden}).empty()) << hidden;
  EXPECT_EQ(seen_by(recipient, {.kind = EventKind::access_delegated}).size(), 1U);
  EXPECT_TRUE(seen_by(recipient, {.kind = EventKind::access_withdrawn}).empty());
  EXPECT_EQ(seen_by(recipient, {.from = base::Instant{1'795'000'000'123'456}}).size(), 1U);
  EXPECT_TRUE(seen_by(recipient, {.from = base::Instant{1'795'000'000'123'457}}).empty());
  EXPECT_TRUE(seen_by(recipient, {.to = base::Instant{1'795'000'000'123'456}}).empty());
  EXPECT_TRUE(seen_by(recipient, {.without = {"app:dat/hemmelig"}}).empty());
  ASSERT_TRUE(ledger_->erase({row_of(seen_by(recipient).front().entry_id)->entry_id}, ErasedPart::actor));
  EXPECT_TRUE(seen_by(recipient, {.without = {"app:dat/hemmelig"}}).empty()) << "also when its words are gone";
}

TEST_P(ConcernedTest, OnePartysPartIsForgottenAndTheOthersKeepTheirs) {
  open();
  const auto given = receipt_of(delegation());
  const auto parts = parts_of(given.entry_id);
  ASSERT_TRUE(ledger_->erase_for({given.entry_id}, {recipient}));
  EXPECT_TRUE(seen_by(recipient).empty());
  EXPECT_FALSE(opens(parts[0].part)) << "from a copy of the database";
  EXPECT_TRUE(opens(parts[1].part));
  EXPECT_EQ(pending(), 0);
  EXPECT_EQ(seen_by(witness).size(), 1U);
  EXPECT_EQ(seen_by(giver).size(), 1U);
  EXPECT_EQ(verify(*ledger_->receipt(given.entry_id)).disclosed.text("actor.name"), "Ærlig Åse Øystad");
  ASSERT_TRUE(ledger_->erase_for({given.entry_id}, {recipient})) << "again";
  ASSERT_TRUE(ledger_->erase_for({given.entry_id}, {903})) << "who sees nothing of it";
  EXPECT_EQ(seen_by(witness).size(), 1U);
  EXPECT_EQ(ledger_->erase_for({base::Uuid::v4(random_)}, {recipient}).error().kind, base::ErrorKind::not_found);
}

TEST_P(ConcernedTest, WhatItWasDoneForIsForgottenAndThoseItConcernsKeepTheirs) {
  open();
  const auto given = receipt_of(delegation());
  const auto row = *row_of(given.entry_id);
  ASSERT_TRUE(ledger_->erase_for({given.entry_id}, {giver}));
  EXPECT_TRUE(seen_by(giver).empty());
  EXPECT_FALSE(opens(*row.body));
  EXPECT_EQ(ledger_->receipt(given.entry_id).error().code, "error.ledger.erased");
  const auto theirs = seen_by(recipient);
  ASSERT_EQ(theirs.size(), 1U);
  EXPECT_EQ(theirs.front().actor_name, "Ærlig Åse Øystad");
  EXPECT_EQ(theirs.front().party_name, "Fjellbris \"Regnskap\" AS");
  EXPECT_TRUE(opens(*row.actor)) << "who did it is read with each part";

  ASSERT_TRUE(ledger_->erase_for({given.entry_id}, {recipient}));
  EXPECT_TRUE(opens(*row.actor));
  ASSERT_TRUE(ledger_->erase_for({given.entry_id}, {witness}));
  EXPECT_FALSE(opens(*row.actor)) << "the last takes it along";
  EXPECT_FALSE(row_of(given.entry_id)->actor);
  EXPECT_EQ(pending(), 0);
}

TEST_P(ConcernedTest, AnEntryThatConcernsNobodyElseIsForgottenWhollyWithItsPartysPart) {
  open();
  const auto sent = receipt_of(sample_submission());
  const auto row = *row_of(sent.entry_id);
  ASSERT_TRUE(ledger_->erase_for({sent.entry_id}, {giver}));
  EXPECT_FALSE(opens(*row.body));
  EXPECT_FALSE(opens(*row.actor));
  EXPECT_TRUE(seen_by(giver).empty());
}

TEST_P(ConcernedTest, EverywhereMeansForAll) {
  open();
  const auto given = receipt_of(delegation()), other = receipt_of(delegation());
  const auto parts = parts_of(given.entry_id);
  ASSERT_TRUE(ledger_->erase({given.entry_id}, ErasedPart::entry));
  for (const auto party : {giver, recipient, witness}) EXPECT_EQ(seen_by(party).size(), 1U) << "the other one";
  for (const auto& one : parts) EXPECT_FALSE(opens(one.part));
  EXPECT_TRUE(parts_of(given.entry_id).empty());
  EXPECT_EQ(parts_of(other.entry_id).size(), 2U);
}

TEST_P(ConcernedTest, WhoActedIsForgottenForAll) {
  open();
  const auto given = receipt_of(delegation());
  ASSERT_TRUE(ledger_->erase({given.entry_id}, ErasedPart::actor));
  for (const auto party : {giver, recipient, witness}) {
    ASSERT_EQ(seen_by(party).size(), 1U);
    EXPECT_EQ(seen_by(party).front().actor_name, "");
    EXPECT_TRUE(seen_by(party, {.search = "øystad"}).empty()) << party;
  }
}

TEST_P(ConcernedTest, PassingPartsShareTheirPartysKeyOfTheDayAndStayWhenItGoes) {
  open();
  const auto listed = receipt_of(listing({recipient, witness}));
  const auto login = receipt_of(sample_login(recipient));
  const auto parts = parts_of(listed.entry_id);
  ASSERT_EQ(parts[0].part.key, row_of(login.entry_id)->body->key);
  ASSERT_NE(parts[0].part.key, parts[1].part.key);
  ASSERT_TRUE(ledger_->erase({login.entry_id}, ErasedPart::entry));
  EXPECT_TRUE(opens(parts[0].part)) << "others are being sealed under it";
  clock_.advance(base::Duration::hours(26));
  ledger_->flush();
  EXPECT_FALSE(opens(parts[0].part));
  EXPECT_EQ(seen_by(recipient).size(), 1U) << "sealed again";
  EXPECT_EQ(seen_by(witness).size(), 1U);
  ASSERT_TRUE(ledger_->erase_for({listed.entry_id}, {recipient}));
  EXPECT_TRUE(seen_by(recipient).empty());
  EXPECT_EQ(pending(), 0);
}

TEST_P(ConcernedTest, ATransactionThatFailsLeavesNoPart) {
  open();
  const auto prepared = ledger_->prepare(delegation());
  (void)db().write([&](store::Tx& tx) -> base::Status {
    ledger_->append(tx, prepared);
    return base::make_error(base::ErrorKind::conflict, "error.test");
  });
  EXPECT_TRUE(parts_of(prepared.id).empty());
  receipt_of(sample_submission());
  EXPECT_TRUE(seen_by(recipient).empty());
}

TEST_P(ConcernedTest, ThePartyItselfIsPassedOverAndOneNamedTwiceIsADefect) {
  open();
  auto own = delegation();
  own.concerns.push_back({{giver}, {parameter::role}});
  const auto given = receipt_of(own);
  EXPECT_EQ(parts_of(given.entry_id).size(), 2U);
  EXPECT_EQ(seen_by(giver).size(), 1U);
  auto twice = delegation();
  twice.concerns.push_back({{witness}});
  EXPECT_THROW((void)ledger_->prepare(twice), std::logic_error);
  auto nobody = delegation();
  nobody.concerns.push_back({{0}});
  EXPECT_THROW((void)ledger_->prepare(nobody), std::logic_error);
  auto crowd = delegation();
  for (std::int64_t i = 0; i < 256; ++i) crowd.concerns.push_back({{2000 + i}});
  EXPECT_THROW((void)ledger_->prepare(crowd), std::logic_error);
}

TEST_P(ConcernedTest, TheRecheckFindsAPartThatSaysSomethingElse) {
  open();
  const auto one = receipt_of(delegation()), other = receipt_of(delegation());
  EXPECT_THAT(recheck(db(), vault_.get()).faults, IsEmpty());
  const auto swap = parts_of(other.entry_id).front().part;
  ASSERT_TRUE(db().write([&](store::Tx& tx) -> base::Status {
    EXPECT_TRUE(replace_concerned(tx, concerned_by(tx, one.entry_id).front(), swap));
    return {};
  }));
  EXPECT_THAT(recheck(db(), vault_.get()).faults, ElementsAre(HasSubstr("is not what the entry says")));
  vault_->erase({swap.key}, "log");
  EXPECT_THAT(recheck(db(), vault_.get()).faults,
              ElementsAre(HasSubstr("has lost its key"), HasSubstr("has lost its key")));
  whole_ = false;
}

TEST_P(ConcernedTest, EntriesOfBeforeTheTableWasThereAreSeenByTheirPartyAsEver) {
  open();
  for (int i = 0; i < 3; ++i) receipt_of(sample_delegation());
  ledger_->flush();
  ledger_.reset();
  ASSERT_TRUE(db().write([&](store::Tx& tx) -> base::Status {
    tx.run("DROP TABLE ledger_concerned");
    tx.run("DROP TABLE ledger_expired");
    tx.run("DROP INDEX ledger_erasure_due");
    tx.run("DELETE FROM schema_migration WHERE room = 'ledger' AND number = 5");
    return {};
  }));
  EXPECT_EQ(store::migrate(db(), clock_, {store::migrations(), migrations()}), 1);
  open();
  EXPECT_EQ(seen_by(giver).size(), 3U);
  EXPECT_TRUE(seen_by(recipient).empty());
  receipt_of(delegation());
  EXPECT_EQ(seen_by(giver).size(), 4U);
  EXPECT_EQ(seen_by(recipient).size(), 1U);
}

TEST_P(ConcernedTest, WhatAPartySeesIsFoundWithoutReadingAllOthers) {
  open();
  if (GetParam() == store::Engine::postgresql) return;  // its planner reads small tables whole, and rightly
  const auto plan = [&](std::string_view sql) {
    return db().read([&](store::Tx& tx) { return store::testing::query_plan(tx, sql); });
  };
  EXPECT_THAT(plan("SELECT e.position FROM ledger_concerned a JOIN ledger_entry e ON e.entry_id = a.entry_id WHERE "
                   "a.place < 9 AND a.party = 1 ORDER BY a.place DESC LIMIT 5"),
              ::testing::AllOf(HasSubstr("ledger_concerned_party"), Not(HasSubstr("SCAN")), Not(HasSubstr("TEMP"))));
  EXPECT_THAT(plan("SELECT body FROM ledger_concerned WHERE shares_key = 1 AND key_id = 'x' LIMIT 9"),
              HasSubstr("ledger_concerned_key"));
}

}  // namespace
}  // namespace alting::ledger
