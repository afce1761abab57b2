// The permit or the scope that follows from a decision (decision.h), over the facts in memory and, for a recheck, over the rows
// as a transaction sees them.
#include "access/advice.h"
#include "access/decision.h"
#include "access/estate.h"
#include "access/place.h"
#include "access/restriction_rows.h"
#include "access/state.h"
#include "base/log.h"

namespace alting::access {

namespace {

using parties::GraphData;
using parties::Index;
using parties::no_index;
using terms::Action;
using terms::AssuranceLevel;

constexpr std::string_view by_agency = "agency";     // kind of evidence
constexpr std::string_view program_name = "alting";  // as who the program acts
constexpr std::string_view case_source = "case:";    // before the id, in the evidence

bool is_about_messages(Action action) { return action == Action::agency_send || action == Action::agency_follow; }
bool is_of_agencies(Action action) {
  return action == Action::agency_read || action == Action::agency_confirm || is_about_messages(action);
}

// Lets through what the actor's login is good enough for, and remembers the level of what it held back.
class Sieve {
 public:
  explicit Sieve(const terms::Actor& actor) : actor_(actor) {}
  [[nodiscard]] bool lets(const AppRules& rules) {
    if (rules.open_to(actor_)) return true;
    withheld_ = std::max(withheld_.value_or(AssuranceLevel::low), rules.level());
    return false;
  }
  [[nodiscard]] std::vector<terms::AppId> open(const std::vector<AppRules>& all) {
    std::vector<terms::AppId> apps;
    for (const auto& rules : all)
      if (lets(rules)) apps.push_back(rules.app);
    return apps;
  }
  [[nodiscard]] std::optional<AssuranceLevel> withheld() const { return withheld_; }

 private:
  const terms::Actor& actor_;
  std::optional<AssuranceLevel> withheld_;
};

class DatabaseDecider final : public Decider {
 public:
  explicit DatabaseDecider(State& state) : state_(state) {}

  base::Result<terms::Permit> decide(const terms::Actor& actor, Action action, const Target& target) override {
    state_.know(actor);
    return state_.read([&](const GraphData& graph, const State& state) -> base::Result<terms::Permit> {
      const Index at = graph.index_of(target.party);
      if (at == no_index) return base::make_error(base::ErrorKind::not_found, "error.party.not_found");
      const auto now = state.now();
      const auto place = place_of(graph, state, at, now);
      if (is_dead(graph, actor)) return forbidden("error.access.forbidden");
      // The policies call it "read" too, and what they say there of a party's own people gives none the agency's permit.
      if (is_of_agencies(action)) return forbidden("error.access.not_staff");
      MemoryFacts facts(graph, state.delegations());
      return decide_with(facts, graph, state, actor, action, target,
                         {place, version_of(graph, state, place), now, false});
    });
  }

  base::Status recheck(store::Tx& tx, const terms::Permit& permit) override {
    return recheck_permit(tx, permit, Rows::locked);
  }
  base::Status recheck(store::Tx& tx, const terms::Scope& scope) override {
    return recheck_scope(tx, scope, Rows::locked);
  }
  base::Status recheck_read(store::Tx& tx, const terms::Permit& permit) override {
    return recheck_permit(tx, permit, Rows::as_they_are);
  }
  base::Status recheck_read(store::Tx& tx, const terms::Scope& scope) override {
    return recheck_scope(tx, scope, Rows::as_they_are);
  }

  base::Result<terms::Permit> permit_for_job(JobKind kind, Action action, const Target& target) override {
    auto permit = state_.read([&](const GraphData& graph, const State& state) -> base::Result<terms::Permit> {
      const Index at = graph.index_of(target.party);
      if (at == no_index) return base::make_error(base::ErrorKind::not_found, "error.party.not_found");
      const auto place = place_of(graph, state, at, state.now());
      const auto& rule = rule_of(kind);
      ALTING_CHECK(check_job(rule, action, place.dead || place.deleted));
      terms::Actor program;
      program.kind = terms::ActorKind::system;
      program.name = program_name;
      return make_permit(program, place.party, action, resource_of(target), target.instance,
                         {"job", std::string(rule.code), "", std::string(rule.legal_basis),  // no policy but the law
                          version_of(graph, state, place)});
    });
    if (permit) ALTING_CHECK(check_job_unrestricted(state_, rule_of(kind), *permit));
    return permit;
  }

