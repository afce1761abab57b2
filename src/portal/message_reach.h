// Before a message is sent: who of its recipients can be told of it by e-mail, and who cannot and why. The registers are
// asked now; when it is sent they are asked again.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "parties/contact_points.h"
#include "portal/view.h"

namespace alting::portal {

enum class NoMail : std::uint8_t { none, reserved, stale, bounced };

struct Reach {
  struct Missing {
    std::string name;
    NoMail why = NoMail::none;
  };
  std::int64_t by_mail = 0, without = 0, not_looked_up = 0;
  std::vector<Missing> missing;  // of those without, the first 100
};

struct ReachQuestion {
  terms::AppId service;
  std::vector<parties::Party> recipients;
  bool ignore_reservation = false;
};
// Looks up as many as fit in some seconds; the others are counted.
[[nodiscard]] Reach reach_of(const base::Clock& clock, parties::ContactPoints& contacts, const ReachQuestion& question);
[[nodiscard]] Html reach_in_words(const View& view, const Reach& reach);

}  // namespace alting::portal
