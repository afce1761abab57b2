// Who may do what for whom.
//
// Facts (role facts of the registers, delegations, being the person oneself, an organisation's certificate, staff and
// systems of an agency) and policies
// (XACML 3.0 as Altinn's apps carry them) decide every request; the answer is a terms::Permit, which nobody else can
// make. A withdrawal is immediate: once it is acknowledged no later decision honours it, and a write decides again
// inside its transaction. Other processes on the same database follow within a second.
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/job_and_case.h"
#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "ledger/ledger.h"
#include "parties/parties.h"
#include "store/database.h"
#include "terms/permit.h"

namespace alting::access {

// What a system's token must say to act for its agency: scopes, named as in Altinn.
inline constexpr std::string_view scope_instances_read = "altinn:serviceowner/instances.read",
                                  scope_instances_write = "altinn:serviceowner/instances.write",
                                  scope_messages_read = "altinn:correspondence.read",
                                  scope_messages_write = "altinn:correspondence.write";

struct Target {
  terms::PartyId party;
  std::optional<terms::AppId> app;  // nothing: the party itself
  std::optional<terms::InstanceId> instance;
  std::string task;  // "Task_1" under work, "EndEvent_1" when sent; "" when it does not matter
  // What was told to nobody but whom it was meant for: no role opens it, only exactly this app given to a person (or to an
  // organisation in which they have a key role), or being the person oneself.
  bool confidential = false;
};

// A party one may represent, with what one may do there at a glance.
struct Representation {
  parties::Party party;
  std::vector<std::string> roles;  // role codes and Altinn roles, for display ("DAGL", "UTINN")
  std::vector<terms::AppId> apps;  // single forms given
  bool only_as_parent = false;     // shown only because a sub-unit hangs under it
  bool only_reading = false;       // it is bankrupt: what one holds there lets one read, and nothing else (estate.h)
  bool favourite = false;
};
struct RepresentationQuery {
  std::string search;  // name or organisation number
  bool with_deleted = false;
  std::string after;
  int limit = 50;
};
struct RepresentationPage {
  std::vector<Representation> rows;  // oneself first, then by name; sub-units right after their parent
  std::string next;
  std::int64_t total = 0;
};

struct Delegation {
  terms::DelegationId id;
  terms::PartyId from, to;
  std::string from_name, to_name, given_by_name;
  std::optional<std::string> role;  // "UTINN"; or
  std::optional<terms::AppId> app;  // this form only
  base::Instant given_at;
  std::optional<std::string> until = {};  // the last day it holds, "YYYY-MM-DD" in Oslo
  bool may_take = false;                  // given_by(): the permit's actor may take it away
};

class Decider {
 public:
  virtual ~Decider() = default;
  // `forbidden` when no fact permits (error.params carry who could give it: "role" and "app"), `level_too_low` with the
  // level needed in params ("level" = "3" or "4") when the login is too weak, `not_found` when the party does not
  // exist; error.access.needs_person to an organisation that came with its certificate, for all that it does not hold.
  // Of a business that is bankrupt `forbidden` says so (error.access.bankrupt, with the estate's administrator in
  // "who", or error.access.bankrupt_nobody) to those whose roles would else permit it.
  // Action::read_activity with an app is the log of that form alone: also for who may read the form and not the party's
  // whole log. The ledger shows no more than the permit's resource.
  [[nodiscard]] virtual base::Result<terms::Permit> decide(const terms::Actor& actor, terms::Action action,
                                                           const Target& target) = 0;
  // Inside the writing transaction: locks and compares the party's access version and, if it changed, decides anew. Of
  // a job or a case it looks anew each time. The error is what decide() would answer now.
  [[nodiscard]] virtual base::Status recheck(store::Tx& tx, const terms::Permit& permit) = 0;
  // The same for a scope of agency_scope(); `forbidden` for any other, whose lists decide row by row.
  [[nodiscard]] virtual base::Status recheck(store::Tx& tx, const terms::Scope& scope) = 0;
  // The same inside a transaction that only reads: nothing is locked.
  [[nodiscard]] virtual base::Status recheck_read(store::Tx& tx, const terms::Permit& permit) = 0;
  [[nodiscard]] virtual base::Status recheck_read(store::Tx& tx, const terms::Scope& scope) = 0;
  // For lists: all parties (or the one), and the apps in them, where the actor may do this. Forms that ask for a
  // stronger login than the actor's are left out, and the scope says so; likewise for the agency.
  [[nodiscard]] virtual base::Result<terms::Scope> scope(const terms::Actor& actor, terms::Action action,
                                                         const std::optional<terms::PartyId>& party) = 0;
  // The level this form asks for when the actor's login is weaker: what lists tell of it beside the form itself (the
  // activity log) is left out by the same rule.
  [[nodiscard]] virtual std::optional<terms::AssuranceLevel> withheld(const terms::Actor& actor,
                                                                      const terms::AppId& app) = 0;
  // For the agency's staff, persons with a role for the agency's party; and for its systems, whose token is the
  // agency's own and has the scope of what is asked (agency_read: altinn:serviceowner/instances.read; agency_confirm,
  // which is no person's: .write). `forbidden`: error.access.not_staff, error.token.scope.
  // What is restricted towards the agency (restrictions.h) is `forbidden`, error.access.restricted, but for who has opened
  // it within the hour; agency_scope's lists leave it out.
  // agency_send and agency_follow (messages, of a service that the agency's staff may read; systems: scope_messages_write,
  // and for agency_follow also scope_messages_read) are about no party: the permit is for the agency's own, and `target`
  // says the service alone.
  [[nodiscard]] virtual base::Result<terms::Scope> agency_scope(const terms::Actor& actor, std::string_view org,
                                                                terms::Action action = terms::Action::agency_read) = 0;
  [[nodiscard]] virtual base::Result<terms::Permit> decide_agency(
      const terms::Actor& actor, std::string_view org, const Target& target,
      terms::Action action = terms::Action::agency_read) = 0;
  [[nodiscard]] virtual std::vector<std::string> agencies_of(const terms::Actor& actor) = 0;
  // For what runs without a person: the program itself acts, within what its kind of job may do (job_and_case.h).
  // `forbidden` (error.access.job) for another action, and where the kind asks for a living party and this one is dead
  // or deleted; error.access.restricted where it ends by age what is restricted; `not_found` when the party does not exist.
  [[nodiscard]] virtual base::Result<terms::Permit> permit_for_job(JobKind kind, terms::Action action,
                                                                   const Target& target) = 0;
  // For staff with an open case about the party, and the program where the kind of case lets it act. `forbidden`
  // (error.access.case) when the case is not open, is another's or about something else, or its kind may not do this;
  // `level_too_low` as decide(). Reads the database.
  [[nodiscard]] virtual base::Result<terms::Permit> permit_for_case(const terms::Actor& actor, const terms::CaseId& id,
                                                                    terms::Action action, const Target& target) = 0;

