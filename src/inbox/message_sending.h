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
  std::string sender_name;     // "" for the agency's own, which always stands beside another
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
  // Whoever gets a confidential one is told which right opens it: that notice is always sent.
  [[nodiscard]] bool is_told() const { return notify || confidential; }
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

// Of which part of what is to be sent a fault is.
enum class MessagePart : std::uint8_t {
  title,
  summary,
  body,
  sender_name,
  case_reference,
  files,
  due,
  publish_at,
  override_reason,
  reply,
  reply_to,
  recipients,  // of the list, not of one in it
};
struct MessageFault {
  MessagePart part = MessagePart::title;
  base::Error error;
};
// All that is wrong, and who would get it.
struct SendCheck {
  KnownRecipients to;
  std::vector<MessageFault> faults;
  [[nodiscard]] bool is_good() const { return faults.empty() && to.faults.empty(); }
};

struct SentBatch {
  BatchId id;
  base::Instant created_at, publish_at;
  std::vector<MessageId> messages;  // in the order of the recipients
};
// What sending came to: sent, or the faults for which nothing was.
struct SendOutcome {
  std::optional<SentBatch> sent = {};
  std::vector<RecipientFault> faults = {};
  std::vector<MessageFault> message_faults = {};
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

inline constexpr std::size_t most_named_at_once = 120;

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

  // Whom these numbers name, before anything is sent. `too_many` above max_recipients.
  [[nodiscard]] base::Result<KnownRecipients> find_recipients(const terms::Permit& agency_send,
                                                              const std::vector<Recipient>& recipients);
  // The same for a page that shows their names to a person: each that is named by an identity number, found or not, counts
  // as an entry of the log (store/quota.h), so that nobody reads names by trying numbers. A page shows most_named_at_once
  // of their names at most, and no more are counted at once.
  [[nodiscard]] base::Result<KnownRecipients> look_up_recipients(const terms::Permit& agency_send,
                                                                 const std::vector<Recipient>& recipients,
                                                                 base::Instant at);
  // All that is wrong with the message itself.
  [[nodiscard]] base::Result<std::vector<MessageFault>> faults_of(const terms::Permit& agency_send,
                                                                  const NewMessage& message, base::Instant at) const;
  // The same and all that is wrong with who is to get it, before anything is sent.
  [[nodiscard]] base::Result<SendCheck> check_whole(const terms::Permit& agency_send, const NewMessage& message,
                                                    const std::vector<Recipient>& recipients, base::Instant at);
  // What was sent under this id with the same words; nothing when nothing was. `conflict` with others.
  [[nodiscard]] base::Result<std::optional<SentBatch>> sent_before(const terms::Permit& agency_send,
                                                                   const NewMessage& message,
                                                                   const std::vector<Recipient>& recipients,
                                                                   std::string_view post_id);
  // `post_id`: a UUID; asked again with it and the same words it answers as the first time, with others `conflict`.
  [[nodiscard]] base::Result<SendOutcome> send(const terms::Permit& agency_send, const NewMessage& message,
                                               const std::vector<Recipient>& recipients, base::Instant at,
                                               std::string_view post_id);
  // What waits for its time is not published then: its recipients lose what nobody has seen, the agency keeps its own.
  // Taken back twice it is no error; `conflict` (messages.error.published) once it is there for its recipients.
  [[nodiscard]] base::Status take_back(const terms::Permit& agency_send, const BatchId& id, base::Instant at,
                                       std::string_view post_id);
  // For who sends: the file of a page or a call. It is the agency's, and goes into one message.
  [[nodiscard]] base::Result<StagedFile> stage_file(const terms::Permit& agency_send, const Upload& upload);

  // Publishes a batch that is due, and tells of it, some seconds of it at a time; or takes one that was taken back from
  // its recipients. False when there is more to do. The outbox calls it (topic batch_due).
  [[nodiscard]] bool publish(const BatchId& id);
  // The job: what was begun and never accepted goes. Answers how many messages.
  [[nodiscard]] std::int64_t sweep();

 private:
  struct Draft;  // what is made ready before the first row
  [[nodiscard]] base::Status count_look_ups(const terms::Permit& permit, const std::vector<Recipient>& recipients,
                                            base::Instant at);
  [[nodiscard]] base::Status check_answered(const NewMessage& message, const KnownRecipients& to) const;
  [[nodiscard]] base::Result<terms::AppId> service_of(const terms::Permit& permit, const NewMessage& message) const;
  [[nodiscard]] base::Result<SentBatch> write(const terms::Permit& permit, const NewMessage& message,
                                              const std::vector<KnownRecipient>& to, base::Instant at,
                                              const base::Uuid& post, const std::string& act);
  [[nodiscard]] base::Result<SentBatch> read_sent(const BatchId& id);
  [[nodiscard]] std::size_t announce(const BatchId& id);
  [[nodiscard]] static bool is_taken_back(store::Tx& tx, const BatchId& id);
  [[nodiscard]] bool empty(const BatchId& id);
  Needs with_;
  base::Instant started_ = with_.clock.now();
};

}  // namespace alting::inbox
