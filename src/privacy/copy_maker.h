// Puts copies together, one at a time in each process, on a thread of its own: a copy may take long, and a job may not.
//
// A row that waits is taken by a lease of two minutes that is made longer while the copy grows; of several processes one
// gets it. Who dies leaves it to whoever comes when the lease has ended: that one begins anew, and what was written of the
// file before is swept. A copy that fails is tried three times. Everything that goes in is read by a permit of the program's
// own (access::JobKind::portable).
//
// The bag's list of digests (tagmanifest-sha256.txt) is signed by the key of this installation for copies (copy_signer.h),
// and is the document of an entry in the log (`copy.made`), whose receipt lies beside it. So what is signed is everything
// but these: bag -> list -> entry -> receipt -> end of file.
#pragma once
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "base/workers.h"
#include "parties/parties.h"
#include "privacy/copy_rows.h"
#include "privacy/gather.h"

namespace alting::privacy {

// Gathering, as gather.h has it.
struct Gathering {
  std::function<base::Result<CopySubject>(const terms::Permit&, base::Language)> subject;
  std::function<base::Result<Gathered>(const CopySubject&, const terms::Permit&, CopySink&)> gather;
  std::function<base::Json(const CopySubject&, const Gathered&, base::Instant)> article_15;
  std::function<std::string(std::string_view org, base::Language)> agency_name;
};
[[nodiscard]] Gathering gathering_by(const GatherNeeds& needs);

inline constexpr base::Duration copy_lease = base::Duration::minutes(2);
inline constexpr std::int64_t max_copy_tries = 3;

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
  };
  explicit CopyMaker(Needs needs) : with_(std::move(needs)) {}
  ~CopyMaker() { stop(); }
  CopyMaker(const CopyMaker&) = delete;
  CopyMaker& operator=(const CopyMaker&) = delete;

  void start();
  void stop();  // what is half made is left, and begun anew by whoever comes next
  // Makes the one that has waited longest, on the caller's thread. False: none waits.
  bool make_next();

 private:
  class Turn;
  [[nodiscard]] std::optional<StoredCopy> take(const std::string& holder);
  void make(const StoredCopy& copy, Turn& turn);
  [[nodiscard]] std::optional<ledger::Receipt> enter(const StoredCopy& copy, const terms::Permit& permit, Turn& turn,
                                                     base::ByteView list, std::int64_t items,
                                                     const std::string& signer);
  void give_back(const StoredCopy& copy, const std::string& holder, bool failed);
  Needs with_;
  base::Workers workers_;
};

}  // namespace alting::privacy
