// Eleven years go by: everything is gone or kept as its rule says, in the rows, in the keystore, in the activity log, and in
// what a backup from before brings back.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>

#include <set>

#include "access/background.h"
#include "base/file.h"
#include "inbox/testing/messages_fixture.h"
#include "instances/background.h"
#include "instances/testing/purged_services.h"
#include "ledger/background.h"
#include "main/rooms.h"
#include "parties/background.h"
#include "privacy/retention.h"
#include "privacy/unnamed_parties.h"
#include "store/catalogue_rows.h"
#include "store/erased_rows.h"
#include "store/retention_jobs.h"

namespace alting::main {
namespace {

using instances::testing::expect;
using terms::Action;

class ElevenYears : public inbox::testing::MessagesFixture {
 protected:
  ElevenYears() {
    store::migrate(database(), registers.clock, all_migrations());
    for (const auto& fault : own.faults()) ADD_FAILURE() << fault.file << ":" << fault.line << ": " << fault.message;
    instances = instances::make_instances({database(), vault.vault(), *log, access->decider(), *registers.registry, own,
                                           *scanner, inspector, registers.clock, registers.random});
    ended = std::make_unique<inbox::EndedMessages>(inbox::EndedMessages::Needs{database(), vault.vault(), *log,
                                                                               access->decider(), *registers.registry,
                                                                               own, registers.clock, registers.random});
    const auto holds = retention.holds_now();
    for (auto& list : {store::retention_jobs(database(), vault.vault(), catalogue, registers.clock, holds),
                       ledger::background_jobs(*log, registers.clock, holds), parties::background_jobs(database()),
                       access::background_jobs(*access),
                       instances::background_jobs(instances->kept_draft_keys, instances->deleting,
                                                  instances->agency_retention, holds),
                       inbox::background_jobs(uses->sending, uses->messages, *ended, holds),
                       std::vector<store::Job>{{.code = "end_unnamed_parties",
                                                .legal_basis = "law",
                                                .every = base::Duration::hours(1),
                                                .run = [this, holds] { return unnamed.end_some(holds); },
                                                .until_none_left = true,
                                                .counts_itself = true}}})
      for (const auto& job : list) jobs.push_back(job);
    jobs = retention.kept(std::move(jobs));
  }
  ~ElevenYears() override { instances.reset(); }  // before the forms it knows

  store::Database& database() { return registers.temp.database(); }
  void until(base::Duration since_start) {
    // In steps, as jobs run in life: what one leaves another takes up.
    const auto goal = start + since_start;
    const auto step =
        base::Duration::days(GetParam() == store::Engine::sqlite ? 91 : 183);  // PostgreSQL takes its time
    while (registers.clock.now() < goal) {
      registers.clock.set(std::min(goal, registers.clock.now() + step));
      log->flush();
      const auto done = retention.run(jobs);
      EXPECT_TRUE(done.failed.empty()) << done.failed.front();
      deliver();
    }
  }
  void deliver() {
    base::Metrics counted;
    store::OutboxDeliverer deliverer(
        database(), registers.clock, counted,
        {&instances::keys_to_erase, &instances::keys_of_holder_to_erase, &instances::keys_to_share},
        instances::subscriptions(instances->erasure, instances->sharing));
    (void)deliverer.deliver_due();
    settle();
  }
  std::int64_t count(const std::string& table, const std::string& where = "1 = 1") {
    return database().read([&](store::Tx& tx) {
      return store::read_one<std::int64_t>(tx, fmt::format("SELECT COUNT(*) FROM {} WHERE {}", table, where));
    });
  }
  // Who can still open what was sent or written under this row's key.
  bool opens(const std::string& table, const std::string& where, const store::Holder& holder) {
    return database().read([&](store::Tx& tx) {
      const auto row = tx.query_one(fmt::format("SELECT key_id, content FROM {} WHERE {}", table, where));
      if (!row) return false;
      const auto [key, content] = store::read_row<base::Uuid, std::string>(*row);
      return vault.vault().open(key, content, holder).has_value();
    });
  }
  bool is_held(const base::Uuid& key) { return !vault.vault().still_held({key}).empty(); }
  terms::InstanceId sent_form(const std::string& file) {
    const auto id = begin();
    add_file(id, file, instances::testing::small_pdf);
    (void)send(id, fill(id).version, post());
    return id;
  }
  std::int64_t entries_of(const char* kind) { return count("ledger_activity", fmt::format("kind = '{}'", kind)); }

