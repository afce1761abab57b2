// Puts copies together, one at a time in each process, on a thread of its own: a copy may take long, and a job may not.
//
// A row that waits is taken by a lease of two minutes that is made longer while the copy grows, and while a file or a list goes
// in; of several processes one gets it. Who dies leaves it to whoever comes when the lease has ended: that one begins anew, and
// what was written of the file before is swept. A copy that fails is tried three times. Everything that goes in is read by a
// permit of the program's own (access::JobKind::portable).
//
// Whose turn it is: by when it was asked for, and an hour later for each that the same person asked for in the day before it,
// so that nobody waits behind all the copies of one. Nothing is begun, and what was begun is taken back and waits, while the disk
// has no room.
//
// A copy's key is at no time one that no row leads to:
//   1. keystore   the key, held by the copy itself (holder_in_making): whatever erases the row erases by that holder
//   2. commit     the row names key and file; nobody can read it yet
//   3. keystore   the party gets the key
//   4. commit     it is ready
//   5. keystore   the copy itself holds it no more
//
// The bag's list of digests (tagmanifest-sha256.txt) is signed by the key of this installation for copies (copy_signer.h),
// and is the document of an entry in the log (`copy.made`), whose receipt lies beside it. So what is signed is everything
// but these: bag -> list -> entry -> receipt -> end of file.
#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "base/workers.h"
#include "parties/parties.h"
#include "privacy/copy_rows.h"
#include "privacy/copy_telling.h"
#include "privacy/gather.h"

namespace alting::privacy {

// Gathering, as gather.h has it.
struct Gathering {
  std::function<base::Result<CopySubject>(const terms::Permit&, base::Language)> subject;
  std::function<base::Result<Gathered>(const CopySubject&, const terms::Permit&, CopySink&)> gather;
  std::function<base::Json(const base::Texts&, const CopySubject&, const Gathered&, base::Instant)> article_15;
  std::function<std::string(std::string_view org, base::Language)> agency_name;
  std::function<std::shared_ptr<const forms::App>(const terms::AppId&)> app = {};
  std::function<std::int64_t(const CopySubject&)> about = {};  // how many records it will look at, about
};
[[nodiscard]] Gathering gathering_by(const GatherNeeds& needs);

inline constexpr base::Duration copy_lease = base::Duration::minutes(2);

class CopyMaker {
 public:
  struct Needs {
    store::Database& database;
    store::Vault& vault;
    ledger::Ledger& ledger;
    access::Decider& decider;
    parties::Parties& parties;
    const base::Clock& clock;
    base::Random& random;
    std::filesystem::path texts;  // the folder, read anew for each copy
    std::filesystem::path spool;  // folder for what waits while a copy grows: sealed, and without a name
    Gathering gathering;
    std::function<bool()> has_disk_room = {};  // none: always
  };
  explicit CopyMaker(Needs needs) : with_(std::move(needs)) {}
  ~CopyMaker() { stop(); }
  CopyMaker(const CopyMaker&) = delete;
  CopyMaker& operator=(const CopyMaker&) = delete;

  void start();
  void stop();  // what is half made is left, and begun anew by whoever comes next
  // Makes the one whose turn it is, on the caller's thread. False: none waits, or the disk has no room.
  bool make_next();

 private:
  class Turn;
  [[nodiscard]] std::optional<StoredCopy> take(const std::string& holder);
  void make(const StoredCopy& copy, Turn& turn);
  void erase_leftovers(const StoredCopy& copy);
  [[nodiscard]] CopyNames names_for(const CopySubject& subject);
  [[nodiscard]] bool make_ready(const StoredCopy& copy, Turn& turn, const store::Blob& made);
  [[nodiscard]] std::optional<ledger::Receipt> enter(const StoredCopy& copy, const terms::Permit& permit, Turn& turn,
                                                     base::ByteView list, std::int64_t items,
                                                     const std::string& signer);
  enum class Why : std::uint8_t { stopped, no_room, failed };
  void give_back(const StoredCopy& copy, const std::string& holder, Why why);
  [[nodiscard]] bool has_room() const { return !with_.has_disk_room || with_.has_disk_room(); }
  Needs with_;
  base::Workers workers_;
};

}  // namespace alting::privacy
