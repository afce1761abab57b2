// The tamper-evident log: what happened, in an order nobody can change afterwards, with a receipt anyone can verify
// offline.
//
// A use case prepares its entry before its own transaction and appends it inside. Entries of one commit enter the
// Merkle tree (RFC 6962) together, one checkpoint (C2SP tlog-checkpoint, Ed25519 note) is signed for them after they
// are durable, and the finished receipt is there when write() returns. An entry is canonical JSON (RFC 8785); the leaf
// is a salted commitment to it, and names and national ids stand in it only as salted digests, disclosed in the
// receipt.
//
// What an entry says is seen by the party it was done for, by who did it, and by each party it concerns. Each of the
// latter has a part of its own, sealed under a key of its own, with what it may see and no more: so each is forgotten by
// itself, and the others keep theirs.
//
// The log never signs two histories: see checkpoint_guard.h.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "base/uuid.h"
#include "ledger/event_kind.h"
#include "store/database.h"
#include "terms/permit.h"

namespace alting::ledger {

// A document the entry vouches for.
struct DocumentDigest {
  std::string role;  // "form", "attachment"
  std::string media_type;
  std::string file_name;  // disclosed in the receipt, salted in the entry
  std::int64_t size = 0;
  base::Bytes sha256;  // of the plaintext, 32 octets
};

// Another party than the one an entry was done for, whom it concerns: who got access, the data subject, the other side
// of a consent. It sees the event and its resource, who did it, when, for whom (uuid and name) and by which agency; the
// ground too when an agency, a job or a case acts. Of the parameters and personal fields it sees those named here; of
// documents, numbers, the instance and the rest nothing.
struct Concerned {
  terms::PartyId party;
  std::vector<Parameter> parameters = {};
  std::vector<PersonalParameter> personal = {};
  bool without_actor = false;  // it sees the party as who did it, and no person's name
};
inline constexpr std::size_t max_concerned = 256;  // parties in one entry

struct NewEntry {
  EventKind kind;
  base::Instant at;  // when the complete request was received
  terms::Actor actor = {};
  std::optional<terms::PartyId> party = {};  // whose matter it is
  std::optional<terms::PartyUuid> party_uuid = {};
  std::string party_name = {};  // salted in the entry, disclosed in the receipt
  // The party's number in the public register, salted too. An organisation's is disclosed in every receipt; a person's
  // only in one that its owner asks for.
  std::string organisation_number = {}, identity_number = {};
  std::string resource = {};  // "app:dat/avviksmelding"
  std::optional<terms::InstanceId> instance = {};
  std::optional<terms::Evidence> evidence = {};
  std::vector<DocumentDigest> documents = {};
  // What set() was given: in the clear, and (name, value) pairs that stand salted and are disclosed in the receipt.
  base::Json parameters = base::Json::object();
  std::vector<std::pair<std::string, std::string>> personal = {};
  std::optional<std::string> agency =
      {};  // org whose service it concerns: its staff's reads and this entry show in the activity log of the party
  std::vector<Concerned> concerns = {};  // each party at most once; the one it was done for is passed over

