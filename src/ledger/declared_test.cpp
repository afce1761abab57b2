// An entry holds what its kind declares, each where it belongs; what earlier releases declared is shown and proved as before.
#include <gmock/gmock.h>

#include <algorithm>
#include <map>

#include "ledger/activity_feed.h"
#include "ledger/event_kinds.h"
#include "ledger/pending.h"
#include "ledger/testing/activity_permit.h"
#include "ledger/testing/ledger_fixture.h"
#include "ledger/testing/sample_log.h"

namespace alting::ledger {
namespace {

using testing::activity_permit;
using ::testing::IsEmpty;
using testing::sample_delegation;
using testing::sample_submission;
using ::testing::SizeIs;

constexpr std::string_view ended = "2025-12-31T23:00:00Z";

class DeclaredTest : public testing::LedgerTest {
 protected:
  // As a release left it that declared more: its text stands under the seal, whatever is declared now.
  EntryHandle append_of_earlier_release(NewEntry entry) {
    const auto prepared = ledger_->prepare(entry);
    entry.parameters.set("until", ended);
    entry.personal.emplace_back("reporter", "Kåre");
    EXPECT_EQ(undeclared(entry.kind, entry.parameters, {}), "until");
    EXPECT_EQ(undeclared(entry.kind, {}, entry.personal), "reporter");
    auto& pending = *prepared.pending;
    pending.text = write_entry(entry, pending.id, clock_.now(), ledger_->origin(), random_, ledger_->address());
    pending.row.commitment = pending.text.commitment();
    pending.leaf = leaf_hash(pending.row.commitment.view());
    Sealer sealer(*vault_);
    pending.row.body = sealer.seal(pack_entry(pending.text, true));
    pending.row.actor.reset();
    auto handle = db().write([&](store::Tx& tx) -> base::Result<EntryHandle> { return ledger_->append(tx, prepared); });
    return std::move(*handle);
  }
  void expect_shown() {
    const auto permit = activity_permit(902);
    const auto page = ledger_->activity(permit, {.search = "AR-2026-000123"});
    ASSERT_THAT(page.rows, SizeIs(1));
    EXPECT_EQ(page.rows[0].kind, EventKind::submission_received);
    EXPECT_EQ(page.rows[0].parameters.text("until"), ended);
    EXPECT_THAT(ledger_->activity(permit, {.search = "Kåre"}).rows, IsEmpty());
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, DeclaredTest, store::testing::engines(), store::testing::engine_name);

TEST_P(DeclaredTest, a_persons_data_in_the_clear_is_a_defect_and_so_is_the_reverse) {
  open();
  auto clear = sample_delegation();
  clear.parameters.set("recipient_name", "Kåre");
  EXPECT_THROW((void)append(clear), std::logic_error);
  auto salted = sample_delegation();
  salted.personal.emplace_back("role", "UTINN");
  EXPECT_THROW((void)append(salted), std::logic_error);
  EXPECT_EQ(receipt_of(sample_delegation()).index, 1);
}

TEST_P(DeclaredTest, every_kind_is_found_by_each_of_its_titles_and_an_agencys_act_is_shown_as_one) {
  open();
  std::map<base::Uuid, const EventKindInfo*> appended;
  for (const auto& kind : event_catalogue()) {
    NewEntry entry{kind.kind, clock_.now()};
    entry.actor = sample_submission().actor;
    entry.party = terms::PartyId{902};
    appended.emplace(append(entry).id, &kind);
  }
  ledger_->flush();
  const auto permit = activity_permit(902);
  const auto page = ledger_->activity(permit, {.limit = 200});
  EXPECT_THAT(page.rows, SizeIs(appended.size()));
  for (const auto& row : page.rows) {
    const auto& kind = *appended.at(row.entry_id);
    EXPECT_EQ(row.kind, kind.kind) << kind.name;
    EXPECT_EQ(row.actor_is_agency, kind.of_agency) << kind.name;
  }
  for (const auto& [id, kind] : appended)
    for (const auto title : kind->titles) {
      const auto found = ledger_->activity(permit, {.search = std::string(title), .limit = 200}).rows;
      EXPECT_TRUE(std::ranges::any_of(found, [&](const Activity& row) { return row.entry_id == id; }))
          << kind->name << ": " << title;
    }
}

TEST_P(DeclaredTest, what_is_no_longer_declared_is_shown_and_proved_as_before) {
  open();
  const auto handle = append_of_earlier_release(sample_submission());
  const auto given = testing::awaited_receipt(*ledger_, handle);
  ASSERT_TRUE(given) << given.error().detail;
  expect_shown();
  reopen();  // the entry is read from the database, and its row was or is written from it
  ledger_->flush();
  expect_shown();
  const auto receipt = ledger_->receipt(handle.id);
  ASSERT_TRUE(receipt) << receipt.error().detail;
  for (const auto& one : {*given, *receipt}) {
    const auto verification = verify(one);
    EXPECT_EQ(verification.overall, Verification::Overall::verified);
    EXPECT_EQ(verification.entry.find("parameters")->text("until"), ended);
    EXPECT_EQ(verification.disclosed.text("personal.reporter"), "Kåre");
  }
}

// Its declaration came with a later release, and this one was set back: its title is not known here.
TEST_P(DeclaredTest, an_entry_of_an_unknown_kind_is_shown_without_a_title_and_proved) {
  open();
  const auto prepared = ledger_->prepare(sample_submission());
  auto& pending = *prepared.pending;
  auto entry = base::Json::parse(pending.text.canonical).value();
  entry.set("kind", "window.opened");
  pending.text.canonical = base::canonical_json(entry).value();
  pending.row.commitment = pending.text.commitment();
  pending.leaf = leaf_hash(pending.row.commitment.view());
  Sealer sealer(*vault_);
  pending.row.body = sealer.seal(pack_entry(pending.text, true));
  pending.row.actor.reset();
  const auto handle =
      db().write([&](store::Tx& tx) -> base::Result<EntryHandle> { return ledger_->append(tx, prepared); });
  const auto receipt = testing::awaited_receipt(*ledger_, *handle);
  ASSERT_TRUE(receipt) << receipt.error().detail;
  EXPECT_EQ(verify(*receipt).overall, Verification::Overall::verified);
  const auto page = ledger_->activity(activity_permit(902), {});
  ASSERT_THAT(page.rows, SizeIs(1));
  EXPECT_EQ(page.rows[0].kind, std::nullopt);
  EXPECT_FALSE(page.rows[0].actor_is_agency);
}

}  // namespace
}  // namespace alting::ledger
