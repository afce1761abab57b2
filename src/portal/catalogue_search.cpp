#include "portal/catalogue_search.h"

#include "base/text.h"

namespace alting::portal {

bool matches(const forms::StartInfo& start, const forms::Controller& controller, std::string_view words) {
  if (words.empty()) return true;
  auto all = start.title + " " + start.for_whom.plain() + " " + start.topic + " " + controller.name;
  for (const auto& keyword : start.keywords) all += " " + keyword;
  return base::has_all_words(all, words);
}

}  // namespace alting::portal
