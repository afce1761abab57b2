#include "access/restored.h"

namespace alting::access {

void merge_restriction(Restriction& into, const Restriction& other) {
  if (other.announced_at > into.announced_at) {
    into.announced_at = other.announced_at;
    into.lift_at = other.lift_at;
  }
  if (!into.lifted_at) into.lifted_at = other.lifted_at;
}

std::int64_t put_restriction_back(store::Tx& tx, const Restriction& outside) {
  const auto there = find_restriction(tx, outside.id);
  if (!there)
    return tx.run(
        "INSERT INTO access_restriction (restriction_id, party, controller, item, since, request_id, ground, told, "
        "announced_at, lift_at, lifted_at) VALUES (?, ?, ?, ?, ?, ?, ?, '[]', ?, ?, ?) ON CONFLICT DO NOTHING",
        {outside.id, outside.party, outside.controller, outside.item, outside.since, outside.request, outside.ground,
         outside.announced_at, outside.lift_at, outside.lifted_at});
  auto row = outside;
  merge_restriction(row, *there);
  if (row.announced_at == there->announced_at && row.lifted_at == there->lifted_at) return 0;
  return tx.run("UPDATE access_restriction SET announced_at = ?, lift_at = ?, lifted_at = ? WHERE restriction_id = ?",
                {row.announced_at, row.lift_at, row.lifted_at, row.id});
}

}  // namespace alting::access
