// The catalogue of personal data, as a program acts on it: what each table holds, whose rows they are, which dated rule
// ends them and what erasing does. Made from src/ROOM/catalogue.toml and retention.toml (cmake/Catalogue.cmake); each
// room that has one gives it as `room_catalogue()` in "ROOM/room_catalogue.h", and `main` puts them together
// (store/catalogue.h). The sentences are English, for those who write the statement and those who work on it.
//
// That what is named here exists, that what goes with another ends, and that no sentence says another time than its
// rule, is proved by the build (script/lib/catalogue_acts.py), so nothing here is checked again.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "terms/retention.h"

namespace alting::terms {

using Names = std::span<const std::string_view>;

// Personvernforordningen art. 13 to 15 and 30 want these of every datum.
struct Said {
  std::string_view whose, controller, purpose, legal_basis, source, retention, erasure, recipients;
  std::string_view to_confirm = {};  // what of it nobody has looked up in the law yet; "": nothing
};

// The same rows or files as another holder's copy: an agency is controller of its copy of what the sender keeps another
// of. Where it says nothing of its own it says what the table says.
struct Copy {
  std::string_view of;  // "agency"
  Said said;
};

enum class ColumnType : std::uint8_t { number, text, octets };
// A column that holds the id of a key of the keystore, or the name of a file of the blob folder. What no row names is
// swept, and gone for good.
enum class NamesWhat : std::uint8_t { nothing, key, blob };

struct Column {
  std::string_view name;
  ColumnType type = ColumnType::text;
  bool nullable = false;
  bool personal = false;
  NamesWhat names = NamesWhat::nothing;
  std::string_view meaning = {};  // "" where the name says it
  Said said = {};                 // of personal ones
};

enum class SubjectKind : std::uint8_t {
  party,         // whoever it is done for: a person or an organisation
  person,        // a person, for themself
  actor,         // a person who did something for a party
  organisation,  // a sole proprietorship is a person's
};
enum class SubjectForm : std::uint8_t {  // what the column holds
  party_id,
  party_uuid,
  user_id,              // of portal_user
  holder,               // "party:50001234", "person:50001234" (a party's number too), "agency:dat"
  number_hash,          // of a national identity number, keyed (parties/number_vault.h)
  organisation_number,  // nine digits
};
struct Subject {
  std::string_view column;  // "": of a document, which says only the kind
  SubjectKind kind = SubjectKind::party;
  SubjectForm form = SubjectForm::party_id;
  std::string_view table;        // "": the table itself; else the one that has the column, joined to this one ...
  std::string_view by;           // ... by this column of both
  bool is_indexed = false;       // whether an index of all its rows begins with the column ...
  std::string_view behind = {};  // ... or "": else with this column of few values, and then with it
};

enum class Acts : std::uint8_t {
  rows,  // the job of that code deletes the rows once the rule has ended (store/retention_jobs.h)
  room,  // the room's own job of that code does more than that
  use,   // people end it, in a use case
  kept,  // it stays
};
struct Keeping {
  std::string_view rule;
  Acts acts = Acts::kept;
  std::string_view job;  // "" but with rows and room
};

struct Condition {
  std::string_view column, value;
};
// What erasing a row does. With a key: that key, for that holder; `row` and `empty` then once nobody holds it any more.
struct Erasure {
  bool row = false;
  Names empty;               // columns
  std::string_view key;      // the column that names it
  std::string_view holder;   // "party:{party_id}": column in braces
  std::string_view with;     // the table with whose row it goes ...
  Names on;                  // ... where these columns are alike
  std::string_view through;  // the function of a room that must do it: "ledger.erase"
  std::string_view kept;     // why erasing does not reach it
  std::optional<Condition> when = {};
};

struct Table {
  std::string_view name, meaning;
  bool in_keystore = false;
  std::span<const Column> columns;
  Names key;  // the primary key's columns, or none
  std::span<const Subject> subjects;
  std::string_view unreachable;  // why nobody can be found by its rows
  std::span<const Keeping> keepings;
  std::span<const Erasure> erasures;
  Names readers;  // rooms beside its own
  std::span<const Copy> copies = {};
  [[nodiscard]] bool is_personal() const {
    for (const auto& column : columns)
      if (column.personal) return true;
    return false;
  }
};

struct Document {  // sealed in columns or files, or a file of its own
  std::string_view name, meaning;
  Names stands_in;  // tables, whose subjects, rules and erasure are its own
  std::span<const Subject> subjects;
  std::span<const Keeping> keepings;
  std::span<const Erasure> erasures;
  bool personal = false;
  Said said;
  std::span<const Copy> copies = {};
};

// Data that are looked up elsewhere and used, and not stored here: a register that is asked.
struct Use {
  std::string_view name, meaning;
  Said said;
};

struct Cookie {
  std::string_view name, rule;
  bool personal = false;
  Said said;
};

struct RoomCatalogue {
  std::string_view room;
  std::span<const Table> tables;
  std::span<const RetentionRule> rules;
  std::span<const Document> documents;
  std::span<const Cookie> cookies;
  std::span<const Use> uses = {};
};

// The rule of this id, such as "login.attempt". nullptr: the room has none.
[[nodiscard]] const RetentionRule* find_rule(const RoomCatalogue& room, std::string_view id);
// std::logic_error: the room has none.
[[nodiscard]] const RetentionRule& rule_in(const RoomCatalogue& room, std::string_view id);

}  // namespace alting::terms
