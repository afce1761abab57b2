// The recipient's side of a message.
//
// Opening it is recorded: who, when, on what right (eForvaltningsforskriften § 8). What a person deletes is erased at
// once; what a business deletes is marked, and goes when the rule says (instances/kept_deleted.h).
//
// Errors: `not_found` for what is not there, another party's, or not let see; and for a permit of another action or
// service. A confidential message needs a permit that was decided for one (Target::confidential).
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "inbox/message.h"
#include "inbox/staged_files.h"
#include "instances/kept_deleted.h"
#include "ledger/ledger.h"
#include "store/database.h"
#include "store/holds.h"
#include "store/outbox.h"
#include "store/quota.h"
#include "terms/permit.h"

namespace alting::inbox {

struct Answer {
  AnswerId id;
  base::Instant at;
  std::string by_name;  // who wrote it
  std::string text;     // plain
  std::vector<MessageFile> files;
  base::Bytes original;  // the octets that its receipt proves
};

struct Message {
  MessagePlace place;
  std::string sender_name, case_reference, title, summary, body;  // body: Markdown (message_body)
  base::Bytes original;                                           // the octets that its receipt proves: JSON
  base::Language language = base::Language::nb;
  base::Instant published_at;
  std::optional<base::Instant> due;
  ReplyWay reply;
  bool must_confirm = false, notified = false;  // notified: the sender asked that the recipient be told by e-mail
  std::vector<MessageFile> files;
  std::optional<Deed> opened, confirmed;
  std::vector<Answer> answers;               // the party's own, the oldest first
  std::vector<FormReply> form_replies = {};  // the same
  std::optional<MessageId> reply_to;         // the message whose answer this one answers
  bool archived = false;
  std::optional<base::Instant> goes_at = {};  // it is deleted, and goes then
};

// One thing the log proves of a message.
struct MessageReceipt {
  std::string act;  // "available", "opened", "confirmed", "answered", "removed"
  base::Instant at;
  ledger::Receipt receipt;
};

struct FoundMessage;  // message_rows.h
struct StoredMessage;

class Messages {
 public:
  struct Needs {
    store::Database& database;
    store::Vault& vault;
    ledger::Ledger& ledger;
    access::Decider& decider;
    parties::Parties& parties;
    StagedFiles& files;
    const base::Clock& clock;
    base::Random& random;
    store::Quotas quotas = {};
    instances::HeldUntil held = {};
  };
  explicit Messages(Needs needs) : with_(std::move(needs)) {}

  // Where a published message of the party is, for the question whether this person may see it.
  [[nodiscard]] std::optional<MessagePlace> place_of(terms::PartyId party, const MessageId& id);
  // Several of them, at most 100; what is not there is left out.
  [[nodiscard]] std::vector<MessagePlace> places_of(terms::PartyId party, const std::vector<MessageId>& ids);

  // Permits: `read`.
  [[nodiscard]] base::Result<Message> open(const terms::Permit& read, const MessageId& id, base::Instant at);
  [[nodiscard]] base::Result<MessageFile> find_file(const terms::Permit& read, const MessageId& id, const FileId& file);
  [[nodiscard]] base::Status read_file(const terms::Permit& read, const MessageId& id, const MessageFile& file,
                                       const std::function<void(base::ByteView)>& take);
  // A second time is no error and changes nothing.
  [[nodiscard]] base::Status confirm(const terms::Permit& read, const MessageId& id, base::Instant at,
                                     std::string_view post_id);
  // Those that are there already; `unavailable` while none is.
  [[nodiscard]] base::Result<std::vector<MessageReceipt>> receipts(const terms::Permit& read, const MessageId& id);

  // Permits: `complete`. `unprocessable` (messages.error.no_answer) when the sender asked for none.
  [[nodiscard]] base::Result<StagedFile> stage_file(const terms::Permit& complete, const MessageId& id,
                                                    const Upload& upload);
  [[nodiscard]] base::Result<AnswerId> answer(const terms::Permit& complete, const MessageId& id, std::string_view text,
                                              const std::vector<FileId>& files, base::Instant at,
                                              std::string_view post_id);

  // Where the sender asks for a form: whether it is this one. `unprocessable` (messages.error.no_answer) otherwise.
  [[nodiscard]] base::Status check_form(const terms::Permit& read, const MessageId& id, const terms::AppId& form);
  // The draft becomes the answer: once it is sent the message is answered. `write_draft`: of that form, by the same, for
  // the same party. A draft answers one message, the first it was tied to.
  [[nodiscard]] base::Status tie_form(const terms::Permit& read, const MessageId& id, const terms::Permit& write_draft,
                                      base::Instant at);

  // Permits: `remove`. `conflict` when it lies there already; with the id of a post (message_moved), which is asked by
  // store::was_done, the same post again is none.
  [[nodiscard]] base::Status archive(const terms::Permit& remove, const MessageId& id, base::Instant at,
                                     std::string_view post_id = {});
  [[nodiscard]] base::Status take_back(const terms::Permit& remove, const MessageId& id, base::Instant at,
                                       std::string_view post_id = {});  // archive, deleted
  // Of a person, or by a job: erased at once. Of a business: marked with the day it goes; of one that is marked already: now. What was
  // removed is no error a second time.
  [[nodiscard]] base::Status remove(const terms::Permit& remove, const MessageId& id, base::Instant at,
                                    std::string_view post_id);
  // The job: what was deleted long enough ago and is not held. Answers how many.
  [[nodiscard]] std::int64_t end_deleted(const store::HoldsNow& holds = {});
  // The job: drafts that were to be answers, and are none any more. What was sent and was not told of is noted; what was
  // thrown away is forgotten. Answers how many.
  [[nodiscard]] std::int64_t settle_form_replies();

 private:
  [[nodiscard]] base::Result<FoundMessage> find(const terms::Permit& permit, terms::Action action, const MessageId& id);
  [[nodiscard]] bool end_one(const StoredMessage& one, base::Instant before, const store::HoldsNow& holds);
  [[nodiscard]] base::Status move(const terms::Permit& permit, const MessageId& id, base::Instant at, bool archive,
                                  std::string_view post_id);
  Needs with_;
};

}  // namespace alting::inbox
