// Every dated rule of every catalogue ends what is over and nothing that is younger; and a backup of the first day, brought back
// after eleven years, shows nothing that has ended.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <array>
#include <map>
#include <set>
#include <thread>

#include "inbox/make_messages.h"
#include "instances/testing/instances_fixture.h"
#include "instances/testing/purged_services.h"
#include "main/restored.h"
#include "main/rooms.h"
#include "main/testing/whole_program.h"
#include "parties/deaths.h"
#include "parties/import.h"
#include "parties/population.h"
#include "privacy/make_privacy.h"
#include "store/backup.h"
#include "store/blob_file.h"
#include "store/outbox_deliverer.h"
#include "store/row_reader.h"

namespace alting::main {
namespace {

namespace fs = std::filesystem;
using instances::testing::expect;
using terms::Action;
using ::testing::IsEmpty;

// Of rows that a column dates, and that a room's own job ends; `also`: true of what the rule ends, and of nothing else any more.
struct RuleOfTable {
  std::string_view table, rule, also = "";
};
constexpr std::array ended_by_rooms{
    RuleOfTable{"privacy_copy", "privacy.copy"}, RuleOfTable{"rights_request", "privacy.request"},
    RuleOfTable{"notify_attempt", "notify.address", " AND address_hash IS NOT NULL"},
    RuleOfTable{"own_address", "parties.own_address_unverified", " AND verified_at IS NULL"}};
// What people end stays until they do, however old it is.
constexpr std::array ended_by_people{RuleOfTable{"access_block", "access.block"},
                                     RuleOfTable{"access_certificate_rights", "access.certificate.rights"},
                                     RuleOfTable{"favourite_party", "parties.favourite"},
                                     RuleOfTable{"own_address", "parties.own_address", " AND verified_at IS NOT NULL"},
                                     RuleOfTable{"rights_dispute", "privacy.dispute"}};

// What a column holds that only must be there.
store::Value filler(const terms::Column& column, std::int64_t number, std::string& text) {
  if (column.type == terms::ColumnType::number) return number;
  text = fmt::format("{:08x}-0000-4000-8000-{:012x}", number, number);
  return column.type == terms::ColumnType::octets ? store::Value::octets(text) : store::Value(std::string_view(text));
}

// The program whole, with the jobs of all rooms.
class EveryRule : public ::testing::TestWithParam<store::Engine>, protected testing::WholeProgram {
 protected:
  EveryRule() : WholeProgram(GetParam()) {}

  struct Kept {
    const terms::Table* table;
    const terms::RetentionRule* rule;
    std::string_view also = "";  // true of what the rule ends, and of nothing else any more
  };
  static std::int64_t counted_as(const terms::RetentionRule& rule, base::Instant at) {
    return rule.counts_in == terms::CountsIn::hours ? at.micros / base::Duration::hours(1).micros : at.micros;
  }
  void add_row(const Kept& one, base::Instant began) {
    std::string columns, places;
    std::vector<std::string> texts(one.table->columns.size());
    std::vector<store::Value> values;
    for (std::size_t i = 0; i < one.table->columns.size(); ++i) {
      const auto& column = one.table->columns[i];
      columns += fmt::format("{}{}", i == 0 ? "" : ", ", column.name);
      places += i == 0 ? "?" : ", ?";
      if (column.name == one.rule->counts_from)
        values.emplace_back(counted_as(*one.rule, began));
      else if (column.nullable && !one.also.contains(fmt::format(" {} IS NOT NULL", column.name)))
        values.emplace_back(nullptr);
      else
        values.push_back(filler(column, ++number, texts[i]));
    }
    ASSERT_TRUE(installation->folder->database().write([&](store::Tx& tx) -> base::Status {
      tx.run_with(fmt::format("INSERT INTO {} ({}) VALUES ({})", one.table->name, columns, places), values);
      return {};
    })) << one.table->name;
  }
  std::int64_t rows_left(const Kept& one, base::Instant began) {
    return installation->folder->database().read([&](store::Tx& tx) {
      return store::read_one<std::int64_t>(
          tx, fmt::format("SELECT COUNT(*) FROM {} WHERE {} = ?{}", one.table->name, one.rule->counts_from, one.also),
          {counted_as(*one.rule, began)});
    });
  }

