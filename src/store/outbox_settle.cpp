// What became of a batch of deliveries, written in one commit (outbox_deliverer.h).
#include "base/log.h"
#include "store/outbox_deliverer.h"

namespace alting::store {
namespace {

base::Duration pause_after(std::int64_t attempts) {
  return base::Duration::seconds(
      std::min<std::int64_t>(std::int64_t{1} << std::min<std::int64_t>(attempts, 12), 3'600));
}

bool is_given_up(const Subscription& one, const Delivered& answer, bool overdue) {
  return overdue && answer.delivery == Delivery::later && one.topic->may_be_given_up;
}

}  // namespace

// What the handler would write is kept only with the row's change: of two that delivered the same, one writes.
void OutboxDeliverer::settle_one(Tx& tx, const Subscription& one, const Answered& answered) const {
  const auto& [taken, answer, overdue] = answered;
  const bool given_up = is_given_up(one, answer, overdue);
  std::int64_t changed = 0;
  if (answer.delivery == Delivery::done || given_up) {
    changed = tx.run("DELETE FROM outbox WHERE id = ?", {taken->row_id});
  } else {
    changed = tx.run("UPDATE outbox SET due_at = ?, attempts = attempts + 1 WHERE id = ? AND attempts = ?",
                     {clock_.now() + pause_after(taken->message.attempts), taken->row_id, taken->message.attempts});
  }
  if (changed > 0 && !given_up && answer.write) answer.write(tx);
}

bool OutboxDeliverer::settle_together(const Subscription& one, const Batch& batch,
                                      const std::vector<Answered>& answered, bool go_on) {
  const auto settled = database_.write([&](Tx& tx) -> base::Result<bool> {
    for (const auto& each : answered) settle_one(tx, one, each);
    return tx.run(
               "UPDATE outbox_lane SET leased_until = ? WHERE topic = ? AND subscriber = ? AND part = ? AND turn = ?",
               {go_on ? clock_.now() + options_.lease : base::Instant{}, one.topic->name, one.subscriber, batch.part,
                batch.turn}) == 1;
  });
  return settled && *settled;
}

bool OutboxDeliverer::settle(const Subscription& one, const Batch& batch, std::vector<Answered>& answered, bool go_on) {
  bool held = false;
  try {
    held = settle_together(one, batch, answered, go_on);
  } catch (const std::exception&) {
    // One whose own writing fails must not hold up the others: each by itself, and that one is tried again later.
    for (auto& each : answered) {
      try {
        held = settle_together(one, batch, {each}, true);
      } catch (const std::exception& error) {
        if (!each.answer.write) throw;  // the database itself
        base::log(
            base::LogLevel::error, "outbox.not_settled",
            {{"topic", one.topic->name}, {"subscriber", one.subscriber}, {"reason", std::string_view(error.what())}});
        each.answer = Delivery::later;
        held = settle_together(one, batch, {each}, true);
      }
    }
    held = settle_together(one, batch, {}, go_on);
  }
  count(one, answered);
  answered.clear();
  return held;
}

void OutboxDeliverer::count(const Subscription& one, const std::vector<Answered>& answered) {
  std::int64_t overdue = 0;
  for (const auto& each : answered) {
    const bool given_up = is_given_up(one, each.answer, each.overdue);
    const bool done = each.answer.delivery == Delivery::done;
    overdue += !done && !given_up && each.overdue ? 1 : 0;
    if (given_up)
      base::log(
          base::LogLevel::error, "outbox.given_up",
          {{"topic", one.topic->name}, {"subscriber", one.subscriber}, {"attempts", each.taken->message.attempts + 1}});
    metrics_
        .counter("alting_outbox_deliveries_total", "Deliveries of the outbox, by what they came to.",
                 {{"outcome", done       ? "done"
                              : given_up ? "given_up"
                                         : "later"},
                  {"subscriber", std::string(one.subscriber)},
                  {"topic", std::string(one.topic->name)}})
        .add();
  }
  if (overdue > 0)
    base::log(base::LogLevel::error, "outbox.overdue",
              {{"topic", one.topic->name}, {"subscriber", one.subscriber}, {"messages", overdue}});
}

}  // namespace alting::store
