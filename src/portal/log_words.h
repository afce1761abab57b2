// Entries of the log in words: on what ground, in which service, and the receipt on paper.
#pragma once
#include <string>

#include "forms/catalogue.h"
#include "ledger/receipt_pdf.h"
#include "portal/view.h"

namespace alting::portal {

// "Rollen Daglig leder"; "" when the evidence says nothing that has words.
[[nodiscard]] std::string ground_in_words(const View& view, const base::Json& evidence);
// Of "app:dat/brev" and "confidential:dat/brev"; nothing for what is no service.
[[nodiscard]] std::optional<terms::AppId> app_of_resource(std::string_view resource);
// The form's title for "app:dat/avviksmelding"; "" for what is no form.
[[nodiscard]] std::string service_in_words(const View& view, const forms::AppCatalogue& apps,
                                           std::string_view resource);
[[nodiscard]] ledger::ReceiptWords receipt_words(const View& view, const forms::AppCatalogue& apps,
                                                 const ledger::Receipt& receipt);

}  // namespace alting::portal
