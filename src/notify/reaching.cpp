#include "notify/reaching.h"

#include "notify/telling.h"

namespace alting::notify {

std::vector<ReachAnswer> Reaching::of(const ReachQuestion& question, const std::vector<terms::PartyId>& recipients) {
  std::vector<Order> orders;
  for (const auto& recipient : recipients) {
    Order order;
    order.form = newest_template(template_of_message(question.confidential));
    order.recipient = recipient;
    order.service = question.service;
    order.confidential = question.confidential;
    order.channel = Channel::email_preferred;
    order.ignore_reservation = question.ignore_reservation;
    orders.push_back(std::move(order));
  }
  std::vector<ReachAnswer> answers;
  for (auto& addressed : addressing_.address(orders, AddressedFor::preview)) {
    ReachAnswer answer{.by_mail = !addressed.to.empty(), .reason = {}, .noted = addressed.noted};
    if (!answer.by_mail)
      answer.reason = addressed.reason.empty() && addressed.stale ? "stale" : std::move(addressed.reason);
    answers.push_back(std::move(answer));
  }
  return answers;
}

}  // namespace alting::notify
