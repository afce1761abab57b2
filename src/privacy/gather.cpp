#include "privacy/gather.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <type_traits>

#include "access/job_and_case.h"
#include "base/text.h"
#include "ledger/entry.h"
#include "parties/parties.h"
#include "privacy/gather_cells.h"
#include "privacy/gather_confidential.h"
#include "privacy/gathered_row.h"
#include "privacy/log_copy.h"
#include "privacy/opened_columns.h"
#include "store/subject_rows.h"

namespace alting::privacy {
namespace {

constexpr std::size_t plain_rows_at_once = 100;  // of tables whose rows are small; others one at a time
constexpr base::JsonLimits sealed_json{.size = store::largest_document, .depth = 64, .values = 1'000'000};

void require_portable(const terms::Permit& permit, terms::PartyId party) {
  if (permit.evidence().kind != "job" || permit.evidence().role != access::rule_of(access::JobKind::portable).code ||
      permit.party() != party)
    throw std::logic_error("a copy is gathered with the permit of its job");
}

const terms::Column* blob_of(const terms::Table& table) {
  bool has_name = false;
  const terms::Column* blob = nullptr;
  for (const auto& column : table.columns) {
    has_name = has_name || column.name == "file_name";
    if (column.names == terms::NamesWhat::blob) blob = &column;
  }
  return has_name ? blob : nullptr;
}

bool has_sealed(const terms::Table& table) {
  return std::ranges::any_of(table.columns, [&](const auto& column) {
    const auto opening = opening_of(table.name, column.name);
    return opening && *opening != Opening::digest && *opening != Opening::sort_key;
  });
}

// What was sealed, as what it is: the JSON that most of it is, else text.
base::Json opened_json(const base::Bytes& octets) {
  if (octets.starts_with('{') || octets.starts_with('['))
    if (auto json = base::Json::parse(octets, sealed_json)) return std::move(*json);
  if (base::is_utf8(octets)) return octets;
  return base::to_base64(octets);
}

class RowGatherer {
 public:
  RowGatherer(const GatherNeeds& needs, const CopySubject& subject, CopySink& sink)
      : with_(needs),
        subject_(subject),
        sink_(sink),
        values_(subject_values(subject)),
        opener_(needs, subject),
        confidential_(opener_, subject) {}

  Gathered all() {
    std::vector<std::pair<std::string_view, const terms::Table*>> tables;
    for (const auto* room : with_.catalogue.rooms())
      for (const auto& table : room->tables)
        if (is_gathered(table)) tables.emplace_back(room->room, &table);
    const auto of = static_cast<std::int64_t>(tables.size());
    std::int64_t done = 0;
    found_.whole = true;
    for (const auto& [room, table] : tables) {
      sink_.progress(done, of);
      if (!gather_table(room, *table)) {
        found_.whole = false;
        return std::move(found_);
      }
      ++done;
    }
    sink_.progress(of, of);
    return std::move(found_);
  }

 private:
  // Nothing: it is about what is confidential.
  [[nodiscard]] std::optional<base::Json> entry_in(const GatheredRow& row, const store::Cell& sealed) {
    const auto* key = row.cell(row.table.name == "ledger_entry" ? "body_key" : "key_id");
    const auto opened = opener_.of_log(*key, sealed);
    const auto text = opened ? ledger::unpack_entry(*opened) : std::nullopt;
    if (!text) return base::Json();  // erased
    auto copy = copy_of_entry(*text, opener_.actor_of(row), subject_, row.is_whole());
    if (copy.confidential && row.is_whole() && confidential_.withholds_of(*copy.confidential)) return std::nullopt;
    if (row.is_whole() && copy.of_agency && !copy.agency.empty()) note(found_.lookers, copy.agency, copy.at);
    return std::move(copy.json);
  }

  template <class Code>
  static void note(std::map<Code, base::Instant>& into, const std::type_identity_t<Code>& code, base::Instant at) {
    auto& last = into[code];
    last = std::max(last, at);
  }

