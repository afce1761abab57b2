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

struct StoredCopy {
  CopyId id;
  terms::PartyId party, asked_by;
  base::Language language = base::Language::nb;
  base::Instant asked_at, kept_from, leased_until;
  std::string state;  // waiting, ready, failed, deleted
  std::int64_t tries = 0, done = 0, all = 0, downloads = 0;
  std::optional<store::Blob> blob = {};
  [[nodiscard]] bool deleted() const { return state == "deleted"; }
  [[nodiscard]] CopyState state_at(base::Instant now) const;
};

inline constexpr std::string_view copy_columns =
    "copy_id, party_id, asked_by, language, asked_at, kept_from, leased_until, state, tries, items_done, items_all, "
    "downloads, key_id, blob_name, size, digest";
[[nodiscard]] StoredCopy stored_copy_from(const store::Row& row);
[[nodiscard]] std::optional<StoredCopy> find_copy(store::Tx& tx, const CopyId& id);
[[nodiscard]] std::vector<StoredCopy> copies_where(store::Tx& tx, std::string_view condition,
                                                   std::initializer_list<store::Value> values, std::int64_t limit);

}  // namespace alting::privacy
