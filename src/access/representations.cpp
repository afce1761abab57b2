// Whom one may act for. The list is made from memory at each request: 50,000 clients take some milliseconds, and a
// withdrawal shows at once.
#include "access/estate.h"
#include "access/place.h"
#include "access/state.h"
#include "base/page_token.h"
#include "base/text.h"

namespace alting::access {
namespace {

using parties::GraphData;
using parties::Index;
using parties::no_index;

struct Entry {  // a row to be
  std::uint64_t head_rank = 0, rank = 0;
  Index head = no_index;  // the main unit it stands under, or itself
  Index at = no_index;
  bool is_child = false;
  bool only_as_parent = false;
};

bool in_order(const Entry& a, const Entry& b) {
  return std::tie(a.head_rank, a.head, a.is_child, a.rank, a.at) <
         std::tie(b.head_rank, b.head, b.is_child, b.rank, b.at);
}

// Whether base::search_words(name) holds `search`. Nearly all names are letters of the Norwegian alphabet: those are
// folded here, at a hundredth of the price; the rest goes the whole way. (Equal by a test.)
bool words_contain(std::string_view name, std::string_view search) {
  std::array<char, 512> words;
  std::size_t size = 0;
  bool between = false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (size + 3 > words.size()) return base::search_words(name).find(search) != std::string::npos;
    const auto c = static_cast<unsigned char>(name[i]);
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    unsigned char second = 0;
    if (c >= 0x80) {
      second = c == 0xc3 && i + 1 < name.size() ? static_cast<unsigned char>(name[++i]) : 0;
      if (second == 0x86 || second == 0x98 || second == 0x85) second += 0x20;  // Æ, Ø, Å
      if (second != 0xa6 && second != 0xb8 && second != 0xa5)
        return base::search_words(name).find(search) != std::string::npos;
    } else if (!letter) {
      between = true;
      continue;
    }
    if (std::exchange(between, false) && size > 0) words[size++] = ' ';
    words[size++] = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 0x20 : c);
    if (second != 0) words[size++] = static_cast<char>(second);
  }
  return std::string_view(words.data(), size).find(search) != std::string_view::npos;
}

class Listing {
 public:
  Listing(const GraphData& graph, const State& state, const terms::Actor& actor, const RepresentationQuery& query)
      : graph_(graph),
        query_(query),
        search_(base::search_words(base::trim(query.search))),
        reached_(reach(graph, state, actor, state.now(), false)) {
    for (const char c : query.search)
      if (c >= '0' && c <= '9') digits_ += c;
    if (digits_.size() < 3) digits_.clear();
    me_ = graph.index_of(actor.party);
    std::erase_if(reached_, [&](const Reached& one) {
      return one.at != me_ && one.forms.empty() && (one.roles & state.representing()).none();
    });
  }

  RepresentationPage page(const std::vector<terms::PartyId>& favourites) {
    make_entries();
    if (!search_.empty() || !digits_.empty())
      std::erase_if(entries_, [&](const Entry& entry) { return !stays(entry); });
    RepresentationPage out;
    out.total = static_cast<std::int64_t>(entries_.size());
    drop_up_to_after();
    const auto limit = std::min(static_cast<std::size_t>(std::clamp(query_.limit, 1, 200)), entries_.size());
    // Only the page is put in order: 50,000 rows are looked at once, not sorted.
    std::partial_sort(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(limit), entries_.end(),
                      in_order);
    for (std::size_t i = 0; i < limit; ++i) out.rows.push_back(row(entries_[i], favourites));
    if (limit < entries_.size() && limit > 0) out.next = base::to_page_token(graph_.id(entries_[limit - 1].at).value);
    return out;
  }

 private:
  [[nodiscard]] const Reached* reached(Index at) const {
    const auto found = std::lower_bound(reached_.begin(), reached_.end(), at,
                                        [](const Reached& one, Index wanted) { return one.at < wanted; });
    return found != reached_.end() && found->at == at ? &*found : nullptr;
  }

  [[nodiscard]] Index main_unit(Index at) const {
    return graph_.kind(at) == parties::PartyKind::sub_unit ? graph_.parent(at) : no_index;
  }

  [[nodiscard]] Entry entry_of(Index at) const {
    Entry entry;
    const Index parent = main_unit(at);
    entry.at = at;
    entry.is_child = parent != no_index;
    entry.head = entry.is_child ? parent : at;
    entry.head_rank = at == me_ ? 0 : graph_.rank(entry.head);
    entry.rank = graph_.rank(at);
    return entry;
  }

  void add(Index at, bool only_as_parent = false) {
    if (graph_.deleted(at) && !query_.with_deleted) return;
    entries_.push_back(entry_of(at));
    entries_.back().only_as_parent = only_as_parent;
  }

