// Before a message is sent: who of its recipients could be told of it by e-mail now, by the rule that its notice will go
// by (addressing.h). For who writes it: no address is told, and what is asked of a person's is a row that they see.
#pragma once
#include <string>
#include <vector>

#include "notify/addressing.h"

namespace alting::notify {

struct ReachQuestion {
  terms::AppId service;  // whose message it is
  bool confidential = false, ignore_reservation = false;
};
struct ReachAnswer {
  bool by_mail = false;
  // Why not: "reserved", "stale" (not confirmed in 18 months), "bounced", "shared" (others use the address too, and it is
  // confidential), "no_answer" (of a register), "gone", or "" without an address.
  std::string reason;
  bool noted = false;  // of a person: that they were looked up is a row that they see
};

class Reaching {
 public:
  // It must outlive this.
  explicit Reaching(Addressing& addressing) : addressing_(addressing) {}

  // One answer for each, in their order; of persons parties::max_contacts_at_once at most, asked for in one question.
  [[nodiscard]] std::vector<ReachAnswer> of(const ReachQuestion& question,
                                            const std::vector<terms::PartyId>& recipients);

 private:
  Addressing& addressing_;
};

}  // namespace alting::notify
