// What cairo leaves out of a PDF: language, title and publisher, scopes and alternative texts in the structure,
// attached files.
#pragma once
#include "base/bytes.h"
#include "paper/document.h"
#include "paper/draw.h"

namespace alting::paper {

[[nodiscard]] base::Bytes finish_pdf(const Drawing& drawing, const Document& document);

}  // namespace alting::paper