  std::int64_t number = 900'000'000;
};
INSTANTIATE_TEST_SUITE_P(Engines, EveryRule, store::testing::engines(), store::testing::engine_name);

TEST_P(EveryRule, that_counts_from_a_column_ends_what_is_over_and_nothing_that_is_younger_or_that_people_end) {
  const auto& catalogue = installation->catalogue;
  std::vector<Kept> all;
  for (const auto* table : catalogue.tables())
    for (const auto& keeping : table->keepings)
      if (keeping.acts == terms::Acts::rows) all.push_back({table, &catalogue.rule(keeping.rule)});
  ASSERT_GT(all.size(), 15U);
  for (const auto& one : ended_by_rooms)
    all.push_back({&catalogue.table(one.table), &catalogue.rule(one.rule), one.also});
  const auto near = base::Duration::minutes(61);
  std::vector<base::Instant> limits;
  for (const auto& one : all) {
    const auto before = terms::ended_before(*one.rule, installation->clock.now());
    ASSERT_TRUE(before) << one.rule->id;
    limits.push_back(*before);
    add_row(one, *before - near);
    add_row(one, *before + near);
  }
  for (const auto& one : ended_by_people)
    add_row({&catalogue.table(one.table), &catalogue.rule(one.rule), one.also}, {});
  const auto done = installation->privacy->retention.run(all_jobs(*installation));
  EXPECT_TRUE(done.failed.empty()) << done.failed.front();
  for (const auto& one : ended_by_people) {
    const auto stayed = installation->folder->database().read([&](store::Tx& tx) {
      return store::read_one<std::int64_t>(tx,
                                           fmt::format("SELECT COUNT(*) FROM {} WHERE 1 = 1{}", one.table, one.also));
    });
    EXPECT_EQ(stayed, 1) << one.rule;
  }
  std::set<std::string, std::less<>> counted;
  for (const auto& one : installation->privacy->retention.counted()) counted.insert(one.rule);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& one = all[i];
    EXPECT_EQ(rows_left(one, limits[i] - near), 0) << one.rule->id << " does not end " << one.table->name;
    EXPECT_EQ(rows_left(one, limits[i] + near), 1) << one.rule->id << " ends " << one.table->name << " too early";
    EXPECT_TRUE(counted.contains(one.rule->id)) << one.rule->id;
  }
}

// The program whole, with the test population, at the first day and at days to come.
class RestoredYears : public ::testing::TestWithParam<store::Engine>, protected testing::WholeProgram {
 protected:
  RestoredYears()
      : WholeProgram(GetParam(), [this](Settings& settings) {
          settings.services = instances::testing::make_purged_services(temp.path() / "services");
          settings.population = true;
        }) {}
  ~RestoredYears() override {
    installation.reset();
    if (!name_of_restored.empty()) store::testing::PostgresCluster::of_this_process().drop_database(name_of_restored);
  }
  store::Database& database() { return installation->folder->database(); }
  store::Vault& vault() { return installation->folder->vault(); }
  base::Instant now() const { return installation->clock.now(); }
  std::string post() { return base::Uuid::v4(installation->random).text(); }

  // ---- who there is

