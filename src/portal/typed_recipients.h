// To whom a message goes, as a clerk types it, pastes it from a spreadsheet or sends it as a file: one recipient on each
// line, by organisation number or national identity number. Of lines with several columns (tabs between them, else
// semicolons, else commas) the column counts that has most good numbers, and no other is read: neither a contact's number
// beside a business's, nor an account. Of the first line, when no figure stands in it, nothing counts.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "inbox/message_sending.h"
#include "terms/mode.h"

namespace alting::portal {

struct TypedRecipients {
  struct Fault {
    std::size_t line = 0;  // from 1
    base::Error error;
  };
  std::vector<inbox::Recipient> recipients;  // each once, in the order of their first line
  std::vector<std::size_t> lines;            // of each
  std::size_t repeated = 0;                  // stood there before
  std::vector<Fault> faults;                 // the first 20
  std::size_t faults_in_all = 0;
};

// Errors: `too_large` (sending.error.recipients) for more than inbox::max_recipients.
[[nodiscard]] base::Result<TypedRecipients> read_recipients(std::string_view typed, terms::Mode mode);

}  // namespace alting::portal
