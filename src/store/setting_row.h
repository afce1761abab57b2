// The rows of store_setting: what a database remembers of itself, one text for each name.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "store/database.h"

namespace alting::store {

// Nothing when it was never written.
[[nodiscard]] std::optional<std::string> read_setting(Tx& tx, std::string_view name);
// In place of what was there.
void write_setting(Tx& tx, std::string_view name, std::string_view value);
// The moment in a text of microseconds since 1970, UTC; 1970 where there is none, so that what never was is long ago.
[[nodiscard]] base::Instant instant_in(std::string_view text);

}  // namespace alting::store
