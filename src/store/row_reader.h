// Reads the columns of one row from left to right, in the order of the SELECT, each into the type it is.
//
// A number beside each column says nothing and moves when a column is put between. Here statement and reading are two
// lists in one order:
//
//   SELECT org, app, expires_at, party_id FROM ...
//   store::RowReader from(row);
//   auto org = from.next<std::string>();
//   auto app = from.next<std::string>();
//   auto expires = from.next<std::optional<base::Instant>>();
//   auto party = from.next<terms::PartyId>();
//
// What is read so stands in the order of the text: one statement for each, or one list in braces, `Kept{from.next<...>(),
// from.next<...>()}`, whose order C++ promises. Never two in the brackets of a call: theirs is not promised.
//
// A column of another type than is asked for, an empty one that is not asked for as optional, and one that the row does
// not have are a DatabaseError: the statement and the code that reads it do not fit together.
#pragma once
#include <concepts>
#include <tuple>

#include "store/database.h"

namespace alting::store {

class RowReader {
 public:
  explicit RowReader(const Row& row) : row_(row) {}  // borrowed for as long as it is read
  explicit RowReader(const Row&&) = delete;

  // T: std::int64_t, bool, std::string (text or octets), base::Instant, base::Uuid (36 characters, or 16 octets),
  // std::string_view (the same, borrowed from the row), terms::PartyId, an id of terms::UuidId, terms::AppId
  // ("org/app"), and std::optional of each for a column that may be NULL.
  template <class T>
  [[nodiscard]] T next();

  // Text, or octets; "" for NULL.
  [[nodiscard]] std::string next_or_empty() { return next<std::optional<std::string>>().value_or(std::string()); }
  [[nodiscard]] bool at_end() const { return place_ == row_.size(); }

 private:
  [[nodiscard]] const Row::Column& peek() const;
  // Whether the next column is NULL; it stays the next.
  [[nodiscard]] bool next_is_null() const { return std::holds_alternative<std::nullptr_t>(peek()); }
  [[nodiscard]] std::int64_t next_number();
  [[nodiscard]] const std::string& next_text();
  [[nodiscard]] base::Uuid next_uuid();
  [[nodiscard]] terms::AppId next_app();
  [[noreturn]] void refuse(std::string_view wanted) const;

  const Row& row_;
  std::size_t place_ = 0;
};

namespace detail {

template <class T>
struct is_optional : std::false_type {};
template <class T>
struct is_optional<std::optional<T>> : std::true_type {};

template <class T>
struct is_uuid_id : std::false_type {};
template <class Tag>
struct is_uuid_id<terms::UuidId<Tag>> : std::true_type {};

[[noreturn]] void refuse_surplus(const Row& row, std::size_t read);
[[noreturn]] void refuse_none();

}  // namespace detail

// A whole row at once: `const auto [id, at] = store::read_row<base::Uuid, base::Instant>(row);`. A row with more columns is a
// DatabaseError too.
template <class First, class... Rest>
[[nodiscard]] std::tuple<First, Rest...> read_row(const Row& row);

// The one column of a row.
template <class T>
[[nodiscard]] T read_one(const Row& row) {
  return std::get<0>(read_row<T>(row));
}

// The one column of the first row, such as that of a SELECT COUNT(*). No row is a DatabaseError.
template <class T>
[[nodiscard]] T read_one(Tx& tx, std::string_view sql, std::initializer_list<Value> values = {}) {
  const auto row = tx.query_one(sql, values);
  if (!row) detail::refuse_none();
  return read_one<T>(*row);
}

template <class T>
T RowReader::next() {
  if constexpr (detail::is_optional<T>::value) {
    if (next_is_null()) {
      ++place_;
      return std::nullopt;
    }
    return next<typename T::value_type>();
  } else if constexpr (std::same_as<T, std::int64_t>) {
    return next_number();
  } else if constexpr (std::same_as<T, bool>) {
    return next_number() != 0;
  } else if constexpr (std::same_as<T, base::Instant>) {
    return {next_number()};
  } else if constexpr (std::same_as<T, terms::PartyId>) {
    return {next_number()};
  } else if constexpr (std::same_as<T, std::string> || std::same_as<T, std::string_view>) {
    return next_text();
  } else if constexpr (std::same_as<T, base::Uuid>) {
    return next_uuid();
  } else if constexpr (detail::is_uuid_id<T>::value) {
    return {next_uuid()};
  } else {
    static_assert(std::same_as<T, terms::AppId>, "no column is read as this type");
    return next_app();
  }
}

template <class First, class... Rest>
std::tuple<First, Rest...> read_row(const Row& row) {
  static_assert(!std::same_as<First, std::string_view> && (!std::same_as<Rest, std::string_view> && ...),
                "the row may be gone before what was borrowed from it");
  RowReader from(row);
  std::tuple<First, Rest...> columns{from.next<First>(), from.next<Rest>()...};
  if (!from.at_end()) detail::refuse_surplus(row, 1 + sizeof...(Rest));
  return columns;
}

}  // namespace alting::store
