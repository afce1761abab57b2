// Asking for access: who may not use a service for a business asks it for exactly that, and those who manage its access
// answer.
//
// The states are Altinn's (RequestStatus of its access management: Draft, Pending, Approved, Rejected, Withdrawn). A
// request names one form or one role, and leads back to the page it came from. One is open for each person, service and
// business; a person asks few times a day, a business has so many open at once, and it may block a person. It sees the
// name and the year of birth of who asks, and nothing more: no identity number, address or party.
//
// Approving is one act: state, delegation, entries of the log and one-time id are one transaction, and what is delegated
// is what was asked for. As in Altinn, one with Tilgangsstyring sees and refuses requests, and approves those for what
// they may give themself (info.altinn.no, "Tilgangsstyring"). The one who asked sees the business as who answered, and
// none of its people. What nobody answers is withdrawn by the program, by the dated rule "access.request.open"; what is
// answered stays for both to see, by "access.request" (retention.toml).
//
// Altinn lets only those ask who have some role or right for the business already (info.altinn.no, "Slik spør du om
// tilgang"); here anyone may who is logged in at a substantial level, because a new employee has none. The limits and the
// block stand for that.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/access.h"
#include "ledger/event_kinds.h"

namespace alting::access {

using AccessRequestId = terms::UuidId<struct AccessRequestIdTag>;
using AccessBlockId = terms::UuidId<struct AccessBlockIdTag>;

enum class RequestState : std::uint8_t { draft, sent, approved, refused, withdrawn };
[[nodiscard]] std::string_view to_text(RequestState state);  // "draft", "sent", ...

// Why, as a code with a text, "access_request.reason.CODE". These may be chosen by who refuses; or none, "".
inline constexpr std::array<std::string_view, 3> refusal_reasons{"not_known", "not_needed", "other_way"};
// And these are the program's: nobody answered in time; the person was blocked.
inline constexpr std::string_view reason_expired = "expired", reason_blocked = "blocked";

// What the log says of requests and blocks: for who manages access, and for the one who asked.
inline constexpr std::array request_kinds{
    ledger::EventKind::access_blocked,          ledger::EventKind::access_unblocked,
    ledger::EventKind::access_request_approved, ledger::EventKind::access_request_refused,
    ledger::EventKind::access_request_sent,     ledger::EventKind::access_request_withdrawn};

// What one-time ids are used for here (store::was_done).
inline constexpr std::string_view access_asked = "access.ask", access_kept = "access.keep",
                                  access_request_withdrawn = "access.take_back", access_approved = "access.approve",
                                  access_refused = "access.refuse", access_blocked = "access.block",
                                  access_unblocked = "access.unblock";

// How many a person may have open at one business, and how many persons a business may block. For these bounds, and for
// a block, a main unit and its sub-units are one business; the block is lifted where it was made.
inline constexpr std::int64_t most_open_of_person = 3, most_blocks = 200;

// What is asked for: exactly one of role and app, of an organisation or sub-unit.
struct Wish {
  terms::PartyId party;
  std::optional<std::string> role = {};  // "UTINN"
  std::optional<terms::AppId> app = {};
  std::string back = {};  // a path of this site, "/a/.../dat/avviksmelding?x=y": where it leads on to; "": nowhere
};
// A path of this site and nothing else: no scheme, no host, no fragment, visible ASCII, at most 500 octets.
[[nodiscard]] bool is_way_back(std::string_view path);

// As the one who asked sees it.
struct OwnRequest {
  AccessRequestId id;
  terms::PartyId party;
  terms::PartyUuid party_uuid;
  std::string party_name;
  std::optional<std::string> role;
  std::optional<terms::AppId> app;
  std::string back;
  RequestState state = RequestState::draft;
  std::string reason;        // a code, or ""
  base::Instant at;          // made or sent
  base::Instant changed_at;  // the state
};
// As the business sees it.
struct ReceivedRequest {
  AccessRequestId id;
  std::string name;
  std::string birth_year;  // "1991"; "" when the register does not say
  std::optional<std::string> role;
  std::optional<terms::AppId> app;
  RequestState state = RequestState::sent;
  std::string reason;
  base::Instant at, changed_at;
  std::string decided_by;    // name; "" while it is open, and when the program did it
  bool may_approve = false;  // by the permit's actor, were their login good enough; false once it is answered
};
struct BlockedPerson {
  AccessBlockId id;
  std::string name, birth_year;
  base::Instant since;
};

class AccessRequests {
 public:
  virtual ~AccessRequests() = default;
  // Sends it. `conflict` when one is open for the same (error.access_request.open) or one has it already (.held),
  // `forbidden` when one is blocked (.blocked) and when a form is for another kind of party (error.access.party_kind),
  // `too_many` after so many in a day (.day, "count", "minutes"), with too many open there oneself (.yours_full, "count") and when
  // the business has too many open (.party_full, "minutes"), `invalid` for a wish that names no form or role, a private person or oneself
  // (.wish, .party) or a way back that is none (.back), `level_too_low` below substantial.
  [[nodiscard]] virtual base::Result<OwnRequest> ask(const terms::Actor& actor, const Wish& wish, base::Instant at,
                                                     std::string_view post_id) = 0;
  // Keeps it as a draft, which only its owner sees; send() sends it. The same refusals.
  [[nodiscard]] virtual base::Result<OwnRequest> keep(const terms::Actor& actor, const Wish& wish, base::Instant at,
                                                      std::string_view post_id) = 0;
  [[nodiscard]] virtual base::Result<OwnRequest> send(const terms::Actor& actor, const AccessRequestId& id,
                                                      base::Instant at, std::string_view post_id) = 0;
  // A draft or what is sent and not answered; `not_found` for another's, `conflict` when it is answered (.answered).
  [[nodiscard]] virtual base::Status withdraw(const terms::Actor& actor, const AccessRequestId& id, base::Instant at,
                                              std::string_view post_id) = 0;
  [[nodiscard]] virtual std::vector<OwnRequest> mine(const terms::Actor& actor) = 0;  // the newest first, at most 200
  // The last one of this actor for this (`back` is not looked at).
  [[nodiscard]] virtual std::optional<OwnRequest> last(const terms::Actor& actor, const Wish& wish) = 0;
  // Whether the business, or a unit of it, has blocked this actor, just now.
  [[nodiscard]] virtual bool is_blocked(const terms::Actor& actor, terms::PartyId party) = 0;