  // Adds what events.toml declares for `kind` (ledger/event_parameters.h has the names). A value in the clear is a
  // string or an integer below 2^53, or an array or object of such.
  void set(Parameter parameter, base::Json value);
  void set(PersonalParameter parameter, std::string value);
};
// How what is confidential stands in the log, of "app:dat/brev": "confidential:dat/brev". Pages leave out what who looks
// was not given.
[[nodiscard]] std::string confidential_resource(std::string_view resource);
// From a permit: actor, party, resource, instance, evidence are taken over.
[[nodiscard]] NewEntry entry_for(EventKind kind, const terms::Permit& permit, base::Instant at);

struct PendingEntry;
// An entry made ready before its transaction: text, salts, digests and seal are done, in the caller's own thread. It is
// appended in one transaction, whose closure may run again; one that is never appended leaves nothing behind but a
// key of its own, which opens nothing.
struct PreparedEntry {
  base::Uuid id;
  std::shared_ptr<PendingEntry> pending = {};
};
// What append() answers, before the commit; exchange it for the receipt after write() returned.
struct EntryHandle {
  base::Uuid id;
  std::shared_ptr<PendingEntry> pending = {};  // what the ledger keeps of it until the receipt is built; may be empty
};

// A receipt: one JSON file (format "alting.receipt/1", docs/receipt-format.md), about a kilobyte.
struct Receipt {
  base::Uuid entry_id;
  std::int64_t index = -1;  // of the leaf in the log
  base::Instant committed_at;
  std::string json;
};

// A row of the activity log: only what is safe to show to those who may read the party's activity.
struct Activity {
  base::Uuid entry_id;
  std::optional<EventKind> kind;  // nothing: the entry was erased, or is of a newer program
  base::Instant at;
  std::string actor_name;
  terms::ActorKind actor_kind = terms::ActorKind::person;  // of an erased one too, until the entry is
  std::string supplier;  // the organisation number of who acted for a system's organisation; "" when nobody did
  bool actor_is_agency = false;
  bool concerned = false;      // it was not done for the party that was asked for, but concerns it
  bool without_actor = false;  // nobody's name is in it (Concerned); then actor_name is the party's
  std::string party_name;
  terms::PartyUuid party_uuid;
  std::string resource;
  std::optional<terms::InstanceId> instance;
  base::Json evidence;
  base::Json parameters;
  std::vector<std::pair<std::string, std::string>> disclosed = {};  // names and values of its personal fields
  std::optional<std::int64_t> index;
};

struct ActivityQuery {
  std::optional<terms::PartyId> party = {};  // what was done for this party, or concerns it; or
  std::optional<terms::PartyId> actor = {};  // what this person did, for whomever
  // Words in kind's title, actor's name (not of an agency's staff), resource, reference.
  std::string search = {};
  std::optional<EventKind> kind = {};
  // Resources of which nothing is found: who asks must not learn what happened there from what is found and what not.
  std::vector<std::string> without = {};
  // Of this resource alone; of what is sealed away nothing. Set by activity(), from a permit for one form.
  std::optional<std::string> only = {};
  std::optional<terms::InstanceId> only_instance = {};
  // Of others than this person no own reads are found: that a colleague has read is for them, and for who manages access.
  std::optional<terms::PartyId> own_reads_of = {};
  // Kinds of which nothing is found, whomever they were done for: what is for who manages access alone.
  std::vector<EventKind> without_kinds = {};
  std::optional<base::Instant> from = {}, to = {};
  std::string after = {};  // continuation from the page before
  int limit = 50;          // 1 to 200
};
struct ActivityPage {
  std::vector<Activity> rows;  // newest first
  std::string next;            // "" when there is no more
};

// What erase() forgets of an entry. The tree keeps its number either way, and every receipt of other entries still
// verifies.
enum class ErasedPart : std::uint8_t {
  actor,  // who did it: the actor's id and name, for all; the rest of the entry can still be proved
  entry,  // all of it, everywhere: for the party, who did it, and all whom it concerns
};

// What expire() ended.
struct Expired {
  std::int64_t entries = 0;
  std::int64_t keys = 0;  // erased
};
// Told of entries that were ended, in the transaction that does it.
using CountExpired = std::function<void(store::Tx& tx, std::int64_t entries)>;

class Ledger {
 public:
  virtual ~Ledger() = default;
  // Before the writing transaction of the use case, never inside it: the work that need not hold up the other writers.
  // An entry that says what the transaction reads is prepared from what was read before; inside, that is read again,
  // and when it is no longer the same the use case begins anew. std::logic_error for what the catalogue of event kinds
  // does not declare, and inside the closure of any write, on both engines; DatabaseError when a key cannot be made.
  [[nodiscard]] virtual PreparedEntry prepare(NewEntry entry);
  // Inside the writing transaction: what was prepared is only handed over.
  virtual EntryHandle append(store::Tx& tx, const PreparedEntry& prepared) = 0;
  // After write() returned. Waits at most 2 s (PostgreSQL, where the sequencer runs behind the commit); then
  // `unavailable` ("sent, proof follows"), and receipt(id) gives it later.
  [[nodiscard]] virtual base::Result<Receipt> await_receipt(const EntryHandle& handle) = 0;
  [[nodiscard]] virtual base::Result<Receipt> receipt(const base::Uuid& entry_id) = 0;
  // The same, and it also discloses the party's identity number when the party is a person: for its owner, who asked.
  [[nodiscard]] virtual base::Result<Receipt> receipt_with_identity(const base::Uuid& entry_id) {
    return receipt(entry_id);
  }

