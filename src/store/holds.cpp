#include "store/holds.h"

#include <fmt/format.h>

#include <algorithm>

namespace alting::store {
namespace {

bool is_of_the_log(std::string_view rule) { return rule.starts_with("ledger."); }

bool names(const Hold& hold, std::string_view rule) {
  return hold.rule.empty() ? !is_of_the_log(rule) : hold.rule == rule;
}

// How the column says the party.
std::vector<Value> said_in(terms::SubjectForm form, const HeldParty& party) {
  std::vector<Value> values;
  switch (form) {
    case terms::SubjectForm::party_id: values.emplace_back(party.party); break;
    case terms::SubjectForm::party_uuid: values.emplace_back(party.uuid); break;
    case terms::SubjectForm::user_id:
      for (const auto id : party.user_ids) values.emplace_back(id);
      break;
    case terms::SubjectForm::holder:
      values.emplace_back(fmt::format("party:{}", party.party.value));
      values.emplace_back(fmt::format("person:{}", party.party.value));
      break;
    case terms::SubjectForm::number_hash:
    case terms::SubjectForm::organisation_number:
      for (const auto& number : party.numbers) values.emplace_back(number);
      break;
  }
  return values;
}

bool has_column(const terms::Table& table, std::string_view name) {
  return std::ranges::find(table.columns, name, &terms::Column::name) != table.columns.end();
}

// A column is held when it holds one of these.
struct HeldColumn {
  std::string_view name;
  std::vector<Value> values;
};

}  // namespace

bool Holds::whole(std::string_view rule) const {
  return std::ranges::any_of(all_, [&](const Hold& one) {
    return names(one, rule) && ((one.of.empty() && one.item.empty()) || is_of_the_log(rule));
  });
}

bool Holds::holds(std::string_view rule, terms::PartyId party, std::string_view item) const {
  return std::ranges::any_of(all_, [&](const Hold& one) {
    if (!names(one, rule)) return false;
    if (!one.item.empty() && one.item != item) return false;
    return one.of.empty() || std::ranges::any_of(one.of, [&](const HeldParty& of) { return of.party == party; });
  });
}

std::vector<terms::PartyId> Holds::parties(std::string_view rule) const {
  std::vector<terms::PartyId> all;
  for (const auto& one : all_)
    if (rule.empty() || names(one, rule))
      for (const auto& party : one.of) all.push_back(party.party);
  std::ranges::sort(all);
  all.erase(std::ranges::unique(all).begin(), all.end());
  return all;
}

Holds::Condition Holds::none_of(const terms::Table& table, std::string_view rule, bool by_actors) const {
  Condition condition;
  std::vector<HeldColumn> columns;
  const auto says_whose = [&](const terms::Subject& subject) {
    return subject.table.empty() && (by_actors || subject.kind != terms::SubjectKind::actor);
  };
  const auto add = [&](std::string_view name, std::vector<Value> values) {
    if (values.empty()) return;
    auto found = std::ranges::find(columns, name, &HeldColumn::name);
    if (found == columns.end()) found = columns.insert(columns.end(), HeldColumn{name, {}});
    for (auto& value : values) found->values.push_back(std::move(value));
  };
  for (const auto& one : all_) {
    if (!names(one, rule)) continue;
    // An item is told by the column that names it; where the table has none, the party's rows are held.
    bool by_item = false;
    for (const auto* column : {"instance_id", "message_id", "item_id"}) {
      if (one.item.empty() || !has_column(table, column)) continue;
      add(column, {Value(std::string_view(one.item))});
      by_item = true;
    }
    if (by_item) continue;
    if (!one.queries.empty()) {
      for (const auto& subject : table.subjects)
        for (const auto& query : one.queries)
          if (says_whose(subject) && subject.form == query.form)
            condition.sql += fmt::format(" AND ({0} IS NULL OR {0} NOT IN ({1}))", subject.column, query.sql);
      continue;
    }
    for (const auto& party : one.of)
      for (const auto& subject : table.subjects)
        if (says_whose(subject)) add(subject.column, said_in(subject.form, party));
  }
  for (auto& column : columns) {
    std::string places;
    for (auto& value : column.values) {
      places += places.empty() ? "?" : ", ?";
      condition.values.push_back(std::move(value));
    }
    condition.sql += fmt::format(" AND ({0} IS NULL OR {0} NOT IN ({1}))", column.name, places);
  }
  return condition;
}

}  // namespace alting::store
