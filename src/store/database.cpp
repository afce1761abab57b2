#include "store/database.h"

#include "store/write_mark.h"

namespace alting::store {

namespace {

// Of the thread, as the call stack is: what stands below a closure is given no Tx to ask, and must not need one.
bool& marked() {
  thread_local bool is_in_write = false;
  return is_in_write;
}

}  // namespace

bool in_write() { return marked(); }

WriteMark::WriteMark() : before_(marked()) { marked() = true; }
WriteMark::~WriteMark() { marked() = before_; }

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
