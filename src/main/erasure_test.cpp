// Over the catalogues of all rooms: erasure knows every table that leads to a person, and what it erased lies in no file and
// no row.
#include "privacy/erasure.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <set>
#include <span>

#include "inbox/testing/messages_fixture.h"
#include "main/rooms.h"
#include "main/traces.h"
#include "privacy/copies.h"
#include "privacy/erasure_fates.h"
#include "store/testing/temp_database.h"

namespace alting::main {
namespace {

using instances::testing::Action, instances::testing::expect;
using ::testing::IsEmpty;

TEST(Erasure, says_of_every_table_that_leads_to_a_person_what_becomes_of_its_rows) {
  EXPECT_THAT(privacy::tables_without_fate(all_catalogues()), IsEmpty());
}

TEST(Erasure, names_the_law_of_all_that_stays) {
  std::set<std::string_view> told;
  for (const auto& one : privacy::erasure_stays()) {
    EXPECT_FALSE(one.law.empty()) << one.category;
    told.insert(one.category);
  }
  for (const auto& fate : privacy::erasure_fates())
    EXPECT_TRUE(fate.how != privacy::FateBy::stays || told.contains(fate.category)) << fate.table;
}

TEST(Erasure, finds_rows_by_columns_that_the_catalogues_call_a_subject) {
  const auto catalogue = all_catalogues();
  for (const auto& fate : privacy::erasure_fates()) {
    const auto& table = catalogue.table(fate.table);
    if (fate.how != privacy::FateBy::rows) continue;
    EXPECT_NO_THROW((void)privacy::cell_of(table, fate.column, {{1}, 1})) << fate.table;
    EXPECT_FALSE(table.key.empty()) << fate.table;
    for (const auto column : {fate.began, fate.settled})
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
  void write(std::string_view sql, std::span<const store::Value> values) {
    ASSERT_TRUE(database().write([&](store::Tx& tx) -> base::Status {
      tx.run_with(sql, values);
      return {};
    }));
  }
  // A row of each table whose rows go as they lie, with the marker in each column that can hold it. Answers which tables.
  std::set<std::string> seed_rows() {
    std::set<std::string> seeded;
    std::int64_t serial = 0;
    for (const auto& fate : privacy::erasure_fates()) {
      if (fate.how != privacy::FateBy::rows) continue;
      const auto& table = catalogue.table(fate.table);
      std::string names, marks;
      std::vector<std::string> kept;  // what the values borrow
      kept.reserve(table.columns.size());
      std::vector<store::Value> values;
      bool is_marked = false;
      for (const auto& column : table.columns) {
        ++serial;
        names += (names.empty() ? "" : ", ") + std::string(column.name);
        marks += marks.empty() ? "?" : ", ?";
        const bool is_time = column.name == fate.began || column.name == fate.settled;
        const bool is_whose = column.name == fate.column;
        const auto whose =
            is_whose ? privacy::cell_of(table, column.name, {firm, manager.user_id}).value() : store::Cell(serial);
        if (column.type == terms::ColumnType::number) {
          values.emplace_back(is_time ? registers.clock.now().micros : std::get<std::int64_t>(whose));
          continue;
        }
        const bool is_plain = !is_whose && column.names == terms::NamesWhat::nothing;
        is_marked = is_marked || is_plain;
        kept.push_back(is_whose   ? std::get<std::string>(whose)
                       : is_plain ? fmt::format("{} {}", marker, serial)
                                  : base::Uuid::v4(registers.random).text());
        values.push_back(column.type == terms::ColumnType::octets ? store::Value::octets(kept.back())
                                                                  : store::Value(std::string_view(kept.back())));
      }
      write(fmt::format("INSERT INTO {} ({}) VALUES ({})", table.name, names, marks), values);
      if (is_marked) seeded.emplace(table.name);
    }
    return seeded;
  }
  // One that is ready to be fetched.
  void seed_copy() {
    const auto writer = vault.vault().create_blob({instances::party_holder(firm)});
    writer->append(marker);
    const auto blob = writer->finish();
    const auto now = registers.clock.now();
    const std::vector<store::Value> values{base::Uuid::v4(registers.random),
                                           firm,
                                           firm,
                                           manager.user_id,
                                           now,
                                           now,
                                           blob.key_id,
                                           std::string_view(blob.name),
                                           blob.size,
                                           store::Value::octets(marker)};
    write(
        "INSERT INTO privacy_copy (copy_id, party_id, asked_by, user_id, language, asked_at, kept_from, state, tries, "
        "items_done, items_all, leased_until, key_id, blob_name, size, digest, downloads) VALUES (?, ?, ?, ?, 'nb', ?, "
        "?, 'ready', 1, 1, 1, 0, ?, ?, ?, ?, 0)",
        values);
  }
  store::Catalogue catalogue = all_catalogues();
  const base::Bytes marker = "kjennetegnet";
  std::vector<base::Bytes> markers{marker};
};
INSTANTIATE_TEST_SUITE_P(Engines, TracesTest, store::testing::engines(), store::testing::engine_name);

TEST_P(TracesTest, what_was_erased_lies_in_no_row_and_after_the_checkpoint_in_no_file) {
  add_file(begin(), marker + ".pdf", instances::testing::small_pdf);
  const auto sent = begin();
  const auto filled = save(manager, sent,
                           {{"sporsmal.tema", "rettigheter"},
                            {"sporsmal.emne", marker},
                            {"sporsmal.tekst", marker},
                            {"kontakt.svar", "innboks"},
                            {"kontakt.navn", marker}});
  (void)send(sent, filled.draft.version, post());
  const auto message = send_message(a_message(marker), {to_person("employee")}).messages.front();
  (void)open(manager, firm, message);
  seed_copy();
  auto tables = seed_rows();
  tables.emplace("attachment");
  tables.emplace("privacy_copy");
  for (const auto& place : places()) tables.erase(place.substr(0, place.find('.')));
  EXPECT_THAT(tables, IsEmpty()) << "they are found while they are there";
  registers.clock.advance(base::Duration::seconds(1));

  privacy::Copies copies({.database = database(),
                          .vault = vault.vault(),
                          .ledger = *log,
                          .decider = access->decider(),
                          .clock = registers.clock,
                          .random = registers.random});
  privacy::Erasures erasures(
      {.database = database(),
       .vault = vault.vault(),
       .ledger = *log,
       .decider = access->decider(),
       .catalogue = catalogue,
       .drafts = instances->drafts,
       .messages = uses->messages,
       .delete_sent = [this](const terms::Permit& permit, base::Instant at,
                             std::string_view once) { return instances->deleting.remove(permit, at, once); },
       .forget_copies = [&](terms::PartyId party) { return copies.forget_all(party); },
       .clock = registers.clock,
       .random = registers.random});
  const auto own = expect(access->decider().decide(manager, Action::delegate, {.party = firm}));
  const auto ordered = expect(erasures.erase(own, registers.clock.now(), post()));
  while (erasures.carry_out() > 0) continue;
  ASSERT_TRUE(expect(erasures.find(own, ordered.id)).done_at);
  EXPECT_THAT(places(), IsEmpty());
  EXPECT_FALSE(ask(manager, firm, message, Action::read)) << "the message is not there";
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
