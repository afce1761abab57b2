#include "forms/texts.h"

namespace alting::forms {

TextBook read_texts(const Node& resources, std::vector<Fault>& faults) {
  TextBook book;
  if (!resources.json().is_array()) {
    faults.push_back(resources.fault("\"resources\" must be an array of {id, value}"));
    return book;
  }
  for (const auto& item : resources.items()) {
    TextResource text;
    text.value = item.text("value");
    text.line = item.line();
    auto id = item.text("id");
    if (id.empty() || !item["value"].json().is_string()) {
      faults.push_back(item.fault("a text needs an \"id\" and a \"value\""));
      continue;
    }
    for (const auto& variable : item["variables"].items()) {
      TextVariable out{variable.text("key"), variable.text("dataSource"), std::nullopt};
      if (variable["defaultValue"].json().is_string()) out.default_value = variable.text("defaultValue");
      text.variables.push_back(std::move(out));
    }
    if (!book.emplace(id, std::move(text)).second)
      faults.push_back(item.fault(fmt::format("the text \"{}\" is given twice", id)));
  }
  return book;
}

}  // namespace alting::forms
