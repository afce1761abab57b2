// Measures decisions, lists of whom one may act for, and the memory of the graph: access_bench [CLIENTS]
// [TENTHS_OF_A_COUNTRY].
#include <chrono>
#include <cstdio>

#include "access/testing/access_fixture.h"
#include "base/text.h"

namespace {

using namespace alting;  // NOLINT: a program of one file
using Clock = std::chrono::steady_clock;

double micros_since(Clock::time_point begin) {
  return std::chrono::duration<double, std::micro>(Clock::now() - begin).count();
}

template <class F>
void measure(std::string_view name, int rounds, F&& work) {
  std::vector<double> times;
  for (int i = 0; i < rounds; ++i) {
    const auto begin = Clock::now();
    work();
    times.push_back(micros_since(begin));
  }
  std::sort(times.begin(), times.end());
  fmt::print("{:<52} median {:>10.2f} us   99 % {:>10.2f} us\n", name, times[times.size() / 2],
             times[times.size() * 99 / 100]);
}

// A tenth of a country is 550,000 persons, 110,000 organisations and 500,000 facts.
void country(int tenths) {
  const std::int64_t persons = 550'000LL * tenths, organisations = 110'000LL * tenths, facts = 500'000LL * tenths;
  base::SeededRandom random(5);
  const auto begin = Clock::now();
  parties::GraphData graph;
  const auto source = graph.add_source("enhetsregisteret:1");
  for (std::int64_t i = 0; i < persons + organisations; ++i) {
    const auto name = i < persons ? fmt::format("Fornavn{} Etternavnsen{}", i % 9973, i % 65521)
                                  : fmt::format("Virksomheten Nummer {} AS", i);
    parties::NewNode node;
    node.id = {50'000'001 + i};
    node.uuid = {base::Uuid::v4(random)};
    node.name = node.sort_name = name;
    if (i >= persons) {
      node.kind = parties::PartyKind::organisation;
      node.form = "AS";
    }
    const auto number = fmt::format("{:09}", 300'000'000 + i);
    if (i >= persons) node.organisation_number = number;
    graph.add(node);
  }
  for (std::int64_t i = 0; i < facts; ++i)
    graph.add_fact(
        {50'000'001 + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(persons)))},
        {50'000'001 + persons + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(organisations)))},
        static_cast<parties::RoleCode>(random.below(20)), source);
  graph.finish();
  fmt::print("graph of {} tenths of a country: {} parties, {} facts, {:.0f} MB, built in {:.1f} s\n", tenths,
             graph.size(), graph.facts(), static_cast<double>(graph.octets()) / 1e6, micros_since(begin) / 1e6);
}

}  // namespace

int main(int count, char** words) {
  const int clients = count > 1 ? std::atoi(words[1]) : 50'000;
  const int tenths = count > 2 ? std::atoi(words[2]) : 1;
  country(tenths);

  access::testing::AccessFixture fixture;
  auto& registers = fixture.registers;
  auto begin = Clock::now();
  parties::Population more;
  const auto manager = parties::add_accountant(more, clients, 1);
  parties::testing::TestRegisters big(store::Engine::sqlite, false, {access::migrations()});
  auto all = parties::make_population();
  const auto move_all = [](auto& from, auto& to) { to.insert(to.end(), from.begin(), from.end()); };
  move_all(more.persons, all.persons);
  move_all(more.units, all.units);
  move_all(more.roles, all.roles);
  (void)parties::store_population(*big.registry, all);
  fmt::print("stored {} units and {} role facts in {:.1f} s\n", all.units.size(), all.roles.size(),
             micros_since(begin) / 1e6);
  begin = Clock::now();
  big.registry->reload();
  fmt::print("read into memory in {:.2f} s\n", micros_since(begin) / 1e6);
  const auto room = access::make_access({big.temp.database(), *big.registry, fixture.ledger, big.clock, big.random});
  const auto accountant = big.actor_of(manager);
  access::RepresentationQuery query;
  measure(fmt::format("first page of {} clients", clients), 50,
          [&] { (void)room->decider().representations(accountant, query); });
  query.search = "fjellrev";
  measure(fmt::format("search in {} clients", clients), 20,
          [&] { (void)room->decider().representations(accountant, query); });

  const auto actor = registers.actor("manager"), stranger = registers.actor("employee");
  const access::Target target{registers.organisation("Fjord og Fjell AS").id, access::testing::breach, std::nullopt,
                              "Task_1"};
  constexpr int batch = 1000;
  const auto many = [&](const terms::Actor& who) {
    for (int i = 0; i < batch; ++i) (void)fixture.decider().decide(who, terms::Action::write, target);
  };
  measure("a thousand decisions that permit", 300, [&] { many(actor); });
  measure("a thousand decisions that refuse", 300, [&] { many(stranger); });
  return 0;
}
