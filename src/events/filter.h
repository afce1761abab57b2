// Which events a subscription wants, in Altinn's words. What is empty asks for nothing.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "events/event.h"

namespace alting::events {

inline constexpr std::size_t longest_filter = 255;  // octets

struct Filter {
  std::string source = {};               // sourceFilter: the whole `source`, or its beginning up to a '/'
  std::string resource = {};             // resourceFilter: the whole `resource`
  std::string subject = {};              // subjectFilter: "/party/50001234"
  std::string alternative_subject = {};  // alternativeSubjectFilter: "/org/974761467"
  std::string type = {};                 // typeFilter: the whole `type`
  // includeSubunits: with `subject` or `alternative_subject`, also of that organisation's sub-units.
  bool include_subunits = false;

  bool operator==(const Filter&) const = default;
};

// Whether each is such as can be: error.events.filter, with the filter's name.
[[nodiscard]] base::Status check_filter(const Filter& filter);

[[nodiscard]] bool matches(const Filter& filter, const Event& event, std::string_view public_url);

}  // namespace alting::events
