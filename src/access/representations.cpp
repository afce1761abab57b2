// Whom one may act for. The list is made from memory at each request: 50,000 clients take some milliseconds, and a withdrawal shows at once.
#include "access/state.h"
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
  std::uint32_t reached = 0;  // place in what was reached
  bool is_child = false;
  bool only_as_parent = false;
};

bool in_order(const Entry& a, const Entry& b) {
  return std::tie(a.head_rank, a.head, a.is_child, a.rank, a.at) < std::tie(b.head_rank, b.head, b.is_child, b.rank, b.at);
}

class Listing {
 public:
  Listing(const GraphData& graph, const State& state, const terms::Actor& actor, const RepresentationQuery& query)
      : graph_(graph), actor_(actor), query_(query), search_(base::search_words(base::trim(query.search))), reached_(reach(graph, state, actor)) {
    for (const char c : query.search)
      if (c >= '0' && c <= '9') digits_ += c;
    if (digits_.size() < 3) digits_.clear();
    me_ = graph.index_of(actor.party);
    std::erase_if(reached_, [&](const Reached& one) { return one.at != me_ && one.forms.empty() && (one.roles & state.representing()).none(); });
  }

  RepresentationPage page(const std::vector<terms::PartyId>& favourites) {
    make_entries();
    std::sort(entries_.begin(), entries_.end(), in_order);
    drop_repeats();
    filter();
    RepresentationPage out;
    out.total = static_cast<std::int64_t>(entries_.size());
    const auto limit = static_cast<std::size_t>(std::clamp(query_.limit, 1, 200));
    std::size_t from = start();
    for (; from < entries_.size() && out.rows.size() < limit; ++from) out.rows.push_back(row(entries_[from], favourites));
    if (from < entries_.size()) out.next = std::to_string(graph_.id(entries_[from - 1].at).value);
    return out;
  }

 private:
  void add(Index at, std::uint32_t reached, bool only_as_parent = false) {
    if (graph_.deleted(at) && !query_.with_deleted) return;
    const bool is_child = graph_.kind(at) == parties::PartyKind::sub_unit && graph_.parent(at) != no_index;
    Entry entry;
    entry.at = at;
    entry.head = is_child ? graph_.parent(at) : at;
    entry.head_rank = at == me_ ? 0 : graph_.rank(entry.head);
    entry.rank = graph_.rank(at);
    entry.is_child = is_child;
    entry.reached = reached;
    entry.only_as_parent = only_as_parent;
    entries_.push_back(entry);
  }

  void make_entries() {
    entries_.reserve(reached_.size() + 8);
    for (std::uint32_t i = 0; i < reached_.size(); ++i) {
      const Index at = reached_[i].at;
      add(at, i);
      for (const Index child : graph_.children(at)) add(child, i);
      if (graph_.kind(at) == parties::PartyKind::sub_unit && graph_.parent(at) != no_index) add(graph_.parent(at), i, true);
    }
  }

  // The same party reached in several ways is one row; being a parent only gives way to being reached.
  void drop_repeats() {
    std::vector<Entry> kept;
    kept.reserve(entries_.size());
    for (const auto& entry : entries_) {
      if (!kept.empty() && kept.back().at == entry.at) {
        if (kept.back().only_as_parent && !entry.only_as_parent) kept.back() = entry;
        continue;
      }
      kept.push_back(entry);
    }
    entries_ = std::move(kept);
  }

  bool matches(Index at) const {
    if (!digits_.empty() && graph_.number(at) != 0 && fmt::format("{:09}", graph_.number(at)).find(digits_) != std::string::npos) return true;
    return !search_.empty() && base::search_words(graph_.name(at)).find(search_) != std::string::npos;
  }

