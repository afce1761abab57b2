// What an agency's own system asks for and is told (instances/agency.h): what was sent, without its answers, and that it
// has been fetched. Nothing here can name a draft.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "instances/instance.h"
#include "terms/ids.h"

namespace alting::instances {

// From the one to the other, both ends in it (Altinn's "gte:" and "lte:"; "gt:" is a microsecond more).
struct TimeRange {
  std::optional<base::Instant> from, to;
};

struct StorageQuery {
  std::vector<terms::AppId> apps;  // one of these; empty: any of the agency's
  std::optional<terms::PartyId> party;
  TimeRange created, last_changed;
  std::optional<std::string> archive_reference;
  std::optional<bool> confirmed;  // by the agency; nothing: either
  std::optional<bool> complete;   // false: nothing is found, since what is not complete was not sent
  std::string after;              // SentPage::next
  int size = 100;                 // 1 to 200
};

// A notice or an addition that was sent, without what is answered in it.
struct SentInstance {
  Location at;
  bool supplement = false;
  std::string app_version, archive_reference;
  base::Instant created;                   // when it was received
  base::Instant committed;                 // when it was stored
  base::Instant last_changed;              // when it was stored, or confirmed
  std::optional<base::Instant> confirmed;  // by the agency (at.app.org)
  std::optional<base::Instant> deadline;
  bool late = false;
  std::int64_t open_count = 0;
  terms::PartyUuid party_uuid;
  std::string party_name;
  base::Bytes digest;     // SHA-256 of the document as it was sent
  std::int64_t size = 0;  // of the same, in octets
  base::Uuid entry_id;    // in the log
  std::vector<Attachment> attachments;
};

struct SentPage {
  std::vector<SentInstance> rows;  // the oldest first
  std::string next;                // "" when there is no more
};

}  // namespace alting::instances