  void leave_out(const GatheredRow& row, std::string_view why) {
    ++found_.left_out_count;
    if (found_.left_out.size() < max_left_out)
      found_.left_out.push_back({std::string(row.table.name), row.key(), std::string(why)});
  }

  void leave_out_as_confidential(const GatheredRow& row) {
    ++found_.left_out_count;
    if (told_confidential_.insert(row.table.name).second)
      found_.left_out.push_back({std::string(row.table.name), "", "confidential"});
  }

  // Nobody is told of a message before it is published.
  [[nodiscard]] bool is_unpublished(const GatheredRow& row) {
    if (!row.is_whole() || row.room != "inbox" || row.cell("batch_id") == nullptr) return false;
    const auto cells = opener_.cells_behind("message_batch", {"batch_id"}, {*row.cell("batch_id")}, {"published_at"});
    return cells.empty() || cells[0].index() == 0;
  }

  using Paths = std::vector<std::string>;

  // False: its octets cannot be opened any more.
  [[nodiscard]] bool add_attachment(const GatheredRow& row, Paths& paths) {
    const auto* blob_column = blob_of(row.table);
    const auto key = opener_.key_id_of(row);
    const auto* size = std::get_if<std::int64_t>(row.cell("size"));
    if (!key || size == nullptr) return false;
    const store::Blob blob{*key, row.text(blob_column->name), row.text("digest"), *size};
    return add_file(
        {.kind = CopyFile::attachment,
         .name = row.text("file_name"),
         .media_type = row.text("media_type"),
         .size = *size,
         .room = row.room,
         .type = row.table.name,
         .record = row.key()},
        [&](const auto& take) { return with_.vault.read_blob(blob, opener_.holder(), take); }, paths);
  }

  [[nodiscard]] bool add_file(const CopyFileInfo& info,
                              const std::function<base::Status(const std::function<void(base::ByteView)>&)>& read,
                              Paths& paths) {
    auto path = sink_.file(info, read);
    if (!path) return false;
    paths.push_back(std::move(*path));
    ++found_.files;
    return true;
  }

  // The very octets of what was sent, whose digest receipts vouch for.
  void add_original(const GatheredRow& row, const base::Bytes& octets, Paths& paths) {
    auto name = row.text("archive_reference");
    if (name.empty()) name = row.key();
    (void)add_file(
        {.kind = CopyFile::original,
         .name = name + ".json",
         .media_type = "application/json",
         .size = static_cast<std::int64_t>(octets.size()),
         .room = row.room,
         .type = row.table.name,
         .record = row.key()},
        [&](const auto& take) {
          take(octets);
          return base::Status();
        },
        paths);
  }

  void add_receipts(const GatheredRow& row, Paths& paths) {
    if (row.room == "ledger") return;
    for (std::size_t i = 0; i < row.table.columns.size(); ++i) {
      const auto name = row.table.columns[i].name;
      if (!name.ends_with("_entry") && name != "entry_id") continue;
      const auto* text = std::get_if<std::string>(&row.found.cells[i]);
      const auto id = text != nullptr ? base::Uuid::parse(*text) : std::nullopt;
      if (!id) continue;
      const auto whole = subject_.is_person ? with_.ledger.receipt_with_identity(*id) : with_.ledger.receipt(*id);
      const auto receipt = whole ? receipt_without_others(whole->json, subject_) : std::nullopt;
      if (!receipt) {
        leave_out(row, "receipt");
        continue;
      }
      (void)add_file(
          {.kind = CopyFile::receipt,
           .name = id->text() + ".json",
           .media_type = "application/json",
           .size = static_cast<std::int64_t>(receipt->size()),
           .room = row.room,
           .type = row.table.name,
           .record = row.key()},
          [&](const auto& take) {
            take(*receipt);
            return base::Status();
          },
          paths);
    }
  }

