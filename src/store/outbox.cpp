#include "store/outbox.h"

#include "store/outbox_deliverer.h"

namespace alting::store {
namespace {

// FNV-1a: the same on every machine and in every version, unlike std::hash.
int part_of(std::string_view key) {
  std::uint64_t hash = 14'695'981'039'346'656'037ULL;
  for (const char c : key) hash = (hash ^ static_cast<unsigned char>(c)) * 1'099'511'628'211ULL;
  return static_cast<int>(hash % outbox_parts);
}

}  // namespace

base::Uuid emit(Tx& tx, base::Random& random, base::Instant now, const Topic& topic, std::string_view key,
                std::string_view payload, std::optional<base::Instant> due) {
  constexpr std::size_t largest_payload = 8 * 1024;
  if (payload.size() > largest_payload) throw std::logic_error("an outbox payload holds ids only");
  const auto id = base::Uuid::v7(random, now);
  const auto at = due.value_or(now);
  tx.run(
      "INSERT INTO outbox (id, part, topic, key, payload, created_at, due_at, attempts, first_due_at) VALUES (?, ?, ?, "
      "?, ?, ?, ?, 0, ?)",
      {id, part_of(key), topic.name, key, payload, now, at, at});
  return id;
}

bool is_waiting(Tx& tx, const Topic& topic, std::string_view key) {
  return tx
      .query_one("SELECT id FROM outbox WHERE topic = ? AND part = ? AND key = ? LIMIT 1",
                 {topic.name, part_of(key), key})
      .has_value();
}

}  // namespace alting::store
