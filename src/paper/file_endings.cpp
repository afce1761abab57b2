#include "paper/file_endings.h"

#include <algorithm>

#include "base/text.h"

namespace alting::paper {
namespace {

const std::vector<std::vector<std::string>>& groups() {
  static const std::vector<std::vector<std::string>> all{
      {".jpg", ".jpeg", ".jfif"}, {".tif", ".tiff"}, {".htm", ".html"}, {".heic", ".heif"}, {".mpg", ".mpeg"},
      {".yml", ".yaml"},          {".aif", ".aiff"}, {".mid", ".midi"}, {".sos", ".sosi"},  {".md", ".markdown"},
  };
  return all;
}

bool holds(const std::vector<std::string>& list, std::string_view one) {
  return std::find(list.begin(), list.end(), one) != list.end();
}

}  // namespace

std::vector<std::string> endings_alike(std::string_view ending) {
  std::vector<std::string> alike{std::string(ending)};
  for (const auto& group : groups()) {
    if (!holds(group, ending)) continue;
    for (const auto& other : group)
      if (other != ending) alike.push_back(other);
  }
  return alike;
}

std::vector<std::string> with_endings_alike(const std::vector<std::string>& endings) {
  std::vector<std::string> all;
  for (const auto& ending : endings) {
    for (auto& one : endings_alike(ending))
      if (!holds(all, one)) all.push_back(std::move(one));
  }
  return all;
}

bool has_ending(std::string_view file_name, const std::vector<std::string>& endings) {
  const auto name = base::to_lower(file_name);
  return endings.empty() || std::any_of(endings.begin(), endings.end(), [&](const auto& ending) {
           const auto alike = endings_alike(base::to_lower(ending));
           return std::any_of(alike.begin(), alike.end(), [&](const auto& one) { return name.ends_with(one); });
         });
}

}  // namespace alting::paper
