#include "portal/other_ways.h"

#include <algorithm>
#include <map>

namespace alting::portal {

namespace {

using Ways = std::vector<base::RichText>;

Html ways_list(const Ways& ways) {
  std::vector<Html> items;
  items.reserve(ways.size());
  for (const auto& way : ways) items.push_back(html::blocks(way));
  return ui::list(items);
}

struct AgencyWays {
  Ways ways;  // what two of its forms say alike stands once
  std::vector<ui::NavLink> papers;
};

std::map<std::string, AgencyWays> ways_by_agency(const forms::AppCatalogue& apps, Language language) {
  std::map<std::string, AgencyWays> by_agency;
  for (const auto& app : apps.all()) {
    const auto start = app->start(language);
    if (start.other_ways.empty()) continue;
    auto& of_agency = by_agency[app->controller(language).name];
    for (const auto& way : start.other_ways) {
      const auto same = [&](const auto& one) { return one.plain() == way.plain(); };
      if (std::ranges::none_of(of_agency.ways, same)) of_agency.ways.push_back(way);
    }
    of_agency.papers.push_back({start.title, printed_form_address(app->facts().id)});
  }
  return by_agency;
}

}  // namespace

Html other_ways(const View& view, const forms::App& app) {
  const auto ways = app.start(view.language).other_ways;
  const auto paper = printed_form_address(app.facts().id);
  const auto link = view.request.path == paper ? Html() : html::el("p", ui::link(view.t("printed.link"), paper));
  if (ways.empty()) return link;
  return ui::section(view.t("other_ways.title"), ui::paragraph(view.t("other_ways.text")) + ways_list(ways) + link);
}

Html all_other_ways(const View& view, const forms::AppCatalogue& apps) {
  const auto by_agency = ways_by_agency(apps, view.language);
  if (by_agency.empty()) return {};
  Html folded;
  for (const auto& [agency, of_agency] : by_agency) {
    std::vector<Html> papers;
    for (const auto& paper : of_agency.papers) papers.push_back(ui::link(paper.label, paper.href));
    folded +=
        ui::details(agency, ways_list(of_agency.ways) + ui::paragraph(view.t("other_ways.paper")) + ui::list(papers));
  }
  return ui::section(view.t("other_ways.title"), ui::paragraph(view.t("other_ways.text")) + folded);
}

std::string other_ways_in_words(const base::Texts& texts, const forms::AppCatalogue& apps, Language language) {
  const auto by_agency = ways_by_agency(apps, language);
  if (by_agency.empty()) return {};
  auto words = texts.format(language, "other_ways.text", {});
  for (const auto& [agency, of_agency] : by_agency) {
    words += fmt::format("\n\n{}:", agency);
    for (const auto& way : of_agency.ways) words += fmt::format("\n- {}", way.plain());
  }
  return words;
}

}  // namespace alting::portal
