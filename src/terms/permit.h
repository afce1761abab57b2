// A Permit is the proof that someone decided: `actor` may do `action` on `resource` for `party`, on this evidence.
//
// Only access::Decider makes one. Every function that reads or changes a party's data takes one, and the evidence goes
// into the ledger entry. A Scope is the same for a list: the parties and apps it may hold, compiled to a filter of the
// query.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "terms/actor.h"
#include "terms/ids.h"

namespace alting::access {
class Decider;
}

namespace alting::terms {

// XACML action-ids as Altinn's policies use them, and the portal's own.
enum class Action : std::uint8_t {
  instantiate,
  read,
  write,
  remove,    // "delete"
  complete,  // send
  confirm,
  delegate,          // give and take access ("Tilgangsstyring")
  read_delegations,  // see who has access
  read_activity,     // see the activity log of the party
  agency_read,       // the agency's staff and systems read what was sent
  agency_confirm,    // the agency's systems confirm that they have it
  agency_send,       // the agency's staff and systems send messages of a service
  agency_follow,     // see what was sent, and how it fared
  represent,         // choose the party at all
};
[[nodiscard]] std::string_view to_text(Action action);  // the XACML action-id

// On what ground: which role, which delegation, which version of the register. Ids and codes only, no names.
struct Evidence {
  std::string kind;    // "role", "delegation", "self", "certificate", "agency", "job", "case"
  std::string role;    // role code, such as "DAGL" or "UTINN"; the code of the kind of job or case; a token's scope
  std::string source;  // "enhetsregisteret:<generation>", "delegation:<id>", "folkeregisteret", "certificate:<id>",
                       // "client:<issuer>|<client id>", "case:<id>"
  std::string policy;  // rule id of the policy that permitted
  std::int64_t access_version = 0;  // of the party, when it was decided
};

class Permit {
 public:
  [[nodiscard]] const Actor& actor() const { return actor_; }
  [[nodiscard]] PartyId party() const { return party_; }
  [[nodiscard]] const PartyUuid& party_uuid() const { return party_uuid_; }
  [[nodiscard]] Action action() const { return action_; }
  // "app:dat/avviksmelding" or "party" (the party itself: inbox, delegations, activity).
  [[nodiscard]] const std::string& resource() const { return resource_; }
  [[nodiscard]] const std::optional<InstanceId>& instance() const { return instance_; }
  // Whether it opens what is confidential: then it rests on exactly this service having been given, or on being the
  // person oneself.
  [[nodiscard]] bool confidential() const { return confidential_; }
  [[nodiscard]] const Evidence& evidence() const { return evidence_; }

 private:
  friend class access::Decider;
  Permit() = default;
  Actor actor_;
  PartyId party_;
  PartyUuid party_uuid_;
  Action action_ = Action::read;
  std::string resource_;
  std::optional<InstanceId> instance_;
  bool confidential_ = false;
  Evidence evidence_;
};

// What a list may show. `apps` empty means every app for that party (the person themself, or a role that reads all).
class Scope {
 public:
  struct Grant {
    PartyId party;
    std::vector<AppId> apps;
    bool only_sent = false;  // without what is under work; another grant of the same party may hold that
    // Of which apps also what is confidential: those given by name; of the person's own post, all.
    std::vector<AppId> confidential_apps = {};
    bool all_confidential = false;
  };
  [[nodiscard]] const Actor& actor() const { return actor_; }
  [[nodiscard]] Action action() const { return action_; }
  [[nodiscard]] const std::vector<Grant>& grants() const { return grants_; }
  // For an agency's staff: the org whose submissions may be listed, of any party, and of which of its apps.
  [[nodiscard]] const std::optional<std::string>& agency() const { return agency_; }
  [[nodiscard]] const std::vector<AppId>& agency_apps() const { return agency_apps_; }
  // The level of login that would open more: what asks for it is not in here.
  [[nodiscard]] std::optional<AssuranceLevel> withheld() const { return withheld_; }
  [[nodiscard]] const Evidence& evidence() const { return evidence_; }

 private:
  friend class access::Decider;
  Scope() = default;
  Actor actor_;
  Action action_ = Action::read;
  std::vector<Grant> grants_;
  std::optional<std::string> agency_;
  std::vector<AppId> agency_apps_;
  std::optional<AssuranceLevel> withheld_;
  Evidence evidence_;
};

}  // namespace alting::terms
