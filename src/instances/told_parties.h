// Whom the log has told that an employee of an agency had their matter on a list: once for each employee, party and
// session, as a party's own reads are noted. A list is opened many times a day; each party need not read of it as often.
//
// In memory, of this process: forgotten, or on another node, a party is told once more.
#pragma once
#include <mutex>
#include <string>
#include <unordered_set>
#include <vector>

#include "terms/actor.h"

namespace alting::instances {

class ToldParties {
 public:
  // Of these parties, each once, those that were not told yet of this actor's session.
  [[nodiscard]] std::vector<terms::PartyId> not_told(const terms::Actor& actor,
                                                     const std::vector<terms::PartyId>& parties) const;
  void told(const terms::Actor& actor, const std::vector<terms::PartyId>& parties);  // once that is durable

 private:
  [[nodiscard]] static std::string name_of(const terms::Actor& actor, terms::PartyId party);
  mutable std::mutex mutex_;
  std::unordered_set<std::string> told_;
};

}  // namespace alting::instances
