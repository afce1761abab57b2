#include "portal/inbox_view.h"

namespace alting::portal {

namespace {

constexpr std::string_view message_mark = "m";
constexpr char between = '.';

}  // namespace

std::string inbox_address(const View& view, inbox::Folder folder) {
  if (view.party) return view.addresses().inbox(folder);
  return with_query(route::all_inboxes, {{parameter::folder, folder_code(folder)}});
}

std::string chosen_rows_address(const View& view) {
  return view.party ? view.addresses().chosen_rows() : std::string(route::chosen_of_all);
}

base::Result<terms::Scope> inbox_scope(const View& view, terms::Action action) {
  return view.site.decider.scope(view.actor(), action, view.party ? std::optional(view.party->id) : std::nullopt);
}

std::string message_key(const inbox::MessageId& id) { return std::string(message_mark) + between + id.text(); }

std::string row_key(const View& view, const inbox::Item& item) {
  std::string key = view.party ? std::string() : item.party_uuid.text() + between;
  if (item.message) return key + message_key(item.message->id);
  return key + item.at.id.text();
}

ChosenRow chosen_row(std::string_view key) {
  ChosenRow row{.key = std::string(key)};
  auto rest = key;
  if (const auto end = rest.find(between); end != std::string_view::npos && rest.substr(0, end) != message_mark) {
    row.party = terms::PartyUuid::parse(rest.substr(0, end));
    if (!row.party) return row;
    rest.remove_prefix(end + 1);
  }
  if (rest.starts_with(message_mark) && rest.size() > 1 && rest[1] == between)
    row.message = inbox::MessageId::parse(rest.substr(2));
  else
    row.form = terms::InstanceId::parse(rest);
  return row;
}

}  // namespace alting::portal
