#include "privacy/gathered_row.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/bytes.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "privacy/opened_columns.h"

namespace alting::privacy {
namespace {

using terms::SubjectForm;
using terms::SubjectKind;

bool has_own_rows(const terms::Table& table) {
  return std::ranges::any_of(table.subjects, [](const auto& one) { return one.kind != SubjectKind::actor; });
}

// Names that stand beside the number of who acted.
struct NameOfActor {
  std::string_view table, column, actor;
};
constexpr std::array names_of_actors{NameOfActor{"draft", "saved_by_name", "saved_by"},
                                     NameOfActor{"submission", "sender_name", "sender_id"}};

const NameOfActor* name_of_actor(std::string_view table, std::string_view column) {
  const auto* found = std::ranges::find_if(names_of_actors,
                                           [&](const auto& one) { return one.table == table && one.column == column; });
  return found != names_of_actors.end() ? found : nullptr;
}

constexpr std::size_t digits_of_key = 32;  // hexadecimal

}  // namespace

store::SubjectValues subject_values(const CopySubject& subject) {
  store::SubjectValues values;
  values.parties = {subject.party.value};
  values.holders = {fmt::format("party:{}", subject.party.value), fmt::format("person:{}", subject.party.value)};
  if (subject.user_id) values.user_ids = {*subject.user_id};
  if (!subject.is_person) values.user_ids = {-subject.party.value};  // as login keeps what an organisation typed
  if (!subject.party_uuid.empty()) values.party_uuids = {subject.party_uuid};
  values.number_hashes = subject.number_hashes;
  values.organisation_numbers = subject.organisation_numbers;
  return values;
}

bool is_gathered(const terms::Table& table) {
  return !table.in_keystore && table.is_personal() &&
         std::ranges::any_of(table.subjects, [](const auto& one) { return !one.column.empty(); });
}

bool is_time(const terms::Column& column) {
  const auto name = column.name;
  return column.type == terms::ColumnType::number &&
         (name == "at" || name.ends_with("_at") || name.ends_with("_used") || name == "not_after");
}

GatheredRow::GatheredRow(std::string_view of_room, const terms::Table& of_table,
                         const store::SubjectRows::Found& of_found, const CopySubject& subject)
    : room(of_room), table(of_table), found(of_found), subject_(subject) {
  // Of a table that only says who acted, that is all there is of whose it is.
  for (std::size_t i = 0; i < table.subjects.size(); ++i)
    is_whole_ =
        is_whole_ || (found.matched[i] && (table.subjects[i].kind != SubjectKind::actor || !has_own_rows(table)));
}

bool GatheredRow::is_me(std::string_view column) const {
  for (std::size_t i = 0; i < table.subjects.size(); ++i)
    if (table.subjects[i].table.empty() && table.subjects[i].column == column && found.matched[i]) return true;
  return false;
}

bool GatheredRow::gives(std::size_t place) const {
  const auto& column = table.columns[place];
  if (column.names != terms::NamesWhat::nothing) return false;  // of keys and files, that open and find only
  if (opening_of(table.name, column.name) == Opening::secret) return false;
  if (!column.personal) return true;
  bool is_who = false, is_actor = false, is_number = false, is_whom_for = false;
  for (const auto& one : table.subjects) {
    if (!one.table.empty() || one.column != column.name) continue;
    is_who = true;
    is_actor = is_actor || one.kind == SubjectKind::actor;
    is_number = is_number || one.form == SubjectForm::number_hash;
    is_whom_for = is_whom_for || one.kind == SubjectKind::party || one.kind == SubjectKind::organisation;
  }
  if (is_who && is_me(column.name)) return true;
  if (is_left_out(table, column)) return false;
  const auto* name_of = name_of_actor(table.name, column.name);
  if (name_of != nullptr && subject_.is_person && !is_me(name_of->actor)) return false;
  if (is_whole_) return !is_number && !(is_actor && !is_whom_for && subject_.is_person);
  if (is_who) return is_whom_for && !is_number;
  // Of another's row: when this one acted.
  const auto name = column.name;
  return name.ends_with("_at") && is_me(fmt::format("{}_by", name.substr(0, name.size() - 3)));
}

base::Json GatheredRow::plain(std::size_t place) const {
  const auto& column = table.columns[place];
  const auto& value = found.cells[place];
  if (const auto* number = std::get_if<std::int64_t>(&value))
    return is_time(column) ? base::Json(base::to_rfc3339(base::Instant{*number})) : base::Json(*number);
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) return nullptr;
  if (column.type == terms::ColumnType::octets) return base::to_hex(*text);
  return base::replace_invalid(*text);
}

const store::Cell* GatheredRow::cell(std::string_view name) const {
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    if (table.columns[i].name == name) return &found.cells[i];
  return nullptr;
}

std::string GatheredRow::text(std::string_view name) const {
  const auto* value = cell(name);
  const auto* text = value != nullptr ? std::get_if<std::string>(value) : nullptr;
  return text != nullptr ? *text : std::string();
}

std::optional<base::Instant> GatheredRow::time(std::string_view name) const {
  const auto* value = cell(name);
  const auto* number = value != nullptr ? std::get_if<std::int64_t>(value) : nullptr;
  return number != nullptr ? std::optional(base::Instant{*number}) : std::nullopt;
}

std::string GatheredRow::key() const {
  std::string text;
  for (const auto& part : found.key) {
    if (!text.empty()) text += '/';
    if (const auto* number = std::get_if<std::int64_t>(&part)) text += std::to_string(*number);
    if (const auto* words = std::get_if<std::string>(&part))
      text += base::is_utf8(*words) ? *words : base::to_hex(*words);
  }
  // Of a table without a primary key it is all its columns.
  const auto is_hidden = [&](const terms::Column& column) {
    const bool is_of_key = table.key.empty() || std::ranges::find(table.key, column.name) != table.key.end();
    return is_of_key && is_left_out(table, column);
  };
  if (std::ranges::none_of(table.columns, is_hidden)) return text;
  return base::to_hex(crypto::sha256(text)).substr(0, digits_of_key);
}

}  // namespace alting::privacy
