// Files on their way into a message or an answer: looked at, scanned, sealed for who staged them.
//
// One belongs to an agency, or to a person who writes an answer for a party, and goes into one message. What is not sent
// within a day goes.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "inbox/message.h"
#include "instances/upload_slots.h"
#include "paper/file_inspector.h"
#include "store/database.h"
#include "store/quota.h"
#include "store/vault.h"
#include "terms/permit.h"

namespace alting::inbox {

inline constexpr std::int64_t largest_message_file = 25 * 1024 * 1024;  // octets
inline constexpr int message_uploads_at_once = 2;                       // of one person or system

class StagedFiles {
 public:
  struct Needs {
    store::Database& database;
    store::Vault& vault;
    access::Decider& decider;
    instances::Scanner& scanner;
    paper::FileInspector& inspector;
    const base::Clock& clock;
    base::Random& random;
    store::Quotas quotas = {};
  };
  explicit StagedFiles(Needs needs) : with_(std::move(needs)) {}

  // The endings that are taken: ".pdf", ...
  [[nodiscard]] static const std::vector<std::string>& endings();
  [[nodiscard]] base::Result<StagedFile> stage(const terms::Permit& permit, const store::Holder& holder,
                                               const Upload& upload);
  // Before it is sent: what is staged under these ids, in their order, for this holder and by this actor's party.
  // `not_found` ("messages.error.file_gone") when one is not there.
  [[nodiscard]] base::Result<std::vector<MessageFile>> find(const store::Holder& holder, terms::PartyId by,
                                                            const std::vector<FileId>& ids);
  // In the transaction that sends it: false when it is gone.
  [[nodiscard]] static bool take(store::Tx& tx, const FileId& id);

 private:
  Needs with_;
  instances::UploadSlots uploads_{message_uploads_at_once};
};

}  // namespace alting::inbox
