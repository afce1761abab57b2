#include "portal/grant_choice.h"

#include <algorithm>

namespace alting::portal {
namespace {

constexpr std::string_view role_choice = "rolle:", form_choice = "skjema:";

Grant grant_of(const std::string& role) { return {.role = role}; }

}  // namespace

std::string choice_code(const Grant& grant) {
  return grant.role ? std::string(role_choice) + *grant.role : std::string(form_choice) + grant.app.value().text();
}

Grant read_choice(std::string_view code) {
  if (code.starts_with(role_choice)) return grant_of(std::string(code.substr(role_choice.size())));
  if (code.starts_with(form_choice)) return {.app = terms::AppId::parse(code.substr(form_choice.size()))};
  return {};
}

bool is_offered(const access::Delegations::Offer& offer, const Grant& grant) {
  if (grant.role) return std::ranges::find(offer.roles, *grant.role) != offer.roles.end();
  return grant.app && std::ranges::find(offer.apps, *grant.app) != offer.apps.end();
}

Choices choices_of(const access::Delegations::Offer& offer) {
  Choices choices;
  for (std::size_t i = 0; i < offer.roles.size(); ++i)
    (i < offer.usual ? choices.first : choices.others).push_back(grant_of(offer.roles[i]));
  for (const auto& app : offer.apps) choices.first.push_back({.app = app});
  return choices;
}

}  // namespace alting::portal
