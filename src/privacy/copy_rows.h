// Rows of copies, as Copies and CopyMaker read them. Used by this room only.
#pragma once
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "privacy/copies.h"
#include "store/database.h"
#include "store/vault.h"

namespace alting::privacy {

inline constexpr std::int64_t max_copy_tries = 3;

struct StoredCopy {
  CopyId id;
  terms::PartyId party, asked_by;
  base::Language language = base::Language::nb;
  base::Instant asked_at, kept_from, leased_until;
  std::string state;  // waiting, ready, failed, deleted
  bool is_leased = false;
  std::int64_t tries = 0, done = 0, all = 0, downloads = 0;
  std::string confidential = {};  // services, "dat/brev dat/svar", of which it has what is confidential
  // Its key and file: of one that is ready, and for moments before that and after it was deleted.
  std::optional<store::Blob> blob = {};
  [[nodiscard]] bool deleted() const { return state == "deleted"; }
  [[nodiscard]] bool ready() const { return state == "ready"; }
  [[nodiscard]] bool failed() const { return state == "failed" || (deleted() && tries >= max_copy_tries); }
  [[nodiscard]] CopyState state_at(base::Instant now) const;
};

inline constexpr std::string_view copy_columns =
    "copy_id, party_id, asked_by, language, asked_at, kept_from, leased_until, state, tries, items_done, items_all, "
    "downloads, confidential_of, CAST(CASE WHEN lease_holder IS NULL THEN 0 ELSE 1 END AS BIGINT), key_id, blob_name, "
    "size, digest";
// Who alone holds the key of a copy while it is made: its row says so before there is a key, so that whatever a kill left
// is erased by it. The party gets the key once the row names it.
[[nodiscard]] store::Holder holder_in_making(const CopyId& id);
[[nodiscard]] StoredCopy stored_copy_from(const store::Row& row);
[[nodiscard]] std::optional<StoredCopy> find_copy(store::Tx& tx, const CopyId& id);
[[nodiscard]] std::vector<StoredCopy> copies_where(store::Tx& tx, std::string_view condition,
                                                   std::initializer_list<store::Value> values, std::int64_t limit);

}  // namespace alting::privacy
