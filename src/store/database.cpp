#include "store/database.h"

namespace alting::store {

std::optional<base::Instant> Row::maybe_instant(std::size_t column) const {
  if (is_null(column)) return std::nullopt;
  return instant(column);
}

std::optional<std::int64_t> Row::maybe_number(std::size_t column) const {
  if (is_null(column)) return std::nullopt;
  return number(column);
}

base::Uuid Row::uuid(std::size_t column) const {
  auto id = is_null(column) ? std::nullopt : base::Uuid::parse(text(column));
  if (!id) throw DatabaseError(fmt::format("column {} holds no UUID", column));
  return *id;
}

}  // namespace alting::store