  static const parties::Population& people() {
    static const auto population = parties::make_population();
    return population;
  }
  static std::string national_id(std::string_view story) {
    return std::ranges::find(people().persons, story, &parties::PopulationPerson::story)->national_id;
  }
  static std::string organisation_number(std::string_view name_of_it) {
    for (const auto& unit : people().units)
      if (unit.organisation.party.name == name_of_it) return unit.organisation.party.organisation_number;
    throw std::logic_error("no such business");
  }
  terms::Actor person(std::string_view story) {
    const auto found = expect(installation->parties->sign_in(terms::NationalIdText(national_id(story))));
    return {terms::ActorKind::person,    found.party.id, found.party.uuid, found.user_id,
            terms::AssuranceLevel::high, "BankID",       found.party.name, "test"};
  }
  // Somebody without a business, who logs in once and has nothing here.
  terms::PartyId come_and_go() {
    for (const auto& one : people().persons)
      if (one.story.empty() && !one.register_answer.dead() &&
          std::ranges::find(people().roles, one.national_id, &parties::PopulationRole::holder) == people().roles.end())
        return expect(installation->parties->sign_in(terms::NationalIdText(one.national_id))).party.id;
    throw std::logic_error("everybody has a business");
  }
  static parties::ByteSource source_of(std::string text) {
    return [text = std::move(text), given = false]() mutable -> base::Result<base::Bytes> {
      return std::exchange(given, true) ? std::string() : text;
    };
  }
  void die(std::string_view story) {
    (void)expect(parties::import_deaths(*installation->parties,
                                        source_of("identifikator;doedsdato\n" + national_id(story) + ";2026-11-01\n"),
                                        [](const parties::DeathsReport&) { return [](store::Tx&) {}; }));
  }
  void strike_off(const std::string& business) {
    parties::ImportOptions options;
    options.source_name = "enheter";
    options.may_shrink = true;
    (void)expect(parties::import_enhetsregisteret(
        *installation->parties,
        source_of(fmt::format(
            R"([{{"organisasjonsnummer": "{}", "navn": "{}", "organisasjonsform": {{"kode": "AS"}}, "slettedato": "2026-11-01", "respons_klasse": "SlettetEnhet"}}])",
            organisation_number(business), business)),
        options));
  }

  // ---- what they do

  terms::Permit decide(const terms::Actor& actor, Action action, const access::Target& target) {
    return expect(installation->access->decider().decide(actor, action, target));
  }
  terms::Permit of_form(Action action, std::optional<terms::InstanceId> id = {}, std::string task = "Task_1") {
    return decide(manager, action, {.party = firm, .app = guidance, .instance = id, .task = std::move(task)});
  }
  terms::InstanceId draft() {
    const auto id =
        expect(installation->instances->drafts.create(of_form(Action::instantiate), guidance, {}, "", post()));
    const auto posted = expect(forms::read_posted(*installation->apps->find(guidance),
                                                  {{"sporsmal.tema", "rettigheter"},
                                                   {"sporsmal.emne", "Innsyn"},
                                                   {"sporsmal.tekst", "Hvem har sett opplysningene mine?"},
                                                   {"kontakt.svar", "innboks"},
                                                   {"kontakt.navn", "Modig Måltrost"}}));
    version = expect(installation->instances->drafts.save(of_form(Action::write, id), posted, {}, base::Language::nb))
                  .draft.version;
    return id;
  }
  terms::InstanceId sent_form() {
    const auto id = draft();
    const auto outcome = expect(installation->instances->sending.submit(of_form(Action::complete, id),
                                                                        base::Language::nb, now(), version, post()));
    if (!std::holds_alternative<instances::Sent>(outcome)) throw std::runtime_error("the form was not sent");
    return id;
  }
  inbox::MessageId letter_to(const std::vector<inbox::Recipient>& recipients, inbox::ReplyWay reply = {}) {
    inbox::NewMessage message;
    message.service = letters;
    message.case_reference = "26/00042";
    message.title = "Om internkontroll";
    message.body = "Vi ber om **svar**.";
    message.reply = reply;
    const auto agency = expect(installation->access->decider().decide_agency(person("caseworker"), "dat",
                                                                             {.app = letters}, Action::agency_send));
    const auto outcome = expect(installation->messages->sending.send(agency, message, recipients, now(), post()));
    if (!outcome.sent) throw std::runtime_error("the message was not sent");
    deliver();
    return outcome.sent->messages.front();
  }
  terms::Permit of_message(const terms::Actor& actor, terms::PartyId party, const inbox::MessageId& id, Action action) {
    return decide(actor, action, installation->messages->messages.place_of(party, id).value().target(action));
  }
  // A copy of everything that lies ready. Answers its file's name.
  store::Blob ready_copy(const terms::Actor& of) {
    const auto writer = vault().create_blob({instances::party_holder(of.party)});
    writer->append("alt som er lagret");
    auto blob = writer->finish();
    const auto at = now();
    const std::vector<store::Value> values{base::Uuid::v4(installation->random),
                                           of.party,
                                           of.party,
                                           of.user_id,
                                           at,
                                           at,
                                           blob.key_id,
                                           std::string_view(blob.name),
                                           blob.size,
                                           store::Value::octets(blob.digest)};
    write(
        "INSERT INTO privacy_copy (copy_id, party_id, asked_by, user_id, language, asked_at, kept_from, state, tries, "
        "items_done, items_all, leased_until, key_id, blob_name, size, digest, downloads) VALUES (?, ?, ?, ?, 'nb', ?, "
        "?, 'ready', 1, 1, 1, 0, ?, ?, ?, ?, 0)",
        values);
    return blob;
  }
  void ask_for_access(terms::PartyId by) {
    const auto at = now();
    const std::vector<store::Value> values{base::Uuid::v7(installation->random, at), firm, by, at, at};
    write(
        "INSERT INTO access_request (id, party, person, role, app, back, state, reason, asked_at, changed_at) VALUES "
        "(?, ?, ?, 'UTINN', '', '', 1, '', ?, ?)",
        values);
  }
  void write(std::string_view sql, const std::vector<store::Value>& values) {
    ASSERT_TRUE(database().write([&](store::Tx& tx) -> base::Status {
      tx.run_with(sql, values);
      return {};
    }));
  }