  base::Result<terms::Permit> permit_for_case(const terms::Actor& actor, const terms::CaseId& id, Action action,
                                              const Target& target) override {
    const auto open =
        state_.parts.database.read([&](store::Tx& tx) { return find_open(state_.parts.find_case, tx, id); });
    auto permit = state_.read([&](const GraphData& graph, const State& state) -> base::Result<terms::Permit> {
      const Index at = graph.index_of(target.party);
      if (at == no_index) return base::make_error(base::ErrorKind::not_found, "error.party.not_found");
      const auto place = place_of(graph, state, at, state.now());
      ALTING_CHECK(check_case(open, actor, is_dead(graph, actor), action, target.party, target.instance));
      if (actor.is_person()) ALTING_CHECK(check_level(actor, level_for_case(state, target)));
      return make_permit(actor, place.party, action, resource_of(target), target.instance,
                         {"case", std::string(rule_of(open->kind).code), std::string(case_source) + id.text(),
                          std::string(rule_of(open->kind).legal_basis), version_of(graph, state, place)});
    });
    if (permit) ALTING_CHECK(check_case_unrestricted(state_, open, *permit));
    return permit;
  }

  base::Result<terms::Scope> scope(const terms::Actor& actor, Action action,
                                   const std::optional<terms::PartyId>& party) override {
    state_.know(actor);
    return state_.read([&](const GraphData& graph, const State& state) -> base::Result<terms::Scope> {
      std::vector<terms::Scope::Grant> grants;
      std::unordered_map<RoleSet, std::vector<terms::AppId>> memory;
      Sieve sieve(actor);
      const auto now = state.now();
      const auto* rule = estate_rule(now.at());
      const bool only_acting = rule != nullptr && !managers_may(*rule, action);
      const auto find_reached = [&](bool acting) {
        return is_dead(graph, actor) ? std::vector<Reached>()
               : party               ? reach_one(graph, state, actor, *party, now, acting)
                                     : reach_with_sub_units(graph, state, actor, now, acting);
      };
      const auto grant = [&](const Reached& one, bool only_sent) {
        const auto id = graph.id(one.at);
        if (actor.is_person() && id == actor.party) {
          const auto own = sieve.open(state.apps());
          if (own.size() == state.apps().size()) {
            grants.push_back({id, {}, false, {}, true});  // all there are
          } else if (!own.empty()) {
            grants.push_back({id, own, false, {}, true});
          }
          return;
        }
        auto known = memory.find(one.roles);
        if (known == memory.end()) known = memory.emplace(one.roles, apps_for(state, action, one.roles, sieve)).first;
        auto apps = known->second;
        std::vector<terms::AppId> by_name;
        for (const auto* form : one.forms)
          if (const auto* rules = state.find(form->app);
              rules != nullptr && in_any_state(rules->policy, action, form->basis) && sieve.lets(*rules))
            by_name.push_back(form->app);
        apps.insert(apps.end(), by_name.begin(), by_name.end());
        for (auto* list : {&apps, &by_name}) {
          std::sort(list->begin(), list->end());
          list->erase(std::unique(list->begin(), list->end()), list->end());
        }
        if (!apps.empty()) grants.push_back({id, std::move(apps), only_sent, std::move(by_name)});
      };
      std::vector<Index> held_back;
      for (const auto& one : find_reached(only_acting)) {
        const bool without_drafts = action == Action::read && one.only_reads;
        if (without_drafts) held_back.push_back(one.at);
        grant(one, without_drafts);
      }
      // Of these, what lets one act opens the drafts too.
      if (!held_back.empty())
        for (const auto& one : find_reached(true))
          if (std::find(held_back.begin(), held_back.end(), one.at) != held_back.end()) grant(one, false);
      terms::Evidence evidence;
      evidence.kind = "role";
      evidence.access_version = access_version(graph.switches(), 0);
      return make_scope(actor, action, std::move(grants), std::move(evidence), sieve.withheld());
    });
  }

  std::optional<AssuranceLevel> withheld(const terms::Actor& actor, const terms::AppId& app) override {
    return state_.look([&](const GraphData&, const State& state) -> std::optional<AssuranceLevel> {
      const auto* rules = state.find(app);
      // What a form that is not loaded asked for is not known here: as much as any may ask.
      if (rules == nullptr)
        return actor.level < AssuranceLevel::high ? std::optional(AssuranceLevel::high) : std::nullopt;
      Sieve sieve(actor);
      (void)sieve.lets(*rules);
      return sieve.withheld();
    });
  }

