#include "privacy/copy_rows.h"

#include "store/row_reader.h"

namespace alting::privacy {

CopyState StoredCopy::state_at(base::Instant now) const {
  if (state == "ready") return CopyState::ready;
  if (state == "failed") return CopyState::failed;
  return is_leased && leased_until > now ? CopyState::making : CopyState::waiting;
}

store::Holder holder_in_making(const CopyId& id) { return "copy:" + id.text(); }

StoredCopy stored_copy_from(const store::Row& row) {
  store::RowReader from(row);
  StoredCopy copy;
  copy.id = from.next<CopyId>();
  copy.party = from.next<terms::PartyId>();
  copy.asked_by = from.next<terms::PartyId>();
  copy.language = base::language_from(from.next<std::string>()).value_or(base::Language::nb);
  copy.asked_at = from.next<base::Instant>();
  copy.kept_from = from.next<base::Instant>();
  copy.leased_until = from.next<base::Instant>();
  copy.state = from.next<std::string>();
  copy.tries = from.next<std::int64_t>();
  copy.done = from.next<std::int64_t>();
  copy.all = from.next<std::int64_t>();
  copy.downloads = from.next<std::int64_t>();
  copy.confidential = from.next<std::string>();
  copy.is_leased = from.next<bool>();
  const auto key = from.next<std::optional<base::Uuid>>();
  auto name = from.next<std::optional<std::string>>();
  const auto size = from.next<std::int64_t>();
  auto digest = from.next_or_empty();
  if (key && name) copy.blob = store::Blob{*key, std::move(*name), std::move(digest), size};
  return copy;
}

std::vector<StoredCopy> copies_where(store::Tx& tx, std::string_view condition,
                                     std::initializer_list<store::Value> values, std::int64_t limit) {
  std::vector<store::Value> all(values);
  all.emplace_back(limit);
  std::vector<StoredCopy> copies;
  for (const auto& row :
       tx.query_with(fmt::format("SELECT {} FROM privacy_copy WHERE {} ORDER BY asked_at, copy_id LIMIT ?",
                                 copy_columns, condition),
                     all))
    copies.push_back(stored_copy_from(row));
  return copies;
}

std::optional<StoredCopy> find_copy(store::Tx& tx, const CopyId& id) {
  auto found = copies_where(tx, "copy_id = ?", {id}, 1);
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

}  // namespace alting::privacy
