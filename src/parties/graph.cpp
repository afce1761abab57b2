#include "parties/graph.h"

#include <charconv>

#include "base/text.h"

namespace alting::parties {
namespace {

constexpr std::uint64_t rank_gap = 1 << 20;

std::uint32_t as_number(std::string_view digits) {
  std::uint32_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

}  // namespace

std::uint8_t GraphData::add_source(std::string text) {
  if (sources_.size() >= 255) throw std::runtime_error("more than 255 register generations are in use at once");
  sources_.push_back(std::move(text));
  return static_cast<std::uint8_t>(sources_.size() - 1);
}

void GraphData::fill(Node& node, const NewNode& from) {
  node.kind = from.kind;
  node.flags = static_cast<std::uint8_t>((node.flags & 16) | (from.deleted ? 1 : 0) | (from.bankrupt ? 2 : 0) |
                                         (from.dead ? 4 : 0) | (from.dissolving ? 8 : 0));
  node.number = as_number(from.organisation_number);
  const auto form = std::find(forms_.begin(), forms_.end(), from.form);
  node.form = static_cast<std::uint8_t>(form - forms_.begin());
  if (form == forms_.end()) forms_.emplace_back(from.form);
  if (forms_.size() > 255) throw std::runtime_error("more than 255 organisation forms");
  node.name = static_cast<std::uint32_t>(names_.size());
  node.name_size = static_cast<std::uint16_t>(std::min<std::size_t>(from.name.size(), 60'000));
  names_.append(from.name.substr(0, node.name_size));
}

Index GraphData::append(const NewNode& from) {
  if (names_.size() + from.name.size() > std::numeric_limits<std::uint32_t>::max())
    throw std::runtime_error("too many names");
  if (nodes_.empty()) first_id_ = from.id.value;
  const auto at = static_cast<Index>(nodes_.size());
  Node node;
  node.id = static_cast<std::uint32_t>(from.id.value);
  node.uuid = from.uuid;
  fill(node, from);
  nodes_.push_back(node);
  if (from.id.value < first_id_) {  // rare: rows come by id
    by_id_.insert(by_id_.begin(), static_cast<std::size_t>(first_id_ - from.id.value), no_index);
    first_id_ = from.id.value;
  }
  const auto place = static_cast<std::size_t>(from.id.value - first_id_);
  if (place >= by_id_.size()) by_id_.resize(place + 1, no_index);
  by_id_[place] = at;
  return at;
}

void GraphData::add(const NewNode& from) {
  if (const Index there = index_of(from.id); there != no_index) {  // in a second register: the later one counts
    fill(nodes_[there], from);
    if (!from.parent_number.empty()) wanted_parents_.emplace_back(there, as_number(from.parent_number));
    return;
  }
  const Index at = append(from);
  sort_places_.emplace_back(sort_names_.size(), static_cast<std::uint32_t>(from.sort_name.size()));
  sort_names_.append(from.sort_name);
  if (!from.parent_number.empty()) wanted_parents_.emplace_back(at, as_number(from.parent_number));
}

void GraphData::add_fact(terms::PartyId holder, terms::PartyId in, RoleCode role, std::uint8_t source) {
  new_facts_.push_back({static_cast<std::uint32_t>(holder.value), static_cast<std::uint32_t>(in.value), role, source});
}

void GraphData::order_by_name() {
  by_name_.resize(nodes_.size());
  for (Index i = 0; i < by_name_.size(); ++i) by_name_[i] = i;
  const auto key = [this](Index at) {
    return std::string_view(sort_names_).substr(sort_places_[at].first, sort_places_[at].second);
  };
  std::sort(by_name_.begin(), by_name_.end(), [&](Index a, Index b) {
    const auto order = key(a) <=> key(b);
    return order != 0 ? order < 0 : nodes_[a].id < nodes_[b].id;
  });
  for (std::size_t i = 0; i < by_name_.size(); ++i) nodes_[by_name_[i]].rank = (i + 1) * rank_gap;
  sort_names_ = {};
  sort_places_ = {};
}

void GraphData::link_parents() {
  for (const auto& [child, number] : wanted_parents_) {
    const auto found = std::lower_bound(by_number_.begin(), by_number_.end(), std::pair{number, Index{0}});
    if (found != by_number_.end() && found->first == number) nodes_[child].parent = found->second;
  }
  wanted_parents_ = {};
  child_starts_.assign(nodes_.size() + 1, 0);
  for (const auto& node : nodes_)
    if (node.parent != no_index && node.kind == PartyKind::sub_unit) ++child_starts_[node.parent + 1];
  for (std::size_t i = 1; i < child_starts_.size(); ++i) child_starts_[i] += child_starts_[i - 1];
  children_.resize(child_starts_.back());
  auto next = child_starts_;
  for (const Index at : by_name_)
    if (nodes_[at].parent != no_index && nodes_[at].kind == PartyKind::sub_unit)
      children_[next[nodes_[at].parent]++] = at;
}

void GraphData::build(Adjacency& list, bool by_holder) {
  list.starts.assign(nodes_.size() + 1, 0);
  const auto key = [&](const Fact& fact) { return by_holder ? fact.holder : fact.in; };
  for (const auto& fact : new_facts_) ++list.starts[key(fact) + 1];
  for (std::size_t i = 1; i < list.starts.size(); ++i) list.starts[i] += list.starts[i - 1];
  list.edges.resize(new_facts_.size());
  auto next = list.starts;
  for (const auto& fact : new_facts_)
    list.edges[next[key(fact)]++] = {by_holder ? fact.in : fact.holder, fact.role, fact.source};
}

void GraphData::finish() {
  order_by_name();
  by_uuid_ = by_name_;
  std::sort(by_uuid_.begin(), by_uuid_.end(), [this](Index a, Index b) { return nodes_[a].uuid < nodes_[b].uuid; });
  for (Index i = 0; i < nodes_.size(); ++i)
    if (nodes_[i].number != 0) by_number_.emplace_back(nodes_[i].number, i);
  std::sort(by_number_.begin(), by_number_.end());
  link_parents();
  // From party ids to places; facts about unknown parties and of the dead fall away.
  std::erase_if(new_facts_, [this](Fact& fact) {
    fact.holder = index_of(terms::PartyId{fact.holder});
    fact.in = index_of(terms::PartyId{fact.in});
    return fact.holder == no_index || fact.in == no_index || dead(fact.holder);
  });
  constexpr auto bankrupt_debtor = role_code("KDEB");
  for (const auto& fact : new_facts_)
    if (fact.role == bankrupt_debtor) nodes_[fact.in].flags |= 16;
  build(by_holder_, true);
  build(by_organisation_, false);
  new_facts_ = {};
  nodes_.shrink_to_fit();
  names_.shrink_to_fit();
  by_id_.shrink_to_fit();
}

void GraphData::add_late(const NewNode& from) {
  if (const Index there = index_of(from.id); there != no_index) {
    if (from.name == name(there)) {
      const auto size = names_.size();
      const auto kept = nodes_[there].name;
      fill(nodes_[there], from);
      nodes_[there].name = kept;
      names_.resize(size);
    } else {
      fill(nodes_[there], from);
    }
    return;
  }
  const Index at = append(from);
  late_uuids_.emplace(from.uuid, at);
  if (nodes_[at].number != 0) late_numbers_.emplace(nodes_[at].number, at);
  const auto after = std::lower_bound(by_name_.begin(), by_name_.end(), from.sort_name,
                                      [this](Index a, std::string_view key) { return base::sort_key(name(a)) < key; });
  const std::uint64_t before = after == by_name_.begin() ? 0 : nodes_[*std::prev(after)].rank;
  nodes_[at].rank = before + rank_gap / 2;
  if (!from.parent_number.empty()) nodes_[at].parent = index_of_organisation(from.parent_number);
}

Index GraphData::index_of(terms::PartyId id) const {
  const auto place = id.value - first_id_;
  if (place < 0 || static_cast<std::size_t>(place) >= by_id_.size()) return no_index;
  return by_id_[static_cast<std::size_t>(place)];
}

Index GraphData::index_of(const terms::PartyUuid& uuid) const {
  const auto found = std::lower_bound(by_uuid_.begin(), by_uuid_.end(), uuid,
                                      [this](Index a, const terms::PartyUuid& b) { return nodes_[a].uuid < b; });
  if (found != by_uuid_.end() && nodes_[*found].uuid == uuid) return *found;
  const auto late = late_uuids_.find(uuid);
  return late == late_uuids_.end() ? no_index : late->second;
}

Index GraphData::index_of_organisation(std::string_view digits) const {
  if (digits.size() != 9) return no_index;
  const auto wanted = as_number(digits);
  if (wanted == 0) return no_index;
  const auto found = std::lower_bound(by_number_.begin(), by_number_.end(), std::pair{wanted, Index{0}});
  if (found != by_number_.end() && found->first == wanted) return found->second;
  const auto late = late_numbers_.find(wanted);
  return late == late_numbers_.end() ? no_index : late->second;
}

std::span<const Index> GraphData::children(Index at) const {
  if (at + std::size_t{1} >= child_starts_.size()) return {};
  return {children_.data() + child_starts_[at], children_.data() + child_starts_[at + 1]};
}

Party GraphData::party(Index at) const {
  const Node& node = nodes_[at];
  Party party;
  party.id = {node.id};
  party.uuid = node.uuid;
  party.kind = node.kind;
  party.name = std::string(name(at));
  if (node.number != 0) party.organisation_number = fmt::format("{:09}", node.number);
  party.organisation_form = forms_[node.form];
  if (node.parent != no_index) party.parent = terms::PartyId{nodes_[node.parent].id};
  party.deleted = deleted(at);
  party.bankrupt = bankrupt(at);
  party.dissolving = dissolving(at);
  return party;
}

std::size_t GraphData::octets() const {
  return nodes_.capacity() * sizeof(Node) + names_.capacity() +
         (by_id_.capacity() + by_uuid_.capacity() + by_name_.capacity() + children_.capacity()) * 4 +
         by_number_.capacity() * 8 + child_starts_.capacity() * 4 +
         (by_holder_.starts.capacity() + by_organisation_.starts.capacity()) * 4 +
         (by_holder_.edges.capacity() + by_organisation_.edges.capacity()) * sizeof(Edge);
}

}  // namespace alting::parties
