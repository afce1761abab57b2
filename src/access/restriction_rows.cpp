#include "access/restriction_rows.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"

namespace alting::access {
namespace {

std::vector<Told> told_from(std::string_view stored) {
  std::vector<Told> all;
  const auto json = base::Json::parse(stored);
  if (!json || !json->is_array()) return all;
  for (const auto& one : json->items()) {
    const auto whom = one.text("whom"), way = one.text("way");
    const auto meant = whom == told_party ? told_by_notice : told_by_event;  // where an older program wrote no way
    all.push_back({.whom = std::string(whom),
                   .what = std::string(one.text("what")),
                   .at = {one["at"].integer_or(0)},
                   .way = std::string(way.empty() ? meant : way),
                   .day = std::string(one.text("day"))});
  }
  return all;
}

std::string to_stored(const std::vector<Told>& all) {
  auto list = base::Json::array();
  for (const auto& one : all) {
    auto told = base::Json::object({{"whom", one.whom}, {"what", one.what}, {"at", one.at.micros}, {"way", one.way}});
    if (!one.day.empty()) told.set("day", one.day);
    list.push_back(std::move(told));
  }
  return list.dump();
}

}  // namespace

Restriction read_restriction(store::RowReader& from) {
  Restriction row;
  row.id = from.next<RestrictionId>();
  row.party = from.next<terms::PartyId>();
  row.controller = from.next<std::string>();
  row.item = from.next<std::string>();
  row.since = from.next<base::Instant>();
  row.request = from.next<std::string>();
  row.ground = from.next<std::string>();
  row.imposed_by = from.next<std::optional<terms::PartyId>>();
  row.told = told_from(from.next<std::string>());
  row.announced_at = from.next<std::optional<base::Instant>>();
  row.lift_at = from.next<std::optional<base::Instant>>();
  row.lifted_at = from.next<std::optional<base::Instant>>();
  return row;
}

std::optional<Restriction> find_restriction(store::Tx& tx, const RestrictionId& id) {
  const auto row = tx.query_one(
      fmt::format("SELECT {} FROM access_restriction r WHERE r.restriction_id = ?", restriction_columns), {id});
  if (!row) return std::nullopt;
  store::RowReader from(*row);
  return read_restriction(from);
}

void note_told(store::Tx& tx, const RestrictionId& id, const Told& now_told) {
  const auto row = tx.query_one("SELECT r.told FROM access_restriction r WHERE r.restriction_id = ? {lock}", {id});
  if (!row) return;
  auto told = told_from(store::read_one<std::string>(*row));
  const auto is_same = [&](const Told& one) {
    return one.whom == now_told.whom && one.what == now_told.what && one.way == now_told.way && one.day == now_told.day;
  };
  if (std::ranges::any_of(told, is_same)) return;
  told.push_back(now_told);
  tx.run("UPDATE access_restriction SET told = ? WHERE restriction_id = ?", {to_stored(told), id});
}

}  // namespace alting::access