  // A party's own reads: one record for each actor, resource and session, written in batches within 5 s. Never blocks.
  virtual void note_own_read(const terms::Permit& permit) = 0;

  [[nodiscard]] virtual ActivityPage activity(const terms::Permit& permit, const ActivityQuery& query) = 0;

  // The public face: tlog-tiles. Each log has a number and is found below it for ever: "2/checkpoint", "2/tile/0/000",
  // "2/tile/entries/000", "2/vkey" (its newest verifier key), "2/succession" (what ties it to the log before). Without
  // a number it is the first log's, as it was given out. "vkeys" and "vkeys.json" are the keys and origins of all.
  // not_found for what the log does not have.
  [[nodiscard]] virtual base::Result<std::string> public_resource(std::string_view path) = 0;
  [[nodiscard]] virtual std::string verifier_key() const = 0;  // the note verifier key, "<origin>+<hash>+<base64>"
  [[nodiscard]] virtual std::string origin() const = 0;
  [[nodiscard]] virtual std::vector<std::string> verifier_keys() const { return {verifier_key()}; }  // of all its logs
  [[nodiscard]] virtual std::string checkpoint() const { return {}; }  // the newest, signed
  [[nodiscard]] virtual std::string address() const { return {}; }     // where the newest log is found

  // Whether this process has stopped signing for good: the checkpoint store holds another tree than it wrote, or the
  // database another history than was signed. What is sent is kept, and its proof waits for the operator.
  [[nodiscard]] virtual bool halted() const { return false; }

  // What stands below has an answer for ledgers that are only stand-ins in tests; make_ledger()'s does it all.
  // Writes now what is written in batches: own reads, the activity log. Also done when the ledger is closed.
  virtual void flush() {}
  // Makes a new signing key and announces it under the present one, which signs beside it for a while. Answers the new
  // verifier key.
  [[nodiscard]] virtual base::Result<std::string> rotate_key() { return not_offered(); }
  // Forgets entries, or who acted in them, here and (through the erasure list) in every backup. Durable when it
  // returns. The key of a passing entry, which others of its party and day share, goes an hour after that day
  // (eraser.h).
  [[nodiscard]] virtual base::Status erase(const std::vector<base::Uuid>&, ErasedPart) { return not_offered(); }
  // Forgets what this one party sees of them, with the same promises. When they were done for it, that is the entry
  // itself: its receipt, and what who did it finds of it in their own log. Those whom it concerns keep their parts, and
  // a party's own part leaves the entry as it is. An entry that the party sees nothing of is passed over.
  [[nodiscard]] virtual base::Status erase_for(const std::vector<base::Uuid>&, terms::PartyId) { return not_offered(); }
  // Ends the entries of whole UTC days that are older than `before` and of this retention, and no others: their rows are
  // emptied, their keys erased, with the parts of whom they concern, here and (through the erasure list) in every
  // backup. The tree keeps their numbers. A day is older when the hour after it is. Entries about the log itself
  // (log.created, key.announced) stay. Works in pieces, beside all else, until about `max_count` rows or keys have gone; asked
  // again it goes on, also after a kill, and answers nothing of both when none is left. `invalid`
  // (error.ledger.day_not_over) unless the day of `before` has been over for an hour: until then its keys are still
  // being sealed under.
  [[nodiscard]] virtual base::Result<Expired> expire(Retention, base::Instant /*before*/, std::int64_t /*max_count*/,
                                                     const CountExpired& /*count*/ = {}) {
    return not_offered();
  }

 protected:
  static void require_outside_transaction();  // as prepare() says

 private:
  [[nodiscard]] static base::Error not_offered() {
    return base::make_error(base::ErrorKind::unavailable, "error.ledger.not_offered");
  }
};

}  // namespace alting::ledger
