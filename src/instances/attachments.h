// The files of an instance, as its party's people add, remove and read them.
//
// Each is looked at, scanned, sealed and durable before the row that names it commits; what is refused leaves nothing
// behind.
//
// Errors: `not_found` for what is not there or another party's, and for a permit of another action (adding and removing
// takes one to `write`); `conflict` when it is no draft any more; "upload.*" with
// the reason why a file is refused.
#pragma once
#include <filesystem>
#include <functional>

#include "base/random.h"
#include "forms/catalogue.h"
#include "instances/instance.h"
#include "instances/key_erasure.h"
#include "instances/scanner.h"
#include "instances/upload_slots.h"
#include "ledger/ledger.h"
#include "paper/file_inspector.h"
#include "store/database.h"
#include "store/quota.h"
#include "terms/permit.h"

namespace alting::instances {

// The most octets of one file that the portal takes, whatever a form says.
inline constexpr std::int64_t largest_upload = 32 * 1024 * 1024;
// Of one person at once.
inline constexpr int uploads_at_once = 2;

// What came in to become an attachment.
struct NewAttachment {
  std::string data_type, tag, file_name;
  std::filesystem::path file;
  std::int64_t size = 0;     // octets
  StillWanted still_wanted;  // looking at it ends when the asker has gone
};

class Attachments {
 public:
  struct Needs {
    store::Database& database;
    store::Vault& vault;
    ledger::Ledger& ledger;
    access::Decider& decider;
    const forms::AppCatalogue& apps;
    Scanner& scanner;
    paper::FileInspector& inspector;
    KeyErasure& erasure;
    const base::Clock& clock;
    base::Random& random;
    store::Quotas quotas;
  };
  explicit Attachments(Needs needs) : with_(std::move(needs)) {}

  [[nodiscard]] base::Result<Attachment> attach(const terms::Permit& permit, const NewAttachment& file);
  // One that is gone already is no error.
  [[nodiscard]] base::Status detach(const terms::Permit& permit, const terms::DataElementId& element);

  // Of a draft or of what was sent. The agency's way is Agency::open_attachment, which leads over the log.
  [[nodiscard]] base::Result<Attachment> find(const terms::Permit& permit, const terms::DataElementId& element);
  [[nodiscard]] base::Status read(const terms::Permit& permit, const Attachment& attachment,
                                  const std::function<void(base::ByteView)>& take);

 private:
  [[nodiscard]] base::Result<Attachment> seal(terms::PartyId party, const NewAttachment& file);
  Needs with_;
  UploadSlots uploads_{uploads_at_once};
};

}  // namespace alting::instances