  // `permit`: delegate on the business. With another nothing is shown, and no answer taken.
  [[nodiscard]] virtual std::vector<ReceivedRequest> waiting(const terms::Permit& permit) = 0;  // the oldest first
  [[nodiscard]] virtual std::int64_t count_waiting(const terms::Permit& permit) = 0;
  [[nodiscard]] virtual std::vector<ReceivedRequest> answered(const terms::Permit& permit) = 0;  // the newest, 200
  // Delegates what was asked for, as Delegations::delegate() would, or says with its error why the actor may not.
  [[nodiscard]] virtual base::Result<Delegation> approve(const terms::Permit& permit, const AccessRequestId& id,
                                                         base::Instant at, std::string_view post_id) = 0;
  // `reason`: "" or one of refusal_reasons.
  [[nodiscard]] virtual base::Status refuse(const terms::Permit& permit, const AccessRequestId& id,
                                            std::string_view reason, base::Instant at, std::string_view post_id) = 0;
  // The one who asked may not ask this business again; what they have open at this party is refused, and the entry says how many
  // that were. `too_many` with most_blocks already (.blocks_full, "count").
  [[nodiscard]] virtual base::Status block(const terms::Permit& permit, const AccessRequestId& id, base::Instant at,
                                           std::string_view post_id) = 0;
  [[nodiscard]] virtual base::Status unblock(const terms::Permit& permit, const AccessBlockId& id, base::Instant at,
                                             std::string_view post_id) = 0;
  [[nodiscard]] virtual std::vector<BlockedPerson> blocked(const terms::Permit& permit) = 0;
};

}  // namespace alting::access
