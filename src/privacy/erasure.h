// Erasing all that is one's own (personvernforordningen art. 17): what goes, what stays and why, and a certificate.
//
// What becomes of the rows of each table stands in erasure_fates.h, one line for each, and a test goes through all
// catalogues: a table whose rows lead to a person and that says nothing fails it.
//
// One erasure is, exactly:
//   1. commit         the order, and its entry in the log, under the post's one-time id
//   2. list outside   a durable line "order <id> <party's uuid> <when>" (store::Vault::note_erasure): a restore orders it again
//   3. keystore       the party's keys of what it sent, received and wrote, and of its copies, are written down and erased;
//                     nothing of it can be opened from here on, by anyone but the agencies that have copies of their own
//   4. commits        the rows, some at a time: drafts, sent forms and messages by their rooms' own use cases, all else
//                     as the catalogue says
//   5. commit         the certificate: an entry in the log without a party and without an actor, and the order is done
//   6. checkpoint     nothing of it is left in the files of an SQLite database
// A kill between leaves an order that the job carry_out_erasures takes on from there. Only what was there when it was
// ordered goes: what somebody begins meanwhile is theirs, and a message that is published later is to be read.
//
// The certificate is the receipt of that entry (docs/receipt-format.md): how many keys were destroyed, the SHA-256 of
// their ids, the rule, the time, and its place in the log. `alting verify` takes it like any other. Each key is written down
// before it goes, so that a kill takes none out of the count. The log destroys those of its own entries, and counts them itself.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/access.h"
#include "base/random.h"
#include "base/result.h"
#include "inbox/messages.h"
#include "instances/drafts.h"
#include "ledger/ledger.h"
#include "privacy/retention.h"
#include "store/catalogue.h"
#include "store/database.h"
#include "store/quota.h"
#include "store/vault.h"
#include "terms/permit.h"

namespace alting::privacy {

using ErasureId = terms::UuidId<struct ErasureIdTag>;

inline constexpr std::string_view erasure_ordered =
    "erasure.order";  // what one-time ids are used for (store::was_done)

// What is counted here of one category. Its words are the texts "erasure.category.CODE" (what it is) and, of what stays,
// "erasure.why.CODE" (why, and what one can do about it).
struct ErasureItem {
  std::string category;  // "drafts", "sent", "log", ...
  std::int64_t count = 0;
  bool more = false;  // at least so many: they were not counted to their end
  std::string law;    // of what stays: Norwegian, "arkivlova § 13"; "" where no law says it
  std::string rule;   // of what stays: its dated rule; "" where none ends it
  // When the last of it goes at the latest, as far as a period tells; nothing where only its owner ends it.
  std::optional<base::Instant> until = {};
  std::string controller;  // whom to ask: "operator", or an agency's code ("dat")
};
struct ErasurePlan {
  std::vector<ErasureItem> goes;   // at once; those with nothing are left out
  std::vector<ErasureItem> stays;  // likewise
  // Until when a legal claim or an open matter holds it back: then nothing can be erased now.
  std::optional<base::Instant> held_until = {};
};

struct Certificate {
  ErasureId id;
  base::Instant ordered_at;
  std::optional<base::Instant> done_at;  // nothing: the rows are still going
  std::int64_t wraps = 0;                // keys destroyed
  std::string digest;                    // SHA-256 of their ids, each on a line, in their order: hexadecimal
  std::string json = {};                 // the receipt to keep, without personal data; "" until it is done and proved
};

// How long a request waits for the rows to go; what is left then goes behind.
inline constexpr base::Duration erasure_waits = base::Duration::milliseconds(800);

struct ErasureOrder;  // erasure_orders.h
struct ErasedItems;

class Erasures {
 public:
  struct Needs {
    store::Database& database;
    store::Vault& vault;
    ledger::Ledger& ledger;
    access::Decider& decider;
    const store::Catalogue& catalogue;
    instances::Drafts& drafts;
    inbox::Messages& messages;
    // Deletes a sent form of the party for good, with a permit for `remove` of exactly that form (instances).
    std::function<base::Status(const terms::Permit& remove, base::Instant at, std::string_view post_id)> delete_sent =
        {};
    // Copies that lie ready to be fetched (Copies::forget_all). Answers how many.
    std::function<std::int64_t(terms::PartyId)> forget_copies = {};
    // Until when all or some of the party's is held: held_until() below.
    std::function<std::optional<base::Instant>(terms::PartyId, base::Instant at)> held_until = {};
    const base::Clock& clock;
    base::Random& random;
    store::Quotas quotas = {};
  };
  explicit Erasures(Needs needs) : with_(std::move(needs)) {}

