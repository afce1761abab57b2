#include "notify/service_messages.h"

#include <algorithm>
#include <set>

#include "store/row_reader.h"

namespace alting::notify {
namespace {

constexpr int ordered_at_once = 50;
constexpr std::size_t max_key = 40;
constexpr std::string_view form_name = "service_message";

bool is_key(std::string_view key) {
  return !key.empty() && key.size() <= max_key &&
         std::ranges::all_of(key, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

NewOrder order_of(const ServiceMessage& message, base::Instant now) {
  NewOrder order;
  order.template_name = form_name;
  order.cause = "service:" + message.key;
  order.duplicate_key = order.cause;
  order.due = now;
  order.channel = Channel::email;
  order.language = message.language;
  order.fields = {{"day", message.day}};
  for (std::size_t i = 0; i < message.words.size(); ++i)
    order.fields["words_" + std::string(base::to_text(base::all_languages[i]))] = message.words[i];
  return order;
}

base::Status check_message(const ServiceMessage& message, base::Instant now) {
  if (!is_key(message.key)) return base::make_error(base::ErrorKind::invalid, "notify.error.cause");
  const auto* form = newest_template(form_name);
  if (!form) return base::make_error(base::ErrorKind::invalid, "notify.error.template");
  const auto fields = order_of(message, now).fields;
  for (const auto& [name, value] : fields)
    if (value.empty()) return base::make_error(base::ErrorKind::invalid, "notify.error.field", {}, {{"field", name}});
  return check_fields(*form, fields);
}

}  // namespace

base::Status ServiceMessages::order_some(const ServiceMessage& message, const std::vector<terms::PartyId>& to,
                                         bool only_count, ServiceOrdered& into) {
  const auto now = with_.clock.now();
  auto order = order_of(message, now);
  ServiceOrdered some;
  const auto work = [&](store::Tx& tx) -> base::Status {
    some = {};
    for (const auto recipient : to) {
      if (tx.query_one("SELECT id FROM notify_order WHERE recipient_id = ? AND duplicate_key = ?",
                       {recipient, order.duplicate_key})) {
        ++some.told_before;
        continue;
      }
      ++some.ordered;
      if (only_count) continue;
      order.recipient = recipient;
      ALTING_CHECK(with_.orders.place(tx, order, base::Uuid::v7(with_.random, now).text()));
    }
    return {};
  };
  ALTING_CHECK(only_count ? with_.database.read(work) : with_.database.write(work));
  into.ordered += some.ordered;
  into.told_before += some.told_before;
  return {};
}

base::Result<ServiceOrdered> ServiceMessages::order(const ServiceMessage& message, bool only_count,
                                                    const std::function<bool()>& go_on) {
  ALTING_CHECK(check_message(message, with_.clock.now()));
  std::set<terms::PartyId> agencies;
  for (const auto& app : with_.apps.services())
    if (const auto agency = with_.parties.find_organisation(app->controller(base::Language::nb).organisation_number))
      agencies.insert(agency->id);
  ServiceOrdered all;
  terms::PartyId after{};
  for (auto found = with_.contacts.with_own_email(after, ordered_at_once); !found.empty();
       found = with_.contacts.with_own_email(after, ordered_at_once)) {
    after = found.back();
    std::erase_if(found, [&](terms::PartyId id) {
      const auto party = with_.parties.find(id);
      return !party || party->deleted || agencies.contains(id) != (message.to == ServiceAudience::agencies);
    });
    ALTING_CHECK(order_some(message, found, only_count, all));
    if (go_on && !go_on()) break;
  }
  return all;
}

}  // namespace alting::notify
