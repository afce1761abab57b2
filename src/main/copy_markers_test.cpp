// That a copy of what is kept about somebody is whole by construction: in every table of every room, and every declared column,
// stands a marker of its own, for one who asks and for another. The copy holds each of the one's once, and of the other's none.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "ledger/entry.h"
#include "main/installation.h"
#include "main/rooms.h"
#include "privacy/gather.h"
#include "privacy/opened_columns.h"
#include "store/testing/temp_database.h"

namespace alting::main {
namespace {

using ::testing::IsEmpty;
using ::testing::IsSupersetOf;

struct CopyForger : access::Decider {
  using Decider::make_permit;
};

struct Marked {  // whose rows are seeded
  std::string name;
  std::int64_t own = 0;    // what stands in columns of a party, person or organisation
  std::int64_t actor = 0;  // and of who acted
  base::Uuid key = {}, log_key = {};
  std::map<std::string, std::string> shared = {};  // columns by which tables are joined
};

class RememberingSink final : public privacy::CopySink {
 public:
  void begin(const privacy::CopyTable& table) override {
    EXPECT_TRUE(begun.insert(std::string(table.type)).second) << table.type << " is begun twice";
  }
  void record(std::string_view, std::string_view type, const base::Json& record) override {
    EXPECT_EQ(last.empty() || last == type || !ended.contains(std::string(type)), true) << type << " comes in pieces";
    if (last != type) ended.insert(last);
    last = type;
    auto without_key = record;
    without_key.erase("_key");
    text += without_key.dump() + "\n";
    --wanted;
  }
  base::Result<std::string> file(
      const privacy::CopyFileInfo& info,
      const std::function<base::Status(const std::function<void(base::ByteView)>&)>& read) override {
    std::string octets;
    ALTING_CHECK(read([&](base::ByteView part) { octets += part; }));
    files += octets;
    return fmt::format("data/files/{}-{}", ++numbered, info.type);
  }
  void progress(std::int64_t, std::int64_t) override {}
  bool wants_more() override { return wanted != 0; }

  std::set<std::string> begun, ended;
  std::string last, text, files;
  int numbered = 0;
  std::int64_t wanted = -1;  // records
};

std::size_t times_in(std::string_view text, std::string_view word) {
  std::size_t count = 0;
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) ++count;
  return count;
}

class CopyMarkers : public ::testing::TestWithParam<store::Engine> {
 protected:
  CopyMarkers() {
    auto settings = demo_settings(8080, temp.path() / "data");
    settings.population = false;
    settings.watch_services = false;
    settings.scanner.clamd.clear();
    if (GetParam() == store::Engine::postgresql) {
      database_name = store::testing::PostgresCluster::of_this_process().create_database();
      settings.data.postgresql = store::testing::PostgresCluster::of_this_process().where(database_name);
    }
    auto opened = Installation::open(settings);
    if (!opened) throw std::runtime_error(opened.error().detail);
    installation = std::move(*opened);
  }
  ~CopyMarkers() override {
    installation.reset();
    if (!database_name.empty()) store::testing::PostgresCluster::of_this_process().drop_database(database_name);
  }

  store::Vault& vault() { return installation->folder->vault(); }
  Marked make(std::string name, std::int64_t own, std::int64_t actor) {
    Marked who{std::move(name), own, actor};
    const auto holder = "party:" + std::to_string(own);
    who.key = vault().make_keys(1, holder).front();
    who.log_key = vault().make_keys(1, "log").front();
    for (const auto* table : installation->catalogue.tables())
      for (const auto& subject : table->subjects)
        if (!subject.by.empty()) who.shared[std::string(subject.by)] = base::Uuid::v4(installation->random).text();
    who.shared["instance_id"] = base::Uuid::v4(installation->random).text();
    return who;
  }

  // Its subjects' values are of this party, and those of who acted.
  static store::Value subject_value(const terms::Subject& subject, const Marked& who) {
    const auto number = subject.kind == terms::SubjectKind::actor ? who.actor : who.own;
    switch (subject.form) {
      case terms::SubjectForm::party_id: return number;
      case terms::SubjectForm::user_id: return number + 1'000'000;
      case terms::SubjectForm::holder: return "party:" + std::to_string(number);
      case terms::SubjectForm::party_uuid: return "uuid-" + std::to_string(number);
      case terms::SubjectForm::number_hash: return "hash-" + std::to_string(number);
      case terms::SubjectForm::organisation_number: return "number-" + std::to_string(number);
    }
    return nullptr;
  }
  static privacy::CopySubject subject_of(const Marked& who) {
    const auto number = std::to_string(who.own);
    return {.party = {who.own},
            .is_person = true,
            .user_id = who.own + 1'000'000,
            .party_uuid = "uuid-" + number,
            .number_hashes = {"hash-" + number},
            .organisation_numbers = {"number-" + number}};
  }

