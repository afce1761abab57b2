#include "access/request_rows.h"

#include <fmt/format.h>

#include <algorithm>

namespace alting::access {
namespace {

constexpr std::int64_t most_shown = 200;

RequestRow read_request(const store::Row& row) {
  store::RowReader from(row);
  RequestRow out;
  out.id = from.next<AccessRequestId>();
  out.party = from.next<terms::PartyId>();
  out.person = from.next<terms::PartyId>();
  out.role = from.next<std::string>();
  out.app = from.next<std::string>();
  out.back = from.next<std::string>();
  out.state = static_cast<RequestState>(from.next<std::int64_t>());
  out.reason = from.next<std::string>();
  out.asked_at = from.next<base::Instant>();
  out.changed_at = from.next<base::Instant>();
  out.closed = from.next<std::optional<base::Instant>>().has_value();
  out.decided_by = from.next<std::optional<terms::PartyId>>();
  return out;
}

std::optional<RequestRow> one_request(const std::optional<store::Row>& row) {
  return row ? std::optional(read_request(*row)) : std::nullopt;
}

template <class Rows>
std::vector<RequestRow> all_requests(const Rows& rows) {
  std::vector<RequestRow> all;
  for (const auto& row : rows) all.push_back(read_request(row));
  return all;
}

BlockRow read_block(const store::Row& row) {
  const auto [id, person, at] = store::read_row<AccessBlockId, terms::PartyId, base::Instant>(row);
  return {id, person, at};
}

bool is_unit_of(const std::vector<terms::PartyId>& business, terms::PartyId party) {
  return std::ranges::find(business, party) != business.end();
}

std::int64_t code_of(RequestState state) { return static_cast<std::int64_t>(state); }

}  // namespace

std::optional<RequestRow> find_request(store::Tx& tx, const AccessRequestId& id) {
  return one_request(
      tx.query_one("SELECT id, party, person, role, app, back, state, reason, asked_at, changed_at, closed_at, "
                   "decided_by FROM access_request WHERE id = ?",
                   {id}));
}

std::optional<RequestRow> find_open_request(store::Tx& tx, const RequestRow& like) {
  return one_request(
      tx.query_one("SELECT id, party, person, role, app, back, state, reason, asked_at, changed_at, closed_at, "
                   "decided_by FROM access_request WHERE party = ? AND person = ? AND role = ? AND app = ? AND "
                   "closed_at IS NULL",
                   {like.party, like.person, like.role, like.app}));
}

std::optional<RequestRow> find_last_request(store::Tx& tx, const RequestRow& like) {
  return one_request(
      tx.query_one("SELECT id, party, person, role, app, back, state, reason, asked_at, changed_at, closed_at, "
                   "decided_by FROM access_request WHERE person = ? AND party = ? AND role = ? AND app = ? ORDER BY "
                   "asked_at DESC, id DESC LIMIT 1",
                   {like.person, like.party, like.role, like.app}));
}

std::vector<RequestRow> requests_of(store::Tx& tx, terms::PartyId person) {
  return all_requests(
      tx.query("SELECT id, party, person, role, app, back, state, reason, asked_at, changed_at, closed_at, decided_by "
               "FROM access_request WHERE person = ? ORDER BY asked_at DESC, id DESC LIMIT ?",
               {person, most_shown}));
}

std::vector<RequestRow> sent_to(store::Tx& tx, terms::PartyId party, base::Instant not_before) {
  return all_requests(
      tx.query("SELECT id, party, person, role, app, back, state, reason, asked_at, changed_at, closed_at, decided_by "
               "FROM access_request WHERE party = ? AND state = 1 AND changed_at >= ? ORDER BY changed_at, id LIMIT ?",
               {party, not_before, most_shown}));
}

std::vector<RequestRow> answered_by(store::Tx& tx, terms::PartyId party) {
  return all_requests(
      tx.query("SELECT id, party, person, role, app, back, state, reason, asked_at, changed_at, closed_at, decided_by "
               "FROM access_request WHERE party = ? AND state > 1 ORDER BY changed_at DESC, id DESC LIMIT ?",
               {party, most_shown}));
}

std::vector<RequestRow> open_since(store::Tx& tx, RequestState state, base::Instant before, std::int64_t limit) {
  return all_requests(
      tx.query("SELECT id, party, person, role, app, back, state, reason, asked_at, changed_at, closed_at, decided_by "
               "FROM access_request WHERE state = ? AND asked_at < ? ORDER BY asked_at LIMIT ?",
               {code_of(state), before, limit}));
}

std::int64_t count_sent_to(store::Tx& tx, const std::vector<terms::PartyId>& business, base::Instant not_before) {
  std::string places;
  std::vector<store::Value> values;
  for (const auto& party : business) {
    places += places.empty() ? "?" : ", ?";
    values.emplace_back(party);
  }
  values.emplace_back(not_before);
  const auto rows = tx.query_with(
      fmt::format("SELECT COUNT(*) FROM access_request WHERE party IN ({}) AND state = 1 AND changed_at >= ?", places),
      values);
  return store::read_one<std::int64_t>(rows.at(0));
}

std::int64_t count_open(store::Tx& tx, const std::vector<terms::PartyId>& business, terms::PartyId person,
                        base::Instant not_before, const AccessRequestId& besides) {
  std::int64_t count = 0;
  for (const auto& row : tx.query("SELECT party FROM access_request WHERE person = ? AND asked_at >= ? AND closed_at "
                                  "IS NULL AND id <> ?",
                                  {person, not_before, besides}))
    count += is_unit_of(business, store::read_one<terms::PartyId>(row)) ? 1 : 0;
  return count;
}

std::int64_t count_asked(store::Tx& tx, terms::PartyId person, base::Instant since, const AccessRequestId& besides) {
  return store::read_one<std::int64_t>(
      tx, "SELECT COUNT(*) FROM access_request WHERE person = ? AND asked_at >= ? AND id <> ?",
      {person, since, besides});
}

void insert_request(store::Tx& tx, const RequestRow& row) {
  tx.run(
      "INSERT INTO access_request (id, party, person, role, app, back, state, reason, asked_at, changed_at, closed_at, "
      "decided_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL)",
      {row.id, row.party, row.person, row.role, row.app, row.back, code_of(row.state), row.reason, row.asked_at,
       row.changed_at});
}

void mark_sent(store::Tx& tx, const AccessRequestId& id, base::Instant at) {
  tx.run("UPDATE access_request SET state = 1, asked_at = ?, changed_at = ? WHERE id = ?", {at, at, id});
}

void close_request(store::Tx& tx, const AccessRequestId& id, RequestState state, std::string_view reason,
                   std::optional<terms::PartyId> decided_by, base::Instant at) {
  tx.run("UPDATE access_request SET state = ?, reason = ?, decided_by = ?, changed_at = ?, closed_at = ? WHERE id = ?",
         {code_of(state), reason, decided_by, at, at, id});
}

void delete_request(store::Tx& tx, const AccessRequestId& id) {
  tx.run("DELETE FROM access_request WHERE id = ?", {id});
}

std::int64_t count_sent_by(store::Tx& tx, terms::PartyId party, terms::PartyId person) {
  return store::read_one<std::int64_t>(
      tx, "SELECT COUNT(*) FROM access_request WHERE party = ? AND person = ? AND state = 1", {party, person});
}

void refuse_all(store::Tx& tx, terms::PartyId party, terms::PartyId person, std::string_view reason,
                terms::PartyId decided_by, base::Instant at) {
  tx.run(
      "UPDATE access_request SET state = 3, reason = ?, decided_by = ?, changed_at = ?, closed_at = ? WHERE party = ? "
      "AND person = ? AND state = 1",
      {reason, decided_by, at, at, party, person});
}

bool is_blocked(store::Tx& tx, const std::vector<terms::PartyId>& business, terms::PartyId person) {
  for (const auto& row : tx.query("SELECT party FROM access_block WHERE person = ?", {person}))
    if (is_unit_of(business, store::read_one<terms::PartyId>(row))) return true;
  return false;
}

std::vector<BlockRow> blocks_of(store::Tx& tx, terms::PartyId party) {
  std::vector<BlockRow> all;
  for (const auto& row :
       tx.query("SELECT id, person, blocked_at FROM access_block WHERE party = ? ORDER BY blocked_at DESC, id LIMIT ?",
                {party, most_blocks}))
    all.push_back(read_block(row));
  return all;
}

std::optional<BlockRow> find_block(store::Tx& tx, terms::PartyId party, const AccessBlockId& id) {
  const auto row =
      tx.query_one("SELECT id, person, blocked_at FROM access_block WHERE party = ? AND id = ?", {party, id});
  return row ? std::optional(read_block(*row)) : std::nullopt;
}

std::int64_t count_blocks(store::Tx& tx, terms::PartyId party) {
  return store::read_one<std::int64_t>(tx, "SELECT COUNT(*) FROM access_block WHERE party = ?", {party});
}

void insert_block(store::Tx& tx, terms::PartyId party, const BlockRow& row, terms::PartyId blocked_by) {
  tx.run(
      "INSERT INTO access_block (party, id, person, blocked_by, blocked_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (party, "
      "person) DO NOTHING",
      {party, row.id, row.person, blocked_by, row.at});
}

bool delete_block(store::Tx& tx, terms::PartyId party, const AccessBlockId& id) {
  return tx.run("DELETE FROM access_block WHERE party = ? AND id = ?", {party, id}) > 0;
}

}  // namespace alting::access
