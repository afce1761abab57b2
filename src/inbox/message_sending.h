// An agency sends: whole, or refused whole with each fault named.
//
// Recipients, keys and files are written in small transactions under a batch that nobody sees; one row publishes all of
// it, at once or at its time. What a kill leaves is finished (it was accepted) or swept (it was not) by the job and the
// outbox. Published, each recipient gets an entry in the log and a message to the outbox (inbox::message_published), in
// small transactions too.
//
// Errors: `not_found` for a permit of another action or service; "messages.error.*" for what the message says;
// `conflict` for a post's id that was used for something else.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "forms/catalogue.h"
#include "inbox/message.h"
#include "inbox/staged_files.h"
#include "ledger/ledger.h"
#include "parties/parties.h"
#include "store/database.h"
#include "store/outbox.h"
#include "store/quota.h"
#include "terms/permit.h"
#include "terms/secret.h"

namespace alting::inbox {

struct NewMessage {
  terms::AppId service;
  std::string sender_name;     // "" for the agency's own
  std::string case_reference;  // the agency's
  base::Language language = base::Language::nb;
  std::string title, summary, body;  // body: Markdown
  std::vector<FileId> files = {};    // staged (MessageSending::stage_file)
  std::optional<base::Instant> due = {}, publish_at = {};
  ReplyWay reply = {};
  bool must_confirm = false, confidential = false;
  bool notify = true;
  bool ignore_reservation = false;
  std::string override_reason = {};        // why a reservation is overridden; asked for then
  std::optional<MessageId> reply_to = {};  // the message whose answer this answers
};

// One of the three.
struct Recipient {
  std::string organisation_number = {};
  std::optional<terms::NationalIdText> person = {};
  std::optional<terms::PartyUuid> party = {};
};
struct RecipientFault {
  std::size_t index = 0;  // in the list that was given
  base::Error error;
};
struct KnownRecipient {
  std::size_t index = 0;
  parties::Party party;
};
struct KnownRecipients {
  std::vector<KnownRecipient> known;
  std::vector<RecipientFault> faults;
};

struct SentBatch {
  BatchId id;
  base::Instant created_at, publish_at;
  std::vector<MessageId> messages;  // in the order of the recipients
};
// What sending came to: sent, or the faults for which nothing was.
struct SendOutcome {
  std::optional<SentBatch> sent;
  std::vector<RecipientFault> faults;
};

// What may be told when a message is there; nothing of what stands in it.
struct NoticeFacts {
  MessageId id;
  BatchId batch;
  terms::PartyId party;
  terms::AppId service;
  std::string sender_name;
  base::Language language = base::Language::nb;
  bool confidential = false, notify = true, ignore_reservation = false;
  std::string override_reason;
  std::optional<base::Instant> due;
  base::Instant published_at;
  bool opened = false, gone = false;  // by now: what was opened or removed needs no notice
};
// Nothing when it does not exist or is not published.
[[nodiscard]] std::optional<NoticeFacts> notice_facts(store::Database& database, store::Vault& vault,
                                                      const MessageId& id);

class MessageSending {
 public:
  struct Needs {
    store::Database& database;
    store::Vault& vault;
    ledger::Ledger& ledger;
    access::Decider& decider;
    parties::Parties& parties;
    const forms::AppCatalogue& apps;
    StagedFiles& files;
    const base::Clock& clock;
    base::Random& random;
    store::Quotas quotas = {};
  };
  explicit MessageSending(Needs needs) : with_(std::move(needs)) {}

  // Whom these numbers name, before anything is sent: for a preview. `too_many` above max_recipients.
  [[nodiscard]] base::Result<KnownRecipients> find_recipients(const terms::Permit& agency_send,
                                                              const std::vector<Recipient>& recipients);
  // What is wrong with the message itself, if anything.
  [[nodiscard]] base::Status check(const terms::Permit& agency_send, const NewMessage& message, base::Instant at);
  // `post_id`: a UUID; asked again with it and the same words it answers as the first time, with others `conflict`.
  [[nodiscard]] base::Result<SendOutcome> send(const terms::Permit& agency_send, const NewMessage& message,
                                               const std::vector<Recipient>& recipients, base::Instant at,
                                               std::string_view post_id);
  // For who sends: the file of a page or a call. It is the agency's, and goes into one message.
  [[nodiscard]] base::Result<StagedFile> stage_file(const terms::Permit& agency_send, const Upload& upload);

  // Publishes a batch that is due, and tells of it, some seconds of it at a time; false when there is more to do. The
  // outbox calls it (topic batch_due).
  [[nodiscard]] bool publish(const BatchId& id);
  // The job: what was begun and never accepted goes. Answers how many messages.
  [[nodiscard]] std::int64_t sweep();

 private:
  struct Draft;  // what is made ready before the first row
  [[nodiscard]] base::Result<terms::AppId> service_of(const terms::Permit& permit, const NewMessage& message) const;
  [[nodiscard]] base::Result<SentBatch> write(const terms::Permit& permit, const NewMessage& message,
                                              const std::vector<KnownRecipient>& to, base::Instant at,
                                              const base::Uuid& post, const std::string& act);
  [[nodiscard]] base::Result<SentBatch> read_sent(const BatchId& id);
  [[nodiscard]] std::size_t announce(const BatchId& id);
  Needs with_;
};

}  // namespace alting::inbox