  // Each party once: what was reached, the sub-units under it, and main units that only their sub-unit shows.
  void make_entries() {
    entries_.reserve(reached_.size() + 8);
    std::set<Index> shown_parents;
    for (const auto& one : reached_) {
      add(one.at);
      if (one.sub_units)
        for (const Index child : graph_.children(one.at))
          if (reached(child) == nullptr) add(child);
      const Index parent = main_unit(one.at);
      if (parent != no_index && reached(parent) == nullptr && shown_parents.insert(parent).second) add(parent, true);
    }
  }

  [[nodiscard]] bool matches(Index at) const {
    if (!digits_.empty() && graph_.number(at) != 0 &&
        fmt::format("{:09}", graph_.number(at)).find(digits_) != std::string::npos)
      return true;
    return !search_.empty() && words_contain(graph_.name(at), search_);
  }

  // A main unit that matches keeps its sub-units, a sub-unit that matches keeps its main unit.
  [[nodiscard]] bool stays(const Entry& entry) const {
    if (matches(entry.head)) return true;
    if (entry.is_child) return matches(entry.at);
    const auto children = graph_.children(entry.at);
    return std::any_of(children.begin(), children.end(), [&](Index child) {
      return (!entry.only_as_parent || reached(child) != nullptr) && (query_.with_deleted || !graph_.deleted(child)) &&
             matches(child);
    });
  }

  // Leaves what comes after the row that `after` names; when nobody has that number, everything.
  void drop_up_to_after() {
    const auto last_shown = base::from_page_token<std::int64_t>(query_.after);
    if (!last_shown) return;
    const Index at = graph_.index_of(terms::PartyId{*last_shown});
    if (at == no_index) return;
    const auto last = entry_of(at);
    std::erase_if(entries_, [&](const Entry& entry) { return !in_order(last, entry); });
  }

  Representation row(const Entry& entry, const std::vector<terms::PartyId>& favourites) const {
    Representation out;
    out.party = graph_.party(entry.at);
    out.only_as_parent = entry.only_as_parent;
    out.favourite = std::find(favourites.begin(), favourites.end(), out.party.id) != favourites.end();
    if (entry.only_as_parent) return out;
    RoleSet grounds;
    bool acts = false;
    for (const Index at : {entry.at, entry.head}) {  // what holds for the main unit holds here
      const auto* found = reached(at);
      if (found == nullptr) continue;
      grounds |= found->grounds;
      acts = acts || found->acts;
      for (const auto* form : found->forms)
        if (std::find(out.apps.begin(), out.apps.end(), form->app) == out.apps.end()) out.apps.push_back(form->app);
    }
    out.only_reading = !acts;
    for (std::size_t role = 0; role < grounds.size(); ++role)
      if (grounds.test(role)) out.roles.push_back(role_table()[static_cast<RoleId>(role)].code);
    return out;
  }

  const GraphData& graph_;
  const RepresentationQuery& query_;
  std::string search_, digits_;
  std::vector<Reached> reached_;  // by place
  std::vector<Entry> entries_;
  Index me_ = no_index;
};

// What is held where, one step for each fact.
class Steps {
 public:
  struct Step {
    Index at;
    RoleId role;
    const DelegationFact* form;
    bool acts;
  };
  Steps(const GraphData& graph, bool estates_act, base::Instant now)
      : graph_(graph), estates_act_(estates_act), now_(now) {}

  [[nodiscard]] bool has_estate(Index at) const {
    if (!estates_act_) return false;
    if (graph_.has_estate(at)) return true;
    const Index parent = graph_.kind(at) == parties::PartyKind::sub_unit ? graph_.parent(at) : no_index;
    return parent != no_index && graph_.has_estate(parent);
  }

  // What is held in an estate is held in the business whose estate it is.
  void take(const Step& step) {
    steps_.push_back(step);
    if (!estates_act_ || !graph_.is_estate(step.at) || graph_.deleted(step.at)) return;
    for (const auto& debtor : graph_.held_in(step.at)) {
      if (debtor.role != debtor_role) continue;
      if (graph_.has_estate(debtor.other)) steps_.push_back({debtor.other, step.role, step.form, true});
      for (const auto& owned : graph_.held_by(debtor.other))
        if (owned.role == owner_role && graph_.has_estate(owned.other))
          steps_.push_back({owned.other, step.role, step.form, true});
    }
  }