  // What stands sealed in the column; `expected` is what a copy says of it.
  base::Bytes sealed(privacy::Opening opening, const std::string& marker, const Marked& who) {
    const auto reseal = [&](const base::Uuid& key, base::ByteView plain, const std::string& holder) {
      return vault().reseal(key, plain, holder)->ciphertext;
    };
    ledger::EntryText text{.canonical = "{}", .salt = base::Bytes(32, 's')};
    text.party = who.own;
    text.actor = who.actor;
    switch (opening) {
      case privacy::Opening::party_key: return reseal(who.key, marker, "party:" + std::to_string(who.own));
      case privacy::Opening::log_entry:
        text.canonical = R"({"actor":{"name":"x"},"at":"2026-11-20T12:00:00Z","kind":"instance.archived","marker":")" +
                         marker + "\"}";
        return reseal(who.log_key, ledger::pack_entry(text, false), "log");
      case privacy::Opening::log_actor:
        text.of_actor = {{"actor.name", base::Bytes(16, 's'), marker}};
        return reseal(who.log_key, ledger::pack_actor(text), "log");
      case privacy::Opening::number:
        return installation->numbers->seal(terms::NationalIdText(marker), installation->random);
      case privacy::Opening::digest:
      case privacy::Opening::sort_key:
      case privacy::Opening::browser_only: return marker;
    }
    return {};
  }

  // A row of each table with personal data whose rows can be found. Answers what a copy says of each marked column, by
  // "table.column".
  std::map<std::string, std::string> seed(const Marked& who) {
    std::map<std::string, std::string> expected;
    struct SeededRow {
      std::string sql;
      std::vector<std::string> kept;  // what its values borrow
      std::vector<store::Value> values;
    };
    std::vector<SeededRow> rows;
    for (const auto* table : installation->catalogue.tables()) {
      if (table->in_keystore || !table->is_personal() || table->subjects.empty()) continue;
      std::string names, marks;
      std::vector<std::string> kept;
      kept.reserve(table->columns.size());
      std::vector<store::Value> values;
      const bool has_blob =
          std::ranges::any_of(table->columns, [](const auto& one) { return one.names == terms::NamesWhat::blob; });
      store::Blob blob;
      if (has_blob) {
        const auto writer = vault().create_blob({"party:" + std::to_string(who.own)});
        writer->append(fmt::format("octets of {}: {}", who.name, table->name));
        blob = writer->finish();
      }
      const auto put_text = [&](const terms::Column& column, std::string text) {
        kept.push_back(std::move(text));
        values.push_back(column.type == terms::ColumnType::octets ? store::Value::octets(kept.back())
                                                                  : store::Value(std::string_view(kept.back())));
      };
      for (const auto& column : table->columns) {
        ++serial;
        names += (names.empty() ? "" : ", ") + std::string(column.name);
        marks += marks.empty() ? "?" : ", ?";
        const auto place = fmt::format("{}.{}", table->name, column.name);
        const auto marker = fmt::format("<{} {}>", place, who.name);
        const auto subject = std::ranges::find_if(
            table->subjects, [&](const auto& one) { return one.table.empty() && one.column == column.name; });
        const auto opening = privacy::opening_of(table->name, column.name);
        const bool is_of_log = table->name == "ledger_entry" || table->name == "ledger_activity";
        const bool is_shared =
            who.shared.contains(std::string(column.name)) && (column.name != "entry_id" || is_of_log);
        if (subject != table->subjects.end()) {
          values.push_back(subject_value(*subject, who));
        } else if (column.names == terms::NamesWhat::blob) {
          put_text(column, blob.name);
        } else if (column.names == terms::NamesWhat::key) {
          const auto& key = has_blob ? blob.key_id : table->name.starts_with("ledger_") ? who.log_key : who.key;
          put_text(column, column.type == terms::ColumnType::octets ? std::string(key.view()) : key.text());
        } else if (has_blob && column.name == "digest") {  // which must be that of the octets
          put_text(column, blob.digest);
          expected[place] = base::to_hex(blob.digest);
        } else if (has_blob && column.name == "size") {
          values.emplace_back(blob.size);
        } else if (opening) {
          put_text(column, sealed(*opening, marker, who));
          const bool is_hex = *opening == privacy::Opening::digest || *opening == privacy::Opening::sort_key;
          if (*opening != privacy::Opening::browser_only) expected[place] = is_hex ? base::to_hex(marker) : marker;
        } else if (is_shared) {
          put_text(column, who.shared.at(std::string(column.name)));
        } else if (column.type == terms::ColumnType::number) {
          const bool is_time = column.name == "at" || column.name.ends_with("_at") || column.name.ends_with("_used") ||
                               column.name == "not_after";
          const base::Instant at{(700'000'000 + serial) * 1'000'000};
          values.emplace_back(!column.personal ? serial : at.micros);
          if (column.personal) expected[place] = is_time ? base::to_rfc3339(at) : std::to_string(at.micros);
        } else {
          put_text(column, column.personal ? marker : fmt::format("plain-{}", serial));
          if (column.personal) expected[place] = marker;
        }
      }
      rows.push_back({fmt::format("INSERT INTO {} ({}) VALUES ({})", table->name, names, marks), std::move(kept),
                      std::move(values)});
    }
    EXPECT_TRUE(installation->folder->database().write([&](store::Tx& tx) -> base::Status {
      for (const auto& row : rows) tx.run_with(row.sql, row.values);
      return {};
    }));
    return expected;
  }

