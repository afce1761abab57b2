#include "store/once.h"

#include "store/row_reader.h"

namespace alting::store {

base::Result<std::optional<std::string>> outcome_of(Tx& tx, const base::Uuid& id, std::string_view actor,
                                                    std::string_view act) {
  const auto row = tx.query_one("SELECT actor, outcome, act FROM store_once WHERE id = ?", {id});
  if (!row) return std::optional<std::string>();
  auto [done_by, outcome, done] = read_row<std::string, std::string, std::string>(*row);
  if (done_by != actor)
    return base::make_error(base::ErrorKind::forbidden, "error.once.other_actor",
                            "the one-time id was used by another actor");
  if (!done.empty() && done != act)
    return base::make_error(base::ErrorKind::conflict, "error.once.other_act",
                            "the one-time id was used for something else");
  return std::optional<std::string>(std::move(outcome));
}

bool was_done(Database& database, std::string_view id, std::string_view actor, std::string_view act) {
  const auto post = base::Uuid::parse(id);
  if (!post) return false;
  return database.read([&](Tx& tx) {
    const auto row = tx.query_one("SELECT act FROM store_once WHERE id = ? AND actor = ?", {*post, actor});
    if (!row) return false;
    const auto done = read_one<std::string>(*row);
    return std::string_view(done).substr(0, done.find(' ')) == act;
  });
}

base::Result<std::string> once(Tx& tx, const base::Uuid& id, std::string_view actor, std::string_view act,
                               base::Instant now, const std::function<base::Result<std::string>()>& work) {
  // The row first: of two at the same time, one waits here or collides, and then finds the other's outcome.
  const auto is_new = tx.run(
      "INSERT INTO store_once (id, actor, outcome, created_at, act) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
      {id, actor, "", now, act});
  if (is_new == 0) {
    ALTING_TRY(outcome, outcome_of(tx, id, actor, act));
    if (!outcome) throw DatabaseError("a one-time id that conflicts cannot be read");
    return std::move(*outcome);
  }
  ALTING_TRY(outcome, work());
  if (outcome.size() > largest_outcome) throw std::logic_error("an outcome to be stored is too large");
  tx.run("UPDATE store_once SET outcome = ? WHERE id = ?", {outcome, id});
  return outcome;
}

}  // namespace alting::store