  // Whether who acts for the agency may read this message of the party: error.access.restricted, unless they have opened
  // it within the hour. For rooms that decide with a permit that is not the party's.
  [[nodiscard]] virtual base::Status check_unrestricted(store::Tx& tx, const terms::Actor& actor, std::string_view org,
                                                        terms::PartyId party, std::string_view item) = 0;
  // The items of the agency's that they have opened so and may read for now, whoever's: at most 1,000.
  [[nodiscard]] virtual std::vector<std::string> opened_items(store::Tx& tx, const terms::Actor& actor,
                                                              std::string_view org) = 0;
  // That somebody was refused what is restricted (restrictions.h), for the logs of both, as decide_agency does by itself.
  // Within what one may cause in an hour; outside of any transaction. `kind`: "form", "message", "prefill".
  virtual void note_restricted(const terms::Actor& actor, std::string_view org, terms::PartyId party,
                               std::string_view resource, std::string_view kind) = 0;

  [[nodiscard]] virtual RepresentationPage representations(const terms::Actor& actor,
                                                           const RepresentationQuery& query) = 0;
  // For the catalogue: may the actor start this app for the party, and if not, who can give it (role holders' names).
  struct Advice {
    bool may = false;
    // Names of those who hold a role in Enhetsregisteret that gives Tilgangsstyring there, which is public; at most ten.
    std::vector<std::string> ask;
    int others = 0;                         // how many more have Tilgangsstyring: they were given it, and are not named
    bool register_may_be_outdated = false;  // no role at all: point to the change notice of Enhetsregisteret
    bool bankrupt = false;                  // then `ask` names the estate's administrators, who act for it now
  };
  [[nodiscard]] virtual Advice advise(const terms::Actor& actor, terms::PartyId party, const terms::AppId& app) = 0;

  // What a role or a form that is given lets one see, and destroy, of the party by itself, by the rules that decide.
  struct Sights {
    bool forms = false;         // what is worked on and sent in some form whose policy names the role
    bool removes = false;       // and delete what is worked on in some of them, whoever began it
    bool activity = false;      // the party's whole activity log; without it, the log of the forms that are open
    bool others_reads = false;  // and in it what others of the party have opened
  };
  [[nodiscard]] virtual Sights sights_of(std::string_view role) = 0;  // nothing for an unknown one
  [[nodiscard]] virtual Sights sights_of_form(const terms::AppId& app) = 0;

