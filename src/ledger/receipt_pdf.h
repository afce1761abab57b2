// The receipt on paper: the same claims as the JSON, for people. The JSON itself is a file inside the PDF, so either
// proves alone.
#pragma once
#include <string_view>

#include "base/bytes.h"
#include "base/language.h"
#include "ledger/ledger.h"

namespace alting::ledger {

// `address` is that of the public page where a receipt can be verified; it stands as text and as QR code. The receipt
// must be one that this program made; anything else throws std::logic_error. Names are those disclosed in the receipt:
// give it to the party only.
[[nodiscard]] base::Bytes receipt_pdf(const Receipt& receipt, base::Language language, std::string_view address);

}  // namespace alting::ledger
