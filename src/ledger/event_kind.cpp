#include "ledger/event_kind.h"

#include <algorithm>
#include <stdexcept>

namespace alting::ledger {

const EventKindInfo& info(EventKind kind) {
  const auto all = event_catalogue();
  const auto index = static_cast<std::size_t>(kind);
  if (index >= all.size()) throw std::logic_error("an event kind is not in the catalogue");
  return all[index];
}

std::optional<EventKind> event_kind_from(std::string_view name) {
  const auto all = event_catalogue();
  const auto found = std::ranges::lower_bound(all, name, {}, &EventKindInfo::name);
  return found != all.end() && found->name == name ? std::optional(found->kind) : std::nullopt;
}

std::optional<std::string> undeclared(EventKind kind, const base::Json& parameters,
                                      const std::vector<std::pair<std::string, std::string>>& personal) {
  const auto& declared = info(kind);
  const auto has = [](std::span<const EventParameter> all, std::string_view name) {
    return std::ranges::binary_search(all, name, {}, &EventParameter::name);
  };
  if (!parameters.is_object() && !parameters.is_null()) return "(the parameters are no object)";
  if (parameters.is_object())
    for (const auto& [name, value] : parameters.members())
      if (!has(declared.parameters, name)) return name;
  for (const auto& [name, value] : personal)
    if (!has(declared.personal, name)) return name;
  return std::nullopt;
}

}  // namespace alting::ledger
