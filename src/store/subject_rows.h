// The rows of one subject, table by table, as the catalogue says whose they are (terms::Subject): for a copy of all that is
// kept. Beside catalogue_rows.h the only statements of the program that name no table.
//
// Constant memory and short transactions, however many rows there are: keys are read some thousands at a time, and rows as
// many at a time as the caller wants. Where an index begins with the subject's column, or has it behind one of few values, its
// rows are sought, else the whole table is read in pieces. Each row comes once, by whichever columns it is found; what is written meanwhile may be in it or not.
#pragma once
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "store/catalogue_rows.h"
#include "store/database.h"
#include "terms/catalogue.h"

namespace alting::store {

// What stands in the columns that say who it is, for each terms::SubjectForm. What is empty finds nothing.
struct SubjectValues {
  std::vector<std::int64_t> parties = {};
  std::vector<std::int64_t> user_ids = {};
  std::vector<std::string> party_uuids = {};
  std::vector<std::string> holders = {};
  std::vector<std::string> number_hashes = {};
  std::vector<std::string> organisation_numbers = {};
  // Whether this is one of them, in that form.
  [[nodiscard]] bool has(terms::SubjectForm form, const Cell& cell) const;
};

class SubjectRows {
 public:
  // Both live as long as this. A table without subjects has no rows. Keys are some 100 octets each; each time that they are read
  // all of the subject's are sorted.
  SubjectRows(const terms::Table& table, const SubjectValues& values, std::int64_t keys_at_once = 20'000);
  struct Found {
    std::vector<Cell> key;      // of terms::Table::key; of a table without one, of all its columns
    std::vector<Cell> cells;    // of all columns of the table, in its order
    std::vector<bool> matched;  // of terms::Table::subjects: which of them are this subject
  };
  // The next of them, at least one and at most so many, with one transaction for the rows; none at the end.
  [[nodiscard]] std::vector<Found> next(Database& database, std::size_t max_found);

 private:
  struct Way {  // of finding rows
    std::string condition;
    std::vector<Value> values;
    bool is_sought = true;
    std::vector<std::size_t> joined;  // subjects that another table says, which the row's own columns do not
    std::string before = {};          // what narrows it for the index: "generation IN (...) AND "
  };
  struct Keys {
    std::vector<std::vector<Cell>> keys;
    std::vector<Cell> after;  // the last that was looked at
    bool is_end = false;      // of this way
  };
  void add_way(std::size_t subject, bool is_sought, std::vector<Way>& into) const;
  [[nodiscard]] bool read_keys(Database& database);
  [[nodiscard]] Keys keys_behind(Tx& tx) const;
  [[nodiscard]] Found found_of(std::vector<Cell> key, std::vector<Cell> cells) const;

  const terms::Table& table_;
  const SubjectValues& values_;
  const std::int64_t keys_at_once_;
  std::vector<std::string_view> key_, columns_;
  std::vector<Way> ways_;
  std::size_t way_ = 0;
  bool way_ended_ = false;
  std::vector<Cell> after_;  // the last key that was looked at, of this way
  std::deque<std::vector<Cell>> waiting_;
};

}  // namespace alting::store
