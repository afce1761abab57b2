// What decisions and delegations share in memory: the delegations with their versions, and the compiled policies.
#pragma once
#include <atomic>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/access.h"
#include "access/compiled_policy.h"
#include "access/facts.h"
#include "access/make_access.h"
#include "parties/reader_lock.h"

namespace alting::access {

struct AppRules {
  terms::AppId app;
  CompiledPolicy policy;
  std::string agency_number;
  bool persons = true, organisations = true, sub_units = true, estates = true;

  // What a login must be worth for anything of this form: opening it, seeing its content in a list or a search, and
  // giving access to it.
  [[nodiscard]] terms::AssuranceLevel level() const { return policy.least_level(terms::ActorKind::person); }
  [[nodiscard]] bool open_to(const terms::Actor& actor) const { return actor.level >= policy.least_level(actor.kind); }
};

// `level_too_low`, with the level that is needed in the params ("level" = "3" or "4"). Who is no person cannot log in
// any stronger: `forbidden`, error.access.needs_person.
[[nodiscard]] base::Status check_level(const terms::Actor& actor, terms::AssuranceLevel needed);

// `forbidden`: no fact permits it.
[[nodiscard]] base::Error forbidden(std::string_view code,
                                    std::vector<std::pair<std::string, std::string>> params = {});
[[nodiscard]] bool is_dead(const parties::GraphData& graph, const terms::Actor& actor);  // or nobody

class State {
 public:
  explicit State(const AccessParts& given);

  AccessParts parts;
  [[nodiscard]] RoleId certificate_role() const { return certificate_role_; }
  [[nodiscard]] Now now() const { return Now(parts.clock); }

  // Reads the graph and this state together, once memory is known to follow the rows. Inside, nothing may lock either
  // again (no call to Parties). Throws store::DatabaseError while a party is in doubt and its rows cannot be read.
  template <class F>
  decltype(auto) read(F&& work) {
    if (in_doubt_.load()) settle();
    return look(std::forward<F>(work));
  }
  // The same inside a transaction, which takes its facts from the rows.
  template <class F>
  decltype(auto) look(F&& work) const {
    return parts.parties.graph().read([&](const parties::GraphData& graph) -> decltype(auto) {
      return lock_.read([&]() -> decltype(auto) { return work(graph, *this); });
    });
  }
  template <class F>
  void change(F&& work) {
    lock_.change([&] { work(*this); });
  }

  // Brings what the party has given up to date with its rows. To be called after every write of them, whatever came of
  // it: of a commit whose answer was lost nobody knows, and a post that comes again runs no closure. Throws
  // store::DatabaseError when the rows cannot be read: then the party is in doubt, and nothing is decided before they
  // can.
  void follow(terms::PartyId party);
  // An organisation's first requests may come to a process that has not followed its login yet: then its rows are asked.
  void know(const terms::Actor& actor);
  // The same for all parties that were changed since it was last called, by whom ever; some hundred at most.
  std::int64_t follow_all();

  [[nodiscard]] const DelegationIndex& delegations() const { return delegations_; }
  [[nodiscard]] const AppRules* find(const terms::AppId& app) const;
  [[nodiscard]] const std::vector<AppRules>& apps() const { return apps_; }
  void set_apps(std::vector<AppRules> apps);
  [[nodiscard]] std::string agency_number(std::string_view org) const;  // "" when the org has no app
  // The highest level of the forms that a role opens: who gives it gives all of them.
  [[nodiscard]] terms::AssuranceLevel level_to_give(RoleId role) const;
  // Roles that let a person act for a party at all: Altinn roles, and what some policy names.
  [[nodiscard]] const RoleSet& representing() const { return representing_; }

