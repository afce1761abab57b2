// Code lists: options/<id>.json, plain or in dated versions, and those inside a component.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "forms/source.h"

namespace alting::forms {

struct Option {
  Json value;
  std::string code;                      // the value as text
  std::string label, description, help;  // text ids (or, in Altinn's own folders, the text itself)
  int line = 0;
  bool open = false;      // whoever answers this does not know yet (forms/open_answers.h)
  bool in_words = false;  // made from a row: label, description and help are the words themselves
};

struct OptionVersion {
  std::string valid_from;  // YYYY-MM-DD, "" for always
  std::string source;
  std::vector<Option> options;
};

struct OptionList {
  std::string file;
  std::vector<OptionVersion> versions;  // earliest first
  // The options in force on a day; the first version when none is yet.
  [[nodiscard]] const std::vector<Option>& in_force(std::string_view date) const;
  [[nodiscard]] const Option* find(std::string_view code,
                                   std::string_view date) const;  // in force, else in any version, newest first
};

using OptionBook = std::map<std::string, OptionList, std::less<>>;

[[nodiscard]] std::vector<Option> read_options(const Node& array, std::vector<Fault>& faults);
[[nodiscard]] OptionList read_option_file(const Source& source, std::vector<Fault>& faults);
// A JSON scalar as the text a form posts: strings as they are, numbers in shortest form, true, false, "" for null.
[[nodiscard]] std::string code_text(const Json& value);
// The codes of an answer that may be several: a list, or a text with commas between them.
[[nodiscard]] std::vector<std::string> codes_of(const Json& value);

}  // namespace alting::forms
