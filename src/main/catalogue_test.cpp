// The real catalogue of all rooms, over a full life of forms: nothing that is in use is swept, what people sent or received
// is ended by no job, and what was thrown away does not come back.
#include <fmt/ranges.h>
#include <gmock/gmock.h>

#include <fstream>
#include <map>
#include <set>

#include "base/file.h"
#include "instances/background.h"
#include "instances/testing/instances_fixture.h"
#include "instances/topics.h"
#include "login/restored.h"
#include "main/rooms.h"
#include "store/erased_rows.h"
#include "store/migrate.h"
#include "store/outbox_deliverer.h"
#include "store/retention_jobs.h"
#include "store/sweep.h"

namespace alting::main {
namespace {

using instances::Draft;
using instances::testing::expect;
using instances::testing::Language, instances::testing::Action;
using ::testing::Contains, ::testing::IsSupersetOf, ::testing::Not;

constexpr std::string_view pdf = "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";

class WholeCatalogue : public instances::testing::InstancesFixture {
 protected:
  WholeCatalogue() { store::migrate(database(), registers.clock, all_migrations()); }
  store::Database& database() { return registers.temp.database(); }

  // A draft with a file, one sent with a file, an addition to it, one thrown away, a file taken out, access given, and the
  // agency's reading of it.
  void live() {
    draft = begin();
    add_file(draft, "utkast.pdf", std::string(pdf));
    (void)fill(draft);
    sent = begin();
    add_file(sent, "sendt.pdf", std::string(pdf) + "\n");
    (void)send(sent, fill(sent).version, post());
    addition = begin(sent);
    add_file(addition, "tillegg.pdf", std::string(pdf) + "\n\n");
    const auto added = save(manager, addition, {{"mer.tekst", "Enda et spørsmål"}}).draft;
    (void)send(addition, added.version, post());
    const auto away = begin();
    add_file(away, "borte.pdf", std::string(pdf) + "\n\n\n");
    ASSERT_TRUE(instances->drafts.discard(permit(manager, Action::remove, away), registers.clock.now(), post()));
    const auto delegating = expect(access->decider().decide(manager, Action::delegate, {.party = firm}));
    (void)expect(access->delegations().delegate(delegating, {.to = registers.actor("employee").party, .app = guidance},
                                                registers.clock.now(), post()));
    (void)agency_rows();
    (void)expect(instances->agency.open(agency_permit(sent), registers.clock.now()));
    log->flush();
    deliver();
  }
  void deliver() {
    base::Metrics metrics;
    store::OutboxDeliverer deliverer(
        database(), registers.clock, metrics,
        {&instances::keys_to_erase, &instances::keys_of_holder_to_erase, &instances::keys_to_share},
        instances::subscriptions(instances->erasure, instances->sharing));
    (void)deliverer.deliver_due();
  }
  // All of it can still be read, by the party and by the agency, and the log proves it.
  void expect_all_readable() {
    const auto open = expect(instances->drafts.open(permit(manager, Action::read, draft)));
    EXPECT_EQ(read(open.attachments.at(0), instances::party_holder(firm)), pdf);
    for (const auto& id : {sent, addition}) {
      const auto submission =
          expect(instances->matters.open_submission(permit(manager, Action::read, id, "EndEvent_1")));
      EXPECT_TRUE(log->receipt(submission.entry_id)) << "its entry can be opened";
      for (const auto& attachment : submission.attachments) {
        EXPECT_THAT(read(attachment, instances::party_holder(firm)), ::testing::StartsWith("%PDF"));
        EXPECT_THAT(read(attachment, instances::agency_holder("dat")), ::testing::StartsWith("%PDF"));
      }
    }
    EXPECT_EQ(expect(instances->agency.open(agency_permit(sent), registers.clock.now())).submissions.size(), 2U);
  }
  std::string read(const instances::Attachment& attachment, const store::Holder& holder) {
    std::string content;
    if (const auto done =
            vault.vault().read_blob(attachment.blob, holder, [&](base::ByteView piece) { content += piece; });
        !done)
      return done.error().code;
    return content;
  }
  std::vector<base::Uuid> all_keys() {
    const base::SystemClock system;  // the vault's
    return vault.vault().keys_made_before(system.now() + base::Duration::days(1), {}, 1'000'000);
  }
  std::int64_t sweep(base::Duration after) {
    base::SystemClock system;
    base::ManualClock then(system.now() + after);
    store::KeySweep sweeping(
        database(), vault.vault(), catalogue, then,
        store::SweepConditions(database(), then,
                               {.migrations = all_migrations(), .database_is_newest = [] { return true; }}));
    std::int64_t all = 0;
    for (int run = 0; run < 20; ++run) all += sweeping.run();
    return all;
  }
  std::vector<std::string> tables() {
    return database().read([&](store::Tx& tx) {
      std::vector<std::string> names;
      for (const auto& row :
           database().engine() == store::Engine::sqlite
               ? tx.query("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
               : tx.query("SELECT CAST(table_name AS TEXT) FROM information_schema.tables WHERE table_schema = "
                          "current_schema()"))
        names.push_back(store::read_one<std::string>(row));
      return names;
    });
  }
  std::int64_t count(const std::string& table) {
    return database().read(
        [&](store::Tx& tx) { return store::read_one<std::int64_t>(tx, "SELECT COUNT(*) FROM " + table); });
  }
  std::map<std::string, std::int64_t> counts() {
    std::map<std::string, std::int64_t> all;
    for (const auto& table : tables()) all[table] = count(table);
    return all;
  }

  store::Catalogue catalogue = all_catalogues();
  terms::InstanceId draft, sent, addition;
};
INSTANTIATE_TEST_SUITE_P(Engines, WholeCatalogue, store::testing::engines(), store::testing::engine_name);

// By what stands in the rows, not by the names of the columns: so that a room cannot forget one.
TEST_P(WholeCatalogue, declares_every_column_that_names_a_key) {
  live();
  std::set<std::string> ids;
  for (const auto& key : all_keys()) {
    ids.insert(key.text());
    ids.emplace(key.view());
  }
  std::set<std::string> naming, declared;
  for (const auto& [table, columns] : catalogue.naming(terms::NamesWhat::key))
    for (const auto column : columns) declared.insert(fmt::format("{}.{}", table->name, column));
  for (const auto& name : tables()) {
    std::vector<std::string_view> columns;
    for (const auto& column : catalogue.table(name).columns)
      if (column.type != terms::ColumnType::number) columns.push_back(column.name);
    if (columns.empty()) continue;
    database().read([&](store::Tx& tx) {
      for (const auto& row : tx.query(fmt::format("SELECT {} FROM {}", fmt::join(columns, ", "), name))) {
        store::RowReader from(row);
        for (const auto column : columns)
          if (ids.contains(from.next_or_empty())) naming.insert(fmt::format("{}.{}", name, column));
      }
    });
  }
  EXPECT_THAT(declared, IsSupersetOf(naming));
  EXPECT_THAT(naming, IsSupersetOf({"instance.key_id", "attachment.key_id", "submission.key_id",
                                    "ledger_entry.body_key", "ledger_entry.actor_key"}))
      << "the test sees what it should";
}

TEST_P(WholeCatalogue, sweeps_no_key_that_is_in_use_and_those_that_nobody_names) {
  live();
  const auto orphan = vault.vault().seal("a send that failed", {instances::party_holder(firm)}).key_id;
  EXPECT_EQ(sweep(base::Duration::days(6)), 0);
  EXPECT_GE(sweep(base::Duration::days(8)), 1);
  EXPECT_TRUE(vault.vault().still_held({orphan}).empty());
  // The log's own stock lay there as long: it uses it no longer.
  registers.clock.advance(base::Duration::days(8));
  expect_all_readable();
  const auto next = begin();
  (void)send(next, fill(next).version, post());
  log->flush();
  expect_all_readable();
}

TEST_P(WholeCatalogue, ends_nothing_that_people_sent_or_received_however_old_it_is) {
  live();
  const auto before = counts();
  registers.clock.advance(base::Duration::days(20 * 366));
  std::set<std::string> ended;
  for (const auto& job : store::retention_jobs(database(), vault.vault(), catalogue, registers.clock))
    while (job.run() > 0) ended.insert(std::string(job.code));
  EXPECT_THAT(ended, Contains("forget_posts")) << "what is the program's own is over";
  EXPECT_EQ(count("store_once"), 0);
  for (const auto& [name, rows] : counts()) {
    const auto& table = catalogue.table(name);
    const bool by_age =
        std::ranges::any_of(table.keepings, [](const auto& keeping) { return keeping.acts == terms::Acts::rows; });
    if (!by_age) {
      EXPECT_EQ(rows, before.at(name)) << name;
    }
  }
  for (const auto* name : {"instance", "attachment", "submission"})
    EXPECT_TRUE(std::ranges::any_of(catalogue.table(name).keepings, [](const auto& keeping) {
      return keeping.job == "end_agency_copies";
    })) << name;
  EXPECT_GT(before.at("instance"), 0);
  expect_all_readable();
}

// The rows of before, as a restored database has them.
class Copied {
 public:
  Copied(store::Database& database, const store::Catalogue& catalogue, std::initializer_list<const char*> names) {
    for (const auto* name : names) {
      const auto& table = catalogue.table(name);
      database.read([&](store::Tx& tx) { rows_.emplace_back(&table, tx.query(std::string("SELECT * FROM ") + name)); });
    }
  }
  void put_back(store::Database& database) const {
    ASSERT_TRUE(database.write([&](store::Tx& tx) -> base::Status {
      for (const auto& [table, rows] : rows_) {
        tx.run(fmt::format("DELETE FROM {}", table->name));
        for (const auto& row : rows) insert(tx, *table, row);
      }
      return {};
    }));
  }

