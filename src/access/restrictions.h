// Restriction of processing (personvernforordningen art. 18): what is restricted is stored, and nothing else is done with it.
//
// A restriction stands towards one controller, an agency ("dat") or the one who runs the portal ("operator"), for all that
// is kept of a party there or for one item: a form with its additions (the id of the form), or a message. It is decided
// where access is: Decider::decide_agency answers `forbidden` (error.access.restricted) and puts the try into the log of
// both; a recheck asks the rows in each transaction, so that a permit from before it is none any more; lists, searches and
// counts leave out what `unrestricted` says. Facts of registers are not filled in, notices and events wait or
// are left out, and nothing that is restricted is ended by age (is_restricted, JobKind::retention).
//
// What goes on is the party's own: reading, sending, withdrawing, a copy, erasing; what keeps the service secure; and an
// agency's new message, which uses nothing of what it has and is restricted too once it is sent (docs/architecture.md).
// And what art. 18 no. 2 lists: a named employee opens one item anyway (open_anyway), for an hour, on a ground of the
// list and with the reason in words, which the person reads in their activity log.
//
// Before it ends the person is told (art. 18 no. 3): announce_lift sets a day, and the job lift_restrictions lifts it then.
// Who got the data is told of it (art. 19), and the row says who was told what and when.
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "store/database.h"
#include "terms/ids.h"
#include "terms/permit.h"

namespace alting::access {

using RestrictionId = terms::UuidId<struct RestrictionIdTag>;

inline constexpr std::string_view operator_controller = "operator";  // the one who runs the portal, beside the agencies

// Why it is restricted, art. 18 no. 1 a to d: a code with a text, "restriction.ground.CODE".
inline constexpr std::array<std::string_view, 4> restriction_grounds{"contested", "unlawful", "claims", "objection"};
// Why it is opened anyway, art. 18 no. 2: "restriction.opening.CODE".
inline constexpr std::array<std::string_view, 4> opening_grounds{"consent", "legal_claims", "others_rights",
                                                                 "public_interest"};
// Of what recipients are told: "restriction.told.CODE".
inline constexpr std::string_view told_imposed = "imposed", told_announced = "announced", told_lifted = "lifted";

// What one-time ids are used for here (store::was_done).
inline constexpr std::string_view restriction_imposed = "restriction.impose",
                                  restriction_announced = "restriction.announce",
                                  restriction_opened = "restriction.open";

inline constexpr std::size_t longest_opening_words = 500;  // letters

// Who is told: an org, or the one whose data they are. How: with an event in the agency's feed, or with a notice, of which
// stands here when it was ordered; what became of it is asked of who sends it.
inline constexpr std::string_view told_party = "party", told_by_event = "event", told_by_notice = "notice";

struct Told {
  std::string whom;  // an org, or told_party
  std::string what;  // told_imposed, ...
  base::Instant at;
  std::string way;       // told_by_event, told_by_notice
  std::string day = {};  // that was said, of told_announced: "2026-12-31"
};

struct Restriction {
  RestrictionId id;
  terms::PartyId party;
  std::string controller;  // an org, or operator_controller
  std::string item;        // the id of a form or a message; "": all that is kept of the party there
  base::Instant since;
  std::string request;                        // the id of the request it was asked for by; "": none
  std::string ground;                         // of restriction_grounds
  std::optional<terms::PartyId> imposed_by;   // nothing: with a command of who runs the portal
  std::optional<base::Instant> announced_at;  // when it was said that it will be lifted
  std::optional<base::Instant> lift_at;       // and when it will be
  std::optional<base::Instant> lifted_at;
  std::vector<Told> told;  // in the order of time
};

// What an employee has opened anyway, and may read for now.
struct Opening {
  std::string ground;  // of opening_grounds
  base::Instant until;
};

struct NewRestriction {
  terms::PartyId party;
  std::string item = {};
  std::string ground;
  std::string request = {};  // at most 64 octets
};

// Who decides for a controller: an agency's employee with a scope of Decider::agency_scope, or who runs the portal, by name.
struct RestrictionJudge {
  const terms::Scope* scope = nullptr;  // of an agency; nullptr: the operator
  std::string name = {};                // of the operator's person, 2 to 100 letters
};

// Whether something is restricted, as this transaction sees it. `item` "": only what restricts all of the party.
[[nodiscard]] bool is_restricted(store::Tx& tx, terms::PartyId party, std::string_view controller,
                                 std::string_view item = {});
// Towards anyone at all, for anything: what ends rows by age leaves such a party's rows alone.
[[nodiscard]] bool is_restricted_anywhere(store::Tx& tx, terms::PartyId party);

// All that holds, for what ends rows by their age. At most 100,000; more throws, and nothing is ended then.
struct InForce {
  terms::PartyId party;
  std::string controller, item;
};
[[nodiscard]] std::vector<InForce> restrictions_in_force(store::Tx& tx);

// Conditions of a statement, to be put after AND. The columns are SQL, with the table's name or letter before them where
// other tables have such a column. `unrestricted` has one place, the controller, unless that is SQL too.
[[nodiscard]] std::string unrestricted(std::string_view party_column, std::string_view item_column,
                                       std::string_view controller = "?");
// No place: towards nobody, whatever the item.
[[nodiscard]] std::string unrestricted_anywhere(std::string_view party_column);

class Restrictions {
 public:
  virtual ~Restrictions() = default;
  // Restricts at once; both logs have it, and recipients are told. The same again for what is restricted already answers
  // what there is. `invalid` (error.restriction.ground, .item, .name, .party) for what is not understood.
  [[nodiscard]] virtual base::Result<RestrictionId> impose(const RestrictionJudge& judge, const NewRestriction& wanted,
                                                           base::Instant at, std::string_view post_id) = 0;
  // The same for who writes more in the same transaction (an answer to a request): made ready before it, done inside.
  using Imposing = std::function<base::Status(store::Tx&)>;
  [[nodiscard]] virtual base::Result<Imposing> prepare(const RestrictionJudge& judge, const NewRestriction& wanted,
                                                       base::Instant at) = 0;
  // Says that it will be lifted at `lift_at`, a day from now at the earliest; nothing: `restriction.notice_days` from now.
  // Again: moves the day. `not_found` for another's and for what was lifted; error.restriction.day.
  [[nodiscard]] virtual base::Status announce_lift(const RestrictionJudge& judge, const RestrictionId& id,
                                                   std::optional<base::Instant> lift_at, base::Instant at,
                                                   std::string_view post_id) = 0;
  // Lifts what was announced and whose day has come; some at most. Answers how many. The job lift_restrictions.
  virtual std::int64_t lift_due() = 0;
  // For an hour this employee may read this one restricted form or message of theirs, on a ground of opening_grounds;
  // `words` say why, 3 to longest_opening_words letters, and the party reads them. The item's own permit is asked for
  // again after it. `not_found` when nothing restricts it; error.restriction.ground, .words.
  [[nodiscard]] virtual base::Status open_anyway(const terms::Scope& scope, terms::PartyId party, std::string_view item,
                                                 std::string_view ground, std::string_view words, base::Instant at,
                                                 std::string_view post_id) = 0;

