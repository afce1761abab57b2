// What must be answered: by the layout, by promises ("comes later") and by deadlines that have passed.
#pragma once
#include "forms/loaded_app.h"

namespace alting::forms {

class Requirements {
 public:
  Requirements(const LoadedApp& app, const Surroundings& now, Evaluator& evaluator);

  // The field must have a value, or (deferrable fields) be promised.
  [[nodiscard]] bool required(const Component& component, const Scope& scope);
  // Each deferrable field is to be filled in or promised by hand ("later.required" of the folder).
  [[nodiscard]] bool later_required() const { return later_required_; }
  // A deferrable field that is to have a value some time: left empty it is promised on sending.
  [[nodiscard]] bool wanted_later(const Component& component, const Scope& scope);
  // Required because a deadline has passed.
  [[nodiscard]] bool late_reason(const Component& component, const Scope& scope);

 private:
  const LoadedApp& app_;
  const Surroundings& now_;
  Evaluator& evaluator_;
  bool later_required_ = false;
  std::vector<std::string> late_paths_;
};

}  // namespace alting::forms
