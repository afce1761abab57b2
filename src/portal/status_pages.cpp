#include "portal/status_pages.h"

#include <algorithm>

#include "portal/other_ways.h"
#include "portal/words.h"

namespace alting::portal {

using html::el;
using html::text;

namespace {

using StatusView = ViewOf<StatusUses>;

Html health_tag(const View& view, Health health) {
  switch (health) {
    case Health::up: return ui::tag(view.t("status.up"), ui::Color::success);
    case Health::delayed: return ui::tag(view.t("status.delayed"), ui::Color::warning);
    case Health::down: break;
  }
  return ui::tag(view.t("status.down"), ui::Color::danger);
}

// The worst of the parts: what is said of the whole.
Health worst_of(const std::vector<Measured>& parts) {
  const auto worst = std::ranges::max_element(parts, {}, &Measured::health);
  return worst == parts.end() ? Health::up : worst->health;
}

Html verdict(const View& view, Health health) {
  switch (health) {
    case Health::up: return ui::alert(ui::Color::success, view.t("status.all_up"));
    case Health::delayed:
      return ui::alert({.color = ui::Color::warning,
                        .title = view.t("status.some_delayed"),
                        .body = ui::paragraph(view.t("status.some_delayed.text"))});
    case Health::down: break;
  }
  return ui::alert({.color = ui::Color::danger,
                    .title = view.t("status.some_down"),
                    .body = ui::paragraph(view.t("status.some_down.text"))});
}

Html parts_table(const View& view, const std::vector<Measured>& parts) {
  std::vector<std::vector<Html>> rows;
  for (const auto& part : parts)
    rows.push_back({text(view.t("status.part." + part.name)), health_tag(view, part.health),
                    time_tag(view, part.at, base::TimeStyle::compact)});
  return ui::table({.caption = view.t("status.parts"),
                    .hide_caption = true,
                    .columns = {{.name = view.t("status.part")},
                                {.name = view.t("status.state")},
                                {.name = view.t("status.measured")}},
                    .rows = std::move(rows)});
}

Html public_log(const StatusView& view) {
  return ui::section(
      view.t("status.log"),
      ui::paragraph(view.t("status.log.text")) +
          ui::description_list(
              {{view.t("status.log.origin"), el("code", text(view.uses.ledger.origin())), {}},
               {view.t("status.log.key"), el("code", {{"class", "digest"}}, text(view.uses.ledger.verifier_key())), {}},
               {view.t("status.log.keys"), ui::link(view.t("status.log.keys.link"), route::log_keys), {}}}));
}

Response status(StatusView& view) {
  const auto parts = view.uses.measure();
  const auto health = worst_of(parts);
  Html content = ui::heading(1, view.t("status.title")) + verdict(view, health);
  content += ui::section(view.t("status.parts"), ui::paragraph(view.t("status.parts.text")) + parts_table(view, parts));
  if (health == Health::down) content += all_other_ways(view, view.uses.apps);
  content += public_log(view);
  return view.show({.title = view.t("status.title")}, content);
}

}  // namespace

PageSet status_pages(const StatusUses& uses) {
  return {.name = "status",
          .routes = {open_page(Method::get, route::status, with(uses, status))},
          .footer = {{.text = "footer.status", .href = route::status, .order = 50}},
          .words = {"status.title", "status.all_up", "status.some_delayed", "status.some_down"}};
}

}  // namespace alting::portal