 private:
  void settle();
  parties::ReaderLock lock_;
  std::atomic<bool> in_doubt_ = false;
  std::mutex doubts_mutex_;
  std::set<terms::PartyId> doubts_;
  std::mutex followed_mutex_;
  std::int64_t followed_ = 0;  // the last change of all that is in memory
  DelegationIndex delegations_;
  std::vector<AppRules> apps_;  // by app
  RoleSet representing_ = altinn_roles();
  RoleId certificate_role_ = no_role;
  [[nodiscard]] static RoleSet altinn_roles();
};

// switches << 32 | changes of the party, its main unit and its estates: it differs whenever any fact about the party may.
[[nodiscard]] inline std::int64_t access_version(std::int64_t switches, std::int64_t changes) {
  return (switches << 32) + changes;
}
enum class Rows : std::uint8_t { locked, as_they_are };  // locked: until the transaction ends; only where it writes
[[nodiscard]] std::int64_t access_version(store::Tx& tx, const std::vector<terms::PartyId>& parties,
                                          Rows rows = Rows::locked);

[[nodiscard]] std::unique_ptr<Decider> make_decider(State& state);
[[nodiscard]] std::unique_ptr<Delegations> make_delegations(State& state, Decider& decider);
[[nodiscard]] std::unique_ptr<AccessRequests> make_requests(State& state, Decider& decider);
[[nodiscard]] std::unique_ptr<Certificates> make_certificates(State& state, Decider& decider);

// agency_staff.cpp
// Whether the actor is one of the agency's staff, or a system of the agency itself.
[[nodiscard]] bool is_of_agency(const parties::GraphData& graph, const terms::Actor& actor, parties::Index agency);
// On what ground the actor acts for the agency `org` (Action::agency_read, and for systems agency_confirm); `forbidden`
// when it is none of its staff or systems, or its token has not the scope for it.
[[nodiscard]] base::Result<terms::Evidence> agency_evidence(const parties::GraphData& graph, const State& state,
                                                            const terms::Actor& actor, terms::Action action,
                                                            std::string_view org);
[[nodiscard]] PolicyAnswer ask_for_staff(const CompiledPolicy& policy, std::string_view task);
[[nodiscard]] bool staff_may_read(const CompiledPolicy& policy, std::string_view task);
// Whether the actor is still of the agency, as the transaction sees it; `version` is the evidence's.
[[nodiscard]] base::Status recheck_agency(store::Tx& tx, const State& state, const terms::Actor& actor,
                                          terms::Action action, std::string_view org, std::int64_t version, Rows rows);

// job_and_case.cpp
[[nodiscard]] base::Status check_job(const JobRule& rule, terms::Action action, bool party_is_gone);
[[nodiscard]] std::optional<OpenCase> find_open(const FindCase& find, store::Tx& tx, const terms::CaseId& id);
// One answer for all that is wrong: who asks without the right to learns nothing of the case.
[[nodiscard]] base::Status check_case(const std::optional<OpenCase>& open, const terms::Actor& actor,
                                      bool actor_is_dead, terms::Action action, terms::PartyId party,
                                      const std::optional<terms::InstanceId>& instance);
// What a form's own people need is needed here too; of one that is not loaded, or that the target names without its app,
// it is not known what that is.
[[nodiscard]] terms::AssuranceLevel level_for_case(const State& state, const Target& target);

// representations.cpp
[[nodiscard]] RepresentationPage list_representations(State& state, const terms::Actor& actor,
                                                      const RepresentationQuery& query,
                                                      const std::vector<terms::PartyId>& favourites);
// All that an actor reaches: (party, roles given there, single forms).
struct Reached {
  parties::Index at = parties::no_index;
  RoleSet roles;    // all that is held, with what it gives
  RoleSet grounds;  // the roles themselves, for display
  std::vector<const DelegationFact*> forms;
  bool acts = false;        // something of it lets one act, and not only read (estate.h)
  bool only_reads = false;  // something of it lets one only read
  bool sub_units = true;    // and the same in its sub-units
};
// `only_acting`: without what only lets one read, because the party has an estate.
[[nodiscard]] std::vector<Reached> reach(const parties::GraphData& graph, const State& state, const terms::Actor& actor,
                                         const Now& now, bool only_acting);
// The same with the sub-units of the main units, where all of it holds too.
[[nodiscard]] std::vector<Reached> reach_with_sub_units(const parties::GraphData& graph, const State& state,
                                                        const terms::Actor& actor, const Now& now, bool only_acting);

}  // namespace alting::access
