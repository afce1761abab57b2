// Which keys there are, and which somebody can still open: for sweeping, and for what a restore does again.
#include "store/keystore.h"
#include "store/row_reader.h"

namespace alting::store {
namespace {

constexpr std::size_t asked_at_once = 500;

// The least id that can be made then: a UUID of version 7 begins with its milliseconds (RFC 9562 section 5.7).
base::Uuid first_id_of(base::Instant at) {
  base::Uuid id;
  const auto millis = static_cast<std::uint64_t>(std::max<std::int64_t>(at.micros / 1'000, 0));
  for (std::size_t i = 0; i < 6; ++i) id.octets[i] = static_cast<std::uint8_t>(millis >> (8 * (5 - i)));
  return id;
}

}  // namespace

// The wrap that tells the master key lies under the nil id, which is never behind another.
std::vector<base::Uuid> Keystore::made_before(base::Instant made, const base::Uuid& after, std::size_t most) {
  const auto end = first_id_of(made);
  return database_->read([&](Tx& tx) {
    std::vector<base::Uuid> ids;
    for (const auto& row :
         tx.query("SELECT key_id FROM key_wrap WHERE key_id > ? AND key_id < ? GROUP BY key_id "
                  "HAVING MAX(created_at) < ? ORDER BY key_id LIMIT ?",
                  {Value::octets(after.view()), Value::octets(end.view()), made, static_cast<std::int64_t>(most)}))
      ids.push_back(read_one<base::Uuid>(row));
    return ids;
  });
}

std::vector<base::Uuid> Keystore::still_held(std::span<const base::Uuid> ids) {
  std::vector<base::Uuid> held;
  while (!ids.empty()) {
    const auto some = ids.first(std::min(ids.size(), asked_at_once));
    database_->read([&](Tx& tx) {
      for (const auto& id : some) {
        if (tx.query_one("SELECT 1 FROM key_wrap WHERE key_id = ? LIMIT 1", {Value::octets(id.view())}))
          held.push_back(id);
      }
    });
    ids = ids.subspan(some.size());
  }
  return held;
}

std::int64_t Keystore::forget_erasures(base::Instant before, std::int64_t most) {
  return database_
      ->write([&](Tx& tx) -> base::Result<std::int64_t> {
        return tx.run(
            "DELETE FROM erased_key WHERE (key_id, holder) IN (SELECT key_id, holder FROM erased_key WHERE erased_at < "
            "? ORDER BY erased_at LIMIT ?)",
            {before, most});
      })
      .value();
}

}  // namespace alting::store
