// What is looked at before a request for access is kept or sent: what may be wished for, and whether there is room.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/request_rows.h"
#include "access/state.h"

namespace alting::access {

inline constexpr std::string_view open_request_rule = "access.request.open";  // retention.toml

[[nodiscard]] base::Error refuse_request(base::ErrorKind kind, std::string_view code,
                                         std::vector<std::pair<std::string, std::string>> params = {});

// The business that is asked.
[[nodiscard]] base::Result<parties::Party> check_wish(State& state, Decider& decider, const terms::Actor& actor,
                                                      const Wish& wish);
// What only the rows say, in the transaction that keeps or sends it.
[[nodiscard]] base::Status check_room(store::Tx& tx, const State& state, const RequestRow& row, base::Instant at);

}  // namespace alting::access
