// Sizes of files in words. A kilobyte is 1,024 octets and a megabyte 1,048,576, as in the limits (Altinn's maxSize,
// clamd's StreamMaxLength), so that what is shown of a file can be compared with what is said of its limit.
//
// Rounded upward: a file of exactly the limit is shown as the limit, and one that is an octet larger as larger.
#pragma once
#include <cstdint>
#include <string>

#include "base/language.h"

namespace alting::base {

inline constexpr std::int64_t kilobyte = 1'024, megabyte = 1'024 * kilobyte;

// "999 B", "24 kB", "25 MB", "25,1 MB" (in English "25.1 MB"). The text of an error gets its {octets} so too
// (Texts::explain).
[[nodiscard]] std::string size_in_words(std::int64_t octets, Language language);

}  // namespace alting::base