  // How this one restricted form or message of the party is open to the employee; nothing of what nothing restricts, and of
  // what they have not opened.
  [[nodiscard]] virtual std::optional<Opening> opened_by(const terms::Actor& actor, std::string_view org,
                                                         terms::PartyId party, std::string_view item) = 0;

  // For the party, with any permit of its own people on the party itself. Those in force before the others, the newest
  // first; at most 200.
  [[nodiscard]] virtual std::vector<Restriction> of_party(const terms::Permit& permit) = 0;
  // Towards the scope's agency, or the operator; the newest first, those in force before the others; at most 200.
  [[nodiscard]] virtual std::vector<Restriction> of_controller(const RestrictionJudge& judge) = 0;
};

// What was told, noted by the room that told it, in the transaction that settles it. Twice is once; but a day that was moved
// is told again, and both stand.
void note_told(store::Tx& tx, const RestrictionId& id, const Told& told);
// For the rooms that tell: nothing when it is not there any more.
[[nodiscard]] std::optional<Restriction> find_restriction(store::Tx& tx, const RestrictionId& id);

// Requests and restrictions are of all of an agency's services, so who judges them reads them all: `level_too_low`
// (error.access.level, {level}) while a stronger login would open more of them.
[[nodiscard]] base::Status check_sees_all(const terms::Scope& scope);

// What the Decider says of what is restricted. Rooms that decide with a permit that is not the party's (messages that an
// agency sent) answer it too, after Decider::note_restricted.
[[nodiscard]] base::Error restricted_error();
inline constexpr std::string_view restricted_code = "error.access.restricted";

}  // namespace alting::access
