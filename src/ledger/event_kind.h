// The alphabetical catalogue of everything the log can say, with documented parameters (see event_kind.cpp).
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/language.h"

namespace alting::ledger {

enum class EventKind : std::uint8_t {
  access_delegated,     // a role or a single form was given to another
  access_withdrawn,     // and taken back
  agency_listed,        // the agency's staff listed what came in
  agency_read,          // the agency's staff opened a submission, an addition or an attachment
  instance_archived,    // a sent form was moved to the archive
  instance_created,     // a draft was made
  instance_deleted,     // a draft was thrown away
  job_run,              // a background job of the closed list ran
  key_announced,        // a new signing key of the log, under the old one
  log_created,          // the first entry of a log
  own_read,             // a party's own read
  register_imported,    // a new generation of register data was switched on
  session_closed,       // logged out
  session_opened,       // logged in
  session_stepped_up,   // logged in again at a higher level
  submission_received,  // a form was sent
  supplement_received,  // an addition to a sent form was sent
};

// How long an entry can be opened. Passing entries of one party and day share a key (see sealer.h).
enum class Retention : std::uint8_t {
  lasting,  // rights, submissions, disclosures: as long as the matter can be asked about
  passing,  // reads, sessions, runs: the shorter period of access logs
};

struct EventParameter {
  std::string_view name;
  std::string_view meaning;
};
struct EventKindInfo {
  EventKind kind;
  std::string_view name;     // "access.delegated"
  std::string_view text_id;  // title in texts/
  std::string_view meaning;
  std::vector<EventParameter> parameters;
  std::vector<EventParameter> personal;  // fields that stand salted in the entry
  Retention retention = Retention::lasting;
  std::array<std::string_view, 3> titles;  // nb, nn, en: the same words as in texts/, for search
};
[[nodiscard]] std::span<const EventKindInfo> event_catalogue();
[[nodiscard]] const EventKindInfo& info(EventKind kind);
[[nodiscard]] std::optional<EventKind> event_kind_from(std::string_view name);

// The first parameter or personal field of an entry that the catalogue does not declare for its kind; nothing when all
// are declared.
[[nodiscard]] std::optional<std::string> undeclared(EventKind kind, const base::Json& parameters,
                                                    const std::vector<std::pair<std::string, std::string>>& personal);

}  // namespace alting::ledger
