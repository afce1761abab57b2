// What a file is, by its content (libmagic), and whether its name and declared type say the same.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace alting::paper {

// The media type that the content looks like: "application/pdf"; "application/octet-stream" when nobody knows.
// Thread-safe. The first call of a thread takes some 20 ms. The first 1 MiB is looked at.
[[nodiscard]] std::string detect_file_type(base::ByteView content);

// The media type under which a file is kept and given out, when its name's extension, the declared type (may be empty
// or "application/octet-stream": nothing declared) and the content agree. Errors (unsupported):
// error.file_type.no_extension for a name without one; error.file_type.unknown
// for an extension that is not in the list of documents, pictures and data that forms take (never pages, scripts or
// programs); error.file_type.disagrees when one says another thing. Parameters: {extension}, {type}.
[[nodiscard]] base::Result<std::string> agreed_file_type(std::string_view file_name, std::string_view declared_type,
                                                         base::ByteView content);

// In lower case, without the dot; empty when there is none.
[[nodiscard]] std::string file_extension(std::string_view file_name);
// The media type an extension stands for, by the same list.
[[nodiscard]] std::optional<std::string> type_of_extension(std::string_view extension);

}  // namespace alting::paper