  // ---- time

  void deliver() {
    base::Metrics counted;
    store::OutboxDeliverer deliverer(database(), installation->clock, counted, all_topics(),
                                     all_subscriptions(*installation));
    for (int idle = 0; idle < 3;) {
      if (deliverer.deliver_due() == 0) ++idle;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));  // what one leads to is due a moment later
    }
  }
  // What the program does by itself, until it has no more to do: what one job leaves another takes up.
  void work() {
    for (const auto& entry : fs::recursive_directory_iterator(installation->folder->blobs()))
      if (entry.is_regular_file())
        fs::last_write_time(entry.path(), fs::file_time_type::clock::now() - std::chrono::hours(25));
    const auto jobs = all_jobs(*installation);
    bool more = true;
    for (int round = 0; more && round < 4; ++round) {
      more = round == 0;
      installation->ledger->flush();
      for (const auto& job : jobs)
        for (int piece = 0; piece < 100 && job.run() > 0; ++piece) {
          more = true;
          if (!job.until_none_left) break;
        }
      deliver();
    }
  }
  void start(Settings settings, base::Duration after) {
    settings.population = false;
    installation.reset();
    installation = expect(Installation::open(std::move(settings), after));
  }
  void go_to(base::Duration after) {
    start(installation->settings, after);
    work();
  }
  std::string back_up() {
    std::string last;
    const auto done =
        carry_out(*installation, base::Json::object({{"command", "backup"}, {"target", (temp.path() / "b").string()}}),
                  [](const std::string&) { return true; });
    if (!done) throw std::runtime_error(done.error().detail);
    for (const auto& entry : fs::directory_iterator(temp.path() / "b"))
      if (fs::exists(entry.path() / "manifest.json")) last = entry.path().string();
    return last;
  }
  // As `alting restore --new-origin` does, into a folder of its own, beside the present keystore: copies of it do not open for
  // that long. What stands outside has not gone back.
  void restore(const std::string& backup, base::Duration after) {
    auto settings = installation->settings;
    const auto keystore = temp.path() / "present-keystore.db", keys = installation->folder->keys(),
               outside = installation->folder->outside();
    vault().back_up_keystore(keystore);
    installation.reset();
    settings.data.path = temp.path() / "restored";
    settings.data.outside.clear();
    if (GetParam() == store::Engine::postgresql) {
      name_of_restored = store::testing::PostgresCluster::of_this_process().create_database();
      settings.data.postgresql = store::testing::PostgresCluster::of_this_process().where(name_of_restored);
    }
    fs::create_directories(settings.data.path);
    fs::copy(outside, settings.data.path / "outside", fs::copy_options::recursive);
    base::SystemRandom random;
    const InstallationClock clock(after);
    store::RestoreOptions options;
    options.backup = backup;
    options.keystore = keystore;
    options.keys = keys;
    options.into = settings.data;
    options.into.create = true;
    erase_again_in(options, clock);
    options.log_guard = [&](store::DataFolder& restored) -> base::Status {
      const auto begun = begin_origin_held(restored, clock, random, ledger_options(settings, restored));
      return begun ? base::Status() : base::Status(begun.error());
    };
    const auto report = store::restore(options, random, clock);
    if (!report) throw std::runtime_error(report.error().code + ": " + report.error().detail);
    EXPECT_GT(report->rows_erased, 0);
    start(std::move(settings), after);
  }

  // ---- what is there

  std::int64_t count(std::string_view table, std::string_view where = "1 = 1") {
    return database().read([&](store::Tx& tx) {
      return store::read_one<std::int64_t>(tx, fmt::format("SELECT COUNT(*) FROM {} WHERE {}", table, where));
    });
  }
  std::int64_t entries_of(std::string_view kind) { return count("ledger_activity", fmt::format("kind = '{}'", kind)); }
  // As somebody has it who kept a copy of the row from the first day.
  struct OldRow {
    base::Uuid key;
    std::string content;
  };
  OldRow old_row(std::string_view table, std::string_view where) {
    return database().read([&](store::Tx& tx) {
      const auto row = tx.query_one(fmt::format("SELECT key_id, content FROM {} WHERE {}", table, where));
      auto [key, content] = store::read_row<base::Uuid, std::string>(row.value());
      return OldRow{key, std::move(content)};
    });
  }
  bool opens(const OldRow& row, const store::Holder& holder) {
    return vault().open(row.key, row.content, holder).has_value();
  }
  // Of all that was there on the first day.
  void expect_only_what_people_kept(const char* where) {
    SCOPED_TRACE(where);
    const auto agency = instances::agency_holder("dat");
    EXPECT_TRUE(opens(kept, instances::party_holder(firm)));
    EXPECT_FALSE(opens(kept, agency));
    EXPECT_TRUE(opens(answer, instances::party_holder(firm)));
    EXPECT_FALSE(opens(answer, agency));
    EXPECT_FALSE(opens(deleted, instances::party_holder(firm)));
    EXPECT_FALSE(opens(deleted, agency));
    EXPECT_FALSE(opens(to_person, instances::party_holder(employee.party)));
    EXPECT_FALSE(opens(to_person, agency));
    for (const auto party : {dead, struck_off}) EXPECT_FALSE(opens(to_gone, instances::party_holder(party)));
    EXPECT_FALSE(opens(to_gone, agency));
    EXPECT_THAT(vault().still_held({orphan, copy.key_id}), IsEmpty());
    for (const auto& [table, rows] : std::map<std::string_view, std::int64_t>{{"delegation_given", 1},
                                                                              {"instance", 2},
                                                                              {"draft", 1},
                                                                              {"submission", 1},
                                                                              {"message", 1},
                                                                              {"message_batch", 1},
                                                                              {"message_answer", 1},
                                                                              {"privacy_copy", 0},
                                                                              {"store_once", 0}})
      EXPECT_EQ(count(table), rows) << table;
    EXPECT_EQ(count("submission", "search_words <> ''"), 0);
    EXPECT_EQ(count("access_request", "closed_at IS NULL"), 0);
    EXPECT_EQ(count("party_gone", "ended_at IS NULL"), 0);
    EXPECT_EQ(entries_of("instance.created"), 0);
    EXPECT_EQ(entries_of("submission.received"), 0);
  }
  bool has_file(const store::Blob& blob) {
    return fs::exists(store::blob_path(installation->folder->blobs(), blob.name));
  }

  const terms::AppId guidance{"dat", "veiledning"}, letters{"dat", "brev"};
  terms::Actor manager, employee;
  terms::PartyId firm{}, dead{}, struck_off{};
  std::int64_t version = 0;  // of the draft that was saved last
  OldRow kept, deleted, answer, to_person, to_gone;
  base::Uuid orphan;
  store::Blob copy;
  std::string name_of_restored;  // on PostgreSQL
};
INSTANTIATE_TEST_SUITE_P(Engines, RestoredYears, store::testing::engines(), store::testing::engine_name);

