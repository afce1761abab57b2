// Answers that say that one does not know yet: a code that its list calls "open", or a text in which one of the phrases
// stands that the folder gives for it ("later.phrases"). Such an answer is kept as it is, and is a promise all the same:
// on sending it joins what comes later, and in an addition it is kept by an answer that is not open. What an addition says
// of itself is never open.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "forms/form_context.h"

namespace alting::forms {

struct Folder;
class FormDefinition;

// Which fields of a folder can hold an open answer.
class OpenAnswers {
 public:
  explicit OpenAnswers(const Folder& folder);

  // `folder` is that of the constructor, `today` the day (YYYY-MM-DD) whose lists are in force.
  [[nodiscard]] bool is_open(const Folder& folder, std::string_view path, const Json* value,
                             std::string_view today) const;
  // The paths of all open answers in the data.
  [[nodiscard]] std::vector<Path> all_in(const Folder& folder, const Json& data, std::string_view today) const;

 private:
  struct Field {
    std::vector<int> choices;  // components whose lists have an open code
    bool in_words = false;
  };
  [[nodiscard]] bool has_phrase(std::string_view text) const;

  std::map<std::string, Field, std::less<>> fields_;  // by pattern
  std::vector<std::string> phrases_;                  // folded, with a blank before and after
};

// What is compared of a phrase, and of the texts it is looked for in: letters and digits, one blank between words.
[[nodiscard]] std::string folded_phrase(std::string_view text);

// Whether the value at the path is an open answer that is a promise. In an addition that is one that was promised
// before, or is answered so anew: what was sent so by a form that knew no open answers is left as it was.
[[nodiscard]] bool opens(const FormDefinition& form, const FormContext& context, const Path& path, const Json* value);

}  // namespace alting::forms
