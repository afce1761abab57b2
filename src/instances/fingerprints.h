// What a page showed of each field, told in a few letters: how two people who fill in the same form learn of each other.
//
// A fingerprint is no secret, and a collision only loses the notice of a conflict.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "forms/app.h"

namespace alting::instances {

// What a page showed: fingerprints by path, and of "list[]" how many rows the list had.
using Seen = std::map<std::string, std::string>;

[[nodiscard]] std::string fingerprint(const base::Json* value);
// Of a field as it stands: its answer, and what was promised in its place or beside an open answer (nullptr: nothing was).
[[nodiscard]] std::string fingerprint(const base::Json* value, const forms::Later* promised);
// Whether it is of this answer, whatever is promised beside it.
[[nodiscard]] bool is_of_answer(std::string_view print, const base::Json* value);
// Whether something is promised in it.
[[nodiscard]] bool is_of_promise(std::string_view print);
// Of the field at a path, or how many rows the list of "list[]" has.
[[nodiscard]] std::string fingerprint_at(const base::Json& data, std::string_view path,
                                         const forms::Later* promised = nullptr);

// The same at every path of a draft, whose answers and promises are borrowed.
class Fingerprints {
 public:
  Fingerprints(const base::Json& data, const std::vector<forms::Later>& later);
  [[nodiscard]] std::string at(std::string_view path) const;

 private:
  const base::Json& data_;
  std::map<std::string, const forms::Later*, std::less<>> later_;
};

// Of what a page says it showed, the paths that a page of this form can show, each written in one way: a fingerprint is
// work, and whoever posts chooses the names.
[[nodiscard]] Seen seen_of_form(const forms::App& app, const Seen& seen);

}  // namespace alting::instances