  base::Result<terms::Scope> agency_scope(const terms::Actor& actor, std::string_view org, Action action) override {
    return state_.read([&](const GraphData& graph, const State& state) -> base::Result<terms::Scope> {
      ALTING_TRY(evidence, agency_evidence(graph, state, actor, action, org));
      Sieve sieve(actor);
      std::vector<terms::AppId> apps;
      for (const auto& rules : state.apps())
        if (rules.app.org == org && staff_may_read(rules.policy, sent_task) && sieve.lets(rules))
          apps.push_back(rules.app);
      return make_agency_scope(actor, action, std::string(org), std::move(apps), std::move(evidence), sieve.withheld());
    });
  }

  base::Result<terms::Permit> decide_agency(const terms::Actor& actor, std::string_view org, const Target& target,
                                            Action action) override {
    const auto standing = standing_of(state_, actor, action, org, target);
    auto decided = state_.read([&](const GraphData& graph, const State& state) -> base::Result<terms::Permit> {
      ALTING_TRY(evidence, agency_evidence(graph, state, actor, action, org));
      const bool of_messages = is_about_messages(action);
      const Index at =
          of_messages ? graph.index_of_organisation(state.agency_number(org)) : graph.index_of(target.party);
      if (at == no_index) return base::make_error(base::ErrorKind::not_found, "error.party.not_found");
      const auto* rules = target.app && target.app->org == org ? state.find(*target.app) : nullptr;
      if (rules == nullptr) return base::make_error(base::ErrorKind::not_found, "error.access.app_unknown");
      const auto answer = ask_for_staff(rules->policy, of_messages ? sent_task : std::string_view(target.task));
      if (answer.decision != xacml::Decision::permit)
        return forbidden("error.access.forbidden", {{"app", target.app->text()}});
      ALTING_CHECK(check_level(actor, rules->level()));
      if (standing.refuses()) return restricted_error();
      evidence.policy = *answer.rule + standing.in_evidence();
      return make_permit(actor, place_of(graph, state, at, state.now()).party, action, "app:" + target.app->text(),
                         of_messages ? std::nullopt : target.instance, std::move(evidence));
    });
    if (!decided && decided.error().code == restricted_code)
      write_down_try(state_, actor, org, target.party, "app:" + target.app->text(), "form", target.instance);
    return decided;
  }

  base::Status check_unrestricted(store::Tx& tx, const terms::Actor& actor, std::string_view org, terms::PartyId party,
                                  std::string_view item) override {
    return may_be_read(tx, actor, party, org, item, state_.parts.clock.now()) ? base::Status() : restricted_error();
  }
  std::vector<std::string> opened_items(store::Tx& tx, const terms::Actor& actor, std::string_view org) override {
    return items_opened_by(tx, actor, org, state_.parts.clock.now());
  }
  void note_restricted(const terms::Actor& actor, std::string_view org, terms::PartyId party, std::string_view resource,
                       std::string_view kind) override {
    write_down_try(state_, actor, org, party, resource, kind, std::nullopt);
  }

  std::vector<std::string> agencies_of(const terms::Actor& actor) override {
    return state_.read([&](const GraphData& graph, const State& state) {
      std::vector<std::string> orgs;
      for (const auto& rules : state.apps())
        if (std::find(orgs.begin(), orgs.end(), rules.app.org) == orgs.end() &&
            is_of_agency(graph, actor, graph.index_of_organisation(rules.agency_number)))
          orgs.push_back(rules.app.org);
      return orgs;
    });
  }

  RepresentationPage representations(const terms::Actor& actor, const RepresentationQuery& query) override {
    state_.know(actor);
    return list_representations(state_, actor, query, state_.parts.parties.favourites(actor));
  }

  Advice advise(const terms::Actor& actor, terms::PartyId party, const terms::AppId& app) override {
    auto advice = state_.read(
        [&](const GraphData& graph, const State& state) { return advice_on(graph, state, actor, party, state.now()); });
    advice.may = decide(actor, Action::instantiate, {party, app}).has_value();
    if (!advice.may) return advice;
    advice.ask.clear();
    advice.others = 0;
    return advice;
  }

