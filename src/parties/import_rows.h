// From an element of an import to the rows it becomes: read and checked outside the transaction, stored inside.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "parties/import.h"
#include "parties/party_rows.h"

namespace alting::parties {

// Rows that are ready, in the order of their elements. Made for one kind; not thread-safe.
class ImportBatch {
 public:
  virtual ~ImportBatch() = default;
  // Reads an element. An Error is its fault (detail says what; never a number of a person).
  [[nodiscard]] virtual base::Status take(const Element& element) = 0;
  // What must be looked up before the transaction.
  virtual void prepare() {}
  // Stores all in this transaction; answers how many rows. May run again.
  [[nodiscard]] virtual std::int64_t store(store::Tx& tx, std::int64_t generation) const = 0;
  virtual void clear() = 0;
  [[nodiscard]] virtual std::int64_t size() const = 0;
};
[[nodiscard]] std::unique_ptr<ImportBatch> make_batch(ImportKind kind, const RegistryParts& parts, base::Instant at);

// The heading of a CSV is the first line; which columns it has is remembered by the batch.
[[nodiscard]] base::Result<ImportKind> detect_kind(bool is_json, std::string_view beginning);

}  // namespace alting::parties
