#include "portal/addresses.h"

#include <algorithm>
#include <stdexcept>

namespace alting::portal {

std::string filled(std::string_view pattern, std::initializer_list<std::string_view> places) {
  std::string address;
  for (const auto value : places) {
    const auto begin = pattern.find('{'), end = pattern.find('}');
    if (begin == std::string_view::npos || end == std::string_view::npos)
      throw std::logic_error("an address has fewer places than are given");
    address += pattern.substr(0, begin);
    address += value;
    pattern.remove_prefix(end + 1);
  }
  if (pattern.find('{') != std::string_view::npos) throw std::logic_error("a place of an address is not given");
  return address += pattern;
}

std::string with_query(std::string_view address, const net::Parameters& parameters) {
  return net::with_query(address, parameters, net::Slashes::stay);
}

std::string local_path(std::string_view given, std::string_view fallback) {
  const bool good =
      given.starts_with('/') && !given.starts_with("//") && given.size() <= 1000 &&
      std::none_of(given.begin(), given.end(),
                   [](char c) { return c == '\\' || static_cast<unsigned char>(c) <= 0x20 || c == 0x7f; }) &&
      given.find("%0") == std::string_view::npos &&
      given.find("%1") == std::string_view::npos;  // control characters in disguise
  return std::string(good ? given : fallback);
}

bool is_at(std::string_view path, std::string_view page) {
  return path.starts_with(page) && (path.size() == page.size() || path[page.size()] == '/');
}

std::optional<terms::AppId> form_at(std::string_view address) {
  auto path = address.substr(0, address.find_first_of("?#"));
  if (!path.starts_with(route::catalogue)) return std::nullopt;
  path.remove_prefix(route::catalogue.size());
  if (!path.starts_with('/')) return std::nullopt;
  return terms::AppId::parse(path.substr(1));
}

bool is_agencys(std::string_view path) { return path.starts_with(route::queue.substr(0, route::queue.find('{'))); }

std::string_view rest_below_party(std::string_view path) {
  static constexpr auto uuid_size = std::string_view("00000000-0000-0000-0000-000000000000").size();
  static constexpr auto before = route::home_of_party.find('{');
  return path.substr(std::min(path.size(), before + uuid_size));
}

std::string_view folder_code(inbox::Folder folder) {
  switch (folder) {
    case inbox::Folder::work: return "arbeid";
    case inbox::Folder::sent: return "sendt";
    case inbox::Folder::received: return "mottatt";
    case inbox::Folder::archive: return "arkiv";
    case inbox::Folder::deleted: return "slettet";
  }
  return "";
}

inbox::Folder folder_of(std::string_view code) {
  for (const auto folder :
       {inbox::Folder::sent, inbox::Folder::received, inbox::Folder::archive, inbox::Folder::deleted})
    if (code == folder_code(folder)) return folder;
  return inbox::Folder::work;
}

std::string log_in_address(std::string_view back_to, std::string_view level) {
  return with_query(route::log_in, {{parameter::level, level}, {parameter::back_to, back_to}});
}

std::string fresh_log_in_address(std::string_view back_to) {
  return with_query(login::route::start, {{login::parameter::fresh, "1"}, {login::parameter::back_to, back_to}});
}

std::string choose_party_address(std::string_view back_to) {
  return with_query(route::choose_party, {{parameter::back_to, back_to}});
}

std::string chosen_party_address(const terms::PartyUuid& party, std::string_view back_to) {
  return with_query(route::chosen_party, {{parameter::party, party.text()}, {parameter::back_to, back_to}});
}

std::string ask_access_address(const terms::PartyUuid& party, std::string_view form, std::string_view role) {
  return with_query(route::ask_access,
                    {{parameter::party, party.text()}, {parameter::form, form}, {parameter::role, role}});
}
std::string renounce_access_address(const terms::DelegationId& delegation) {
  return filled(route::renounce_access, {delegation.text()});
}

std::string service_address(const terms::AppId& app) { return filled(route::service, {app.org, app.app}); }
std::string printed_form_address(const terms::AppId& app) { return filled(route::printed_form, {app.org, app.app}); }
std::string queue_address(std::string_view org) { return filled(route::queue, {org}); }

}  // namespace alting::portal
