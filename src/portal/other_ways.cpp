#include "portal/other_ways.h"

#include <map>

namespace alting::portal {

using html::el;

namespace {

struct FormWays {
  std::string title, paper;
  std::vector<base::RichText> ways;
};

std::map<std::string, std::vector<FormWays>> ways_by_agency(const forms::AppCatalogue& apps, Language language) {
  std::map<std::string, std::vector<FormWays>> by_agency;
  for (const auto& app : apps.all()) {
    auto start = app->start(language);
    if (start.other_ways.empty()) continue;
    by_agency[app->controller(language).name].push_back(
        {std::move(start.title), printed_form_address(app->facts().id), std::move(start.other_ways)});
  }
  return by_agency;
}

Html ways_list(const std::vector<base::RichText>& ways) {
  std::vector<Html> items;
  items.reserve(ways.size());
  for (const auto& way : ways) items.push_back(html::blocks(way));
  return ui::list(items);
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

Html all_other_ways(const View& view, const forms::AppCatalogue& apps) {
  Html folded;
  for (const auto& [agency, forms] : ways_by_agency(apps, view.language)) {
    Html of_agency;
    for (const auto& form : forms)
      of_agency += ui::section(form.title, ways_list(form.ways) + link_to_paper(view, form.paper), 3);
    folded += ui::details(agency, of_agency);
  }
  if (folded.empty()) return {};
  return ui::section(view.t("other_ways.title"), ui::paragraph(view.t("other_ways.text")) + folded);
}

std::string other_ways_in_words(const base::Texts& texts, const forms::AppCatalogue& apps, Language language) {
  std::string words;
  for (const auto& [agency, forms] : ways_by_agency(apps, language)) {
    for (const auto& form : forms) {
      words += fmt::format("\n\n{} ({}):", agency, form.title);
      for (const auto& way : form.ways) words += fmt::format("\n- {}", way.plain());
    }
  }
  return words.empty() ? words : std::string(texts.get(language, "other_ways.text")) + words;
}

}  // namespace alting::portal
