#include "store/row_reader.h"

#include <algorithm>

namespace alting::store {

const Row::Column& RowReader::peek() const {
  if (place_ >= row_.size()) refuse("one more column");
  return row_.column(place_);
}

std::int64_t RowReader::next_number() {
  const auto* number = std::get_if<std::int64_t>(&peek());
  if (number == nullptr) refuse("a number");
  ++place_;
  return *number;
}

const std::string& RowReader::next_text() {
  const auto* text = std::get_if<std::string>(&peek());
  if (text == nullptr) refuse("text or octets");
  ++place_;
  return *text;
}

base::Uuid RowReader::next_uuid() {
  const auto* text = std::get_if<std::string>(&peek());
  if (text == nullptr) refuse("a UUID");
  const auto uuid = text->size() == 16 ? base::Uuid::from_octets(*text) : base::Uuid::parse(*text);
  if (!uuid) refuse("a UUID");
  ++place_;
  return *uuid;
}

terms::AppId RowReader::next_app() {
  const auto* text = std::get_if<std::string>(&peek());
  const auto app = text == nullptr ? std::nullopt : terms::AppId::parse(*text);
  if (!app) refuse("the name of an app");
  ++place_;
  return *app;
}

// What the column holds is not said: it may be somebody's.
void RowReader::refuse(std::string_view wanted) const {
  throw DatabaseError(fmt::format("column {} of {} is not {}", place_ + 1, row_.size(), wanted));
}

void detail::refuse_none() { throw DatabaseError("a statement that answers with a row gave none"); }

void detail::refuse_surplus(const Row& row, std::size_t read) {
  throw DatabaseError(fmt::format("a row of {} columns was read as one of {}", row.size(), read));
}

}  // namespace alting::store