  static terms::Permit permit_of(const Marked& who, std::string code = "party.portable") {
    terms::Actor program;
    program.kind = terms::ActorKind::system;
    parties::Party party;
    party.id = {who.own};
    return CopyForger::make_permit(program, party, terms::Action::read, "party", {},
                                   {"job", std::move(code), "", "", 0});
  }
  privacy::GatherNeeds needs() {
    return {installation->folder->database(),
            vault(),
            installation->catalogue,
            *installation->ledger,
            *installation->numbers,
            *installation->apps,
            installation->clock};
  }
  privacy::Gathered gather(const Marked& who, RememberingSink& sink) {
    const auto gathered = privacy::gather(needs(), subject_of(who), permit_of(who), sink);
    EXPECT_TRUE(gathered);
    return gathered.value();
  }

  store::testing::TempFolder temp;
  std::string database_name;
  std::unique_ptr<Installation> installation;
  std::int64_t serial = 1'000;
};
INSTANTIATE_TEST_SUITE_P(Engines, CopyMarkers, store::testing::engines(), store::testing::engine_name);

TEST_P(CopyMarkers, stand_in_the_copy_once_each_and_of_others_none) {
  const auto me = make("me", 51'000'001, 51'000'001), other = make("other", 51'000'002, 51'000'002);
  const auto mine = seed(me), theirs = seed(other);
  // What somebody else's row has of me: that I acted.
  const auto helped = make("helped", 51'000'003, 51'000'001);
  const auto of_helped = seed(helped);
  RememberingSink sink;
  const auto gathered = gather(me, sink);
  EXPECT_TRUE(gathered.whole);
  ASSERT_GT(mine.size(), 200U) << "the seeds reach the catalogues";

  std::vector<std::string> faults;
  for (const auto& [place, marker] : mine)
    if (const auto count = times_in(sink.text, marker); count != 1)
      faults.push_back(fmt::format("{} stands {} times", place, count));
  for (const auto& [place, marker] : theirs)
    if (sink.text.contains(marker) || sink.files.contains(marker)) faults.push_back("of another: " + place);
  for (const auto& [place, marker] : of_helped) {
    const auto dot = place.find('.');
    const auto& table = installation->catalogue.table(place.substr(0, dot));
    const auto when = place.substr(dot + 1);
    // Of a table that says nothing but who acted the row is mine.
    const bool only_actors =
        std::ranges::all_of(table.subjects, [](const auto& one) { return one.kind == terms::SubjectKind::actor; });
    const bool my_act =
        when.ends_with("_at") && std::ranges::any_of(table.subjects, [&](const auto& one) {
          return one.kind == terms::SubjectKind::actor && one.column == when.substr(0, when.size() - 3) + "_by";
        });
    if (only_actors || my_act || place.starts_with("ledger_entry.")) continue;
    if (sink.text.contains(marker) || sink.files.contains(marker)) faults.push_back("of whom I acted for: " + place);
  }
  EXPECT_THAT(faults, IsEmpty());
  EXPECT_TRUE(sink.text.contains("<ledger_entry.body helped>")) << "what I did stands in my log";
  EXPECT_THAT(sink.begun, IsSupersetOf({"submission", "message_batch", "ledger_entry", "login_session"}));
  EXPECT_TRUE(sink.files.contains("octets of me"));
  EXPECT_FALSE(sink.files.contains("octets of other"));
  EXPECT_GT(gathered.files, 4);
}

