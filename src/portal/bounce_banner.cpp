#include "portal/bounce_banner.h"

namespace alting::portal {

Html bounce_banner(const View& view, parties::ContactPoints& contacts) {
  const auto bounced = contacts.bounced(view.actor());
  if (bounced.empty()) return {};
  std::vector<Html> addresses;
  for (const auto& one : bounced)
    addresses.push_back(html::text(
        view.t("mailbox.bounced.address",
               {{"address", one.masked}, {"time", base::format_local(one.at, base::TimeStyle::date, view.language)}})));
  return ui::alert({.color = ui::Color::warning,
                    .title = view.t("mailbox.bounced.title"),
                    .body = ui::paragraph(view.t("mailbox.bounced.text")) + ui::list(addresses) +
                            html::el("p", ui::link(view.t("mailbox.bounced.profile"), route::profile))});
}

}  // namespace alting::portal
