#include "notify/deliverer.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <thread>

#include "base/bytes.h"
#include "base/log.h"
#include "crypto/hash.h"
#include "net/bounce.h"
#include "notify/templates.h"
#include "store/failpoint.h"

namespace alting::notify {
namespace {

constexpr base::Duration half_lease{lane_lease.micros / 2};  // so long a lane is surely ours

bool is_open(const Attempt& attempt) {
  return attempt.outcome == AttemptOutcome::waiting || attempt.outcome == AttemptOutcome::sending;
}

std::string_view outcome_label(net::MailOutcome outcome) {
  switch (outcome) {
    case net::MailOutcome::accepted: return "accepted";
    case net::MailOutcome::refused: return "refused";
    case net::MailOutcome::later: return "later";
    case net::MailOutcome::unsure: return "unsure";
  }
  return "";
}

// The relay itself is not there: it said nothing.
bool is_down(const net::MailAnswer& answer) {
  return (answer.outcome == net::MailOutcome::later || answer.outcome == net::MailOutcome::unsure) &&
         answer.code.empty();
}

}  // namespace

// Nothing can be sent, now or at all. A line for the recipient to see says so, where there is no other.
Deliverer::Plan Deliverer::plan_without_address(Order& order, const Addressed& addressed, base::Instant now) const {
  Plan plan{.tries = order.tries};
  const auto& reason = addressed.reason;
  const bool asks_again = reason == "no_answer" && !order.too_late(now);
  if (asks_again) {
    plan.tries = order.tries + 1;
    plan.next = {order.step, "", now + retry_pause(order.tries)};
    return plan;
  }
  const bool unwanted = reason == "opened" || reason == "gone" || reason == "restricted";
  const bool reserved = reason == "reserved";
  for (auto& attempt : order.attempts) {
    if (!is_open(attempt)) continue;
    attempt.outcome = order.too_late(now) ? AttemptOutcome::expired : AttemptOutcome::withdrawn;
    attempt.next_at.reset();
    plan.attempts.push_back(attempt);
  }
  if (std::ranges::any_of(order.attempts, [](const Attempt& one) { return one.outcome == AttemptOutcome::accepted; })) {
    plan.next = {NoticeStep::handed_over};
    return plan;
  }
  if (unwanted) {
    plan.next = {NoticeStep::cancelled, reason};
    return plan;
  }
  if (order.attempts.empty()) {
    Attempt none;
    none.id = base::Uuid::v7(with_.random, now).text();
    none.order_id = order.id;
    none.told = order.recipient;
    none.outcome = reserved ? AttemptOutcome::reserved : AttemptOutcome::no_address;
    plan.attempts.push_back(none);
    order.attempts.push_back(std::move(none));
  }
  if (reserved)
    plan.next = {NoticeStep::reserved};
  else if (reason == "no_answer")
    plan.next = {NoticeStep::failed, "register"};
  else if (!reason.empty())
    plan.next = {NoticeStep::failed, reason};
  else
    plan.next = OrderRows::judge(order.attempts);
  return plan;
}

Deliverer::Plan Deliverer::plan(Order& order, const Addressed& addressed, base::Instant now) {
  Plan plan{.tries = order.tries};
  const bool first = order.attempts.empty();
  if (addressed.to.empty() || addressed.reason == "no_answer") {
    plan = plan_without_address(order, addressed, now);
  } else {
    for (auto& attempt : order.attempts) {
      if (!is_open(attempt)) continue;
      if (std::ranges::find(addressed.to, attempt.hash, &Destination::hash) != addressed.to.end()) continue;
      attempt.outcome = AttemptOutcome::withdrawn;
      attempt.next_at.reset();
      plan.attempts.push_back(attempt);
    }
    for (const auto& to : addressed.to) {
      auto known = std::ranges::find(order.attempts, to.hash, &Attempt::hash);
      if (known == order.attempts.end()) {
        // What waited because this program did not run is tried once all the same; so is what was tried before that.
        if (!first && order.too_late(now)) continue;
        Attempt attempt;
        attempt.id = base::Uuid::v7(with_.random, now).text();
        attempt.order_id = order.id;
        attempt.told = to.told;
        attempt.source = to.source;
        attempt.hash = to.hash;
        attempt.masked = to.masked;
        attempt.confirmed_at = to.confirmed_at;
        order.attempts.push_back(std::move(attempt));
        known = std::prev(order.attempts.end());
      } else if (!is_open(*known) || (known->next_at && *known->next_at > now)) {
        continue;
      } else if (known->outcome == AttemptOutcome::sending) {
        known->may_have_gone_twice = true;  // the connection was lost then, or who sent it died
      }
      known->outcome = AttemptOutcome::sending;
      known->next_at = now;
      plan.attempts.push_back(*known);
    }
    plan.next = OrderRows::judge(order.attempts);
  }
  plan.entry = with_.rows.entry_of(order, plan.next);
  if (first && addressed.overridden && !addressed.to.empty())
    plan.overridden = with_.rows.override_entry(order, with_.override_reason ? with_.override_reason(order) : "");
  return plan;
}

// What cannot be written now is tried again while the lane is surely ours: given up, its orders would wait for the lease to
// end, though another try a moment later goes through (PostgreSQL, where many write).
template <class Write>
auto Deliverer::while_held(const TakenLane& lane, const Write& write) {
  constexpr int most = 100;
  constexpr std::chrono::milliseconds pause{50};
  for (int tries = 1;; ++tries) {
    try {
      return with_.database.write(write);
    } catch (const store::DatabaseError&) {
      if (tries == most || workers_.stopping() || with_.clock.now() - lane.leased_at > half_lease) throw;
      std::this_thread::sleep_for(pause);
    }
  }
}

// False when the lane is another's by now: then nothing was written and nothing may be sent.
bool Deliverer::queue(const TakenLane& lane, const std::vector<Plan>& plans, bool something) {
  const auto written = while_held(lane, [&](store::Tx& tx) -> base::Result<bool> {
    store::failpoint::pass("notify.queueing");
    if (!OrderRows::holds(tx, lane)) return false;
    const auto now = with_.clock.now();
    for (std::size_t i = 0; i < plans.size(); ++i) {
      const auto& one = plans[i];
      for (const auto& attempt : one.attempts) OrderRows::write(tx, attempt, now);
      OrderRows::write(tx, lane.orders[i].id, one.next, one.tries, now);
      if (one.next.step == NoticeStep::cancelled) OrderRows::part_again(tx, lane.orders[i].id, now);
      for (const auto* entry : {&one.entry, &one.overridden})
        if (*entry) (void)with_.rows.ledger().append(tx, **entry);
    }
    if (!something) OrderRows::release(tx, lane);
    return true;
  });
  return *written;
}

net::Mail Deliverer::mail_of(const Order& order, const Addressed& addressed, const Sending& sending) const {
  NoticeWords words;
  words.site = with_.site;
  words.recipient = addressed.recipient_name;
  words.code = addressed.code;
  words.count = order.together;
  words.bare = sending.to.bare;
  if (const auto named = order.fields.find("service"); named != order.fields.end())
    if (const auto app = terms::AppId::parse(named->second)) words.service = with_.title_of(*app, addressed.language);
  auto said = render(*order.form, addressed.language, order.fields, words);
  net::Mail mail;
  mail.from = with_.from;
  mail.from_name = with_.from_name;
  mail.to = sending.to.address;
  mail.subject = std::move(said.subject);
  mail.plain = std::move(said.plain);
  mail.html = std::move(said.html);
  mail.language = std::string(base::to_text(addressed.language));
  // Of order and address alone, so that it is the same from whichever process, and after a restore.
  const auto once = base::to_hex(crypto::sha256({order.id, "/", sending.attempt.hash}));
  mail.message_id = "notice." + once.substr(0, 32) + "@" + with_.return_domain;
  mail.return_path = net::return_path(with_.bounce_secret.reveal(), sending.attempt.id, with_.return_domain);
  mail.envelope_id = sending.attempt.id;
  mail.date = with_.clock.now();
  return mail;
}

// One that cannot even be made holds up no other: it is tried again, and given up like what a relay puts off.
net::MailAnswer Deliverer::send_one(const Order& order, const Addressed& addressed, const Sending& sending) {
  try {
    return with_.relay.send(mail_of(order, addressed, sending));
  } catch (const std::exception& error) {
    base::log(base::LogLevel::error, "notify.not_sent", {{"reason", std::string_view(error.what())}});
    return {net::MailOutcome::later, "4.3.0", "not sent: a fault of our own"};
  }
}

void Deliverer::send(const TakenLane& lane, const std::vector<Addressed>& addressed, std::vector<Sending>& sendings) {
  for (auto& sending : sendings) {
    const auto now = with_.clock.now();
    if (now - lane.leased_at > half_lease || workers_.stopping() || now.micros < down_until_) return;
    sending.answer = send_one(lane.orders[sending.order], addressed[sending.order], sending);
    count(lane.orders[sending.order], *sending.answer, with_.clock.now());
    store::failpoint::pass("notify.one_sent");
    if (is_down(*sending.answer)) down_until_ = (with_.clock.now() + options_.pause_when_down).micros;
  }
}

void Deliverer::note(const Order& order, Sending& sending, base::Instant now) const {
  auto& attempt = sending.attempt;
  if (!sending.answer) {
    attempt.outcome = AttemptOutcome::waiting;
    attempt.next_at = now + options_.put_back_for;
    return;
  }
  attempt.tried_at = now;
  attempt.code = sending.answer->code;
  attempt.words = sending.answer->words;
  attempt.next_at.reset();
  switch (sending.answer->outcome) {
    case net::MailOutcome::accepted: attempt.outcome = AttemptOutcome::accepted; return;
    case net::MailOutcome::refused: attempt.outcome = AttemptOutcome::refused; return;
    case net::MailOutcome::later: attempt.outcome = AttemptOutcome::waiting; break;
    case net::MailOutcome::unsure: attempt.outcome = AttemptOutcome::sending; break;
  }
  attempt.next_at = now + retry_pause(attempt.tries++);
  if (!order.too_late(*attempt.next_at)) return;
  attempt.outcome = AttemptOutcome::expired;
  attempt.next_at.reset();
}

void Deliverer::settle(TakenLane& lane, std::vector<Sending>& sendings) {
  store::failpoint::pass("notify.sent");
  const auto now = with_.clock.now();
  std::map<std::size_t, std::pair<NextStep, std::optional<ledger::PreparedEntry>>> expected;
  for (auto& sending : sendings) {
    auto& order = lane.orders[sending.order];
    note(order, sending, now);
    for (auto& attempt : order.attempts)
      if (attempt.id == sending.attempt.id) attempt = sending.attempt;
    expected.try_emplace(sending.order);
  }
  for (auto& [place, expects] : expected) {
    expects.first = OrderRows::judge(lane.orders[place].attempts);
    expects.second = with_.rows.entry_of(lane.orders[place], expects.first);
  }
  (void)while_held(lane, [&](store::Tx& tx) -> base::Status {
    store::failpoint::pass("notify.settling");
    // Who was held up so long that another has the lane by now leaves all to that one: its mail may have gone twice, and
    // the rows say so.
    if (!OrderRows::holds(tx, lane)) return {};
    std::set<std::size_t> came_back;  // while it was being sent: that says more than that a server took it
    for (const auto& sending : sendings) {
      const auto known = OrderRows::find_attempt(tx, sending.attempt.id);
      if (known && known->outcome == AttemptOutcome::bounced)
        came_back.insert(sending.order);
      else
        OrderRows::write(tx, sending.attempt, now);
    }
    for (const auto& [place, expects] : expected) {
      const auto& order = lane.orders[place];
      auto next = OrderRows::judge(OrderRows::attempts_of(tx, order.id));
      // The next address is looked for.
      if (next.step == NoticeStep::failed && came_back.contains(place)) next = {NoticeStep::queued, "", now};
      OrderRows::write(tx, order.id, next, order.tries, now);
      if (expects.second && next.step == expects.first.step) (void)with_.rows.ledger().append(tx, *expects.second);
    }
    OrderRows::release(tx, lane);
    return {};
  });
  for (const auto& sending : sendings)
    if (sending.answer && sending.answer->outcome == net::MailOutcome::refused &&
        lane.orders[sending.order].form->audience != TemplateFor::code)
      with_.addressing.mark_refused(sending.to, sending.answer->code, now);
  store::failpoint::pass("notify.settled");
}

void Deliverer::count(const Order& order, const net::MailAnswer& answer, base::Instant now) {
  with_.metrics
      .counter("alting_notices_total", "Mails that were handed to the relay, by what it said.",
               {{"outcome", std::string(outcome_label(answer.outcome))}})
      .add();
  if (answer.outcome == net::MailOutcome::accepted && order.step == NoticeStep::ordered)
    with_.metrics
        .histogram("alting_notices_delay_seconds", "From when a notice was due to when the relay took it, first tries.")
        .observe_seconds(static_cast<double>((now - order.due).micros) / 1e6);
}

int Deliverer::serve(int part) {
  auto lane = with_.rows.claim(part);
  if (!lane) return 0;
  store::failpoint::pass("notify.claimed");
  const auto addressed = with_.addressing.address(lane->orders);
  const auto now = with_.clock.now();
  std::vector<Plan> plans;
  std::vector<Sending> sendings;
  for (std::size_t i = 0; i < lane->orders.size(); ++i) {
    plans.push_back(plan(lane->orders[i], addressed[i], now));
    for (const auto& attempt : plans.back().attempts)
      if (attempt.outcome == AttemptOutcome::sending)
        sendings.push_back({i, attempt, *std::ranges::find(addressed[i].to, attempt.hash, &Destination::hash)});
  }
  if (!queue(*lane, plans, !sendings.empty())) return 0;
  store::failpoint::pass("notify.queued");
  if (!sendings.empty()) {
    send(*lane, addressed, sendings);
    settle(*lane, sendings);
  }
  return static_cast<int>(lane->orders.size());
}

int Deliverer::deliver_due() {
  int served = 0;
  if (with_.clock.now().micros < down_until_) return served;
  for (const auto part : with_.rows.due_lanes()) served += serve(part);
  return served;
}

void Deliverer::look() {
  if (with_.clock.now().micros < down_until_) return;
  const auto due = with_.rows.due_lanes();
  const std::lock_guard lock(mutex_);
  for (const auto part : due)
    if (!stopping_ && in_hand_.insert(part).second) waiting_.push_back(part);
  wake_.notify_all();
}

void Deliverer::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
    if (stopping_) return;
    const auto part = waiting_.front();
    waiting_.pop_front();
    lock.unlock();
    int served = 0;
    try {
      served = serve(part);
    } catch (const std::exception& error) {
      base::log(base::LogLevel::error, "notify.failed", {{"reason", std::string_view(error.what())}});
    }
    lock.lock();
    if (served == orders_at_once && !stopping_ && with_.clock.now().micros >= down_until_)
      waiting_.push_back(part);  // behind those that wait already
    else
      in_hand_.erase(part);
  }
}

void Deliverer::start() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = false;
  }
  if (with_.database.engine() == store::Engine::sqlite) with_.rows.free_lanes();  // one process has it
  for (int i = 0; i < options_.threads; ++i) workers_.add([this] { work(); });
  workers_.repeat("notify.failed", options_.interval, [this] {
    look();
    return options_.interval;
  });
}

void Deliverer::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  workers_.stop();
  const std::lock_guard lock(mutex_);
  waiting_.clear();
  in_hand_.clear();
}

}  // namespace alting::notify
