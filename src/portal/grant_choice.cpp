#include "portal/grant_choice.h"

#include <algorithm>

namespace alting::portal {
namespace {

constexpr std::string_view role_choice = "rolle:", form_choice = "skjema:";
constexpr std::string_view fills_in_and_sends = "UTINN";

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

std::vector<Grant> choices_of(const access::Delegations::Offer& offer) {
  std::vector<Grant> choices;
  for (const auto& role : offer.roles) {
    if (role == fills_in_and_sends) choices.push_back(grant_of(role));
  }
  for (const auto& app : offer.apps) choices.push_back({.app = app});
  for (const auto& role : offer.roles) {
    if (role != fills_in_and_sends) choices.push_back(grant_of(role));
  }
  return choices;
}

}  // namespace alting::portal
