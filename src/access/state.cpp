#include "access/state.h"

#include "access/overdue.h"
#include "access/restriction_rows.h"
#include "store/row_reader.h"

namespace alting::access {

namespace {

std::int64_t last_change(store::Database& database) {
  return database.read([](store::Tx& tx) {
    const auto row = tx.query_one("SELECT version FROM party_access WHERE party = 0");
    return row ? store::read_one<std::int64_t>(*row) : 0;
  });
}

}  // namespace

// What changes between the two readings is followed again, which does no harm.
State::State(const AccessParts& given)
    : parts(given),
      followed_(last_change(given.database)),
      delegations_(load_delegations(given.database)),
      certificate_role_(role_of_code(given.certificates.code)) {}

RoleSet State::altinn_roles() {
  RoleSet roles;
  for (const RoleId role : role_table().altinn_roles()) roles.set(role);
  return roles;
}

void State::follow(terms::PartyId party) {
  try {
    auto given = load_given_by(parts.database, party);
    change([&](State& state) {
      state.delegations_.replace(party, given.version, given.facts, std::move(given.certificates));
    });
  } catch (...) {
    const std::lock_guard hold(doubts_mutex_);
    doubts_.insert(party);
    in_doubt_ = true;
    throw;
  }
  const std::lock_guard hold(doubts_mutex_);
  doubts_.erase(party);
  in_doubt_ = !doubts_.empty();
}

void State::know(const terms::Actor& actor) {
  const auto id = certificate_of(actor);
  if (id.empty() || look([&](const parties::GraphData&, const State& state) {
        return state.delegations_.holder_of_certificate(std::string(id)) == actor.party;
      }))
    return;
  follow(actor.party);
}

std::int64_t State::follow_all() {
  constexpr std::int64_t at_once = 500;
  const std::lock_guard one_at_a_time(followed_mutex_);
  const auto changed = parts.database.read([&](store::Tx& tx) {
    std::vector<std::pair<terms::PartyId, std::int64_t>> found;
    for (const auto& row : tx.query("SELECT party, change FROM party_access WHERE change > ? ORDER BY change LIMIT ?",
                                    {followed_, at_once})) {
      const auto [party, change] = store::read_row<terms::PartyId, std::int64_t>(row);
      found.emplace_back(party, change);
    }
    return found;
  });
  for (const auto& [party, change] : changed) {
    follow(party);
    followed_ = change;
  }
  return static_cast<std::int64_t>(changed.size());
}

void State::settle() {
  std::set<terms::PartyId> doubts;
  {
    const std::lock_guard hold(doubts_mutex_);
    doubts = doubts_;
  }
  for (const auto party : doubts) follow(party);
}

const AppRules* State::find(const terms::AppId& app) const {
  const auto found =
      std::lower_bound(apps_.begin(), apps_.end(), app,
                       [](const AppRules& rules, const terms::AppId& wanted) { return rules.app < wanted; });
  return found != apps_.end() && found->app == app ? &*found : nullptr;
}

void State::set_apps(std::vector<AppRules> apps) {
  std::sort(apps.begin(), apps.end(), [](const AppRules& a, const AppRules& b) { return a.app < b.app; });
  apps_ = std::move(apps);
  representing_ = altinn_roles();
  for (const auto& rules : apps_) representing_ |= rules.policy.roles_named();
}

std::string State::agency_number(std::string_view org) const {
  for (const auto& rules : apps_)
    if (rules.app.org == org && !rules.agency_number.empty()) return rules.agency_number;
  return {};
}

terms::AssuranceLevel State::level_to_give(RoleId role) const {
  auto level = terms::AssuranceLevel::substantial;
  for (const auto& rules : apps_)
    if ((rules.policy.roles_named() & role_table().gives(role)).any()) level = std::max(level, rules.level());
  return level;
}

base::Error forbidden(std::string_view code, std::vector<std::pair<std::string, std::string>> params) {
  return base::make_error(base::ErrorKind::forbidden, std::string(code), "no fact permits this", std::move(params));
}

bool is_dead(const parties::GraphData& graph, const terms::Actor& actor) {
  const auto at = graph.index_of(actor.party);
  return at == parties::no_index || graph.dead(at);
}

base::Status check_level(const terms::Actor& actor, terms::AssuranceLevel needed) {
  if (actor.level >= needed) return {};
  if (!actor.is_person()) return forbidden("error.access.needs_person");
  return base::make_error(base::ErrorKind::level_too_low, "error.access.level", "the login is too weak",
                          {{"level", std::to_string(static_cast<int>(needed))}});
}

std::int64_t access_version(store::Tx& tx, const std::vector<terms::PartyId>& parties, Rows rows) {
  std::int64_t changes = 0;
  for (const auto& one : parties)
    if (const auto row = tx.query_one(rows == Rows::locked ? "SELECT version FROM party_access WHERE party = ? {lock}"
                                                           : "SELECT version FROM party_access WHERE party = ?",
                                      {one}))
      changes += store::read_one<std::int64_t>(*row);
  return access_version(parties::switch_count(tx), changes);
}

namespace {

class DatabaseAccess final : public Access {
 public:
  explicit DatabaseAccess(const AccessParts& parts)
      : state_(parts),
        decider_(make_decider(state_)),
        delegations_(make_delegations(state_, *decider_)),
        requests_(make_requests(state_, *decider_)),
        certificates_(make_certificates(state_, *decider_)),
        restrictions_(make_restrictions(state_, *decider_)) {}
  Decider& decider() override { return *decider_; }
  Delegations& delegations() override { return *delegations_; }
  AccessRequests& requests() override { return *requests_; }
  Certificates& certificates() override { return *certificates_; }
  Restrictions& restrictions() override { return *restrictions_; }
  std::int64_t follow_others() override { return state_.follow_all(); }
  std::int64_t end_overdue() override { return end_delegations(state_, *decider_) + end_requests(state_, *decider_); }

 private:
  State state_;
  std::unique_ptr<Decider> decider_;
  std::unique_ptr<Delegations> delegations_;
  std::unique_ptr<AccessRequests> requests_;
  std::unique_ptr<Certificates> certificates_;
  std::unique_ptr<Restrictions> restrictions_;
};

}  // namespace

std::unique_ptr<Access> make_access(const AccessParts& parts) { return std::make_unique<DatabaseAccess>(parts); }

}  // namespace alting::access
