// What happens elsewhere and somebody is told of: the outbox's subscriber of other rooms' topics. Each becomes an order, in
// the transaction that settles the message, under the message's id: told once, however often it is delivered.
#pragma once
#include "access/restrictions.h"
#include "base/random.h"
#include "forms/catalogue.h"
#include "notify/orders.h"
#include "parties/contact_points.h"
#include "parties/parties.h"
#include "store/outbox.h"
#include "store/vault.h"

namespace alting::notify {

// Before the id of a restriction in an order's cause: "restriction:<id>/lifted".
inline constexpr std::string_view of_restriction = "restriction:";
// Of the notice that `told` says was ordered: what became of it is found by it (Orders::states).
[[nodiscard]] std::string cause_of_told(const access::RestrictionId& id, const access::Told& told);

// What a message's recipient is told with.
[[nodiscard]] std::string_view template_of_message(bool confidential);

class Telling {
 public:
  struct Needs {
    store::Database& database;
    store::Vault& vault;
    parties::Parties& parties;
    parties::ContactPoints& contacts;
    const forms::AppCatalogue& apps;
    const Orders& orders;
    base::Random& random;
    const base::Clock& clock;
  };
  explicit Telling(Needs needs) : with_(std::move(needs)) {}

  [[nodiscard]] store::Delivered message_published(const store::OutboxMessage& message);  // to its recipient
  [[nodiscard]] store::Delivered message_answered(const store::OutboxMessage& message);   // to the agency's staff
  [[nodiscard]] store::Delivered form_sent(const store::OutboxMessage& message);          // the same
  // To the party, each time something of it is restricted, will be lifted, or was; to the staff of each agency that has got
  // something of it, when it is restricted and when it is so no longer.
  [[nodiscard]] store::Delivered restriction_changed(const store::OutboxMessage& message);
  [[nodiscard]] store::Delivered address_code(const store::OutboxMessage& message);  // to the address

 private:
  [[nodiscard]] store::Delivered to_staff(const store::OutboxMessage& message, std::string_view form,
                                          const terms::AppId& app, std::string cause);
  [[nodiscard]] store::Delivered place(const store::OutboxMessage& message, NewOrder order) const;
  [[nodiscard]] std::optional<terms::PartyId> agency_of(std::string_view org) const;
  Needs with_;
};

}  // namespace alting::notify
