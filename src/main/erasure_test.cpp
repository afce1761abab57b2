// Over the catalogues of all rooms: erasure knows every table that leads to a person, and what it erased lies in no file and
// no row.
#include "privacy/erasure.h"

#include <gmock/gmock.h>

#include "inbox/testing/messages_fixture.h"
#include "main/rooms.h"
#include "main/traces.h"
#include "privacy/erasure_fates.h"
#include "store/testing/temp_database.h"

namespace alting::main {
namespace {

using instances::testing::Action, instances::testing::expect;
using ::testing::IsEmpty;

TEST(Erasure, says_of_every_table_that_leads_to_a_person_what_becomes_of_its_rows) {
  EXPECT_THAT(privacy::tables_without_fate(all_catalogues()), IsEmpty());
}

TEST(Erasure, finds_rows_by_columns_that_the_catalogues_call_a_subject) {
  const auto catalogue = all_catalogues();
  for (const auto& fate : privacy::erasure_fates()) {
    const auto& table = catalogue.table(fate.table);
    if (fate.how != privacy::FateBy::rows) continue;
    EXPECT_NO_THROW((void)privacy::cell_of(table, fate.column, {{1}, 1})) << fate.table;
    EXPECT_FALSE(table.key.empty()) << fate.table;
    for (const auto column : {fate.began, fate.of.empty() ? fate.settled : fate.by})
      EXPECT_TRUE(column.empty() ||
                  std::ranges::any_of(table.columns, [&](const auto& one) { return one.name == column; }))
          << fate.table << "." << column;
  }
}

class TracesTest : public inbox::testing::MessagesFixture {
 protected:
  TracesTest() {
    store::migrate(database(), registers.clock, all_migrations());
    manager = registers.actor("employee");
    firm = manager.party;
  }
  store::Database& database() { return registers.temp.database(); }
  std::vector<std::string> places() {
    std::vector<std::string> all;
    for (const auto& one : traces_in_rows(database(), catalogue, markers)) all.push_back(one.place);
    for (const auto* folder : {&registers.temp.folder(), &vault.folder()})
      for (const auto& one : traces_in_files(*folder, markers)) all.push_back(one.place);
    return all;
  }
  store::Catalogue catalogue = all_catalogues();
  std::vector<base::Bytes> markers{"kjennetegn-adresse@example.no", "kjennetegn-fil"};
};
INSTANTIATE_TEST_SUITE_P(Engines, TracesTest, store::testing::engines(), store::testing::engine_name);

TEST_P(TracesTest, what_was_erased_lies_in_no_row_and_after_the_checkpoint_in_no_file) {
  const auto id = begin();
  add_file(id, "kjennetegn-fil.pdf", instances::testing::small_pdf);
  const auto added = database().write([&](store::Tx& tx) -> base::Status {
    tx.run(
        "INSERT INTO own_address (id, organisation, user_id, person, kind, value, for_person, services, verified_at, "
        "added_at) VALUES (?, ?, ?, ?, 'email', ?, 0, '', NULL, ?)",
        {base::Uuid::v4(registers.random), firm, manager.user_id, firm, markers[0], registers.clock.now()});
    return {};
  });
  ASSERT_TRUE(added);
  EXPECT_GE(places().size(), 2U) << "they are found while they are there";
  registers.clock.advance(base::Duration::seconds(1));

  privacy::Erasures erasures({.database = database(),
                              .vault = vault.vault(),
                              .ledger = *log,
                              .decider = access->decider(),
                              .catalogue = catalogue,
                              .drafts = instances->drafts,
                              .messages = uses->messages,
                              .delete_sent = {},
                              .clock = registers.clock,
                              .random = registers.random});
  const auto own = expect(access->decider().decide(manager, Action::delegate, {.party = firm}));
  const auto ordered = expect(erasures.erase(own, registers.clock.now(), post()));
  while (erasures.carry_out() > 0) continue;
  ASSERT_TRUE(expect(erasures.find(own, ordered.id)).done_at);
  EXPECT_THAT(places(), IsEmpty());
}

TEST(Traces, finds_what_lies_over_the_border_of_two_pieces_and_counts_each_once) {
  const store::testing::TempFolder folder;
  const std::string marker = "kjennetegnet";
  std::string text((std::size_t{1} << 20) - 5, 'x');
  text += marker + std::string(100, 'y') + marker;
  std::ofstream(folder.path() / "stort", std::ios::binary) << text;
  std::ofstream(folder.path() / "uten", std::ios::binary) << "kjennetegne";
  const auto found = traces_in_files(folder.path(), {marker, "tegn"});
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].place, "stort");
  EXPECT_EQ(found[0].times, 2);
  EXPECT_EQ(found[0].first, (std::int64_t{1} << 20) - 5);
  EXPECT_EQ(found[1].marker, 1U);
  EXPECT_EQ(found[1].times, 2) << "a shorter one beside it is not counted twice";
  EXPECT_EQ(found[2].place, "uten");
  EXPECT_EQ(found[2].marker, 1U);
}

}  // namespace
}  // namespace alting::main