TEST_P(CopyMarkers, are_gone_with_the_key_and_before_a_message_is_published) {
  const auto me = make("me", 51'000'001, 51'000'001);
  const auto mine = seed(me);
  vault().erase({me.key}, "party:51000001");
  RememberingSink sink;
  auto gathered = gather(me, sink);
  EXPECT_FALSE(sink.text.contains("<submission.content me>"));
  EXPECT_FALSE(sink.text.contains("<submission.search_words me>")) << "the row is the agency's alone now";
  EXPECT_FALSE(sink.begun.contains("submission"));
  EXPECT_THAT(gathered.left_out,
              ::testing::Contains(::testing::AllOf(::testing::Field(&privacy::Gathered::LeftOut::type, "submission"),
                                                   ::testing::Field(&privacy::Gathered::LeftOut::why, "gone"))));
  EXPECT_TRUE(sink.text.contains("<person.last_name me>"));
  EXPECT_TRUE(sink.begun.contains("message"));

  const auto recalled = installation->folder->database().write([&](store::Tx& tx) -> base::Status {
    tx.run("UPDATE message_batch SET published_at = NULL");
    return {};
  });
  ASSERT_TRUE(recalled);
  RememberingSink before;
  gathered = gather(me, before);
  EXPECT_FALSE(before.begun.contains("message"));
  EXPECT_FALSE(before.begun.contains("message_file"));
}

TEST_P(CopyMarkers, come_no_further_when_the_copy_is_stopped_and_to_no_other_job) {
  const auto me = make("me", 51'000'001, 51'000'001);
  (void)seed(me);
  RememberingSink sink;
  sink.wanted = 3;
  const auto gathered = gather(me, sink);
  EXPECT_FALSE(gathered.whole);
  EXPECT_EQ(gathered.records, 3);
  RememberingSink none;
  EXPECT_THROW((void)privacy::gather(needs(), subject_of(me), permit_of(me, "party.retention"), none),
               std::logic_error);
  const auto other = make("other", 51'000'002, 51'000'002);
  EXPECT_THROW((void)privacy::gather(needs(), subject_of(other), permit_of(me), none), std::logic_error);
}

TEST_P(CopyMarkers, come_with_the_information_about_them) {
  const auto me = make("me", 51'000'001, 51'000'001);
  (void)seed(me);
  ASSERT_TRUE(installation->folder->database().write([](store::Tx& tx) -> base::Status {
    tx.run("UPDATE party SET kind = 0");
    return {};
  }));
  const auto known = privacy::copy_subject(needs(), permit_of(me), base::Language::nn);
  ASSERT_TRUE(known);
  EXPECT_TRUE(known->is_person);
  EXPECT_EQ(known->user_id, me.own + 1'000'000);
  EXPECT_THAT(known->number_hashes, ::testing::ElementsAre("hash-51000001"));
  EXPECT_THAT(known->organisation_numbers, IsEmpty());
  const auto unknown = privacy::copy_subject(needs(), permit_of(make("nobody", 51'000'009, 0)), base::Language::nn);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, base::ErrorKind::not_found);
  RememberingSink sink;
  const auto gathered = gather(me, sink);
  const auto information = privacy::article_15(needs(), subject_of(me), gathered, installation->clock.now());
  std::map<std::string, const base::Json*> by_code;
  for (const auto& category : information["categories"].items()) {
    by_code[std::string(category.text("code"))] = &category;
    for (const auto* name : {"purposes", "data", "legal_basis", "sources", "recipients", "storage", "rights"})
      EXPECT_GT(category[name].size(), 0U) << category.text("code") << ": " << name;
  }
  EXPECT_EQ(by_code.size(), sink.begun.size());
  ASSERT_TRUE(by_code.contains("instances/submission"));
  EXPECT_EQ(by_code["instances/submission"]->operator[]("records").integer_or(0), 1);
  EXPECT_GT(by_code["instances/submission"]->operator[]("other_copies").size(), 0U);
  EXPECT_FALSE(by_code["login/login_session"]->operator[]("storage")[0].text("period").empty());
  EXPECT_FALSE(by_code["parties/contact_look_up"]->operator[]("storage")[0].text("last_ends").empty());
  EXPECT_EQ(information["recipients"]["sent_to"].size(), 1U);
  EXPECT_EQ(information["complaint"].text("authority"), "Datatilsynet");
}

TEST(CopyCatalogues, say_of_each_personal_column_of_octets_how_it_is_opened) {
  EXPECT_THAT(privacy::columns_without_opener(all_catalogues()), IsEmpty());
}

}  // namespace
}  // namespace alting::main
