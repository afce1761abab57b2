// Which rows are, or go with, what only who was given exactly that service opens. Used by this room only.
#pragma once
#include <string_view>
#include <vector>

#include "privacy/gather_cells.h"
#include "privacy/gathered_row.h"

namespace alting::privacy {

class Confidential {
 public:
  // Both are borrowed.
  Confidential(const CellOpener& opener, const CopySubject& subject) : opener_(opener), subject_(subject) {}
  // Whether the row is kept back. Of an entry of the log that is seen when it is opened.
  [[nodiscard]] bool withholds(const GatheredRow& row) const;
  // What is confidential of this service, "dat/brev".
  [[nodiscard]] bool withholds_of(std::string_view service) const;

 private:
  [[nodiscard]] bool withholds_flagged(const std::vector<store::Cell>& flag_org_app) const;
  [[nodiscard]] bool withholds_message(const store::Cell& id) const;
  [[nodiscard]] bool withholds_notice(const std::vector<store::Cell>& flag_service) const;
  const CellOpener& opener_;
  const CopySubject& subject_;
};

}  // namespace alting::privacy
