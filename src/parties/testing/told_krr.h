// For tests: the local register of contact data, which may be down, or say something else.
#pragma once
#include <functional>
#include <vector>

#include "parties/krr.h"

namespace alting::parties::testing {

class ToldKrr final : public Krr {
 public:
  explicit ToldKrr(Krr& inner) : inner_(inner) {}
  base::Result<std::vector<KrrPerson>> look_up_many(const std::vector<terms::NationalIdText>& numbers) override {
    asked.push_back(numbers.size());
    if (down) return base::make_error(base::ErrorKind::unavailable, "error.contacts.no_answer");
    ALTING_TRY(persons, inner_.look_up_many(numbers));
    if (change)
      for (auto& person : persons) change(person);
    return persons;
  }
  base::Result<KrrChanges> changes_since(std::int64_t from) override {
    if (down) return base::make_error(base::ErrorKind::unavailable, "error.contacts.no_answer");
    return inner_.changes_since(from);
  }
  bool down = false;
  std::function<void(KrrPerson&)> change;
  std::vector<std::size_t> asked;  // how many at once

 private:
  Krr& inner_;
};

}  // namespace alting::parties::testing
