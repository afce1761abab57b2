// A copy of everything that is kept about a party, for the one who asks (personvernforordningen art. 15 no. 3, art. 20):
// asked for, put together behind (copy_maker.h), fetched within seven days, and forgotten.
//
// The file is a bag in a ZIP (bag_writer.h), sealed under a key of its own that its party alone holds, written and read as
// a stream. Who asked sees it, and nobody else of the same business: what one may see of a business is decided when it is
// asked for and again when it is fetched. A permit here is Action::delegate of the party itself: the person, or who manages the
// business's access now; not who led one that is bankrupt (access/estate.h). It holds all of the party but what gather.h says
// is in no copy, or not in this one: what is of others than the party (who decided or sent for a controller, and their reasons; others' identity numbers), what
// sessions, logins, posts, copies and end points are known or reached by, and of a business what is confidential of services that
// who asks was not given. The key goes when the days of the dated rule "privacy.copy" are over, at once when somebody deletes it,
// and with all that is erased of the party.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/access.h"
#include "base/language.h"
#include "base/random.h"
#include "ledger/ledger.h"
#include "store/database.h"
#include "store/job.h"
#include "store/quota.h"
#include "store/vault.h"

namespace alting::privacy {

using CopyId = terms::UuidId<struct CopyIdTag>;
struct StoredCopy;

enum class CopyState : std::uint8_t { waiting, making, ready, failed };

struct CopyStatus {
  CopyId id;
  base::Instant asked_at;
  CopyState state = CopyState::waiting;
  std::int64_t done = 0, all = 0;  // records looked at so far, of about so many; more when there were more
  std::int64_t size = 0;           // octets of the ZIP, once it is ready
  std::optional<base::Instant> ready_at = {}, expires_at = {};
  std::int64_t downloads = 0;
};

// What a download needs to begin its answer: the size is exact.
struct CopyDownload {
  std::string file_name;
  std::int64_t size = 0;
};

// The use cases' one-time ids (store::was_done).
inline constexpr std::string_view copy_asked = "copy.ask", copy_deleted = "copy.delete";

// How old a login may be when a copy is fetched, and how long until one may ask again.
inline constexpr base::Duration fresh_login = base::Duration::minutes(5), between_copies = base::Duration::hours(24);
// Of one who asks, over all parties: that are not made yet, and that lie there to be fetched.
inline constexpr std::int64_t max_open_copies = 3, max_ready_copies = 10;

class Copies {
 public:
  struct Needs {
    store::Database& database;
    store::Vault& vault;
    ledger::Ledger& ledger;
    access::Decider& decider;
    const base::Clock& clock;
    base::Random& random;
    store::Quotas quotas = {};
    std::function<bool()> has_disk_room = {};                             // none: always
    std::function<std::string(terms::PartyId)> organisation_number = {};  // "" of a person; part of the file's name
  };
  explicit Copies(Needs needs) : with_(std::move(needs)) {}

  // `too_many` (error.copies.too_soon, {when}) when this actor asked for one of this party less than a day ago, or one is
  // being made: what failed is tried once more a day; error.copies.too_many_open and too_many_ready ({most}) when theirs are too
  // many; `level_too_low` ({level}) when some of what it would hold asks for a stronger login. Of a business it has what is
  // confidential of those services that the actor was given now, and must still have been when it is fetched.
  [[nodiscard]] base::Result<CopyId> ask(const terms::Permit& permit, base::Language language, base::Instant at,
                                         std::string_view post_id);
  // When the actor may ask for one of this party again; nothing: now.
  [[nodiscard]] std::optional<base::Instant> next_at(const terms::Permit& permit, base::Instant at);
  // What is not begun waits until there is.
  [[nodiscard]] bool has_disk_room() const { return !with_.has_disk_room || with_.has_disk_room(); }
  // Those that the permit's actor asked for, of its party; the newest first. What is over is not among them.
  [[nodiscard]] std::vector<CopyStatus> list(const terms::Permit& permit, base::Instant at);
  // What a download would begin with, or be refused with; nothing is counted: `unauthenticated` (error.copies.login_again)
  // when the login that the session stands on is older than five minutes; `forbidden` (error.copies.confidential, {service})
  // when it has what the actor may open no more; `gone` (error.copies.gone) when it was deleted or is over, `not_found` when
  // it is another's; `conflict` (error.copies.not_ready).
  [[nodiscard]] base::Result<CopyDownload> look(const terms::Permit& permit, const CopyId& id,
                                                base::Instant logged_in_at, base::Instant at);
  // The same before its octets are read. Counts the download, in the log too.
  [[nodiscard]] base::Result<CopyDownload> begin_download(const terms::Permit& permit, const CopyId& id,
                                                          base::Instant logged_in_at, base::Instant at);
  // Piece by piece, after begin_download. Before each it is asked whether the copy stands, its key is there and it is still
  // theirs, whoever took that away, in this process or another: else `gone`, or what access says, and no more is given.
  [[nodiscard]] base::Status read(const terms::Permit& permit, const CopyId& id, base::Instant at,
                                  const std::function<void(base::ByteView)>& take);
  // At once: the row says so, with the entry in the log, and then its key goes; where a kill cuts that off, with the next post
  // of this id or the job. One that is not made yet is taken back.
  [[nodiscard]] base::Status forget(const terms::Permit& permit, const CopyId& id, base::Instant at,
                                    std::string_view post_id);
  // All of a party's, and all that it asked for of others, with whatever is erased of it. Outside any transaction; killed,
  // it goes on when it is called again. Answers how many.
  std::int64_t forget_all(terms::PartyId party);
  // What somebody deleted for good is in no copy any more: those of the party that are ready go, and one that is being made
  // begins anew. Only those asked for then or before. Outside any transaction; may be repeated. Answers how many went.
  std::int64_t forget_made(terms::PartyId party, base::Instant deleted_at);
  // Those whose days are over, some at a time. Answers how many.
  std::int64_t end_expired(base::Instant now);
  [[nodiscard]] store::Job ending();  // the job that does so

 private:
  [[nodiscard]] base::Status check_stands(const terms::Permit& permit, const StoredCopy& copy);
  [[nodiscard]] base::Status check_confidential(const terms::Permit& permit, const StoredCopy& copy);
  [[nodiscard]] static base::Status check_how_many(store::Tx& tx, terms::PartyId asker);
  [[nodiscard]] static std::optional<base::Instant> next_in(store::Tx& tx, const terms::Permit& permit,
                                                            base::Instant at);
  [[nodiscard]] bool opens_confidential(const terms::Permit& permit, const terms::AppId& service);
  [[nodiscard]] std::string confidential_for(const terms::Permit& permit);
  [[nodiscard]] base::Result<StoredCopy> find(const terms::Permit& permit, const CopyId& id, base::Instant at);
  void erase_keys(const StoredCopy& copy);
  void erase_deleted(const StoredCopy& copy);
  void forget_rows(const std::vector<StoredCopy>& rows);
  Needs with_;
};

}  // namespace alting::privacy