  [[nodiscard]] base::Json number_in(const std::string& sealed) const {
    return sealed.empty() ? base::Json() : base::Json(with_.numbers.open(sealed).reveal());
  }

  // When it ends, by each rule that says it as a date.
  [[nodiscard]] base::Json ends_of(const GatheredRow& row, Gathered::OfTable& seen) {
    auto ends = base::Json::object();
    if (!row.is_whole()) return ends;  // the times of another's row are the other's
    for (const auto& keeping : row.table.keepings) {
      const auto& rule = with_.catalogue.rule(keeping.rule);
      const auto* version = terms::in_force(rule, with_.clock.now());
      auto& last = seen.ends[std::string(rule.id)];
      const auto began = rule.counts_from.empty() ? std::nullopt : row.time(rule.counts_from);
      if (!began || version == nullptr || !version->period) continue;
      const auto from = rule.counts_in == terms::CountsIn::hours
                            ? base::Instant{began->micros * base::Duration::hours(1).micros}
                            : *began;
      const auto end = terms::later(from, *version->period);
      last = last ? std::max(*last, end) : end;
      ends.set(rule.id, base::to_rfc3339(end));
    }
    return ends;
  }

  void add_row(const GatheredRow& row) {
    if (is_unpublished(row)) return;
    if (confidential_.withholds(row)) return leave_out_as_confidential(row);
    // What is sealed first: where the party's key is gone the row is no longer its copy.
    std::map<std::size_t, base::Json> opened;
    Paths paths;
    const bool has_digest = row.cell("digest") != nullptr;
    for (std::size_t i = 0; i < row.table.columns.size(); ++i) {
      const auto& column = row.table.columns[i];
      const auto opening = opening_of(row.table.name, column.name);
      const auto* sealed = std::get_if<std::string>(&row.found.cells[i]);
      if (!opening || sealed == nullptr || sealed->empty()) continue;
      switch (*opening) {
        case Opening::party_key: {
          if (!row.is_whole() || !row.gives(i)) break;
          const auto octets = opener_.of_party(row, *sealed);
          if (!octets) return leave_out(row, "gone");
          if (column.name == "content" && has_digest) add_original(row, *octets, paths);
          opened[i] = opened_json(*octets);
          break;
        }
        case Opening::log_entry: {
          auto entry = entry_in(row, row.found.cells[i]);
          if (!entry) return leave_out_as_confidential(row);
          opened[i] = std::move(*entry);
          break;
        }
        case Opening::number:
          if (row.is_whole()) opened[i] = number_in(*sealed);
          break;
        case Opening::browser_only: leave_out(row, "sealed"); break;
        case Opening::digest:
        case Opening::sort_key:
          if (row.gives(i)) opened[i] = row.plain(i);
          break;
        case Opening::log_actor: break;  // stands with the entry
        case Opening::secret: break;
      }
    }
    if (row.is_whole() && blob_of(row.table) != nullptr && !add_attachment(row, paths)) return leave_out(row, "gone");
    if (row.is_whole()) add_receipts(row, paths);

    auto& seen = begun(row);
    auto record = base::Json::object(
        {{"_key", row.key()}, {"_part", row.is_whole() ? "whole" : "acts"}, {"_controller", controller_of(row)}});
    if (auto ends = ends_of(row, seen); ends.size() > 0) record.set("_ends", std::move(ends));
    if (!paths.empty()) {
      auto files = base::Json::array();
      for (auto& path : paths) files.push_back(std::move(path));
      record.set("_files", std::move(files));
    }
    for (std::size_t i = 0; i < row.table.columns.size(); ++i) {
      const auto& column = row.table.columns[i];
      if (const auto sealed = opened.find(i); sealed != opened.end())
        record.set(column.name, std::move(sealed->second));
      else if (!opening_of(row.table.name, column.name) && row.gives(i))
        record.set(column.name, row.plain(i));
    }
    sink_.record(row.room, row.table.name, record);
    ++found_.records;
    ++seen.records;
    if (!row.is_whole()) ++seen.only_acts;
    if (const auto fetched = row.time("fetched_at")) seen.fetched = std::max(seen.fetched.value_or(*fetched), *fetched);
    // Whom it was sent to, and through what.
    const bool is_sent = row.table.name == "submission" && row.is_whole();
    const auto sent_at = row.time("committed_at").value_or(base::Instant{});
    if (is_sent) note(found_.agencies, row.text("org"), sent_at);
    if (is_sent || (row.table.name == "message" && row.is_whole()))
      note(found_.services, {row.text("org"), row.text("app")},
           is_sent ? sent_at : row.time("listed_at").value_or(sent_at));
  }

