// Chosen items of the inbox as one ZIP, for who must archive elsewhere what the law requires: pages that work from the
// disk without scripts, the originals, the receipts and SHA256SUMS.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "base/texts.h"
#include "forms/catalogue.h"
#include "inbox/messages.h"
#include "instances/attachments.h"
#include "instances/matters.h"
#include "ledger/ledger.h"
#include "paper/zip.h"
#include "terms/permit.h"

namespace alting::inbox {

inline constexpr std::size_t max_copied = 100;  // items in one archive

class ArchiveCopy {
 public:
  struct Needs {
    Messages& messages;
    instances::Matters& matters;
    instances::Attachments& attachments;
    ledger::Ledger& ledger;
    const forms::AppCatalogue& apps;
    const base::Texts& texts;
    // What was sent, as a PDF (portal::submission_pdf).
    std::function<std::string(const forms::App&, const instances::Submission&, base::Language)> make_paper;
  };
  // An item with the right to read it: of a message, or of what was sent.
  struct Item {
    terms::Permit permit;
    std::optional<MessageId> message;  // nothing: the form that the permit names
  };
  explicit ArchiveCopy(Needs needs) : with_(std::move(needs)) {}

  // Writes it piece by piece. A message that was not opened before is opened by it, and the log says so. What cannot be
  // read any more is named in the list of contents, and is no error. `too_many` above max_copied.
  [[nodiscard]] base::Status write(const std::vector<Item>& items, base::Language language, base::Instant at,
                                   const paper::ZipWriter::Sink& sink);

 private:
  class Archive;
  struct Listed;
  [[nodiscard]] base::Result<Listed> add_message(Archive& archive, const Item& item, base::Language language,
                                                 base::Instant at);
  [[nodiscard]] base::Result<Listed> add_form(Archive& archive, const Item& item, base::Language language);
  Needs with_;
};

}  // namespace alting::inbox
