#include "store/subject_rows.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

namespace alting::store {
namespace {

constexpr std::int64_t looked_at_once = 5'000;  // of a table that is read from one end to the other

template <class T>
void add_values(std::vector<Value>& into, const std::vector<T>& from) {
  for (const auto& one : from) into.emplace_back(one);
}

std::vector<Value> values_in(const SubjectValues& values, terms::SubjectForm form) {
  std::vector<Value> found;
  switch (form) {
    case terms::SubjectForm::party_id: add_values(found, values.parties); break;
    case terms::SubjectForm::party_uuid: add_values(found, values.party_uuids); break;
    case terms::SubjectForm::user_id: add_values(found, values.user_ids); break;
    case terms::SubjectForm::holder: add_values(found, values.holders); break;
    case terms::SubjectForm::number_hash: add_values(found, values.number_hashes); break;
    case terms::SubjectForm::organisation_number: add_values(found, values.organisation_numbers); break;
  }
  return found;
}

const terms::Column& named_column(const terms::Table& table, std::string_view name) {
  for (const auto& column : table.columns)
    if (column.name == name) return column;
  throw std::logic_error(fmt::format("the catalogue has no column {} of {}", name, table.name));
}

void add_key_values(std::vector<Value>& into, const terms::Table& table, std::span<const std::string_view> key,
                    const std::vector<Cell>& cells) {
  for (std::size_t i = 0; i < key.size(); ++i) {
    if (const auto* number = std::get_if<std::int64_t>(&cells[i]))
      into.emplace_back(*number);
    else if (const auto* text = std::get_if<std::string>(&cells[i]))
      into.push_back(named_column(table, key[i]).type == terms::ColumnType::octets ? Value::octets(*text)
                                                                                   : Value(*text));
    else
      throw DatabaseError("a row has a part of its key that is empty");
  }
}

std::string question_marks(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += i == 0 ? "?" : ", ?";
  return text;
}

// The column is one of its values, which are found one after the other by an index that begins with it.
std::string values_of_few(std::string_view table, std::string_view column) {
  return fmt::format(
      "{0} IN (WITH RECURSIVE few (one) AS (SELECT MIN({0}) FROM {1} UNION ALL SELECT (SELECT MIN({0}) FROM {1} WHERE "
      "{0} > "
      "few.one) FROM few WHERE few.one IS NOT NULL) SELECT one FROM few WHERE one IS NOT NULL)",
      column, table);
}

std::vector<Cell> first_cells(const Row& row, std::size_t count) {
  std::vector<Cell> cells;
  for (std::size_t i = 0; i < count; ++i) cells.push_back(row.column(i));
  return cells;
}

}  // namespace

bool SubjectValues::has(terms::SubjectForm form, const Cell& cell) const {
  if (const auto* number = std::get_if<std::int64_t>(&cell)) {
    const auto& numbers = form == terms::SubjectForm::user_id ? user_ids : parties;
    const bool is_number = form == terms::SubjectForm::user_id || form == terms::SubjectForm::party_id;
    return is_number && std::ranges::find(numbers, *number) != numbers.end();
  }
  const auto* text = std::get_if<std::string>(&cell);
  const auto among = [&](const std::vector<std::string>& all) {
    return text != nullptr && std::ranges::find(all, *text) != all.end();
  };
  switch (form) {
    case terms::SubjectForm::party_uuid: return among(party_uuids);
    case terms::SubjectForm::holder: return among(holders);
    case terms::SubjectForm::number_hash: return among(number_hashes);
    case terms::SubjectForm::organisation_number: return among(organisation_numbers);
    case terms::SubjectForm::party_id:
    case terms::SubjectForm::user_id: return false;
  }
  return false;
}

// First by what the rows are of, then by who acted.
SubjectRows::SubjectRows(const terms::Table& table, const SubjectValues& values, std::int64_t keys_at_once)
    : table_(table), values_(values), keys_at_once_(keys_at_once) {
  key_.assign(table.key.begin(), table.key.end());
  for (const auto& column : table.columns) columns_.push_back(column.name);
  if (key_.empty()) key_ = columns_;
  std::vector<Way> sought, slow, acted;
  for (std::size_t i = 0; i < table.subjects.size(); ++i) {
    const auto& subject = table.subjects[i];
    if (subject.column.empty()) continue;
    if (!subject.is_indexed && subject.behind.empty() && subject.table.empty())
      add_way(i, false, slow);
    else
      add_way(i, true, subject.kind == terms::SubjectKind::actor ? acted : sought);
  }
  ways_ = std::move(sought);
  if (!slow.empty()) {
    Way all{.condition = {}, .values = {}, .is_sought = false, .joined = {}};
    for (auto& one : slow) {
      all.condition += (all.condition.empty() ? "" : " OR ") + one.condition;
      for (auto& value : one.values) all.values.push_back(std::move(value));
    }
    ways_.push_back(std::move(all));
  }
  for (auto& one : acted) ways_.push_back(std::move(one));
}

void SubjectRows::add_way(std::size_t place, bool is_sought, std::vector<Way>& into) const {
  const auto& subject = table_.subjects[place];
  auto values = values_in(values_, subject.form);
  if (values.empty()) return;
  const auto marks = question_marks(values.size());
  if (subject.table.empty())
    into.push_back({fmt::format("{} IN ({})", subject.column, marks),
                    std::move(values),
                    is_sought,
                    {},
                    subject.behind.empty() ? std::string() : values_of_few(table_.name, subject.behind) + " AND "});
  else
    into.push_back({fmt::format("{0} IN (SELECT {0} FROM {1} WHERE {2} IN ({3}))", subject.by, subject.table,
                                subject.column, marks),
                    std::move(values),
                    is_sought,
                    {place},
                    {}});
}

// Of the way that is at hand.
SubjectRows::Keys SubjectRows::keys_behind(Tx& tx) const {
  const auto& way = ways_[way_];
  const auto key = fmt::format("{}", fmt::join(key_, ", "));
  const auto place = fmt::format("({})", question_marks(key_.size()));
  std::string behind = after_.empty() ? "" : fmt::format(" AND ({}) > {}", key, place);
  std::optional<std::vector<Cell>> to;
  if (!way.is_sought) {
    std::vector<Value> from;
    if (!after_.empty()) add_key_values(from, table_, key_, after_);
    from.emplace_back(looked_at_once - 1);
    const auto last =
        tx.query_with(fmt::format("SELECT {0} FROM {1}{2} ORDER BY {0} LIMIT 1 OFFSET ?", key, table_.name,
                                  after_.empty() ? std::string() : fmt::format(" WHERE ({}) > {}", key, place)),
                      from);
    if (!last.empty()) to = first_cells(last.front(), key_.size());
    if (to) behind += fmt::format(" AND ({}) <= {}", key, place);
  }
  // What an earlier way found is not found again.
  auto values = way.values;
  std::string others;
  for (std::size_t i = 0; i < way_; ++i) {
    values.insert(values.end(), ways_[i].values.begin(), ways_[i].values.end());
    others += fmt::format(" AND (({}) IS NOT TRUE)", ways_[i].condition);
  }
  if (!after_.empty()) add_key_values(values, table_, key_, after_);
  if (to) add_key_values(values, table_, key_, *to);
  const auto limit = way.is_sought ? keys_at_once_ : looked_at_once;
  values.emplace_back(limit);
  Keys found{.keys = {}, .after = after_, .is_end = false};
  for (const auto& row : tx.query_with(fmt::format("SELECT {0} FROM {1} WHERE {2}({3}){4}{5} ORDER BY {0} LIMIT ?", key,
                                                   table_.name, way.before, way.condition, others, behind),
                                       values))
    found.keys.push_back(first_cells(row, key_.size()));
  found.is_end = way.is_sought ? static_cast<std::int64_t>(found.keys.size()) < limit : !to;
  if (to)
    found.after = *to;
  else if (!found.keys.empty())
    found.after = found.keys.back();
  return found;
}

bool SubjectRows::read_keys(Database& database) {
  while (way_ < ways_.size()) {
    if (!way_ended_) {
      auto found = database.read([&](Tx& tx) { return keys_behind(tx); });
      way_ended_ = found.is_end;
      after_ = std::move(found.after);
      waiting_.insert(waiting_.end(), found.keys.begin(), found.keys.end());
      if (!waiting_.empty()) return true;
      if (!way_ended_) continue;
    }
    ++way_;
    way_ended_ = false;
    after_.clear();
  }
  return false;
}

SubjectRows::Found SubjectRows::found_of(std::vector<Cell> key, std::vector<Cell> cells) const {
  Found found{std::move(key), std::move(cells), std::vector<bool>(table_.subjects.size(), false)};
  const auto& joined = ways_[way_].joined;
  for (std::size_t i = 0; i < table_.subjects.size(); ++i) {
    const auto& subject = table_.subjects[i];
    if (!subject.table.empty()) {
      found.matched[i] = std::ranges::find(joined, i) != joined.end();
      continue;
    }
    const auto place = std::ranges::find(columns_, subject.column);
    if (place != columns_.end())
      found.matched[i] = values_.has(subject.form, found.cells[static_cast<std::size_t>(place - columns_.begin())]);
  }
  return found;
}

std::vector<SubjectRows::Found> SubjectRows::next(Database& database, std::size_t max_found) {
  std::vector<Found> found;
  while (found.empty()) {
    if (waiting_.empty() && !read_keys(database)) return found;
    std::vector<std::vector<Cell>> keys;
    while (!waiting_.empty() && keys.size() < max_found) {
      keys.push_back(std::move(waiting_.front()));
      waiting_.pop_front();
    }
    if (table_.key.empty()) {
      for (auto& key : keys) {
        auto cells = key;
        found.push_back(found_of(std::move(key), std::move(cells)));
      }
      continue;
    }
    auto rows = database.read([&](Tx& tx) {
      std::vector<std::vector<Cell>> all;
      for (const auto& key : keys) all.push_back(read_cells(tx, table_, columns_, key));
      return all;
    });
    for (std::size_t i = 0; i < rows.size(); ++i)
      if (!rows[i].empty()) found.push_back(found_of(std::move(keys[i]), std::move(rows[i])));
  }
  return found;
}

}  // namespace alting::store
