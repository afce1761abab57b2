// What a party sees of its matters: under work, sent, received, archive, deleted. Every list takes a Scope, of one party
// or of all that one acts for.
//
// Forms and messages lie beside each other: what is under work and sent is forms, what is received is messages, the archive
// and what a business deleted has both.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "inbox/message.h"
#include "instances/summary.h"
#include "parties/parties.h"
#include "store/database.h"
#include "store/vault.h"
#include "terms/permit.h"

namespace alting::inbox {

enum class Folder : std::uint8_t { work, sent, received, archive, deleted };

// Of messages: any; not opened yet; what waits for a confirmation or an answer.
enum class Standing : std::uint8_t { any, unread, waiting };

struct Query {
  Folder folder = Folder::work;
  std::string search = {};  // caption, reference, party, sender or title of the form; at most 200 octets are looked at
  std::string after = {};
  int limit = 30;                                  // 1 to 100
  std::optional<terms::AppId> app = {};            // of this form only
  std::map<std::string, std::string> titles = {};  // by "org/app": what the reader knows the forms as
  std::string agency = {};                         // org; "" for any
  Standing standing = Standing::any;
  std::optional<base::Instant> from = {}, to = {};  // changed or published, from the one up to the other
};

// What a message adds to its row.
struct MessageRow {
  MessageId id;
  BatchId batch;
  std::string sender_name, case_reference;
  bool unread = false, confidential = false, must_confirm = false, confirmed = false, answered = false;
  ReplyWay reply;
  std::optional<base::Instant> due, goes_at;  // goes_at: it is deleted, and goes then, as a form's at.goes_at
  std::int64_t files = 0;
};

// A row: a form as its summary says, or a message, whose party, service (at.app), title (caption) and time it was
// published (changed_at, created_at, received_at) stand in the same places. A message has no at.id.
struct Item : instances::Summary {
  std::optional<MessageRow> message;
};

struct Listing {
  // Under work, what must be sent soonest comes first, and then the last changed; received, what is due soonest, and then
  // the newest; else the last changed comes first.
  std::vector<Item> rows;
  std::string next;  // "" when there is no more
};

struct Counts {
  std::int64_t work = 0, sent = 0, received = 0, archive = 0, deleted = 0;
  std::int64_t unread = 0;  // of those received
};

// What waits for a party, at a glance: drafts under work and unread messages.
struct Waiting {
  std::int64_t drafts = 0;
  std::optional<base::Instant> deadline;  // of those, the nearest, also when it has passed
  std::int64_t unread = 0;
};

class Inbox {
 public:
  Inbox(store::Database& database, store::Vault& vault, parties::Parties& parties)
      : database_(database), vault_(vault), parties_(parties) {}
  [[nodiscard]] Listing list(const terms::Scope& scope, const Query& query);
  // These forms, as far as the scope has them; at most 100 ids are looked at.
  [[nodiscard]] std::vector<instances::Summary> rows(const terms::Scope& scope,
                                                     const std::vector<terms::InstanceId>& ids);
  // These messages, as far as the scope has them, wherever they lie; at most 100 ids are looked at.
  [[nodiscard]] std::vector<Item> messages(const terms::Scope& scope, const std::vector<MessageId>& ids);
  [[nodiscard]] Counts count(const terms::Scope& scope);
  // Of the parties of these scopes, which are at most as many as a page shows. Who has none is left out.
  [[nodiscard]] std::map<terms::PartyId, Waiting> waiting(const std::vector<terms::Scope>& scopes);

 private:
  store::Database& database_;
  store::Vault& vault_;
  parties::Parties& parties_;
};

}  // namespace alting::inbox