  // `permit`: Action::delegate on oneself, a person. Else both answer `forbidden` (error.erasure.own_only).
  [[nodiscard]] base::Result<ErasurePlan> plan(const terms::Permit& permit);
  // All is gone when it returns, unless there is very much; what is left goes behind, keys first. The same post, and one
  // while another is under way, answer that one. `conflict` (error.erasure.held, {until}) while it is held,
  // `level_too_low` (error.access.level, {level}) with a login that could not open all of it.
  [[nodiscard]] base::Result<Certificate> erase(const terms::Permit& permit, base::Instant at,
                                                std::string_view post_id);
  // The party's own, the newest first; at most 50.
  [[nodiscard]] std::vector<Certificate> mine(const terms::Permit& permit);
  [[nodiscard]] base::Result<Certificate> find(const terms::Permit& permit, const ErasureId& id);

  // For a party that is dead or struck off, once its period is over: the same, by the program itself. True when it is done;
  // else it is to be called again. What it has is left alone while it is held (`conflict`, error.erasure.held), or
  // restricted towards anyone (`forbidden`, error.access.restricted).
  [[nodiscard]] base::Result<bool> erase_gone(terms::PartyId party, base::Instant at);
  // The job: goes on with what was ordered, for some seconds at most. Answers how many rows and keys went.
  std::int64_t carry_out();

 private:
  [[nodiscard]] base::Result<ErasureId> order(const terms::Permit& permit, std::int64_t user_id, base::Instant at,
                                              std::string_view post_id);
  // Does a part of it, until `stop` says so. Answers how much it did; 0 of what is done, or waits.
  std::int64_t go_on(const ErasureId& id, const std::function<bool()>& stop);
  void list_outside(const ErasureOrder& order, bool done);
  ErasedItems erase_keys(const ErasureOrder& order, const std::function<bool()>& stop);
  ErasedItems erase_items(const ErasureOrder& order, const std::function<bool()>& stop);
  ErasedItems erase_log(const ErasureOrder& order, const std::function<bool()>& stop);
  void certify(const ErasureOrder& order);
  std::int64_t forget_keys(const std::function<bool()>& stop);
  [[nodiscard]] Certificate certificate_of(const ErasureOrder& order);
  Needs with_;
  std::optional<ErasureId> carried_on_;  // the job's: which it went on with last
};

// Until when a hold stands against erasing what is the party's: one that names the party, or an item of it, or one of
// everything. One of a rule alone stops what that rule ends, and nothing else. Nothing: none does.
[[nodiscard]] std::optional<base::Instant> held_until(Retention& retention, terms::PartyId party, base::Instant at);

// After a restore, once the keys of the lists are gone: erases again the rows of each order that the lists name, which no key
// tells of, and puts the order back where the backup has it not, so that the job carries out what a kill had cut off. What is
// held waits for the job, unless it was done. Answers how many rows went.
std::int64_t erase_orders_again(store::Database& database, const store::Catalogue& catalogue,
                                const std::vector<base::Bytes>& lists, base::Instant now);

// Tables whose rows lead to a person, and of which erasure_fates.h says nothing: "login: login_thing".
[[nodiscard]] std::vector<std::string> tables_without_fate(const store::Catalogue& catalogue);

}  // namespace alting::privacy