// Rules that neither a row of EveryRule nor what happens in RestoredYears shows: where they are kept.
const std::map<std::string_view, std::string_view> kept_elsewhere{
    {"inbox.reply_draft", "inbox/messages_test.cpp: FormReplyTest"},
    {"instances.draft_key_kept", "instances/keys_test.cpp"},
    {"parties.demo", "nothing ends it but the folder's end"},
    {"parties.recent", "parties: the twenty-first pushes out the first"},
    {"parties.register", "parties/background_test.cpp: what an import replaced"},
    {"store.outbox", "store/outbox_deliverer_test.cpp"},
    {"web.choice", "web/cookies_test.cpp: the browser's"},
    {"web.visit", "web/cookies_test.cpp: the browser's"}};
constexpr std::array shown_by_restored_years{"access.given",          "access.request.open", "inbox.answer",
                                             "inbox.received",        "inbox.sent",          "instances.agency_copy",
                                             "instances.deleted",     "instances.draft",     "instances.sender_copy",
                                             "ledger.lasting",        "ledger.passing",      "parties.known",
                                             "privacy.gone.business", "privacy.gone.person", "store.erased_key",
                                             "store.erasure_list",    "store.key",           "store.orphan_key"};

TEST(RulesOfAllCatalogues, are_each_shown_to_be_kept_and_a_new_one_is_not_forgotten) {
  const auto catalogue = all_catalogues();
  std::set<std::string_view> shown(shown_by_restored_years.begin(), shown_by_restored_years.end());
  for (const auto& [rule, where] : kept_elsewhere) shown.insert(rule);
  for (const auto& one : ended_by_rooms) shown.insert(one.rule);
  for (const auto& one : ended_by_people) shown.insert(one.rule);
  for (const auto rule : shown) EXPECT_NO_THROW((void)catalogue.rule(rule)) << rule;
  for (const auto* table : catalogue.tables())
    for (const auto& keeping : table->keepings)
      if (keeping.acts == terms::Acts::rows) shown.insert(keeping.rule);  // EveryRule has a row of each
  std::set<std::string_view> forgotten;
  for (const auto* room : catalogue.rooms())
    for (const auto& rule : room->rules)
      if (!shown.contains(rule.id)) forgotten.insert(rule.id);
  EXPECT_THAT(forgotten, IsEmpty()) << "show that it is kept, or say where that is shown";
}

