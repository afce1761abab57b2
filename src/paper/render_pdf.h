// A PDF 1.7 of a document: A4, tagged for screen readers (ISO 32000-1 section 14.8), with bookmarks, title, language
// and attachments.
//
// The same document gives the same octets on the same machine (fonts and libraries alike). Text can be searched and
// copied. The typeface is DejaVu; where it is missing the machine's default stands in.
#pragma once
#include "base/bytes.h"
#include "paper/document.h"

namespace alting::paper {

// Thread-safe. Throws std::runtime_error when the libraries fail. Texts that are not UTF-8 have their wrong octets
// replaced.
[[nodiscard]] base::Bytes render_pdf(const Document& document);

}  // namespace alting::paper
