#include "instances/told_parties.h"

#include <fmt/format.h>

#include <set>

namespace alting::instances {

namespace {
constexpr std::size_t most_remembered = 200'000;  // then it begins anew
}  // namespace

std::string ToldParties::name_of(const terms::Actor& actor, terms::PartyId party) {
  return fmt::format("{}|{}|{}", actor.party.value, party.value, actor.session);
}

std::vector<terms::PartyId> ToldParties::not_told(const terms::Actor& actor,
                                                  const std::vector<terms::PartyId>& parties) const {
  const std::set<terms::PartyId> once(parties.begin(), parties.end());
  std::vector<terms::PartyId> left;
  const std::lock_guard lock(mutex_);
  for (const auto party : once)
    if (!told_.contains(name_of(actor, party))) left.push_back(party);
  return left;
}

void ToldParties::told(const terms::Actor& actor, const std::vector<terms::PartyId>& parties) {
  const std::lock_guard lock(mutex_);
  if (told_.size() + parties.size() > most_remembered) told_.clear();
  for (const auto party : parties) told_.insert(name_of(actor, party));
}

}  // namespace alting::instances
