// The receipt on paper: the same claims as the JSON, for people. The JSON itself is a file inside the PDF, so either
// proves alone.
#pragma once
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/language.h"
#include "ledger/ledger.h"

namespace alting::ledger {

// What the page says, in the reader's language: the words of texts/ledger.*.toml (receipt_pdf.*), and of this receipt
// what only those above this room can put into words. Places in braces are filled here.
struct ReceiptWords {
  base::Language language = base::Language::nb;
  std::string title, introduction;
  std::string what, event, received, logged, actor, party, organisation_number, identity_number;
  std::string resource, reference, method, ground, instance;
  std::string documents, file, size, digest, unnamed;                   // unnamed: "{number}"
  std::string proof, log, address, number, number_of, id, state, time;  // number_of: "{index}" and "{size}"
  std::string how, verify, offline, attached, qr;                       // verify: "{address}"
  // What happened, on what ground ("Rollen Daglig leder") and in which service ("Melding om brudd ...").
  std::string event_in_words, ground_in_words, service_in_words;
};

// `address` is that of the public page where a receipt can be verified; it stands as text and as QR code. The receipt
// must be one that this program made; anything else throws std::logic_error. Names are those disclosed in the receipt:
// give it to the party only.
[[nodiscard]] base::Bytes receipt_pdf(const Receipt& receipt, const ReceiptWords& words, std::string_view address);

}  // namespace alting::ledger
