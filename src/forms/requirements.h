// What must be answered: by the layout, by promises ("comes later") and by deadlines that have passed.
#pragma once
#include <string>
#include <vector>

#include "forms/form_definition.h"
#include "forms/reading.h"

namespace alting::forms {

class Requirements {
 public:
  Requirements(const FormDefinition& form, bool supplement, const std::vector<DeadlineView>& deadlines,
               Evaluator& evaluator);

  // The field must have a value, or (deferrable fields) be promised.
  [[nodiscard]] bool required(const Component& component, const Scope& scope);
  // Each deferrable field is to be filled in or promised by hand ("later.required" of the folder).
  [[nodiscard]] bool later_required() const { return later_required_; }
  // A deferrable field that is to have a value some time: left empty it is promised on sending.
  [[nodiscard]] bool wanted_later(const Component& component, const Scope& scope);
  // Required because a deadline has passed.
  [[nodiscard]] bool late_reason(const Component& component, const Scope& scope);

 private:
  bool supplement_;
  Path supplement_text_;
  Evaluator& evaluator_;
  bool later_required_ = false;
  std::vector<Path> late_paths_;
};

}  // namespace alting::forms
