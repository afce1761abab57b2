// What is sealed in a row, opened for a copy. Used by this room only.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/entry.h"
#include "privacy/gather.h"
#include "privacy/gathered_row.h"

namespace alting::privacy {

class CellOpener {
 public:
  // Both are borrowed.
  CellOpener(const GatherNeeds& needs, const CopySubject& subject);
  // A row's key in the keystore: its own, or that of the row it goes with.
  [[nodiscard]] std::optional<base::Uuid> key_id_of(const GatheredRow& row) const;
  // Nothing: the party's key is gone, and so is its copy.
  [[nodiscard]] std::optional<base::Bytes> of_party(const GatheredRow& row, const std::string& sealed) const;
  [[nodiscard]] std::optional<base::Bytes> of_log(const store::Cell& key, const store::Cell& sealed) const;
  // Who acted, of a row of the log; the text of the entry that a row of the log is about.
  [[nodiscard]] std::optional<ledger::ActorPart> actor_of(const GatheredRow& row) const;
  [[nodiscard]] std::optional<ledger::EntryText> entry_behind(const GatheredRow& row) const;
  // Of the first row of another table where these columns are alike; empty: there is none.
  [[nodiscard]] std::vector<store::Cell> cells_behind(std::string_view table,
                                                      const std::vector<std::string_view>& columns,
                                                      const std::vector<store::Cell>& on,
                                                      const std::vector<std::string_view>& wanted) const;
  [[nodiscard]] const store::Holder& holder() const { return holder_; }

 private:
  const GatherNeeds& with_;
  const store::Holder holder_;
};

}  // namespace alting::privacy
