#include "portal/other_ways.h"

namespace alting::portal {

using html::el;

namespace {

Html ways_list(const std::vector<base::RichText>& ways) {
  std::vector<Html> items;
  items.reserve(ways.size());
  for (const auto& way : ways) items.push_back(html::blocks(way));
  return ui::list(items);
}

WaysByAgency ways_by_agency(const std::vector<std::shared_ptr<const forms::App>>& apps, Language language) {
  WaysByAgency by_agency;
  for (const auto& app : apps) {
    auto start = app->start(language);
    if (start.other_ways.empty()) continue;
    auto list = ways_list(start.other_ways);
    by_agency[app->controller(language).name].push_back({.title = std::move(start.title),
                                                         .paper = printed_form_address(app->facts().id),
                                                         .ways = std::move(start.other_ways),
                                                         .list = std::move(list)});
  }
  return by_agency;
}

Html link_to_paper(const View& view, const std::string& paper) {
  return view.request.path == paper ? Html() : el("p", ui::link(view.t("printed.link"), paper));
}

}  // namespace

Html other_ways(const View& view, const forms::App& app) {
  const auto ways = app.start(view.language).other_ways;
  const auto paper = link_to_paper(view, printed_form_address(app.facts().id));
  if (ways.empty()) return paper;
  return ui::section(view.t("other_ways.title"), ui::paragraph(view.t("other_ways.text")) + ways_list(ways) + paper);
}

std::shared_ptr<const WaysByAgency> KnownWays::in(Language language) {
  auto now = apps_.all();
  const std::lock_guard lock(mutex_);
  auto& kept = kept_[language];
  if (!kept.ways || kept.apps != now) {
    kept.ways = std::make_shared<const WaysByAgency>(ways_by_agency(now, language));
    kept.apps = std::move(now);
  }
  return kept.ways;
}

Html all_other_ways(const View& view, const forms::AppCatalogue& apps) {
  KnownWays known(apps);
  return all_other_ways(view, known);
}

Html all_other_ways(const View& view, KnownWays& known) {
  const auto ways = known.in(view.language);
  Html folded;
  for (const auto& [agency, forms] : *ways) {
    Html of_agency;
    for (const auto& form : forms) of_agency += ui::section(form.title, form.list + link_to_paper(view, form.paper), 3);
    folded += ui::details(agency, of_agency);
  }
  if (folded.empty()) return {};
  return ui::section(view.t("other_ways.title"), ui::paragraph(view.t("other_ways.text")) + folded);
}

std::string other_ways_in_words(const base::Texts& texts, const forms::AppCatalogue& apps, Language language) {
  std::string words;
  for (const auto& [agency, forms] : ways_by_agency(apps.all(), language)) {
    for (const auto& form : forms) {
      words += fmt::format("\n\n{} ({}):", agency, form.title);
      for (const auto& way : form.ways) words += fmt::format("\n- {}", way.plain());
    }
  }
  return words.empty() ? words : std::string(texts.get(language, "other_ways.text")) + words;
}

}  // namespace alting::portal