 private:
  static void insert(store::Tx& tx, const terms::Table& table, const store::Row& row) {
    std::string places;
    std::vector<store::Value> values;
    store::RowReader from(row);
    for (const auto& column : table.columns) {
      places += places.empty() ? "?" : ", ?";
      if (column.type == terms::ColumnType::number) {
        values.emplace_back(from.next<std::optional<std::int64_t>>());
        continue;
      }
      const auto text = from.next<std::optional<std::string_view>>();
      values.push_back(text && column.type == terms::ColumnType::octets ? store::Value::octets(*text)
                                                                        : store::Value(text));
    }
    tx.run_with(fmt::format("INSERT INTO {} VALUES ({})", table.name, places), values);
  }
  std::vector<std::pair<const terms::Table*, std::vector<store::Row>>> rows_;
};

TEST_P(WholeCatalogue, erases_again_what_was_thrown_away_or_sent_since_and_nothing_else) {
  live();
  const auto second = begin();
  add_file(second, "senere.pdf", std::string(pdf) + "\n\n\n\n");
  const auto to_send = fill(second);
  const Copied copy(database(), catalogue, {"instance", "draft", "attachment", "submission", "ledger_entry"});
  const auto left = begin();  // after the backup
  ASSERT_TRUE(instances->drafts.discard(permit(manager, Action::remove, draft), registers.clock.now(), post()));
  (void)send(second, to_send.version, post());
  ASSERT_TRUE(instances->drafts.discard(permit(manager, Action::remove, left), registers.clock.now(), post()));
  deliver();
  copy.put_back(database());
  EXPECT_EQ(count("draft"), 2);
  const auto list = base::read_file(vault.folder() / "erasures", 1'000'000).value();
  // instance, draft and attachment, of the one and of the other
  EXPECT_EQ(store::erase_rows_again(database(), vault.vault(), catalogue, {list}), 6);
  EXPECT_EQ(count("draft"), 0);
  database().read([&](store::Tx& tx) {
    std::vector<std::string> names;
    for (const auto& row : tx.query("SELECT file_name FROM attachment"))
      names.push_back(store::read_one<std::string>(row));
    EXPECT_THAT(names, ::testing::UnorderedElementsAre("sendt.pdf", "tillegg.pdf"));
    for (const auto& row : tx.query("SELECT instance_id FROM instance"))
      EXPECT_THAT((std::vector{sent.text(), addition.text()}), Contains(store::read_one<std::string>(row)));
  });
  EXPECT_EQ(expect(instances->agency.open(agency_permit(sent), registers.clock.now())).submissions.size(), 2U);
  EXPECT_EQ(store::erase_rows_again(database(), vault.vault(), catalogue, {list}), 0);
}

// An instance that an older version sent kept its draft's key until that was erased: what was sent stays.
TEST_P(WholeCatalogue, loses_no_submission_whose_drafts_key_was_erased_later) {
  live();
  const auto old = vault.vault().seal("Innsyn", {instances::party_holder(firm)});
  ASSERT_TRUE(database().write([&](store::Tx& tx) -> base::Status {
    tx.run("UPDATE instance SET key_id = ?, caption = ? WHERE instance_id = ?",
           {old.key_id, store::Value::octets(old.ciphertext), sent});
    return {};
  }));
  vault.vault().erase_everywhere({old.key_id});
  const auto list = base::read_file(vault.folder() / "erasures", 1'000'000).value();
  EXPECT_EQ(store::erase_rows_again(database(), vault.vault(), catalogue, {list}), 1) << "the caption is emptied";
  EXPECT_TRUE(expect(instances->matters.open_submission(permit(manager, Action::read, sent, "EndEvent_1")))
                  .attachments.size() == 1);
}

TEST_P(WholeCatalogue, brings_back_no_session_and_nothing_typed) {
  const auto now = registers.clock.now();
  ASSERT_TRUE(database().write([&](store::Tx& tx) -> base::Status {
    tx.run(
        "INSERT INTO login_session (id_hash, reference, user_id, party_id, party_uuid, name, level, method, issuer, "
        "issuer_session_hash, id_token, started_at, last_seen_at, ends_at) VALUES ('h', 'r', 1, 2, 'u', 'N', 4, 'm', "
        "'i', "
        "'s', ?, ?, ?, ?)",
        {store::Value::octets(""), now, now, now + base::Duration::hours(8)});
    tx.run("INSERT INTO login_kept_post (user_id, place_hash, fields, kept_at) VALUES (1, 'p', ?, ?)",
           {store::Value::octets("sealed"), now});
    tx.run(
        "INSERT INTO login_attempt (state_hash, browser_hash, return_path, level, started_at) VALUES ('s', 'b', '/', "
        "4, "
        "?)",
        {now});
    tx.run("INSERT INTO login_revocation (id, status, list, fetched_at, counts_until) VALUES ('c', 'good', ?, ?, ?)",
           {store::Value::octets(""), now, now + base::Duration::minutes(10)});
    return {};
  }));
  const auto ended =
      database().write([&](store::Tx& tx) -> base::Result<std::int64_t> { return login::end_all_restored(tx, now); });
  EXPECT_EQ(ended.value(), 3);
  EXPECT_EQ(count("login_kept_post"), 0);
  EXPECT_EQ(count("login_attempt"), 0);
  EXPECT_EQ(count("login_revocation WHERE counts_until > 0"), 0) << "it may have been revoked since";
  EXPECT_TRUE(login::open_sessions(database(), now, 10).empty());
  EXPECT_EQ(count("login_session"), 1) << "its end is still to be said in the log";
}

TEST(AllCatalogues, tell_where_what_is_to_be_confirmed_stands) {
  std::set<std::string> places;
  for (const auto& one : all_catalogues().to_confirm()) {
    EXPECT_FALSE(one.what.empty());
    places.insert(one.place);
  }
  EXPECT_THAT(places, IsSupersetOf({"rule ledger.lasting", "parties: contact_register", "instances: submission"}));
}

// What the privacy room will run on: each way to a person leads to a column that there is.
TEST(AllCatalogues, reach_each_kind_of_subject_and_say_all_of_every_personal_column) {
  const auto catalogue = all_catalogues();
  for (const auto kind : {terms::SubjectKind::party, terms::SubjectKind::person, terms::SubjectKind::actor,
                          terms::SubjectKind::organisation})
    EXPECT_FALSE(catalogue.reach(kind).empty());
  for (const auto* table : catalogue.tables()) {
    if (!table->is_personal()) continue;
    EXPECT_TRUE(!table->subjects.empty() || !table->unreachable.empty()) << table->name;
    EXPECT_FALSE(table->erasures.empty()) << table->name;
    for (const auto& keeping : table->keepings) EXPECT_NO_THROW((void)catalogue.rule(keeping.rule));
    for (const auto& column : table->columns)
      EXPECT_EQ(column.personal, !column.said.legal_basis.empty()) << table->name << "." << column.name;
  }
}

// What the program knows of a person's address is used to fill in the person's own form, and to show it to the person. The
// table is read by its room alone (script/lib/table_owners.py), so that whoever uses it asks for the person themselves.
TEST(UserDatabase, is_used_for_prefill_and_shown_to_the_person_and_for_nothing_else) {
  const auto root = std::filesystem::path(ALTING_SOURCE_DIR) / "src";
  const auto has = [](const std::string& code, std::initializer_list<std::string_view> words) {
    return std::ranges::any_of(words, [&](auto word) { return code.find(word) != std::string::npos; });
  };
  std::set<std::string> users;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    const auto path = entry.path().lexically_relative(root).generic_string();
    const bool is_code = path.ends_with(".cpp") || path.ends_with(".h");
    const bool is_test = path.ends_with("_test.cpp") || path.find("/testing/") != std::string::npos;
    if (!is_code || is_test || path.starts_with("parties/")) continue;
    std::ifstream file(entry.path());
    const std::string code(std::istreambuf_iterator<char>(file), {});
    if (has(code, {".self(", "->self(", "postal_place"})) users.insert(path);
    EXPECT_FALSE(has(code, {"FROM person ", "JOIN person ", "FROM local_folkeregister"})) << path;
  }
  // The last two show it to the person themself: what is known, and where it is corrected.
  EXPECT_THAT(users, ::testing::ElementsAre("instances/prefill_sources.cpp", "portal/profile_pages.cpp",
                                            "portal/rights_correction.cpp"));
  const auto catalogue = all_catalogues();
  for (const auto* table : catalogue.tables()) {
    if (table->name == "person") {
      EXPECT_TRUE(table->readers.empty());
    }
  }
}

}  // namespace
}  // namespace alting::main
