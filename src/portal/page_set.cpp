#include "portal/page_set.h"

#include <set>

namespace alting::portal {

PageRoute open_page(Method method, std::string_view pattern, PageFunction page, web::RouteLimits limits) {
  return {web::Audience::anyone, method, std::string(pattern), std::move(page), std::move(limits)};
}

PageRoute personal_page(Method method, std::string_view pattern, PageFunction page, web::RouteLimits limits) {
  return {web::Audience::person, method, std::string(pattern), std::move(page), std::move(limits)};
}

PageRoute party_page(Method method, std::string_view pattern, PageFunction page, web::RouteLimits limits) {
  return {web::Audience::party, method, std::string(pattern), std::move(page), std::move(limits)};
}

PageRoute staff_page(Method method, std::string_view pattern, PageFunction page, web::RouteLimits limits) {
  return {web::Audience::agency, method, std::string(pattern), std::move(page), std::move(limits)};
}

namespace {

class Checker {
 public:
  Checker(std::span<const PageSet> sets, const base::Texts& texts) : sets_(sets), texts_(texts) {}

  // The first fault; "": none.
  std::string fault() {
    for (const auto& set : sets_) look_at(set);
    for (const auto& set : sets_) {
      if (!set.menu_entry.empty() && !keys_.contains(set.menu_entry))
        report(set, fmt::format("no page set has the menu entry '{}'", set.menu_entry));
    }
    return fault_;
  }

 private:
  void look_at(const PageSet& set) {
    if (set.name.empty() || !names_.insert(set.name).second) report(set, "its name is missing or another's");
    if (set.routes.empty()) report(set, "it has no pages");
    if (set.words.empty()) report(set, "it has no words");
    for (const auto id : set.words) word(set, id);
    for (const auto& entry : set.menu) {
      word(set, entry.text);
      if (entry.key.empty() || !keys_.insert(entry.key).second)
        report(set, fmt::format("two menu entries are '{}', or one is nothing", entry.key));
      place(set, "menu", entry.order);
      if (!entry.each && entry.somebody.empty()) report(set, fmt::format("menu entry '{}' leads nowhere", entry.key));
      if (!entry.somebody.empty()) leads(set, entry.somebody, web::Audience::party);
      if (!entry.nobody.empty()) leads(set, entry.nobody, web::Audience::anyone);
    }
    for (const auto& link : set.person_menu) {
      word(set, link.text);
      leads(set, link.href, web::Audience::person);
      place(set, "person's menu", link.order);
    }
    for (const auto& link : set.footer) {
      word(set, link.text);
      leads(set, link.href, web::Audience::anyone);
      place(set, "footer", link.order);
    }
    if (!set.search.empty()) {
      leads(set, set.search, web::Audience::anyone);
      place(set, "search field", 0);
    }
  }

  // A GET page of the set, for no fewer people than see the link.
  void leads(const PageSet& set, std::string_view pattern, web::Audience at_most) {
    for (const auto& route : set.routes) {
      if (route.method == Method::get && route.pattern == pattern && route.whom <= at_most) return;
    }
    report(set, fmt::format("no page of the set is at '{}' for those who see the link", pattern));
  }

  void place(const PageSet& set, std::string_view of, int order) {
    if (!places_.emplace(of, order).second) report(set, fmt::format("two links want place {} of the {}", order, of));
  }

  void word(const PageSet& set, std::string_view id) {
    if (!texts_.has(id)) report(set, fmt::format("the text '{}' is missing", id));
  }

  void report(const PageSet& set, std::string_view what) {
    if (fault_.empty()) fault_ = fmt::format("page set '{}': {}", set.name, what);
  }

  std::span<const PageSet> sets_;
  const base::Texts& texts_;
  std::set<std::string_view> names_, keys_;
  std::set<std::pair<std::string_view, int>> places_;
  std::string fault_;
};

}  // namespace

base::Status check_page_sets(std::span<const PageSet> sets, const base::Texts& texts) {
  auto fault = Checker(sets, texts).fault();
  if (!fault.empty()) return base::make_error(base::ErrorKind::invalid, "error.texts", std::move(fault));
  return {};
}

}  // namespace alting::portal
