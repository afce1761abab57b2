// Parties and role facts in memory: what every decision and every list of "whom may I act for" reads.
//
// A country (5.5 million persons, 1.1 million organisations, 5 million facts) fits in well under a gigabyte: nodes of
// 40 octets, names in one arena, facts as two compressed adjacency lists. It is built beside from one snapshot of the
// database and swapped in; parties made since (a first login) are added to the one in use.
#pragma once
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "parties/parties.h"
#include "parties/reader_lock.h"
#include "parties/role_code.h"

namespace alting::parties {

using Index = std::uint32_t;  // a party's place in one GraphData; it changes when another is swapped in
inline constexpr Index no_index = std::numeric_limits<Index>::max();

struct Edge {
  Index other;  // the organisation (held_by) or the holder (held_in)
  RoleCode role;
  std::uint8_t source;  // place in sources
};

// What is known of a party when it is put into the graph.
struct NewNode {
  terms::PartyId id;
  terms::PartyUuid uuid;
  PartyKind kind = PartyKind::person;
  std::string_view name;
  std::string_view sort_name;  // base::sort_key(name)
  std::string_view organisation_number, form, parent_number;
  bool deleted = false, bankrupt = false, dead = false, dissolving = false;
};

class GraphData {
 public:
  // Building: all nodes, then all facts, then finish().
  void add(const NewNode& node);
  void add_fact(terms::PartyId holder, terms::PartyId in, RoleCode role, std::uint8_t source);
  [[nodiscard]] std::uint8_t add_source(std::string text);  // "enhetsregisteret:7"; at most 255
  void finish();
  // How often a generation had been switched on in the snapshot this was read from: part of every access version.
  void set_switches(std::int64_t count) { switches_ = count; }
  [[nodiscard]] std::int64_t switches() const { return switches_; }
  // After finish(): a party that was made since. A party that is there already keeps its place and gets the new name
  // and flags.
  void add_late(const NewNode& node);

  [[nodiscard]] std::size_t size() const { return nodes_.size(); }
  [[nodiscard]] std::size_t facts() const { return by_holder_.edges.size(); }
  [[nodiscard]] std::size_t octets() const;  // memory in use, about
  [[nodiscard]] Index index_of(terms::PartyId id) const;
  [[nodiscard]] Index index_of(const terms::PartyUuid& uuid) const;
  [[nodiscard]] Index index_of_organisation(std::string_view number) const;

  [[nodiscard]] terms::PartyId id(Index at) const { return {nodes_[at].id}; }
  [[nodiscard]] PartyKind kind(Index at) const { return nodes_[at].kind; }
  [[nodiscard]] std::string_view name(Index at) const {
    return {names_.data() + nodes_[at].name, nodes_[at].name_size};
  }
  [[nodiscard]] std::uint32_t number(Index at) const {
    return nodes_[at].number;
  }  // of the organisation, 0 for persons
  [[nodiscard]] std::uint64_t rank(Index at) const { return nodes_[at].rank; }  // orders by name
  [[nodiscard]] Index parent(Index at) const { return nodes_[at].parent; }      // no_index when there is none
  [[nodiscard]] bool deleted(Index at) const { return (nodes_[at].flags & 1) != 0; }
  [[nodiscard]] bool bankrupt(Index at) const { return (nodes_[at].flags & 2) != 0; }
  [[nodiscard]] bool dissolving(Index at) const { return (nodes_[at].flags & 8) != 0; }
  [[nodiscard]] bool has_estate(Index at) const { return (nodes_[at].flags & (2 | 8)) != 0; }  // as Party::has_estate
  [[nodiscard]] bool is_estate(Index at) const { return (nodes_[at].flags & 16) != 0; }  // someone holds KDEB in it
  [[nodiscard]] bool dead(Index at) const { return (nodes_[at].flags & 4) != 0; }
  [[nodiscard]] terms::PartyUuid uuid(Index at) const { return nodes_[at].uuid; }
  [[nodiscard]] Party party(Index at) const;
  [[nodiscard]] std::string_view form(Index at) const { return forms_[nodes_[at].form]; }
  [[nodiscard]] std::span<const Edge> held_by(Index holder) const { return by_holder_.of(holder); }
  [[nodiscard]] std::span<const Edge> held_in(Index organisation) const { return by_organisation_.of(organisation); }
  [[nodiscard]] std::span<const Index> children(Index at) const;  // sub-units, by name
  [[nodiscard]] const std::string& source(std::uint8_t at) const { return sources_[at]; }

 private:
  struct Node {
    terms::PartyUuid uuid;
    std::uint64_t rank = 0;
    std::uint32_t id = 0, name = 0, number = 0;
    Index parent = no_index;
    std::uint16_t name_size = 0;
    std::uint8_t form = 0;
    PartyKind kind = PartyKind::person;
    std::uint8_t flags = 0;
  };
  struct Fact {
    std::uint32_t holder, in;
    RoleCode role;
    std::uint8_t source;
  };
  struct Adjacency {
    std::vector<std::uint32_t> starts;
    std::vector<Edge> edges;
    [[nodiscard]] std::span<const Edge> of(Index at) const {
      if (at + std::size_t{1} >= starts.size()) return {};
      return {edges.data() + starts[at], edges.data() + starts[at + 1]};
    }
  };
  Index append(const NewNode& node);
  void fill(Node& node, const NewNode& from);
  void order_by_name();
  void link_parents();
  void build(Adjacency& list, bool by_holder);

  std::vector<Node> nodes_;
  std::string names_;
  std::vector<std::string> forms_, sources_;
  std::vector<Index> by_id_;  // party id - first_id_
  std::int64_t first_id_ = 0;
  std::int64_t switches_ = 0;
  std::vector<Index> by_uuid_;  // sorted by uuid
  std::unordered_map<terms::PartyUuid, Index> late_uuids_;
  std::vector<std::pair<std::uint32_t, Index>> by_number_;  // sorted
  std::unordered_map<std::uint32_t, Index> late_numbers_;
  std::vector<Index> by_name_;
  std::vector<std::uint32_t> child_starts_;
  std::vector<Index> children_;
  Adjacency by_holder_, by_organisation_;
  // Only while building.
  std::string sort_names_;
  std::vector<std::pair<std::uint64_t, std::uint32_t>> sort_places_;
  std::vector<std::pair<Index, std::uint32_t>> wanted_parents_;
  std::vector<Fact> new_facts_;
};

// The graph in use.
class Graph {
 public:
  template <class F>
  decltype(auto) read(F&& work) const {
    return lock_.read([&]() -> decltype(auto) { return work(data_); });
  }
  void add_late(const NewNode& node) {
    lock_.change([&] { data_.add_late(node); });
  }
  void swap_in(GraphData&& next) {
    lock_.change([&] { std::swap(data_, next); });
  }

 private:
  ReaderLock lock_;
  GraphData data_;
};

// Reads all parties and the facts of the current generations.
[[nodiscard]] GraphData load_graph(store::Database& database);

}  // namespace alting::parties