  [[nodiscard]] static std::string controller_of(const GatheredRow& row) {
    for (const auto& column : row.table.columns)
      if (column.personal && column.said.controller == "app.org" && !row.text("org").empty()) return row.text("org");
    return "operator";
  }

  Gathered::OfTable& begun(const GatheredRow& row) {
    const auto [place, is_new] = found_.tables.try_emplace(std::string(row.table.name));
    if (is_new) sink_.begin({row.room, row.table.name, row.table, schema_of(row.room, row.table)});
    return place->second;
  }

  // False: the sink wants no more.
  [[nodiscard]] bool gather_table(std::string_view room, const terms::Table& table) {
    store::SubjectRows rows(table, values_);
    const std::size_t at_once = has_sealed(table) ? 1 : plain_rows_at_once;
    for (auto found = rows.next(with_.database, at_once); !found.empty(); found = rows.next(with_.database, at_once))
      for (const auto& one : found) {
        if (!sink_.wants_more()) return false;
        add_row(GatheredRow(room, table, one, subject_));
      }
    return true;
  }

  const GatherNeeds& with_;
  const CopySubject& subject_;
  CopySink& sink_;
  const store::SubjectValues values_;
  const CellOpener opener_;
  const Confidential confidential_;
  std::set<std::string_view> told_confidential_;  // tables
  Gathered found_;
};

}  // namespace

base::Result<CopySubject> copy_subject(const GatherNeeds& needs, const terms::Permit& portable,
                                       base::Language language) {
  require_portable(portable, portable.party());
  CopySubject subject{.party = portable.party(), .party_uuid = portable.party_uuid().text(), .language = language};
  const store::SubjectValues values{.parties = {subject.party.value}};
  const auto each = [&](std::string_view name, const std::function<void(const GatheredRow&)>& take) {
    const auto& table = needs.catalogue.table(name);
    store::SubjectRows rows(table, values);
    for (auto found = rows.next(needs.database, 1); !found.empty(); found = rows.next(needs.database, 1))
      take(GatheredRow({}, table, found.front(), subject));
  };
  bool is_known = false;
  each("party", [&](const GatheredRow& row) {
    is_known = true;
    const auto* kind = std::get_if<std::int64_t>(row.cell("kind"));
    subject.is_person = kind != nullptr && *kind == static_cast<std::int64_t>(parties::PartyKind::person);
  });
  if (!is_known) return base::make_error(base::ErrorKind::not_found, "error.party.not_found");
  each("portal_user", [&](const GatheredRow& row) {
    if (const auto* id = std::get_if<std::int64_t>(row.cell("user_id"))) subject.user_id = *id;
  });
  each("party_identifier", [&](const GatheredRow& row) {
    auto& numbers = subject.is_person ? subject.number_hashes : subject.organisation_numbers;
    numbers.push_back(row.text("number"));
  });
  return subject;
}

base::Result<Gathered> gather(const GatherNeeds& needs, const CopySubject& subject, const terms::Permit& portable,
                              CopySink& sink) {
  require_portable(portable, subject.party);
  needs.ledger.flush();  // what the log writes in batches
  return RowGatherer(needs, subject, sink).all();
}

}  // namespace alting::privacy
