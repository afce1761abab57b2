// What who runs the portal tells those that use it: maintenance, or a changed rule. It is no notice of post, and goes to
// addresses that organisations and agencies have added here themselves and verified: what the registers know of how
// somebody is reached is for notices, and not for this.
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <string>

#include "base/random.h"
#include "forms/catalogue.h"
#include "notify/orders.h"
#include "parties/contact_points.h"
#include "parties/parties.h"

namespace alting::notify {

enum class ServiceAudience : std::uint8_t { organisations, agencies };  // the former: those that are no agency

struct ServiceMessage {
  std::string key;                   // who was told of it under this key is not told again
  std::string day;                   // from when it holds, "YYYY-MM-DD"
  std::array<std::string, 3> words;  // a sentence in each, in the order of base::all_languages
  ServiceAudience to = ServiceAudience::organisations;
  base::Language language = base::Language::nb;  // of the mail: an organisation has chosen none
};
struct ServiceOrdered {
  std::int64_t ordered = 0, told_before = 0;  // organisations
};

class ServiceMessages {
 public:
  struct Needs {
    store::Database& database;
    parties::ContactPoints& contacts;
    parties::Parties& parties;
    const forms::AppCatalogue& apps;
    const Orders& orders;
    base::Random& random;
    const base::Clock& clock;
  };
  explicit ServiceMessages(Needs needs) : with_(std::move(needs)) {}

  // Orders it for each, some at a time; ended between, the same once more goes on. With `only_count` it orders nothing,
  // and answers how many it would be. Errors: `invalid` (notify.error.cause: the key; notify.error.field: "field").
  [[nodiscard]] base::Result<ServiceOrdered> order(const ServiceMessage& message, bool only_count,
                                                   const std::function<bool()>& go_on = {});

 private:
  [[nodiscard]] base::Status order_some(const ServiceMessage& message, const std::vector<terms::PartyId>& to,
                                        bool only_count, ServiceOrdered& into);
  Needs with_;
};

}  // namespace alting::notify
