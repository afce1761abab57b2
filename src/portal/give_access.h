// Giving access: what is typed, what may be given, and the page that says, before it is given, what the other will be
// able to see and do.
#pragma once
#include <string>
#include <variant>
#include <vector>

#include "portal/access_view.h"

namespace alting::portal {

namespace give_field {
inline constexpr std::string_view number = "fnr", name = "etternavn", what = "hva", until = "til-og-med";
inline constexpr std::string_view confirmed =
    "bekreft";  // "ja": the page before it was given was seen; "nei": change it
}  // namespace give_field

// What was typed, and what is wrong with it.
struct TypedGrant {
  std::string number = {}, name = {}, what = {}, until = {};
  std::string number_error = {}, name_error = {}, what_error = {}, until_error = {}, error = {};
  bool restored = false;  // before a login
  [[nodiscard]] bool faulty() const {
    return !(number_error.empty() && name_error.empty() && what_error.empty() && until_error.empty() && error.empty());
  }
};
[[nodiscard]] TypedGrant typed_grant(const Request& request);

// The part of the page of access where one gives; `permit`: delegate.
[[nodiscard]] Html give_section(AccessView& view, const terms::Permit& permit, const TypedGrant& typed);
[[nodiscard]] std::vector<ui::FieldError> faults_of(const TypedGrant& typed);
// What a receiver can see and do with it, and what everybody should know before: the page of a confirmation. `who`: said
// of them in the list of what is given; "": the name, of who asked for it.
[[nodiscard]] Html before_giving(const AccessView& view, const access::Delegations::Grant& grant,
                                 const std::string& receiver, const std::string& who = {});
// The page of access is to be shown again with what was typed.
struct NotGiven {
  TypedGrant typed;
  int status = 200;
};
// The post: asks first, and gives when it was confirmed. Before that nobody is looked up, and nothing is shown of the
// receiver that was not typed: number and name are compared, counted and kept only when one gives.
[[nodiscard]] std::variant<Response, NotGiven> give_access(AccessView& view);

}  // namespace alting::portal
