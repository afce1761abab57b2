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

struct LastEmitted {  // kept with the transaction, and gone with it
  base::Uuid id;
};

// The next moment that a version 7 can name, 1/4096 ms later; what is random in `id` stays.
base::Uuid just_after(const base::Uuid& last, base::Uuid id) {
  std::uint64_t head = 0;
  for (std::size_t i = 0; i < 8; ++i) head = head << 8 | last.octets[i];
  constexpr std::uint64_t fraction = 0xfff;
  const std::uint64_t time = ((head >> 16) << 12 | (head & fraction)) + 1;
  head = (time >> 12) << 16 | (head & 0xf000) | (time & fraction);
  for (std::size_t i = 0; i < 8; ++i) id.octets[i] = static_cast<std::uint8_t>(head >> (56 - 8 * i));
  return id;
}

// Rows of one moment are delivered by their ids, and what of an id is random is no order. So those of one transaction
// grow. It rides on the transaction, for a look into the table would make others that emit collide with this one.
base::Uuid next_id(Tx& tx, base::Random& random, base::Instant now) {
  auto id = base::Uuid::v7(random, now);
  for (auto& kept : tx.for_commit()) {
    auto* last = std::any_cast<LastEmitted>(&kept);
    if (last == nullptr) continue;
    if (id <= last->id) id = just_after(last->id, id);
    last->id = id;
    return id;
  }
  tx.for_commit().emplace_back(LastEmitted{id});
  return id;
}

}  // namespace

base::Uuid emit(Tx& tx, base::Random& random, base::Instant now, const Topic& topic, std::string_view key,
                std::string_view payload, std::optional<base::Instant> due) {
  constexpr std::size_t largest_payload = 8 * 1024;
  if (payload.size() > largest_payload) throw std::logic_error("an outbox payload holds ids only");
  const auto id = next_id(tx, random, now);
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
