// What erasing all of one's own does with the rows of each table that lead to a person: one line for each, by the kind of
// way it takes. Here the whole of it is decided; why something stays is told by the texts "erasure.why.CATEGORY".
//
// A new table with personal columns needs a line here (tables_without_fate, src/main/erasure_test.cpp).
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "store/rows_by_column.h"
#include "terms/catalogue.h"

namespace alting::privacy {

enum class FateBy : std::uint8_t {
  rows,      // the rows whose column is the party's, as they are
  drafts,    // with the use case that throws a draft away
  sent,      // with the one that deletes a sent form
  messages,  // with the one that deletes a message
  copies,    // with what forgets copies
  log,       // own reads and what is beside them, by the ledger
  stays,
};

struct Fate {
  std::string_view table;
  FateBy how = FateBy::stays;
  std::string_view category;
  std::string_view column = {};   // of rows: by which they are found, a subject of the catalogue
  std::string_view began = {};    // of rows: only what this column says was there when it was ordered
  std::string_view settled = {};  // of rows: only where this column says something; else somebody is at work with it
};
[[nodiscard]] std::span<const Fate> erasure_fates();

// What stays, in the order it is told. Each names the law that says so.
struct Staying {
  std::string_view category, law, rule;
};
[[nodiscard]] std::span<const Staying> erasure_stays();

// Who is erased, in the words of columns.
struct ErasedSubject {
  terms::PartyId party;
  std::int64_t user_id = 0;  // 0: not known as a user
};
// What the subject's column holds where the row is theirs; nothing where it cannot be.
[[nodiscard]] std::optional<store::Cell> cell_of(const terms::Table& table, std::string_view column,
                                                 const ErasedSubject& subject);

}  // namespace alting::privacy
