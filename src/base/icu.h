// What this room's users of ICU share; for .cpp files only.
#pragma once
#include <fmt/format.h>
#include <unicode/utypes.h>

#include <stdexcept>

namespace alting::base {

// ICU without its data cannot work at all: the broken world.
inline void icu_must(UErrorCode status, const char* what) {
  if (U_FAILURE(status)) throw std::runtime_error(fmt::format("ICU: {}: {}", what, u_errorName(status)));
}

}  // namespace alting::base
