#include "parties/graph.h"
#include "parties/register_facts.h"

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
      NewNode node;
      node.id = {row.number(0)};
      node.uuid = {row.uuid(1)};
      node.name = row.text(2);
      node.sort_name = row.octets(3);
      node.dead = row.flag(4);
      graph.add(node);
    }
    if (rows.size() < page) return;
    after = rows.back().number(0);
  }
}

void load_organisations(store::Tx& tx, GraphData& graph, std::int64_t generation) {
  for (std::int64_t after = 0;;) {
    const auto rows = tx.query(
        "SELECT o.party, p.uuid, p.kind, o.name, o.sort_name, o.number, o.form, o.parent_number, o.deleted, o.bankrupt "
        "FROM organisation o JOIN party p ON p.id = o.party WHERE o.generation = ? AND o.party > ? ORDER BY o.party "
        "LIMIT ?",
        {generation, after, page});
    for (const auto& row : rows) {
      NewNode node;
      node.id = {row.number(0)};
      node.uuid = {row.uuid(1)};
      node.kind = static_cast<PartyKind>(row.number(2));
      node.name = row.text(3);
      node.sort_name = row.octets(4);
      node.organisation_number = row.text(5);
      node.form = row.text(6);
      node.parent_number = row.text(7);
      node.deleted = row.flag(8);
      node.bankrupt = row.flag(9);
      graph.add(node);
    }
    if (rows.size() < page) return;
    after = rows.back().number(0);
  }
}

void load_facts(store::Tx& tx, GraphData& graph, std::int64_t generation, std::uint8_t source) {
  std::int64_t organisation = 0, holder = 0;
  std::string role;
  for (;;) {
    const auto rows = tx.query(
        "SELECT organisation, role, holder FROM role_fact WHERE generation = ? AND (organisation, role, holder) > (?, "
        "?, ?) "
        "ORDER BY organisation, role, holder LIMIT ?",
        {generation, organisation, role, holder, page});
    for (const auto& row : rows)
      if (const auto code = find_role_code(row.text(1)))
        graph.add_fact({row.number(2)}, {row.number(0)}, *code, source);
    if (rows.size() < page) return;
    organisation = rows.back().number(0);
    role = rows.back().text(1);
    holder = rows.back().number(2);
  }
}

}  // namespace

GraphData load_graph(store::Database& database) {
  return database.read([](store::Tx& tx) {
    GraphData graph;
    load_persons(tx, graph);
    const auto current = tx.query("SELECT register, generation FROM register_current ORDER BY generation");
    for (const auto& row : current) load_organisations(tx, graph, row.number(1));
    for (const auto& row : current)
      load_facts(tx, graph, row.number(1), graph.add_source(source_text(row.text(0), row.number(1))));
    graph.finish();
    graph.set_switches(switch_count(tx));
    return graph;
  });
}

}  // namespace alting::parties
