// The keys that an erasure destroys, as the rows of the party name them, written down before they go (erasure_key): the
// certificate counts them also after a kill. Used by erasure_work.cpp only.
#pragma once
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "base/uuid.h"
#include "privacy/erasure_orders.h"

namespace alting::privacy {

inline constexpr int keys_listed_at_once = 500;

class ErasedKeys {
 public:
  ErasedKeys(store::Database& database, const store::Catalogue& catalogue, const ErasureOrder& order)
      : database_(database), catalogue_(catalogue), order_(order) {}

  // Writes down those of what was sent, received and written, of files that wait and of copies, from where the last turn
  // came to. False when `stop` ended it before all were.
  [[nodiscard]] bool list(const std::function<bool()>& stop) const;
  // Those of the forms with this in the column, and of their files, which a use case is about to erase.
  void list_of_forms(std::string_view column, const terms::InstanceId& id) const;
  // Some that are written down and still to be destroyed.
  [[nodiscard]] std::vector<base::Uuid> left() const;
  void note_destroyed(std::span<const base::Uuid> keys) const;

 private:
  struct Walk {
    std::string_view table, column;
    std::vector<std::string_view> columns;
    std::function<void(store::Tx&, const store::TableReader::Found&, std::vector<base::Uuid>&)> keys_of;
  };
  [[nodiscard]] std::vector<Walk> walks() const;
  [[nodiscard]] bool is_due(const store::Cell& began) const;
  void add_all(store::Tx& tx, std::vector<base::Uuid>& keys, std::string_view table,
               std::span<const std::string_view> columns, const std::vector<store::Cell>& cells) const;
  void write_down(std::span<const base::Uuid> keys, bool destroyed) const;
  void note_reached(std::string_view place) const;

  store::Database& database_;
  const store::Catalogue& catalogue_;
  const ErasureOrder& order_;
};

}  // namespace alting::privacy
