#include "store/catalogue.h"

#include <fmt/format.h>

#include <stdexcept>

namespace alting::store {

std::vector<const terms::Table*> Catalogue::tables() const {
  std::vector<const terms::Table*> all;
  for (const auto* room : rooms_)
    for (const auto& table : room->tables) all.push_back(&table);
  return all;
}

const terms::Table& Catalogue::table(std::string_view name) const {
  for (const auto* one : tables())
    if (one->name == name) return *one;
  throw std::logic_error(fmt::format("no catalogue has a table {}", name));
}

const terms::RetentionRule& Catalogue::rule(std::string_view id) const {
  for (const auto* room : rooms_)
    if (const auto* rule = terms::find_rule(*room, id)) return *rule;
  throw std::logic_error(fmt::format("no catalogue has a rule {}", id));
}

std::vector<Catalogue::Way> Catalogue::reach(terms::SubjectKind kind) const {
  std::vector<Way> ways;
  for (const auto* table : tables())
    for (const auto& subject : table->subjects)
      if (subject.kind == kind) ways.push_back({table, &subject});
  return ways;
}

std::vector<Catalogue::Naming> Catalogue::naming(terms::NamesWhat what) const {
  std::vector<Naming> all;
  for (const auto* table : tables()) {
    Naming one{table, {}};
    for (const auto& column : table->columns)
      if (column.names == what) one.columns.push_back(column.name);
    if (!table->in_keystore && !one.columns.empty()) all.push_back(std::move(one));
  }
  return all;
}

std::vector<const terms::Use*> Catalogue::uses() const {
  std::vector<const terms::Use*> all;
  for (const auto* room : rooms_)
    for (const auto& use : room->uses) all.push_back(&use);
  return all;
}

std::vector<Catalogue::ToConfirm> Catalogue::to_confirm() const {
  std::vector<ToConfirm> all;
  const auto add = [&](std::string place, std::string_view what) {
    if (what.empty()) return;
    for (const auto& one : all)
      if (one.place == place && one.what == what) return;
    all.push_back({std::move(place), what});
  };
  for (const auto* room : rooms_) {
    const auto in_room = [&](std::string_view name) { return fmt::format("{}: {}", room->room, name); };
    for (const auto& table : room->tables) {
      for (const auto& column : table.columns) add(in_room(table.name), column.said.to_confirm);
      for (const auto& copy : table.copies) add(in_room(table.name), copy.said.to_confirm);
    }
    for (const auto& document : room->documents) add(in_room(document.name), document.said.to_confirm);
    for (const auto& use : room->uses) add(in_room(use.name), use.said.to_confirm);
    for (const auto& cookie : room->cookies) add(in_room(cookie.name), cookie.said.to_confirm);
    for (const auto& rule : room->rules)
      for (const auto& version : rule.versions) add(fmt::format("rule {}", rule.id), version.to_confirm);
  }
  return all;
}

std::vector<Catalogue::Dependent> Catalogue::going_with(std::string_view table) const {
  std::vector<Dependent> all;
  for (const auto* one : tables())
    for (const auto& erasure : one->erasures)
      if (erasure.with == table) all.push_back({one, &erasure});
  return all;
}

}  // namespace alting::store
