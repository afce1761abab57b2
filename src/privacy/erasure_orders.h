// The orders of an erasure, and the rows that go as the catalogue says. Used by erasure.cpp and erasure_work.cpp only.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "base/uuid.h"
#include "privacy/erasure.h"
#include "privacy/erasure_fates.h"
#include "store/catalogue.h"
#include "store/database.h"

namespace alting::privacy {

struct ErasureOrder {
  ErasureId id;
  ErasedSubject subject;
  base::Instant ordered_at;
  bool is_listed = false;  // in the list outside
  bool done = false;
  std::int64_t wraps = 0;
  std::string digest;
  std::optional<base::Uuid> entry = {};
  std::optional<base::Instant> done_at = {};
  std::string keys_at = {};  // how far its keys are written down (erasure_keys.h)
};

// What one pass over the party's forms, messages and rows came to.
struct ErasedItems {
  std::int64_t done = 0;
  std::int64_t left = 0;  // could not be done yet, or stopped before
};

inline constexpr std::int64_t erased_rows_at_once = 200;

// Until when a hold stands against erasing (held_until in erasure.h), as this transaction sees it.
[[nodiscard]] std::optional<base::Instant> erasure_held_until(store::Tx& tx, terms::PartyId party, base::Instant at);
[[nodiscard]] std::optional<ErasureOrder> find_order(store::Tx& tx, const ErasureId& id);
[[nodiscard]] std::vector<ErasureOrder> orders_of(store::Tx& tx, terms::PartyId party, std::int64_t max_orders);
// The oldest first, of those behind `after` (nullptr: of all).
[[nodiscard]] std::vector<ErasureOrder> orders_under_way(store::Tx& tx, const ErasureOrder* after,
                                                         std::int64_t max_orders);
void insert_order(store::Tx& tx, const ErasureOrder& order);  // one that is there already stays as it is

// The line of the list outside, without its time. The party stands with its uuid, for after a restore numbers are given again.
[[nodiscard]] std::string erasure_line(const ErasureOrder& order, std::string_view party_uuid, bool done);

// Calls `each` with the rows of the table that have this in their column, page by page, until it says no.
struct PagesWanted {
  const terms::Table& table;
  store::Match match;
  std::vector<std::string_view> columns;
};
void each_page_of(store::Database& database, const PagesWanted& wanted,
                  const std::function<bool(const std::vector<store::TableReader::Found>&)>& each);

// The rows of FateBy::rows.
[[nodiscard]] ErasedItems erase_plain_rows(store::Database& database, const store::Catalogue& catalogue,
                                           const ErasureOrder& order, const std::function<bool()>& stop);

// As who the party logs in; 0: not known as a user.
[[nodiscard]] std::int64_t user_of_party(store::Tx& tx, const store::Catalogue& catalogue, terms::PartyId party);

// Cells as values. DatabaseError when they hold something else.
[[nodiscard]] std::int64_t number_of_cell(const store::Cell& cell);  // 0 of NULL
[[nodiscard]] std::string text_of_cell(const store::Cell& cell);     // "" of NULL

// Whether the catalogues that were put together have this table: a command or a test may have fewer rooms.
[[nodiscard]] const terms::Table* find_catalogued(const store::Catalogue& catalogue, std::string_view name);

}  // namespace alting::privacy
