// What is looked at in a file that comes from outside. Pure; file_inspector.h runs it where nothing can be had.
#pragma once
#include <array>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"

namespace alting::paper {

// All that inspect() refuses with.
inline constexpr std::array<std::string_view, 9> inspection_codes{
    "error.file_type.unknown", "error.file_type.disagrees", "error.zip.broken", "error.zip.too_large", "error.zip.name",
    "error.zip.link",          "error.zip.encrypted",       "error.zip.method", "error.zip.too_slow"};

// The media type of a file whose name has this extension, when its content is of that kind. Archives, and so the
// documents of office programs, are unpacked once within limits, so that nobody who opens them later meets a bomb; and a
// document that says it has no programs (.docx, .xlsx, .pptx) must have none.
[[nodiscard]] base::Result<std::string> inspect(std::string_view extension, base::ByteView content,
                                                const base::Clock& clock);

}  // namespace alting::paper
