// The words of a folder: config/texts/resource.{nb,nn,en}.json.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "forms/source.h"

namespace alting::forms {

struct TextVariable {  // fills {0}, {1}, ... in its order
  std::string key;
  std::string source;  // "dataModel.default", "dataModel.<type>", "instanceContext", "applicationSettings", "text",
                       // "customTextParameters"
  std::optional<std::string> default_value;
};

struct TextResource {
  std::string value;
  std::vector<TextVariable> variables;
  int line = 0;
};

using TextBook = std::map<std::string, TextResource, std::less<>>;

// `resources` is the array of a resource file.
[[nodiscard]] TextBook read_texts(const Node& resources, std::vector<Fault>& faults);

}  // namespace alting::forms
