// Reads the registers that are in use from the database into the graph, a page of rows at a time.
#include "parties/graph.h"
#include "parties/register_facts.h"
#include "store/row_reader.h"

namespace alting::parties {
namespace {

constexpr std::int64_t page = 5000;

void load_persons(store::Tx& tx, GraphData& graph) {
  for (std::int64_t after = 0;;) {
    const auto rows = tx.query(
        "SELECT p.id, p.uuid, p.name, p.sort_name, n.dead FROM party p JOIN person n ON n.party = p.id "
        "WHERE p.id > ? ORDER BY p.id LIMIT ?",
        {after, page});
    for (const auto& row : rows) {
      store::RowReader from(row);
      const NewNode node{.id = from.next<terms::PartyId>(),
                         .uuid = from.next<terms::PartyUuid>(),
                         .name = from.next<std::string_view>(),
                         .sort_name = from.next<std::string_view>(),
                         .dead = from.next<bool>()};
      graph.add(node);
      after = node.id.value;
    }
    if (rows.size() < page) return;
  }
}

void load_organisations(store::Tx& tx, GraphData& graph, std::int64_t generation) {
  for (std::int64_t after = 0;;) {
    const auto rows = tx.query(
        "SELECT o.party, p.uuid, p.kind, o.name, o.sort_name, o.number, o.form, o.parent_number, o.deleted, "
        "o.bankrupt, "
        "o.dissolving FROM organisation o JOIN party p ON p.id = o.party WHERE o.generation = ? AND o.party > ? ORDER "
        "BY o.party "
        "LIMIT ?",
        {generation, after, page});
    for (const auto& row : rows) {
      store::RowReader from(row);
      const NewNode node{.id = from.next<terms::PartyId>(),
                         .uuid = from.next<terms::PartyUuid>(),
                         .kind = static_cast<PartyKind>(from.next<std::int64_t>()),
                         .name = from.next<std::string_view>(),
                         .sort_name = from.next<std::string_view>(),
                         .organisation_number = from.next<std::string_view>(),
                         .form = from.next<std::string_view>(),
                         .parent_number = from.next<std::string_view>(),
                         .deleted = from.next<bool>(),
                         .bankrupt = from.next<bool>(),
                         .dissolving = from.next<bool>()};
      graph.add(node);
      after = node.id.value;
    }
    if (rows.size() < page) return;
  }
}

void load_facts(store::Tx& tx, GraphData& graph, std::int64_t generation, std::uint8_t source) {
  struct Fact {
    terms::PartyId organisation;
    std::string role;
    terms::PartyId holder;
  };
  for (Fact last;;) {
    const auto rows = tx.query(
        "SELECT organisation, role, holder FROM role_fact WHERE generation = ? AND (organisation, role, holder) > (?, "
        "?, ?) "
        "ORDER BY organisation, role, holder LIMIT ?",
        {generation, last.organisation, last.role, last.holder, page});
    for (const auto& row : rows) {
      store::RowReader from(row);
      last = {.organisation = from.next<terms::PartyId>(),
              .role = from.next<std::string>(),
              .holder = from.next<terms::PartyId>()};
      if (const auto code = find_role_code(last.role)) graph.add_fact(last.holder, last.organisation, *code, source);
    }
    if (rows.size() < page) return;
  }
}

std::vector<std::tuple<std::int64_t, std::string>> generations_in_use(store::Tx& tx) {
  std::vector<std::tuple<std::int64_t, std::string>> all;
  for (const auto& row : tx.query("SELECT generation, register FROM register_current ORDER BY generation"))
    all.push_back(store::read_row<std::int64_t, std::string>(row));
  return all;
}

}  // namespace

GraphData load_graph(store::Database& database) {
  return database.read([](store::Tx& tx) {
    GraphData graph;
    load_persons(tx, graph);
    const auto current = generations_in_use(tx);
    for (const auto& [generation, name] : current) load_organisations(tx, graph, generation);
    for (const auto& [generation, name] : current)
      load_facts(tx, graph, generation, graph.add_source(source_text(name, generation)));
    graph.finish();
    graph.set_switches(switch_count(tx));
    return graph;
  });
}

}  // namespace alting::parties
