// What a party sees of its matters: under work, sent, archive. Every list takes a Scope.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "instances/summary.h"
#include "parties/parties.h"
#include "store/database.h"
#include "store/vault.h"
#include "terms/permit.h"

namespace alting::inbox {

enum class Folder : std::uint8_t { drafts, sent, archive };

struct Query {
  Folder folder = Folder::drafts;
  std::string search;  // caption, reference, party or title of the form; at most 200 octets are looked at
  std::string after;
  int limit = 30;                             // 1 to 100
  std::optional<terms::AppId> app = {};       // of this form only
  std::map<std::string, std::string> titles;  // by "org/app": what the reader knows the forms as
};

struct Listing {
  // Under work, what must be sent soonest comes first, and then the last changed; else the last changed comes first.
  std::vector<instances::Summary> rows;
  std::string next;  // "" when there is no more
};

struct Counts {
  std::int64_t drafts = 0, sent = 0, archive = 0;
};

// What waits for a party under work, at a glance.
struct Waiting {
  std::int64_t drafts = 0;
  std::optional<base::Instant> deadline;  // of those, the nearest, also when it has passed
};

class Inbox {
 public:
  Inbox(store::Database& database, store::Vault& vault, parties::Parties& parties)
      : database_(database), vault_(vault), parties_(parties) {}
  [[nodiscard]] Listing list(const terms::Scope& scope, const Query& query);
  // These rows, as far as the scope has them; at most 100 ids are looked at.
  [[nodiscard]] std::vector<instances::Summary> rows(const terms::Scope& scope,
                                                     const std::vector<terms::InstanceId>& ids);
  [[nodiscard]] Counts count(const terms::Scope& scope);
  // Of the parties of these scopes, which are at most as many as a page shows: in one query. Who has none is left out.
  [[nodiscard]] std::map<terms::PartyId, Waiting> waiting(const std::vector<terms::Scope>& scopes);

 private:
  store::Database& database_;
  store::Vault& vault_;
  parties::Parties& parties_;
};

}  // namespace alting::inbox
