// The central directory at the end of a ZIP archive (APPNOTE.TXT 4.3.12 to 4.3.16), read before anything is unpacked.
#pragma once
#include "paper/zip.h"

namespace alting::paper {

// Refused: more entries than allowed (error.zip.too_large), an entry that is neither stored nor deflated
// (error.zip.method), a directory that is not where the end record says (error.zip.broken). Goes through the directory
// once, whatever number of entries the end record gives.
[[nodiscard]] base::Status check_zip_directory(base::ByteView archive, const ZipLimits& limits);

}  // namespace alting::paper