  Sights sights_of(std::string_view role) override {
    const auto* info = role_table().find(role);
    if (info == nullptr) return {};
    return state_.read([&](const GraphData&, const State& state) {
      Sights sights;
      for (const auto& rules : state.apps()) {
        if (!begins_something(rules)) continue;  // letters alone: nothing of them is under work
        sights.forms = sights.forms || (rules.policy.roles_that_permit(Action::read) & info->gives).any();
        sights.removes = sights.removes || (rules.policy.roles_that_permit(Action::remove) & info->gives).any();
      }
      sights.activity = (roles_for(Action::read_activity) & info->gives).any();
      sights.others_reads = sights.activity && (roles_for(Action::read_delegations) & info->gives).any();
      return sights;
    });
  }

  Sights sights_of_form(const terms::AppId& app) override {
    return state_.read([&](const GraphData&, const State& state) {
      Sights sights;
      const auto* rules = state.find(app);
      if (rules == nullptr) return sights;
      sights.forms = rules->policy.roles_that_permit(Action::read).any();
      sights.removes = begins_something(*rules) && rules->policy.roles_that_permit(Action::remove).any();
      return sights;
    });
  }

  base::Status load_policies(const std::vector<AppPolicy>& policies) override {
    std::vector<AppRules> apps;
    for (const auto& given : policies) {
      ALTING_TRY(policy, xacml::parse_policy(given.policy_xml));
      ALTING_TRY(compiled, CompiledPolicy::compile(policy, given.app));
      AppRules rules{given.app, std::move(compiled), given.agency_organisation_number, true, true, true, true};
      if (!given.parties_allowed.empty()) {
        const auto allowed = [&](std::string_view kind) {
          return std::find(given.parties_allowed.begin(), given.parties_allowed.end(), kind) !=
                 given.parties_allowed.end();
        };
        rules.persons = allowed("person");
        rules.organisations = allowed("organisation");
        rules.sub_units = allowed("subUnit");
        rules.estates = allowed("bankruptcyEstate");
      }
      apps.push_back(std::move(rules));
    }
    state_.change([&](State& state) { state.set_apps(std::move(apps)); });
    return {};
  }

 private:
  // What is held for one party, as decide() collects it.
  static std::vector<Reached> reach_one(const GraphData& graph, const State& state, const terms::Actor& actor,
                                        terms::PartyId party, const Now& now, bool only_acting) {
    const Index at = graph.index_of(party);
    if (at == no_index) return {};
    Reached one;
    one.at = at;
    MemoryFacts facts(graph, state.delegations());
    for (const auto& held : collect(facts, actor, state.certificate_role(), place_of(graph, state, at, now), now)) {
      if (only_acting && !held.acts) continue;
      one.only_reads = one.only_reads || !held.acts;
      one.roles |= held.gives;
      if (held.delegation != nullptr && !held.delegation->is_role()) one.forms.push_back(held.delegation);
    }
    if (one.roles.none() && one.forms.empty()) return {};
    return {one};
  }

  template <class Source>
  static base::Result<terms::Permit> decide_with(Source& source, const GraphData& graph, const State& state,
                                                 const terms::Actor& actor, Action action, const Target& target,
                                                 const Circumstances& here) {
    ALTING_TRY(evidence, find_evidence(source, graph, state, actor, action, target, here));
    auto permit = make_permit(actor, here.place.party, action, resource_of(target),
                              target.app ? target.instance : std::nullopt, std::move(evidence));
    return target.app && target.confidential ? make_confidential(std::move(permit)) : permit;
  }

  static bool begins_something(const AppRules& rules) {
    return rules.policy.roles_that_permit(Action::instantiate).any();
  }

  static bool in_any_state(const CompiledPolicy& policy, Action action, const RoleSet& roles) {
    PolicyContext context;
    context.roles = roles;
    context.any_state = true;
    return policy.evaluate(action, context).decision == xacml::Decision::permit;
  }
  static std::vector<terms::AppId> apps_for(const State& state, Action action, const RoleSet& roles, Sieve& sieve) {
    std::vector<terms::AppId> apps;
    for (const auto& rules : state.apps())
      if (in_any_state(rules.policy, action, roles) && sieve.lets(rules)) apps.push_back(rules.app);
    return apps;
  }

