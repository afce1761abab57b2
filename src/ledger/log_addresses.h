// Names and addresses of logs. Each log keeps its own, for ever.
//
// A log begun now is named by where it lies, as C2SP tlog-tiles wants: <origin>/<number>, with /test behind it when it
// is of test mode. One begun before is named <origin>/<mode>, from the second on with /<number>; it lies at its number
// too, and the first of them also where it was given out, without a number.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "terms/mode.h"

namespace alting::ledger {

[[nodiscard]] std::string origin_for(std::string_view base, terms::Mode mode, std::int64_t log);
[[nodiscard]] std::int64_t number_in(std::string_view origin);  // 1 when it names none
[[nodiscard]] bool is_test_log(std::string_view origin);        // of either form
// Below `base` ("https://portal.example/log"), with its final slash: "https://portal.example/log/2/".
[[nodiscard]] std::string address_of(std::string_view base, std::int64_t log, std::string_view origin);
// The log that a path below the base is of, and the path in it: ("2/test/tile/0/000") is (2, "tile/0/000"); one without a
// number is of the first.
[[nodiscard]] std::pair<std::int64_t, std::string_view> log_of_path(std::string_view path);

}  // namespace alting::ledger
