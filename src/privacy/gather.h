// Gathering all that is kept about somebody, for that somebody (personvernforordningen art. 15 and 20).
//
// What there is comes out of the catalogues alone: each table with personal columns whose rows can be found by who they are
// about, each of these rows with every column, sealed ones opened. A new table is in by having its catalogue. A row is read
//
//   whole    when it is the subject's: found by a party, person or organisation;
//   in part  when the subject only did something for another party: what the row is, for whom, and the subject's own acts and their
//            times. The rest is the other party's, whose copy has it.
//
// In what a person gets, who else is named as who acted is left out, but in the log; nobody gets another's identity number, and no
// employee of an agency, or of who runs the portal, is named: what the catalogue says is another's (opened_columns.h) is in no
// copy. What was written, or sent to somebody, is given as it is.
//
// What is confidential is opened for who was given exactly that service, or is the person: so it is in a person's own copy, and in
// another only of the services that who asks was given. What is left out is counted, and the copy says so.
//
// Rows come a page at a time, each page in a short transaction, and files piece by piece: memory does not grow with what
// there is. Nothing is written.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/language.h"
#include "base/result.h"
#include "base/texts.h"
#include "base/time.h"
#include "forms/catalogue.h"
#include "ledger/ledger.h"
#include "parties/number_vault.h"
#include "store/catalogue.h"
#include "store/database.h"
#include "store/vault.h"
#include "terms/permit.h"

namespace alting::privacy {

// Whose data, and by what their rows are found.
struct CopySubject {
  terms::PartyId party;
  bool is_person = false;
  std::optional<std::int64_t> user_id = {};
  std::string party_uuid = {};
  std::vector<std::string> number_hashes = {};         // of a person's identity numbers, those that were replaced too
  std::vector<std::string> organisation_numbers = {};  // of a business
  base::Language language = base::Language::nb;
  bool with_confidential = false;                                 // the person asks, for themself
  std::set<std::string, std::less<>> confidential_services = {};  // "dat/brev": what who asks was given, of a business
};

// A table of which records follow.
struct CopyTable {
  std::string_view room;  // "instances"
  std::string_view type;  // the table's name, "submission"
  const terms::Table& table;
  base::Json schema;  // JSON Schema of its records
};

// What a file of the copy is, beside its octets.
enum class CopyFile : std::uint8_t {
  attachment,  // as it was uploaded: packed already, most often
  original,    // the exact octets that were sent or received, and that receipts vouch for
  receipt,     // JSON, "alting.receipt/1"
};
struct CopyFileInfo {
  CopyFile kind = CopyFile::attachment;
  std::string name;  // as its owner named it, or "<reference>.json"; not safe as a name of a file yet
  std::string media_type;
  std::int64_t size = -1;       // octets; -1: not known before it is read
  std::string_view room, type;  // of the record it belongs to
  std::string record;           // the record's key, as `_key` has it
};

class CopySink {
 public:
  virtual ~CopySink() = default;
  // Before the first record of a table; a table without records is not begun. Each is begun once.
  virtual void begin(const CopyTable& table) = 0;
  // One line of NDJSON. Members: "_key" (text, the primary key), "_part" ("whole" or "acts"), "_controller" ("operator" or
  // the code of an agency), "_ends" (by rule, when it ends, where a date is known), "_files" (paths, when there are any), and
  // one for each column that is given. Times are RFC 3339.
  virtual void record(std::string_view room, std::string_view type, const base::Json& record) = 0;
  // Before the record of its row, which names the path that this answers among its "_files". `read` hands the octets out piece
  // by piece; it is called once, before file() returns. When it answers an error (the key is gone) what was written of the file
  // is thrown away and the error is the answer.
  [[nodiscard]] virtual base::Result<std::string> file(
      const CopyFileInfo& info,
      const std::function<base::Status(const std::function<void(base::ByteView)>&)>& read) = 0;
  // Tables done, of all.
  virtual void progress(std::int64_t done, std::int64_t of) = 0;
  // Asked between records: gathering ends when it says no (the disk, a lease that was lost, a stop).
  [[nodiscard]] virtual bool wants_more() { return true; }
};

// What was gathered, for article_15(): counts, codes and times; of names only those of recipients.
struct Gathered {
  struct OfTable {
    std::int64_t records = 0;
    std::int64_t only_acts = 0;                                // of these, those in part
    std::optional<base::Instant> fetched = {};                 // when the newest of it was asked of a register
    std::map<std::string, std::optional<base::Instant>> ends;  // by rule: when the last of them ends; nothing: no date
  };
  std::map<std::string, OfTable> tables;                                  // by name; those with records
  std::map<std::string, base::Instant> agencies;                          // who got something, by code, and when last
  std::map<std::pair<std::string, std::string>, base::Instant> services;  // through what, by org and app, and when last
  std::map<std::string, base::Instant> lookers;  // agencies that looked, by code, and when last
  std::int64_t records = 0, files = 0;
  struct LeftOut {
    // "gone": the key is erased; "sealed": opens for the browser alone; "receipt": there is none, or none yet;
    // "confidential": said once of a table, without the key, and counted for each row.
    std::string type, key, why;
  };
  std::vector<LeftOut> left_out;  // at most max_left_out, and one "confidential" a table
  std::int64_t left_out_count = 0;
  bool whole = false;  // false: the sink wanted no more
};
inline constexpr std::size_t max_left_out = 1'000;

struct GatherNeeds {
  store::Database& database;
  store::Vault& vault;
  const store::Catalogue& catalogue;
  ledger::Ledger& ledger;
  const parties::NumberVault& numbers;
  const forms::AppCatalogue& apps;
  const base::Clock& clock;
};

// Who it is, by what is known of the party of this permit.
[[nodiscard]] base::Result<CopySubject> copy_subject(const GatherNeeds& needs, const terms::Permit& portable,
                                                     base::Language language);

// `portable`: of the job (JobKind::portable, Action::read) on the subject's party, else std::logic_error. An agency's and the
// registers' other tables are passed over.
[[nodiscard]] base::Result<Gathered> gather(const GatherNeeds& needs, const CopySubject& subject,
                                            const terms::Permit& portable, CopySink& sink);

// JSON Schema (2020-12) of the records of a table.
[[nodiscard]] base::Json schema_of(std::string_view room, const terms::Table& table);

// The information of art. 15 (1) a to h and (2), about this subject, in its language: per category (privacy_kinds.h) purposes, data,
// legal basis, sources, recipients, storage, rights; what the agencies say of their services; and once complaint, automated
// decisions, transfers, and what is left out. Members have labels ("copies.column.*"), those whose names begin with "_" are for
// programs.
[[nodiscard]] base::Json article_15(const GatherNeeds& needs, const base::Texts& texts, const CopySubject& subject,
                                    const Gathered& gathered, base::Instant at);

// Whether a record tells that somebody else saw, looked up or got data: what a copy lists as disclosures.
[[nodiscard]] bool is_disclosure(std::string_view type, const base::Json& record);

// Personal columns of octets that nothing says how to open (opened_columns.h), "table.column": none, or gather() would have to
// leave them out. A test holds them against all catalogues.
[[nodiscard]] std::vector<std::string> columns_without_opener(const store::Catalogue& catalogue);
// Those that are given to nobody but who they are about, "table.column": of others, or secret. A test says which.
[[nodiscard]] std::vector<std::string> columns_left_out(const store::Catalogue& catalogue);

}  // namespace alting::privacy
