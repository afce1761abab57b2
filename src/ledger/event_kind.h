// What the log can say: the kinds of its entries, each with its parameters, told to monitors and auditors.
//
// A room declares the kinds it speaks in src/<room>/events.toml. From these files, and the titles in texts/,
// script/lib/event_kinds.py makes the enumeration (ledger/event_kinds.h), the names of the parameters
// (ledger/event_parameters.h) and the table behind event_catalogue(). None of them is included here or by ledger.h: a
// new kind is compiled by those who name kinds, and a new parameter by those who set parameters.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"

namespace alting::ledger {

enum class EventKind : std::uint8_t;  // the kinds themselves: ledger/event_kinds.h

// How long an entry can be opened. Passing entries of one party and day share a key (see sealer.h).
enum class Retention : std::uint8_t {
  lasting,  // rights, submissions, disclosures: as long as the matter can be asked about
  passing,  // reads, sessions, runs: the shorter period of access logs
};

// Names that an entry's values stand under. Two types, so that a person's data cannot be put among what stands in the
// clear: NewEntry::set (ledger.h) takes both, and puts each where it belongs. All there are: ledger/event_parameters.h.
struct Parameter {
  std::string_view name;
};
struct PersonalParameter {  // stands salted in the entry
  std::string_view name;
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
  std::span<const EventParameter> parameters, personal;  // each in the order of the names
  Retention retention;
  bool of_agency;                          // an act of an agency's staff, and shown as such to the party
  std::array<std::string_view, 3> titles;  // nb, nn, en, as in texts/ when this was built: what search finds
};
[[nodiscard]] std::span<const EventKindInfo> event_catalogue();  // in the order of the names, and of the enumeration
[[nodiscard]] const EventKindInfo& info(EventKind kind);
[[nodiscard]] std::optional<EventKind> event_kind_from(std::string_view name);

// The first parameter or personal field of an entry that is not declared as such for its kind; nothing when all are.
[[nodiscard]] std::optional<std::string> undeclared(EventKind kind, const base::Json& parameters,
                                                    const std::vector<std::pair<std::string, std::string>>& personal);

}  // namespace alting::ledger
