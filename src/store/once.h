// A POST that comes twice happens once: its one-time id is stored with its outcome in the same transaction.
//
//   database.write([&](store::Tx& tx) -> base::Result<std::string> {
//     return store::once(tx, post_id, actor, "draft.send " + instance, now,
//                        [&]() -> base::Result<std::string> { ...; return address_of_receipt; });
//   });
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "base/uuid.h"
#include "store/database.h"

namespace alting::store {

inline constexpr std::size_t largest_outcome = 8 * 1024;  // octets of UTF-8; more throws std::logic_error

// The outcome of `work`, or of the first time it was done under this id. When `work` answers with an Error nothing is
// stored, so that the post may be tried again. `actor` names who posts (such as "party:50001234"); the id of another's
// post is `forbidden`. `act` says what is done and, after a blank, on what; under an id that was used for anything else
// it is a `conflict`, since the first answer would tell of something that was not done.
[[nodiscard]] base::Result<std::string> once(Tx& tx, const base::Uuid& id, std::string_view actor, std::string_view act,
                                             base::Instant now, const std::function<base::Result<std::string>()>& work);

// What a post under this id came to, when it was done before: asked in a read() before costly work that precedes the
// transaction.
[[nodiscard]] base::Result<std::optional<std::string>> outcome_of(Tx& tx, const base::Uuid& id, std::string_view actor,
                                                                  std::string_view act);

// Whether this actor did `act` (its first word), on whatever, under this id: what a page may say was done. False too
// for what is no id, and after the ids are forgotten.
[[nodiscard]] bool was_done(Database& database, std::string_view id, std::string_view actor, std::string_view act);

}  // namespace alting::store
