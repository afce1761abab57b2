#include "instances/kept_draft_keys.h"

#include <optional>
#include <vector>

#include "instances/instance.h"
#include "store/row_reader.h"

namespace alting::instances {

namespace {

struct Kept {
  terms::PartyId party;
  terms::InstanceId id;
  base::Uuid draft_key, submission_key;
  std::optional<base::Bytes> caption;  // sealed under the draft's key
};

constexpr int rows_at_once = 100;

std::vector<Kept> some_kept(store::Database& database) {
  return database.read([](store::Tx& tx) {
    std::vector<Kept> found;
    for (const auto& row :
         tx.query("SELECT k.party_id, k.instance_id, i.key_id, s.key_id, i.caption FROM draft_key_kept k "
                  "JOIN instance i ON i.party_id = k.party_id AND i.instance_id = k.instance_id "
                  "JOIN submission s ON s.party_id = k.party_id AND s.instance_id = k.instance_id LIMIT ?",
                  {rows_at_once})) {
      store::RowReader from(row);
      found.push_back({from.next<terms::PartyId>(), from.next<terms::InstanceId>(), from.next<base::Uuid>(),
                       from.next<base::Uuid>(), from.next<std::optional<std::string>>()});
    }
    return found;
  });
}

// The caption under the submission's key; nothing when there is none, or a key of the party's is gone.
std::optional<base::Bytes> resealed(store::Vault& vault, const Kept& one) {
  if (!one.caption) return std::nullopt;
  const auto holder = party_holder(one.party);
  const auto caption = vault.open(one.draft_key, *one.caption, holder);
  if (!caption) return std::nullopt;
  auto sealed = vault.reseal(one.submission_key, *caption, holder);
  if (!sealed) return std::nullopt;
  return std::move(sealed->ciphertext);
}

}  // namespace

std::int64_t KeptDraftKeys::retire(std::int64_t most) {
  std::int64_t retired = 0;
  for (auto some = some_kept(database_); !some.empty() && retired < most; some = some_kept(database_)) {
    for (const auto& one : some) {
      const auto caption = resealed(vault_, one);
      const auto done = database_.write([&](store::Tx& tx) -> base::Status {
        tx.run("DELETE FROM draft_key_kept WHERE party_id = ? AND instance_id = ?", {one.party, one.id});
        const auto value = caption ? store::Value::octets(*caption) : store::Value(nullptr);
        // Of two that do it at the same time, one finds the key moved already.
        if (tx.run("UPDATE instance SET key_id = ?, caption = ? WHERE party_id = ? AND instance_id = ? AND key_id = ?",
                   {one.submission_key, value, one.party, one.id, one.draft_key}) > 0)
          erasure_.emit(tx, {one.draft_key}, one.id);
        return {};
      });
      if (!done) return retired;
      ++retired;
    }
  }
  return retired;
}

}  // namespace alting::instances
