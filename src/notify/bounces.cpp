#include "notify/bounces.h"

#include <algorithm>

#include "base/log.h"
#include "store/failpoint.h"

namespace alting::notify {
namespace {
constexpr int mails_at_once = 50;
}  // namespace

void Bounces::count(std::string_view kind) {
  with_.metrics
      .counter("alting_notices_back_total", "Mails that came to the return path, by what they were.",
               {{"kind", std::string(kind)}})
      .add();
}

std::int64_t Bounces::read_some() {
  if (!with_.mailbox) return 0;
  const auto mails = with_.mailbox->fetch(mails_at_once);
  if (!mails) {
    base::log(base::LogLevel::warning, "notify.mailbox", {{"reason", std::string_view(mails.error().code)}});
    count("unreachable");
    return 0;
  }
  std::vector<std::uint32_t> done;
  for (const auto& mail : *mails) {
    const auto bounce = net::read_bounce(mail.text);
    if (!bounce) count("other");
    if (bounce && !take(*bounce)) continue;
    store::failpoint::pass("notify.bounce_taken");
    done.push_back(mail.uid);
  }
  // What was taken and cannot be removed now comes again, and says nothing new.
  return with_.mailbox->remove(done) ? static_cast<std::int64_t>(done.size()) : 0;
}

bool Bounces::take(const net::Bounce& bounce) {
  const auto id = net::attempt_of(with_.secret.reveal(), bounce.token);
  if (!id) {
    count("forged");
    return true;
  }
  std::optional<Attempt> attempt;
  std::optional<Order> order;
  with_.database.read([&](store::Tx& tx) {
    attempt = OrderRows::find_attempt(tx, *id);
    if (attempt) order = OrderRows::find(tx, attempt->order_id);
  });
  if (!attempt || !order) {
    count("late");
    return true;
  }
  if (bounce.action != net::BounceAction::failed) {
    count("delayed");
    return true;
  }
  // Read once more: the address may have been confirmed since.
  if (attempt->outcome == AttemptOutcome::bounced) return true;
  const auto now = with_.clock.now();
  if (bounce.permanent && !attempt->hash.empty() && order->form->audience != TemplateFor::code) {
    const auto whose = with_.addressing.find_again(*order, *attempt);
    if (!whose) return false;
    if (*whose) with_.addressing.mark_bounced(**whose, bounce.status, now);
  }
  count(bounce.permanent ? "permanent" : "failed");
  (void)with_.database.write([&](store::Tx& tx) -> base::Status {
    auto known = OrderRows::find_attempt(tx, *id);
    // A report may come before its mail was noted as handed over, and more than once.
    if (!known || known->outcome == AttemptOutcome::bounced) return {};
    known->outcome = AttemptOutcome::bounced;
    known->code = bounce.status;
    known->words = bounce.words;
    known->next_at.reset();
    OrderRows::write(tx, *known, now);
    const auto all = OrderRows::attempts_of(tx, known->order_id);
    auto next = OrderRows::judge(all);
    // The next address is looked for: another may have been registered meanwhile.
    if (next.step == NoticeStep::failed) next = {NoticeStep::queued, "", now};
    OrderRows::write(tx, known->order_id, next, order->tries, now);
    return {};
  });
  return true;
}

}  // namespace alting::notify