  base::Status recheck_permit(store::Tx& tx, const terms::Permit& permit, Rows rows) const {
    const auto& evidence = permit.evidence();
    if (evidence.kind == by_agency) {
      const auto app = app_of(permit);
      if (!app) return forbidden("error.access.not_staff");
      ALTING_CHECK(
          recheck_agency(tx, state_, permit.actor(), permit.action(), app->org, evidence.access_version, rows));
      return check_permit_unrestricted(tx, state_, permit, app->org);
    }
    const auto now = state_.now();
    const auto place = place_now(tx, state_, permit.party(), now);
    if (!place) return base::make_error(base::ErrorKind::not_found, "error.party.not_found");
    const auto version = access_version(tx, counted(*place), rows);
    if (evidence.kind == "job") return recheck_job(tx, permit, *place);
    if (evidence.kind == "case") return recheck_case(tx, permit);
    // A certificate's last moment changes no row: it is looked at each time.
    if (version == evidence.access_version && evidence.kind != by_certificate && !has_ended(permit, *place, now))
      return {};
    if (parties::is_dead(tx, permit.actor().party)) return forbidden("error.access.forbidden");
    TxFacts facts(tx);
    Target target{permit.party(), app_of(permit), permit.instance(), "", permit.confidential()};
    return state_.look([&](const GraphData& graph, const State& state) -> base::Status {
      // The task is the writer's own to check; the question here is whether the ground still holds.
      ALTING_CHECK(
          decide_with(facts, graph, state, permit.actor(), permit.action(), target, {*place, version, now, true}));
      return {};
    });
  }

  base::Status recheck_scope(store::Tx& tx, const terms::Scope& scope, Rows rows) const {
    if (!scope.agency() || scope.evidence().kind != by_agency) return forbidden("error.access.forbidden");
    return recheck_agency(tx, state_, scope.actor(), scope.action(), *scope.agency(), scope.evidence().access_version,
                          rows);
  }

  // Whether a kind is still on the list and may do this is asked again too: a permit may be older than a release.
  static base::Status recheck_job(store::Tx& tx, const terms::Permit& permit, const Place& place) {
    const auto* rule = find_job_rule(permit.evidence().role);
    if (rule == nullptr || !permit.actor().is_program()) return forbidden("error.access.job");
    const bool person = place.kind == parties::PartyKind::person;
    ALTING_CHECK(check_job(*rule, permit.action(), person ? parties::is_dead(tx, permit.party()) : place.deleted));
    return check_job_unrestricted(tx, *rule, permit.party());
  }

  base::Status recheck_case(store::Tx& tx, const terms::Permit& permit) const {
    const std::string_view source = permit.evidence().source;
    const auto id =
        source.starts_with(case_source) ? terms::CaseId::parse(source.substr(case_source.size())) : std::nullopt;
    if (!id) return forbidden("error.access.case");
    const auto open = find_open(state_.parts.find_case, tx, *id);
    if (open && rule_of(open->kind).code != permit.evidence().role) return forbidden("error.access.case");
    const bool person = permit.actor().is_person();
    ALTING_CHECK(check_case(open, permit.actor(), person && parties::is_dead(tx, permit.actor().party), permit.action(),
                            permit.party(), permit.instance()));
    return check_case_unrestricted(tx, open);
  }

  static std::string resource_of(const Target& target) {
    return target.app ? "app:" + target.app->text() : std::string("party");
  }

  // Whether the permit's ground is a delegation whose last day is over: no row changes when a day ends. What memory does not
  // know is looked for anew.
  bool has_ended(const terms::Permit& permit, const Place& place, const Now& now) const {
    constexpr std::string_view prefix = "delegation:";
    constexpr std::size_t uuid_size = 36;
    const std::string_view source = permit.evidence().source;
    if (!source.starts_with(prefix)) return false;
    const auto id = terms::DelegationId::parse(source.substr(prefix.size(), uuid_size));
    return state_.look([&](const GraphData&, const State& state) {
      for (const auto& from : counted(place))
        for (const auto& fact : state.delegations().given(from))
          if (id && fact.id == *id) return !fact.holds(now.at());
      return true;
    });
  }

  static std::optional<terms::AppId> app_of(const terms::Permit& permit) {
    if (!permit.resource().starts_with("app:")) return std::nullopt;
    return terms::AppId::parse(std::string_view(permit.resource()).substr(4));
  }

  State& state_;
};

}  // namespace

std::unique_ptr<Decider> make_decider(State& state) { return std::make_unique<DatabaseDecider>(state); }

}  // namespace alting::access
