// Requests that were answered long enough ago: their keys for all who hold them, and then their rows.
#include <fmt/format.h>

#include <algorithm>

#include "privacy/requests.h"
#include "privacy/room_catalogue.h"
#include "store/failpoint.h"
#include "store/row_reader.h"
#include "terms/retention.h"

namespace alting::privacy {
namespace {

constexpr std::string_view request_rule_id = "privacy.request";
constexpr int requests_ended_at_once = 200;

const terms::RetentionRule& request_rule() { return terms::rule_in(room_catalogue(), request_rule_id); }

const terms::Table& request_table() {
  return *std::ranges::find(room_catalogue().tables, "rights_request", &terms::Table::name);
}

}  // namespace

std::int64_t Requests::end_answered(const store::HoldsNow& holds) {
  const auto before = terms::ended_before(request_rule(), with_.clock.now());
  if (!before) return 0;
  std::vector<RequestId> ids;
  std::vector<base::Uuid> keys;
  with_.database.read([&](store::Tx& tx) {
    ids.clear();
    keys.clear();
    const auto held = holds ? holds(tx) : store::Holds();
    if (held.whole(request_rule_id)) return;
    const auto unless = held.none_of(request_table(), request_rule_id);
    std::vector<store::Value> values{*before};
    values.insert(values.end(), unless.values.begin(), unless.values.end());
    for (const auto& row : tx.query_with(
             fmt::format("SELECT id, key_id FROM rights_request WHERE answered_at < ?{} ORDER BY answered_at LIMIT {}",
                         unless.sql, requests_ended_at_once),
             values)) {
      const auto [id, key] = store::read_row<RequestId, base::Uuid>(row);
      ids.push_back(id);
      keys.push_back(key);
    }
  });
  if (ids.empty()) return 0;
  with_.vault.erase_everywhere(keys);
  store::failpoint::pass("privacy.requests.keys_erased");
  const auto done = with_.database.write([&](store::Tx& tx) -> base::Result<std::int64_t> {
    std::int64_t ended = 0;
    for (const auto& id : ids) ended += tx.run("DELETE FROM rights_request WHERE id = ?", {id});
    if (holds) holds(tx).count(tx, request_rule_id, request_table().name, ended);
    return ended;
  });
  return done.value_or(0);
}

store::Job Requests::ending(store::HoldsNow holds) {
  return {.code = "forget_rights_requests",
          .legal_basis = terms::law_of(request_rule(), with_.clock.now()),
          .every = base::Duration::hours(6),
          .run = [this, holds = std::move(holds)] { return end_answered(holds); },
          .until_none_left = true,
          .counts_itself = true};
}

}  // namespace alting::privacy
