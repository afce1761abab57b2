// The sender's side: what was sent, and how it fared with each recipient. Available, opened (the first time, in what
// capacity), confirmed, answered; never what was read or how often. Whether a notice was handed over is the room
// notify's to say, by cause: notice_cause(message).
//
// Permits: agency_follow of the message's service (Decider::decide_agency without a party: the agency's own); lists take
// Decider::agency_scope(actor, org, Action::agency_follow). Each transaction decides again. Reading an answer is an entry
// in the log that its writer sees.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "inbox/message.h"
#include "inbox/messages.h"
#include "ledger/ledger.h"
#include "parties/parties.h"
#include "store/database.h"
#include "store/quota.h"
#include "terms/permit.h"

namespace alting::inbox {

// What notices of a message are ordered for: "message:<id>".
[[nodiscard]] std::string notice_cause(const MessageId& id);

struct BatchSummary {
  BatchId id;
  terms::AppId service;
  std::string sender_name, case_reference, title;
  base::Instant created_at, publish_at;
  std::optional<base::Instant> published_at;   // nothing: it waits for its time, or was taken back
  std::optional<base::Instant> taken_back_at;  // it was never there for anybody, and has no recipients any more
  std::optional<base::Instant> due;
  bool confidential = false, must_confirm = false, notify = false;
  ReplyWay reply;
  std::int64_t recipients = 0, opened = 0, confirmed = 0, answered = 0;
};
struct BatchQuery {
  std::optional<terms::AppId> service = {};
  std::optional<base::Instant> from = {}, to = {};  // of created_at, both ends in it
  std::string case_reference = {};                  // exactly this; at most the last 2,000 batches are looked at
  std::string words = {};  // the same, and all of these stand in the title, or they are the case reference
  std::string after = {};
  int limit = 50;  // 1 to 200
};
struct BatchPage {
  std::vector<BatchSummary> rows;  // the newest first
  std::string next;
};

struct BatchContent {
  BatchSummary summary;
  base::Language language = base::Language::nb;
  std::string text_summary, body;
  std::vector<MessageFile> files;
  bool ignore_reservation = false;
  std::string override_reason;
  std::optional<MessageId> reply_to;
};

struct RecipientState {
  MessageId id;
  terms::PartyId party;
  terms::PartyUuid party_uuid;
  parties::PartyKind kind = parties::PartyKind::person;
  std::string party_name, organisation_number;  // the number of organisations alone
  std::optional<base::Instant> available_at;
  std::optional<Deed> opened, confirmed;
  std::optional<base::Instant> answered_at;
};
struct RecipientQuery {
  enum class Only : std::uint8_t { all, unopened, unconfirmed, answered };
  Only only = Only::all;
  std::string after = {};
  int limit = 100;  // 1 to 1000
};
struct RecipientPage {
  std::vector<RecipientState> rows;  // in the order they were given
  std::string next;
  std::vector<std::string> tokens;  // of each row: for `after`, to go on behind it
};

struct ReceivedAnswer {
  MessageId message;
  terms::PartyUuid party_uuid;
  std::string party_name;
  Answer answer;
};

// Who may read what was received with this form finds it there.
struct FormAnswer {
  terms::InstanceId instance;
  terms::AppId form;
  base::Instant at;
};

class SentMessages {
 public:
  struct Needs {
    store::Database& database;
    store::Vault& vault;
    ledger::Ledger& ledger;
    access::Decider& decider;
    parties::Parties& parties;
    store::Quotas quotas = {};
  };
  explicit SentMessages(Needs needs) : with_(std::move(needs)) {}

  // To which service they belong, for the question who may see them: asked before there is a ground to ask on.
  [[nodiscard]] std::optional<terms::AppId> service_of(const BatchId& id);
  [[nodiscard]] std::optional<MessagePlace> place_of(
      const MessageId& id);  // published or not; `party` is the recipient

  [[nodiscard]] base::Result<BatchPage> list(const terms::Scope& agency_follow, const BatchQuery& query);
  [[nodiscard]] base::Result<BatchContent> open(const terms::Permit& agency_follow, const BatchId& id);
  [[nodiscard]] base::Status read_file(const terms::Permit& agency_follow, const BatchId& id, const FileId& file,
                                       const std::function<void(const MessageFile&)>& begin,
                                       const std::function<void(base::ByteView)>& take);
  [[nodiscard]] base::Result<RecipientPage> recipients(const terms::Permit& agency_follow, const BatchId& id,
                                                       const RecipientQuery& query);
  [[nodiscard]] base::Result<RecipientState> recipient(const terms::Permit& agency_follow, const MessageId& id);
  // What was answered to one message, the oldest first.
  [[nodiscard]] base::Result<std::vector<ReceivedAnswer>> answers(const terms::Permit& agency_follow,
                                                                  const MessageId& id, base::Instant received);
  [[nodiscard]] base::Status read_answer_file(const terms::Permit& agency_follow, const MessageId& id,
                                              const FileId& file, base::Instant received,
                                              const std::function<void(const MessageFile&)>& begin,
                                              const std::function<void(base::ByteView)>& take);
  // The forms that were sent as answers to it, the oldest first: which, and nothing of what stands in them.
  [[nodiscard]] base::Result<std::vector<FormAnswer>> form_answers(const terms::Permit& agency_follow,
                                                                   const MessageId& id);
  // Answers that came lately to any of the scope's services, the newest first: where, not what.
  struct NewAnswer {
    MessageId message;
    BatchId batch;
    terms::AppId service;
    std::string title, party_name;  // of the message; who answered
    base::Instant at;
    bool read = false;  // somebody of the agency has opened it
  };
  [[nodiscard]] base::Result<std::vector<NewAnswer>> new_answers(const terms::Scope& agency_follow, int limit);

 private:
  Needs with_;
};

}  // namespace alting::inbox
