#include "privacy/disputes.h"

#include <fmt/format.h>

#include <algorithm>

#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"
#include "privacy/posts.h"
#include "store/once.h"
#include "store/row_reader.h"

namespace alting::privacy {

std::span<const std::string_view> Disputes::data_of(const terms::Permit& permit) {
  const auto& actor = permit.actor();
  if (actor.is_person() && actor.party == permit.party()) return disputable_of_person;
  return disputable_of_business;
}

base::Status Disputes::mark(const terms::Permit& permit, std::string_view datum, base::Instant at,
                            std::string_view post_id) {
  return change(permit, datum, true, at, post_id);
}
base::Status Disputes::lift(const terms::Permit& permit, std::string_view datum, base::Instant at,
                            std::string_view post_id) {
  return change(permit, datum, false, at, post_id);
}

base::Status Disputes::change(const terms::Permit& permit, std::string_view datum, bool disputed, base::Instant at,
                              std::string_view post_id) {
  ALTING_TRY(post, read_rights_post(post_id));
  ALTING_CHECK(check_managing(permit));
  const auto data = data_of(permit);
  if (std::ranges::find(data, datum) == data.end())
    return base::make_error(base::ErrorKind::invalid, "error.rights.datum", "no such datum");
  auto entry = disputed ? ledger::entry_for(ledger::EventKind::rights_disputed, permit, at)
                        : ledger::entry_for(ledger::EventKind::rights_dispute_ended, permit, at);
  entry.set(ledger::parameter::datum, std::string(datum));
  const auto prepared = with_.ledger.prepare(std::move(entry));
  const auto act = fmt::format("{} {}", disputed ? dispute_marked : dispute_lifted, datum);
  const auto done = with_.database.write([&](store::Tx& tx) -> base::Result<std::string> {
    return store::once(tx, post, rights_poster(permit), act, at, [&]() -> base::Result<std::string> {
      ALTING_CHECK(with_.decider.recheck(tx, permit));
      const auto changed =
          disputed ? tx.run("INSERT INTO rights_dispute (party, datum, since) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                            {permit.party(), datum, at})
                   : tx.run("DELETE FROM rights_dispute WHERE party = ? AND datum = ?", {permit.party(), datum});
      if (changed == 0) return std::string(datum);  // it is so already
      ALTING_CHECK(with_.quotas.spend(tx, store::Spending::entries, at, permit.actor().party));
      with_.ledger.append(tx, prepared);
      return std::string(datum);
    });
  });
  if (!done) return done.error();
  return {};
}

std::vector<Dispute> Disputes::of(const terms::Permit& permit) {
  std::vector<Dispute> all;
  if (permit.action() != terms::Action::agency_read && !check_managing(permit)) return all;
  const auto rows = with_.database.read([&](store::Tx& tx) {
    return tx.query("SELECT datum, since FROM rights_dispute WHERE party = ? ORDER BY datum", {permit.party()});
  });
  for (const auto& row : rows) {
    auto [datum, since] = store::read_row<std::string, base::Instant>(row);
    all.push_back({std::move(datum), since});
  }
  return all;
}

}  // namespace alting::privacy
