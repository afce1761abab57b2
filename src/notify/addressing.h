// Where orders go: addresses as they are now, asked of the registers for a whole claim at once, and those an organisation
// has added itself. Nothing of it is kept but in the orders' attempts, masked.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "access/access.h"
#include "notify/order_rows.h"
#include "parties/contact_points.h"

namespace alting::notify {

struct Destination {
  terms::PartyId told;  // whose address it is
  std::string address, hash, masked, source;
  std::optional<base::Instant> confirmed_at;
  bool bare = false;  // others use it too
};

struct Addressed {
  std::vector<Destination> to;
  // Why there is none: "no_answer" (of a register: try again), "reserved", "bounced", "shared", "no_sms", "gone" (not
  // wanted any more), "opened", or "" when nobody has an address.
  std::string reason;
  bool stale = false;       // a person's was not confirmed in time
  bool noted = false;       // that the person was looked up is a row that they see
  bool overridden = false;  // the person is reserved, and is told all the same
  base::Language language = base::Language::nb;
  std::string recipient_name;  // of an organisation
  std::string code;            // of a template for code
};

// What it is for: to send, or to say beforehand who could be told (reaching.h). The rule is one.
enum class AddressedFor : std::uint8_t { sending, preview };

class Addressing {
 public:
  struct Needs {
    parties::ContactPoints& contacts;
    parties::Parties& parties;
    access::Decider& decider;
    // Why an order for this cause is not wanted any more ("opened", "gone", "restricted"); nothing: it is.
    std::function<std::optional<std::string>(const Order&)> unwanted;
  };
  explicit Addressing(Needs needs) : with_(std::move(needs)) {}

  // One answer for each, in their order.
  [[nodiscard]] std::vector<Addressed> address(const std::vector<Order>& orders,
                                               AddressedFor purpose = AddressedFor::sending);
  // Where an attempt went, if that is an address of the same still; nothing too when a register does not answer (then
  // `unavailable` is the error).
  [[nodiscard]] base::Result<std::optional<Destination>> find_again(const Order& order, const Attempt& attempt);

  // The relay says that an address does not exist.
  void mark_refused(const Destination& to, std::string_view code, base::Instant at);
  void mark_bounced(const Destination& to, std::string_view status, base::Instant at);

 private:
  void ask_persons(const std::vector<Order>& orders, std::vector<Addressed>& answers,
                   const std::vector<std::size_t>& which, AddressedFor purpose);
  void take_person(const Order& order, const parties::PersonContact& contact, Addressed& answer);
  void take_organisation(const Order& order, Addressed& answer);
  void take_own(const Order& order, Addressed& answer);
  void take_code(const Order& order, Addressed& answer);
  void add(Addressed& answer, Destination to, bool& bounced);
  [[nodiscard]] std::vector<parties::OwnAddress> own_of(const Order& order);
  [[nodiscard]] bool acts_for(const terms::Actor& actor, terms::PartyId organisation);
  [[nodiscard]] bool may_read(const Order& order, const parties::OwnAddress& address);
  Needs with_;
};

}  // namespace alting::notify
