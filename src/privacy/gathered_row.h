// What of a row goes into a copy, and how a plain column is written (gather.h has the rules). Used by this room only.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "privacy/gather.h"
#include "store/subject_rows.h"

namespace alting::privacy {

// By what the rows of this subject are found.
[[nodiscard]] store::SubjectValues subject_values(const CopySubject& subject);
// Whether anything of the table goes into copies: it is personal, and its rows can be found by whose they are.
[[nodiscard]] bool is_gathered(const terms::Table& table);
[[nodiscard]] bool is_time(const terms::Column& column);  // microseconds since 1970

class GatheredRow {
 public:
  // All are borrowed.
  GatheredRow(std::string_view room, const terms::Table& table, const store::SubjectRows::Found& found,
              const CopySubject& subject);
  [[nodiscard]] bool is_whole() const { return is_whole_; }
  [[nodiscard]] bool gives(std::size_t column) const;
  [[nodiscard]] base::Json plain(std::size_t column) const;              // of what is not sealed; octets as hexadecimal
  [[nodiscard]] const store::Cell* cell(std::string_view column) const;  // nullptr: no such column
  [[nodiscard]] std::string text(std::string_view column) const;         // "" for what is empty, or no text
  [[nodiscard]] std::optional<base::Instant> time(std::string_view column) const;
  // Its primary key, as text; a digest of it where the key is what nobody is given.
  [[nodiscard]] std::string key() const;

  const std::string_view room;
  const terms::Table& table;
  const store::SubjectRows::Found& found;

 private:
  [[nodiscard]] bool is_me(std::string_view column) const;  // of a column that is a subject's
  const CopySubject& subject_;
  bool is_whole_ = false;
};

}  // namespace alting::privacy
