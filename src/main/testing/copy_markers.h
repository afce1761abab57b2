// For tests: in every table of every room, and every declared column, a marker of its own for a party; and the copy of what is
// kept about it.
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <set>

#include "base/markup.h"
#include "base/text.h"
#include "base/texts.h"
#include "ledger/entry.h"
#include "main/installation.h"
#include "main/rooms.h"
#include "paper/zip.h"
#include "privacy/bag_writer.h"
#include "privacy/gather.h"
#include "privacy/gathered_row.h"
#include "privacy/opened_columns.h"
#include "privacy/privacy_kinds.h"
#include "store/testing/temp_database.h"

namespace alting::main::testing {

// What stands in nobody's copy but that of who it is about: a column more, or one less, is decided here too.
inline const std::set<std::string, std::less<>> left_out_columns{
    "access_restriction.imposed_by",
    "access_restriction_opening.actor",
    "event_subscription.alternative_subject_filter",
    "event_subscription.end_point",
    "event_subscription.subject_filter",
    "login_certificate_turn.code_hash",
    "login_certificate_turn.state_hash",
    "login_session.credential",
    "login_session.id_hash",
    "login_session.issuer_session_hash",
    "message_batch.created_by",
    "privacy_copy.lease_holder",
    "retention_hold.owner",
    "retention_hold.reason",
    "rights_request.answered_by",
    "store_once.id",
};

struct CopyForger : access::Decider {
  using Decider::make_permit;
};

struct Marked {  // whose rows are seeded
  std::string name;
  std::int64_t own = 0;    // what stands in columns of a party, person or organisation
  std::int64_t actor = 0;  // and of who acted
  base::Uuid key = {}, log_key = {};
  std::map<std::string, std::string> shared = {};  // columns by which tables are joined
  bool is_person = true;
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
    keys += fmt::format("{}\n", record.text("_key"));
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
  std::string last, text, files, keys;
  int numbered = 0;
  std::int64_t wanted = -1;  // records
};

inline std::size_t times_in(std::string_view text, std::string_view word) {
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
      case terms::SubjectForm::user_id: return who.is_person ? number + 1'000'000 : -number;
      case terms::SubjectForm::holder: return "party:" + std::to_string(number);
      case terms::SubjectForm::party_uuid: return "uuid-" + std::to_string(number);
      case terms::SubjectForm::number_hash: return "hash-" + std::to_string(number);
      case terms::SubjectForm::organisation_number: return "number-" + std::to_string(number);
    }
    return nullptr;
  }
  static privacy::CopySubject subject_of(const Marked& who, bool is_person = true) {
    const auto number = std::to_string(who.own);
    return {.party = {who.own},
            .is_person = is_person,
            .user_id = who.own + 1'000'000,
            .party_uuid = "uuid-" + number,
            .number_hashes = {"hash-" + number},
            .organisation_numbers = {"number-" + number},
            .with_confidential = is_person};
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
      case privacy::Opening::browser_only:
      case privacy::Opening::secret: return marker;
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
        if (left_out_columns.contains(place)) {
          expected.erase(place);
          left_out.push_back(marker);
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

  static const base::Texts& copy_texts() {
    static const auto texts = base::Texts::load(std::filesystem::path(ALTING_SOURCE_DIR) / "texts");
    if (!texts) throw std::runtime_error(texts.error().detail);
    return *texts;
  }
  std::string_view kind_of_table(std::string_view name) const {
    for (const auto* room : installation->catalogue.rooms())
      for (const auto& table : room->tables)
        if (table.name == name) return privacy::kind_of(room->room, name);
    return {};
  }

  // The files of the copy as it is given, by their names.
  std::map<std::string, std::string> bag_of(const Marked& who) {
    base::Bytes out;
    privacy::BagWriter bag({.texts = copy_texts(),
                            .language = base::Language::nb,
                            .random = installation->random,
                            .spool = temp.path(),
                            .party_name = who.name,
                            .at = installation->clock.now(),
                            .sink = [&](base::ByteView part) { out += part; }});
    const auto gathered = privacy::gather(needs(), subject_of(who, who.is_person), permit_of(who), bag);
    EXPECT_TRUE(gathered && gathered->whole);
    bag.add_article_15(privacy::article_15(needs(), copy_texts(), subject_of(who, who.is_person), gathered.value(),
                                           installation->clock.now()));
    (void)bag.close("id", {});
    bag.finish();
    const auto entries = paper::unzip(out, installation->clock, {.entries = 10'000, .ratio = 10'000});
    if (!entries) throw std::runtime_error(entries.error().code);
    std::map<std::string, std::string> files;
    for (const auto& one : *entries) files[one.name.substr(privacy::bag_folder.size())] = one.content;
    return files;
  }
  // What programs read: every line of the bag, without the row's key, which columns say again.
  static std::string lines_in(const std::map<std::string, std::string>& files) {
    std::string lines;
    for (const auto& [name, content] : files) {
      if (!name.ends_with(".ndjson")) continue;
      for (const auto line : base::split(content, '\n')) {
        if (line.empty()) continue;
        auto record = base::Json::parse(line);
        if (!record) throw std::runtime_error(name + ": a line that is no JSON");
        record->erase("_key");
        lines += record->dump() + "\n";
      }
    }
    return lines;
  }
  // What people read, by table: "data/pages/<controller>/<room>-<table>-<number>.html".
  static std::map<std::string, std::string> pages_in(const std::map<std::string, std::string>& files) {
    std::map<std::string, std::string> pages;
    for (const auto& [name, content] : files) {
      if (!name.starts_with("data/pages/")) continue;
      const auto page = name.substr(name.rfind('/') + 1);
      const auto begin = page.find('-') + 1;
      pages[page.substr(begin, page.rfind('-') - begin)] += content;
    }
    return pages;
  }
  // As a page writes it.
  static std::string on_page(const std::string& marker) {
    const auto at = base::from_rfc3339(marker);
    return at ? base::format_local(*at, base::TimeStyle::compact, base::Language::nb) : base::escape_markup(marker);
  }
  // Of each of mine that is not in the lines once and on a page of its table, and of each that is to be nowhere and is somewhere.
  std::vector<std::string> faults_of_bag(const std::map<std::string, std::string>& files,
                                         const std::map<std::string, std::string>& mine,
                                         const std::map<std::string, std::string>& theirs) {
    const auto lines = lines_in(files);
    auto pages = pages_in(files);
    std::vector<std::string> faults;
    for (const auto& [place, marker] : mine) {
      if (const auto count = times_in(lines, marker); count != 1)
        faults.push_back(fmt::format("{} stands {} times in the lines", place, count));
      if (!pages[place.substr(0, place.find('.'))].contains(on_page(marker)))
        faults.push_back(place + " stands on no page");
    }
    auto nowhere = left_out;
    for (const auto& [place, marker] : theirs) nowhere.push_back(marker);
    for (const auto& marker : nowhere)
      for (const auto& [name, content] : files)
        if (content.contains(marker) || content.contains(base::escape_markup(marker)))
          faults.push_back(fmt::format("{} stands in {}", marker, name));
    return faults;
  }

  store::testing::TempFolder temp;
  std::string database_name;
  std::unique_ptr<Installation> installation;
  std::int64_t serial = 1'000;
  std::vector<std::string> left_out;  // markers that no copy has
};
}  // namespace alting::main::testing
