#include "portal/role_pages.h"

#include <algorithm>
#include <array>

#include "access/roles.h"
#include "portal/access_words.h"

namespace alting::portal {

using html::text;

namespace {

// Those that most need, and those who manage access: explained first.
constexpr std::array<std::string_view, 4> explained_first{"UTINN", "A0236", "ADMAI", "HADM"};

// Who has the role without anybody giving it: by these roles of Enhetsregisteret.
std::string held_by(const View& view, const access::RoleInfo& role) {
  std::vector<std::string> names;
  for (const auto code : parties::role_codes) {
    const auto* register_role = access::role_table().find(code);
    if (register_role == nullptr || register_role->altinn || register_role->code == "PRIV") continue;
    if (register_role->gives.test(role.id)) names.push_back(access::role_name(code, view.language));
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

ui::Term role_term(const View& view, const access::RoleInfo& role) {
  Html said;
  if (const auto opens = opens_in_words(view, role.code); !opens.empty()) said += ui::paragraph(opens);
  if (const auto who = held_by(view, role); !who.empty())
    said += ui::paragraph(view.t("help.roles.held_by", {{"roles", who}}));
  else
    said += ui::paragraph(view.t("help.roles.held_by_nobody"));
  return {access::role_name(role.code, view.language), said, {}};
}

Response roles_page(View& view) {
  std::vector<ui::Term> first, others;
  for (const auto code : explained_first)
    if (const auto* role = access::role_table().find(code)) first.push_back(role_term(view, *role));
  for (const auto id : access::role_table().altinn_roles()) {
    const auto& role = access::role_table()[id];
    if (std::ranges::find(explained_first, role.code) != explained_first.end()) continue;
    // Only such as can be given for a business, and of which it is known what they open.
    if (role.for_organisations && !opens_in_words(view, role.code).empty()) others.push_back(role_term(view, role));
  }
  Html content = ui::heading(1, view.t("help.roles.title"));
  content += ui::ingress(view.t("help.roles.text"));
  for (const auto* part : {"get", "ask", "give", "certificate", "estate", "mine"})
    content += ui::section(view.t(fmt::format("help.roles.{}", part)),
                           ui::prose(html::markdown(view.t(fmt::format("help.roles.{}.text", part)))));
  content += ui::section(view.t("help.roles.usual"), ui::description_list(first));
  if (!others.empty())
    content += ui::section(view.t("access.give.others"),
                           ui::details(view.t("help.roles.others"), ui::description_list(others)));
  content += ui::button_row(ui::button_link(view.t("access.ask.page"), route::ask_access) +
                            ui::button_link(view.t("help.title"), route::help, ui::Variant::secondary));
  return view.show(
      {.title = view.t("help.roles.title"),
       .crumbs = {{view.t("help.title"), std::string(route::help)}, {view.t("help.roles.title"), "", true}}},
      content);
}

}  // namespace

PageSet role_pages() {
  return {.name = "roles",
          .routes = {open_page(Method::get, route::help_on_roles, roles_page)},
          .words = {"help.roles.title"}};
}

}  // namespace alting::portal