  // A main unit that matches keeps its sub-units, a sub-unit that matches keeps its main unit.
  void filter() {
    if (search_.empty() && digits_.empty()) return;
    std::vector<Entry> kept;
    for (std::size_t from = 0; from < entries_.size();) {
      std::size_t to = from + 1;
      while (to < entries_.size() && entries_[to].head == entries_[from].head) ++to;
      const bool head_matches = matches(entries_[from].head);
      std::vector<Entry> group;
      bool child_matches = false;
      for (std::size_t i = from; i < to; ++i) {
        if (entries_[i].is_child && !head_matches && !matches(entries_[i].at)) continue;
        child_matches = child_matches || entries_[i].is_child;
        group.push_back(entries_[i]);
      }
      if (head_matches || child_matches) kept.insert(kept.end(), group.begin(), group.end());
      from = to;
    }
    entries_ = std::move(kept);
  }

  // The row after the one that `after` names; when that one has gone, from the beginning.
  std::size_t start() const {
    if (query_.after.empty() || query_.after.size() > 12) return 0;
    for (std::size_t i = 0; i < entries_.size(); ++i)
      if (std::to_string(graph_.id(entries_[i].at).value) == query_.after) return i + 1;
    return 0;
  }

  Representation row(const Entry& entry, const std::vector<terms::PartyId>& favourites) const {
    Representation out;
    out.party = graph_.party(entry.at);
    out.only_as_parent = entry.only_as_parent;
    out.favourite = std::find(favourites.begin(), favourites.end(), out.party.id) != favourites.end();
    if (entry.only_as_parent) return out;
    RoleSet grounds;
    for (const Index at : {entry.at, entry.head}) {  // what holds for the main unit holds here
      const auto found = std::lower_bound(reached_.begin(), reached_.end(), at, [](const Reached& one, Index wanted) { return one.at < wanted; });
      if (found == reached_.end() || found->at != at) continue;
      grounds |= found->grounds;
      for (const auto* form : found->forms)
        if (std::find(out.apps.begin(), out.apps.end(), form->app) == out.apps.end()) out.apps.push_back(form->app);
    }
    for (std::size_t role = 0; role < grounds.size(); ++role)
      if (grounds.test(role)) out.roles.push_back(role_table()[static_cast<RoleId>(role)].code);
    return out;
  }

  const GraphData& graph_;
  const terms::Actor& actor_;
  const RepresentationQuery& query_;
  std::string search_, digits_;
  std::vector<Reached> reached_;  // by place
  std::vector<Entry> entries_;
  Index me_ = no_index;
};

}  // namespace

std::vector<Reached> reach(const GraphData& graph, const State& state, const terms::Actor& actor) {
  struct Step {
    Index at;
    RoleId role;
    const DelegationFact* form;
  };
  std::vector<Step> steps;
  const Index me = graph.index_of(actor.party);
  if (me == no_index || graph.dead(me)) return {};
  const bool person = actor.kind == terms::ActorKind::person;
  if (person) steps.push_back({me, parties::role_code("PRIV"), nullptr});
  std::vector<terms::PartyId> holders{actor.party};
  if (person)
    for (const auto& organisation : MemoryFacts(graph, state.delegations()).key_organisations(actor.party)) holders.push_back(organisation);
  for (const auto& holder : holders) {
    for (const auto& edge : graph.held_by(graph.index_of(holder))) steps.push_back({edge.other, edge.role, nullptr});
    for (const auto& fact : state.delegations().received(holder))
      if (const Index from = graph.index_of(fact.from); from != no_index) steps.push_back({from, fact.role, fact.is_role() ? nullptr : &fact});
  }
  std::sort(steps.begin(), steps.end(), [](const Step& a, const Step& b) { return a.at < b.at; });
  std::vector<Reached> reached;
  reached.reserve(steps.size());
  for (const auto& step : steps) {
    if (reached.empty() || reached.back().at != step.at) {
      reached.emplace_back();
      reached.back().at = step.at;
    }
    if (step.form != nullptr) {
      reached.back().forms.push_back(step.form);
    } else if (step.role != no_role) {
      reached.back().roles |= role_table().gives(step.role);
      reached.back().grounds.set(step.role);
    }
  }
  return reached;
}

RepresentationPage list_representations(const State& state, const terms::Actor& actor, const RepresentationQuery& query,
                                        const std::vector<terms::PartyId>& favourites) {
  return state.read([&](const GraphData& graph, const State& inside) { return Listing(graph, inside, actor, query).page(favourites); });
}

}  // namespace alting::access
