// What the parts of applying a post share: the form, the answers as they were and as they become.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "forms/form_definition.h"
#include "forms/posted.h"
#include "forms/reading.h"

namespace alting::forms {

struct PendingIssue {  // put into words at the end, when rows have their numbers
  Path path;
  std::string code;
  std::string max = {};
  std::string time = {};
  std::string answer = {};
};

struct ApplyState {
  const FormDefinition& form;
  const FormContext& context;
  Evaluator& before;  // of the data as it was
  Applied out;
  std::vector<PendingIssue> pending;

  [[nodiscard]] const std::string& today() const { return before.world().today; }
  // Of what stands on several pages those that are shown decide: it is closed when each of them is.
  [[nodiscard]] bool is_read_only(const Component& component, const Path& path) {
    const auto rows = rows_of(path);
    bool shown = false;
    for (int index : form.components_at(path)) {
      const auto& one = form.layout().at(index);
      if (before.hidden(one, rows)) continue;
      if (!before.test(one.read_only, scope_of(form, one, rows))) return false;
      shown = true;
    }
    return shown || before.test(component.read_only, scope_of(form, component, rows));
  }
  // Text that does not fit its field.
  void reject(const FieldName& name, std::string typed, std::string_view code) {
    out.rejected[name] = std::move(typed);
    pending.push_back({name.path, std::string(code)});
  }
  // How many rows a group takes, beside those nobody sees: they take no one's place.
  [[nodiscard]] std::size_t row_limit(std::string_view group) const;
  [[nodiscard]] std::size_t hidden_rows(const Component& group, const Path& path) const;
};

// All texts that were posted for one field, in order.
struct FieldTexts {
  Path path;
  std::vector<std::string> texts;
  std::map<FieldName::Part, std::string> parts;  // of a date with a time: these are one value
};
// Sets one value; text that does not fit is rejected.
[[nodiscard]] base::Status set_value(ApplyState& state, const FieldTexts& posted);

}  // namespace alting::forms