TEST_P(RestoredYears, end_all_that_is_over_and_a_backup_of_the_first_day_shows_nothing_of_it) {
  manager = person("manager");
  employee = person("employee");
  dead = person("private_person").party;
  const auto business = [&](const std::string& called) {
    return installation->parties->find_organisation(organisation_number(called)).value().id;
  };
  firm = business("Fjord og Fjell AS");
  struck_off = business("Ekte Eplehage AS");
  const inbox::Recipient to_firm{.organisation_number = organisation_number("Fjord og Fjell AS")};
  const auto of_row = [](const char* column, const auto& id) { return fmt::format("{} = '{}'", column, id.text()); };
  const auto batch_of = [&](const inbox::MessageId& id) {
    return old_row("message_batch",
                   fmt::format("batch_id IN (SELECT batch_id FROM message WHERE message_id = '{}')", id.text()));
  };

  (void)draft();
  const auto kept_form = sent_form(), deleted_form = sent_form();
  const auto asked = letter_to({to_firm}, {inbox::ReplyWay::Kind::message, {}});
  (void)expect(installation->messages->messages.answer(of_message(manager, firm, asked, Action::complete), asked,
                                                       "Her er det.", {}, now(), post()));
  const auto letter = letter_to({{.person = terms::NationalIdText(national_id("employee"))}});
  const auto last_letter = letter_to({{.person = terms::NationalIdText(national_id("private_person"))},
                                      {.organisation_number = organisation_number("Ekte Eplehage AS")}});
  kept = old_row("submission", of_row("instance_id", kept_form));
  deleted = old_row("submission", of_row("instance_id", deleted_form));
  answer = old_row("message_answer", of_row("message_id", asked));
  to_person = batch_of(letter);
  to_gone = batch_of(last_letter);
  copy = ready_copy(person("chair"));  // who deletes nothing: that would end it at once
  orphan = vault().seal("what was never sent", {instances::party_holder(firm)}).key_id;
  ask_for_access(employee.party);
  (void)expect(installation->access->delegations().delegate(decide(manager, Action::delegate, {.party = firm}),
                                                            {.to = employee.party, .app = guidance}, now(), post()));
  const auto guest = fmt::format("id = {}", come_and_go().value);
  die("private_person");
  strike_off("Ekte Eplehage AS");
  work();
  EXPECT_GT(entries_of("instance.created"), 0);
  EXPECT_GT(entries_of("submission.received"), 0);
  EXPECT_GT(count("submission", "search_words <> ''"), 0);
  EXPECT_EQ(count("party_gone", fmt::format("party IN ({}, {})", dead.value, struck_off.value)), 2);
  const auto backup = back_up();

  ASSERT_TRUE(
      installation->instances->deleting.remove(of_form(Action::remove, deleted_form, "EndEvent_1"), now(), post()));
  ASSERT_TRUE(installation->messages->messages.remove(of_message(employee, employee.party, letter, Action::remove),
                                                      letter, now(), post()));
  work();
  const auto agency = instances::agency_holder("dat");
  EXPECT_TRUE(has_file(copy));
  EXPECT_EQ(count("party", guest), 1);
  EXPECT_THAT(vault().still_held({orphan}), ::testing::SizeIs(1));
  EXPECT_EQ(count("access_request", "closed_at IS NULL"), 1);
  go_to(base::Duration::days(31));
  EXPECT_FALSE(has_file(copy)) << "seven days";
  EXPECT_THAT(vault().still_held({orphan}), IsEmpty()) << "no row names it";
  EXPECT_EQ(count("access_request", "closed_at IS NULL"), 0) << "thirty days without an answer";
  EXPECT_EQ(count("access_request"), 1) << "both sides see for a year what was asked";
  go_to(base::Duration::days(2 * 366 + 100));
  EXPECT_EQ(count("access_request"), 0);
  EXPECT_EQ(count("party", guest), 0) << "two years after nothing named them";
  EXPECT_TRUE(opens(to_gone, instances::party_holder(dead))) << "three years";
  EXPECT_TRUE(opens(answer, agency)) << "three years";
  go_to(base::Duration::days(3 * 366 + 100));
  EXPECT_FALSE(opens(to_gone, instances::party_holder(dead)));
  EXPECT_FALSE(opens(answer, agency));
  EXPECT_TRUE(opens(to_gone, instances::party_holder(struck_off))) << "five years";
  EXPECT_TRUE(opens(deleted, agency)) << "five years";
  go_to(base::Duration::days(5 * 366 + 100));
  EXPECT_FALSE(opens(to_gone, instances::party_holder(struck_off)));
  EXPECT_GT(entries_of("submission.received"), 0) << "ten years";
  constexpr int last_day = 11 * 366;
  go_to(base::Duration::days(last_day));
  expect_only_what_people_kept("after eleven years");
  EXPECT_GT(fs::file_size(installation->folder->erasure_list()), 0U);
  std::set<std::string> counted;
  for (const auto& one : installation->privacy->retention.counted()) counted.insert(one.rule);
  EXPECT_THAT(counted,
              ::testing::IsSupersetOf({"access.request.open", "inbox.sent", "instances.agency_copy",
                                       "instances.deleted", "ledger.lasting", "ledger.passing", "parties.known",
                                       "privacy.gone.person", "store.erased_key", "store.orphan_key"}));

  restore(backup, base::Duration::days(last_day));
  EXPECT_EQ(count("submission", of_row("instance_id", deleted_form)), 0);
  EXPECT_FALSE(opens(to_person, instances::party_holder(employee.party)));
  EXPECT_FALSE(opens(kept, agency)) << "before anything has run";
  work();
  go_to(base::Duration::days(last_day + 40));  // files are swept again once no older keystore can be brought back
  expect_only_what_people_kept("from the backup");
  EXPECT_FALSE(has_file(copy));
}

}  // namespace
}  // namespace alting::main