  // By place; without what only lets one read, when only what acts is asked for.
  [[nodiscard]] std::vector<Reached> reached(bool only_acting) && {
    if (only_acting) std::erase_if(steps_, [](const Step& step) { return !step.acts; });
    std::sort(steps_.begin(), steps_.end(), [](const Step& a, const Step& b) { return a.at < b.at; });
    std::vector<Reached> all;
    all.reserve(steps_.size());
    for (const auto& step : steps_) {
      if (all.empty() || all.back().at != step.at) {
        all.emplace_back();
        all.back().at = step.at;
      }
      all.back().acts = all.back().acts || step.acts;
      all.back().only_reads = all.back().only_reads || !step.acts;
      if (step.form != nullptr) {
        all.back().forms.push_back(step.form);
      } else if (step.role != no_role) {
        all.back().roles |= step.role == successor_role ? gives_in(step.role, graph_.deleted(step.at), now_)
                                                        : role_table().gives(step.role);
        all.back().grounds.set(step.role);
      }
    }
    return all;
  }

 private:
  const GraphData& graph_;
  bool estates_act_;
  base::Instant now_;
  std::vector<Step> steps_;
};

// The organisation itself, and its sub-units where the certificate holds there too (facts.h).
std::vector<Reached> reach_by_certificate(const GraphData& graph, const State& state, const terms::Actor& actor,
                                          const Now& now, bool only_acting) {
  Reached one;
  one.at = graph.index_of(actor.party);
  MemoryFacts facts(graph, state.delegations());
  for (const auto& held : collect(facts, actor, state.certificate_role(), place_of(graph, state, one.at, now), now)) {
    if (only_acting && !held.acts) continue;
    one.roles |= held.gives;
    one.grounds.set(held.role);
    one.acts = one.acts || held.acts;
    one.only_reads = one.only_reads || !held.acts;
  }
  if (one.roles.none()) return {};
  one.sub_units = state.delegations().certificates(actor.party).sub_units;
  return {one};
}

}  // namespace

std::vector<Reached> reach(const GraphData& graph, const State& state, const terms::Actor& actor, const Now& now,
                           bool only_acting) {
  const Index me = graph.index_of(actor.party);
  if (me == no_index || graph.dead(me)) return {};
  if (actor.kind == terms::ActorKind::organisation) return reach_by_certificate(graph, state, actor, now, only_acting);
  if (!actor.is_person()) return {};
  std::vector<terms::PartyId> holders{actor.party};
  for (const auto& organisation : MemoryFacts(graph, state.delegations()).key_organisations(actor.party))
    holders.push_back(organisation);
  Steps steps(graph, estate_rule(now.at()) != nullptr, now.at());
  steps.take({me, parties::role_code("PRIV"), nullptr, true});
  for (const auto& holder : holders) {
    for (const auto& edge : graph.held_by(graph.index_of(holder))) {
      const bool acts = !steps.has_estate(edge.other) || edge.role == administrator_role;
      steps.take({edge.other, edge.role, nullptr, acts});
    }
    for (const auto& fact : state.delegations().received(holder)) {
      const Index from = graph.index_of(fact.from);
      if (from == no_index || !fact.holds(now.at())) continue;
      const bool has_estate = steps.has_estate(from);
      if (fact.by_estate && !has_estate) continue;
      steps.take({from, fact.role, fact.is_role() ? nullptr : &fact, !has_estate || fact.by_estate});
    }
  }
  return std::move(steps).reached(only_acting);
}

std::vector<Reached> reach_with_sub_units(const GraphData& graph, const State& state, const terms::Actor& actor,
                                          const Now& now, bool only_acting) {
  auto reached = reach(graph, state, actor, now, only_acting);
  const std::size_t direct = reached.size();
  for (std::size_t i = 0; i < direct; ++i) {
    if (!reached[i].sub_units) continue;
    for (const Index child : graph.children(reached[i].at)) {
      auto sub_unit = reached[i];
      sub_unit.at = child;
      reached.push_back(std::move(sub_unit));
    }
  }
  std::sort(reached.begin(), reached.end(), [](const Reached& a, const Reached& b) { return a.at < b.at; });
  std::vector<Reached> merged;
  merged.reserve(reached.size());
  for (auto& one : reached) {
    if (merged.empty() || merged.back().at != one.at) {
      merged.push_back(std::move(one));
      continue;
    }
    merged.back().roles |= one.roles;
    merged.back().grounds |= one.grounds;
    merged.back().acts = merged.back().acts || one.acts;
    merged.back().only_reads = merged.back().only_reads || one.only_reads;
    merged.back().forms.insert(merged.back().forms.end(), one.forms.begin(), one.forms.end());
  }
  return merged;
}

RepresentationPage list_representations(State& state, const terms::Actor& actor, const RepresentationQuery& query,
                                        const std::vector<terms::PartyId>& favourites) {
  return state.read([&](const GraphData& graph, const State& inside) {
    return Listing(graph, inside, actor, query).page(favourites);
  });
}

}  // namespace alting::access