  // The apps that decisions are made for: policies as in their folders. Replaces all at once.
  struct AppPolicy {
    terms::AppId app;
    std::string policy_xml;
    std::string agency_organisation_number;  // the party whose staff is the agency's
    std::vector<std::string>
        parties_allowed;  // "person", "organisation", "subUnit", "bankruptcyEstate" (KBO); empty: all
  };
  [[nodiscard]] virtual base::Status load_policies(const std::vector<AppPolicy>& policies) = 0;

 protected:
  // Only a Decider can make these: implementations go through them.
  [[nodiscard]] static terms::Permit make_permit(const terms::Actor& actor, const parties::Party& party,
                                                 terms::Action action, std::string resource,
                                                 std::optional<terms::InstanceId> instance, terms::Evidence evidence);
  [[nodiscard]] static terms::Scope make_scope(const terms::Actor& actor, terms::Action action,
                                               std::vector<terms::Scope::Grant> grants, terms::Evidence evidence,
                                               std::optional<terms::AssuranceLevel> withheld);
  [[nodiscard]] static terms::Permit make_confidential(terms::Permit permit);
  [[nodiscard]] static terms::Scope make_agency_scope(const terms::Actor& actor, terms::Action action, std::string org,
                                                      std::vector<terms::AppId> apps, terms::Evidence evidence,
                                                      std::optional<terms::AssuranceLevel> withheld);
};

// Use cases. `permit` has action `delegate` (or `read_delegations`) on the party.
// What one-time ids of this room are used for (store::was_done; requests.h has more).
inline constexpr std::string_view access_given = "access.give", access_withdrawn = "access.withdraw",
                                  access_renounced = "access.renounce";

// Whether what is given at `at` may have this last day: "YYYY-MM-DD", today in Oslo or later and within ten years.
[[nodiscard]] base::Status check_last_day(std::string_view day, base::Instant at);

class Delegations {
 public:
  virtual ~Delegations() = default;
  struct Grant {
    terms::PartyId to;                // from Parties::look_up_person
    std::optional<std::string> role;  // "UTINN"; exactly one of the two
    std::optional<terms::AppId> app;
    // The last day it holds, "YYYY-MM-DD" in Oslo, today or later and within ten years; nothing: until it is taken back.
    // No decision after that day honours it, whether or not the job has taken it away.
    std::optional<std::string> until = {};
  };
  // Who may give what (giving.h has the rule and its sources): with Tilgangsstyring what one holds oneself, also when the
  // Tilgangsstyring was given; a Hovedadministrator every role that can be given, and every form such a role opens, also
  // what they do not hold. Tilgangsstyring itself is given by a Hovedadministrator and by who has it from a register role;
  // Hovedadministrator by DAGL, LEDE, INNH, BEST, DTPR and DTSO, and by nobody it was given to.
  // Refuses what the giver may not give, giving a role to oneself, and giving twice. Both sides see it, the log has it.
  [[nodiscard]] virtual base::Result<Delegation> delegate(const terms::Permit& permit, const Grant& grant,
                                                          base::Instant at, std::string_view post_id) = 0;
  // Who may take away what stands there too: `forbidden` (error.delegation.not_yours_to_take) of Tilgangsstyring and
  // Hovedadministrator, for who may not give them.
  [[nodiscard]] virtual base::Status withdraw(const terms::Permit& permit, const terms::DelegationId& id,
                                              base::Instant at, std::string_view post_id) = 0;
  // By the one who got it: it holds no longer, at once, and the one who gave it sees that in the log. `not_found` for
  // what is not theirs, `level_too_low` below substantial.
  [[nodiscard]] virtual base::Status renounce(const terms::Actor& actor, const terms::DelegationId& id,
                                              base::Instant at, std::string_view post_id) = 0;
  // What has ended is in neither list.
  [[nodiscard]] virtual std::vector<Delegation> given_by(const terms::Permit& permit) = 0;   // by the party
  [[nodiscard]] virtual std::vector<Delegation> received_by(const terms::Actor& actor) = 0;  // "whom may I act for"
  // Which roles and forms the permit's actor may hand out.
  struct Offer {
    // The usual ones first (UTINN, A0236, ADMAI, as far as they may be given), then the others by name. What each opens is
    // said in a line by the text "role.opens.CODE".
    std::vector<std::string> roles;
    std::size_t usual = 0;  // so many at the front are the usual ones
    std::vector<terms::AppId> apps;
  };
  [[nodiscard]] virtual Offer offer(const terms::Permit& permit) = 0;
};

}  // namespace alting::access