  store::Catalogue catalogue = all_catalogues();
  forms::AppCatalogue own{instances::testing::make_purged_services(files.path() / "services"), false};
  std::unique_ptr<inbox::EndedMessages> ended;
  privacy::Retention retention{{.database = registers.temp.database(),
                                .ledger = *log,
                                .parties = *registers.registry,
                                .catalogue = catalogue,
                                .clock = registers.clock,
                                .random = registers.random}};
  privacy::UnnamedParties unnamed{registers.temp.database(), catalogue, registers.clock};
  std::vector<store::Job> jobs;
  base::Instant start = registers.clock.now();
};
INSTANTIATE_TEST_SUITE_P(Engines, ElevenYears, store::testing::engines(), store::testing::engine_name);

// The rows of before, as a restored database has them.
struct RowsOfBefore {
  const terms::Table* table;
  std::vector<store::TableReader::Found> rows;
  std::vector<std::string_view> columns;
};
std::vector<RowsOfBefore> rows_now(store::Database& database, const store::Catalogue& catalogue,
                                   std::initializer_list<const char*> names) {
  std::vector<RowsOfBefore> all;
  for (const auto* name : names) {
    RowsOfBefore one{&catalogue.table(name), {}, {}};
    for (const auto& column : one.table->columns) one.columns.push_back(column.name);
    store::TableReader reader(*one.table, one.columns);
    one.rows = reader.next(database, 1'000);
    all.push_back(std::move(one));
  }
  return all;
}
void put_back(store::Database& database, const std::vector<RowsOfBefore>& all) {
  ASSERT_TRUE(database.write([&](store::Tx& tx) -> base::Status {
    for (const auto& [table, rows, columns] : all) {
      tx.run(fmt::format("DELETE FROM {}", table->name));
      for (const auto& row : rows) {
        std::string places;
        std::vector<store::Value> values;
        for (std::size_t i = 0; i < columns.size(); ++i) {
          places += i == 0 ? "?" : ", ?";
          const auto& cell = row.cells[i];
          if (cell.index() == 0)
            values.emplace_back(nullptr);
          else if (const auto* number = std::get_if<std::int64_t>(&cell))
            values.emplace_back(*number);
          else if (table->columns[i].type == terms::ColumnType::octets)
            values.push_back(store::Value::octets(std::get<std::string>(cell)));
          else
            values.emplace_back(std::get<std::string>(cell));
        }
        tx.run_with(fmt::format("INSERT INTO {} ({}) VALUES ({})", table->name, fmt::join(columns, ", "), places),
                    values);
      }
    }
    return {};
  }));
}

TEST_P(ElevenYears, end_what_people_sent_and_received_each_by_its_own_rule) {
  const auto draft = begin();
  (void)fill(draft);
  const auto kept = sent_form("beholdt.pdf"), deleted = sent_form("slettet.pdf");
  const auto letter = send_message(a_message(), {to("Fjord og Fjell AS")}).messages.front();
  const auto letter_of_person = send_message(a_message("Til en person"), {to_person("employee")}).messages.front();
  deliver();
  ASSERT_TRUE(instances->deleting.remove(permit(manager, Action::remove, deleted, "EndEvent_1"), registers.clock.now(),
                                         post()));
  const auto person = registers.actor("employee");
  ASSERT_TRUE(uses->messages.remove(may(person, person.party, letter_of_person, Action::remove), letter_of_person,
                                    registers.clock.now(), post()));
  (void)agency_rows();
  log->flush();
  const auto backup =
      rows_now(database(), catalogue, {"instance", "attachment", "submission", "message", "message_batch"});
  const auto key_of = [&](const char* table, const std::string& where) {
    return database().read([&](store::Tx& tx) {
      return store::read_one<base::Uuid>(*tx.query_one(fmt::format("SELECT key_id FROM {} WHERE {}", table, where)));
    });
  };
  const auto at = [](const auto& id) { return fmt::format("instance_id = '{}'", id.text()); };
  const auto deleted_key = key_of("submission", at(deleted)), kept_key = key_of("submission", at(kept));
  const auto files_key = key_of("attachment", at(deleted));
  const auto us = instances::party_holder(firm), them = instances::agency_holder("dat");
  ASSERT_TRUE(opens("submission", at(deleted), us));

  until(base::Duration::days(360));
  EXPECT_GT(entries_of("instance.created"), 0) << "passing entries stay a year";
  until(base::Duration::days(460));
  EXPECT_EQ(entries_of("instance.created"), 0);
  EXPECT_GT(entries_of("submission.received"), 0) << "lasting ones stay ten";
  EXPECT_EQ(count("store_once"), 0) << "ids of posts are the program's own";
  until(base::Duration::days(725));
  EXPECT_TRUE(opens("submission", at(deleted), us)) << "a business may have it back for two years";
  until(base::Duration::days(830));
  EXPECT_FALSE(opens("submission", at(deleted), us));
  EXPECT_EQ(count("instance", at(deleted)), 0);
  EXPECT_TRUE(opens("submission", at(deleted), them)) << "the agency's own copy has five years";
  EXPECT_EQ(count("message_batch"), 2);
  until(base::Duration::days(3 * 366 + 100));
  EXPECT_EQ(count("message_batch", "state = 'ended'"), 1) << "of the agency's letters three years";
  EXPECT_EQ(count("message_batch"), 1) << "the person had deleted the other: nobody has it";
  EXPECT_EQ(open(manager, firm, letter).title, "Om internkontroll") << "whose it is may keep it";
  until(base::Duration::days(5 * 366 + 100));
  EXPECT_EQ(count("submission", at(deleted)), 0) << "neither has a copy";
  EXPECT_EQ(count("attachment", at(deleted)), 0);
  EXPECT_FALSE(is_held(deleted_key));
  EXPECT_FALSE(is_held(files_key));
  EXPECT_FALSE(opens("submission", at(kept), them));
  EXPECT_EQ(count("submission", "search_words <> ''"), 0) << "words that the agency searched by";
  EXPECT_TRUE(opens("submission", at(kept), us));
  until(base::Duration::days(9 * 366));
  EXPECT_GT(entries_of("submission.received"), 0);
  until(base::Duration::days(11 * 366));
  EXPECT_EQ(entries_of("submission.received"), 0) << "after ten years nobody finds them";
  EXPECT_EQ(count("draft"), 1) << "what people end stays until they do";
  EXPECT_TRUE(opens("submission", at(kept), us));
  EXPECT_TRUE(is_held(kept_key));
  std::set<std::string> counted;
  for (const auto& one : retention.counted()) counted.insert(one.rule);
  EXPECT_THAT(counted, ::testing::IsSupersetOf({"instances.deleted", "instances.agency_copy", "inbox.sent",
                                                "ledger.passing", "ledger.lasting", "store.once"}));

  // A backup from the first day brings the rows back, and not what was erased.
  put_back(database(), backup);
  const auto list = base::read_file(vault.folder() / "erasures", 16 * 1024 * 1024);
  ASSERT_TRUE(list);
  (void)store::erase_rows_again(database(), vault.vault(), catalogue, {*list});
  EXPECT_EQ(count("submission", at(deleted)), 0);
  EXPECT_EQ(count("attachment", at(deleted)), 0);
  EXPECT_FALSE(opens("submission", at(kept), them));
  EXPECT_TRUE(opens("submission", at(kept), us));
  const auto done = retention.run(jobs);
  EXPECT_TRUE(done.failed.empty());
  EXPECT_EQ(agency_rows(), 0U) << "and what came back for the agency ends again";
}

}  // namespace
}  // namespace alting::main
