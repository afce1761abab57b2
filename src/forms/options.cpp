#include "forms/options.h"

#include "base/text.h"
#include "base/time.h"
#include "forms/decimal.h"

namespace alting::forms {

std::string code_text(const Json& value) {
  if (value.is_string()) return value.as_string();
  if (value.is_bool()) return value.as_bool() ? "true" : "false";
  if (value.is_number()) return to_decimal(value.number_text()).value_or(value.number_text());
  return "";
}

std::vector<std::string> codes_of(const Json& value) {
  std::vector<std::string> out;
  if (value.is_array()) {
    for (const auto& item : value.items()) out.push_back(code_text(item));
    return out;
  }
  auto text = code_text(value);
  for (auto part : base::split(text, ',')) {
    if (auto code = base::trim(part); !code.empty()) out.emplace_back(code);
  }
  return out;
}

const std::vector<Option>& OptionList::in_force(std::string_view date) const {
  static const std::vector<Option> none;
  if (versions.empty()) return none;
  const auto* found = &versions.front();
  for (const auto& version : versions) {
    if (version.valid_from <= date) found = &version;
  }
  return found->options;
}

const Option* OptionList::find(std::string_view code, std::string_view date) const {
  for (const auto& option : in_force(date)) {
    if (option.code == code) return &option;
  }
  for (auto version = versions.rbegin(); version != versions.rend(); ++version) {
    for (const auto& option : version->options) {
      if (option.code == code) return &option;
    }
  }
  return nullptr;
}

std::vector<Option> read_options(const Node& array, std::vector<Fault>& faults) {
  std::vector<Option> out;
  if (!array.json().is_array()) {
    faults.push_back(array.fault("options must be an array of {value, label}"));
    return out;
  }
  std::set<std::string> seen;
  for (const auto& item : array.items()) {
    const auto value = item["value"];
    if (!value.exists() || value.json().is_array() || value.json().is_object()) {
      faults.push_back(item.fault("an option needs a \"value\" that is text, a number, a boolean or null"));
      continue;
    }
    Option option{value.json(),
                  code_text(value.json()),
                  item.text("label"),
                  item.text("description"),
                  item.text("helpText"),
                  item.line(),
                  item["open"].json().bool_or(false)};
    if (item["open"].exists() && !item["open"].json().is_bool())
      faults.push_back(item["open"].fault(fmt::format("the option \"{}\": open is true or false", option.code)));
    if (option.label.empty() && !value.json().is_null())
      faults.push_back(item.fault(fmt::format("the option \"{}\" has no label", option.code)));
    if (!seen.insert(option.code).second)
      faults.push_back(item.fault(fmt::format("the option \"{}\" is given twice", option.code)));
    out.push_back(std::move(option));
  }
  return out;
}

OptionList read_option_file(const Source& source, std::vector<Fault>& faults) {
  OptionList list;
  list.file = source.file;
  Node root(source);
  if (root.json().is_array()) {
    list.versions.push_back({"", "", read_options(root, faults)});
    return list;
  }
  const auto versions = root["versions"];
  if (versions.size() == 0) faults.push_back(root.fault("a code list is an array of options or {\"versions\": [...]}"));
  for (const auto& item : versions.items()) {
    OptionVersion version{item.text("validFrom"), item.text("source"), read_options(item["options"], faults)};
    if (!version.valid_from.empty() && !base::is_date(version.valid_from)) {
      faults.push_back(item.fault(fmt::format("validFrom \"{}\" is not a date", version.valid_from)));
    }
    if (!list.versions.empty() && version.valid_from <= list.versions.back().valid_from) {
      faults.push_back(item.fault("versions must stand in the order of validFrom"));
    }
    list.versions.push_back(std::move(version));
  }
  return list;
}

}  // namespace alting::forms
