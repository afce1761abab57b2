#include "portal/catalogue_search.h"

#include "base/text.h"

namespace alting::portal {

bool matches(const forms::StartInfo& start, const forms::Controller& controller, std::string_view words) {
  if (words.empty()) return true;
  auto all = start.title + " " + start.for_whom.plain() + " " + start.topic + " " + controller.name;
  for (const auto& keyword : start.keywords) all += " " + keyword;
  all = base::search_words(all);
  for (const auto word : base::split(words, ' ')) {
    if (!word.empty() && all.find(word) == std::string::npos) return false;
  }
  return true;
}

}  // namespace alting::portal
