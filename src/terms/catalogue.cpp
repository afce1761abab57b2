#include "terms/catalogue.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace alting::terms {

const RetentionRule* find_rule(const RoomCatalogue& room, std::string_view id) {
  const auto found = std::ranges::find(room.rules, id, &RetentionRule::id);
  return found == room.rules.end() ? nullptr : &*found;
}

const RetentionRule& rule_in(const RoomCatalogue& room, std::string_view id) {
  if (const auto* rule = find_rule(room, id)) return *rule;
  throw std::logic_error(fmt::format("the catalogue of {} has no rule {}", room.room, id));
}

}  // namespace alting::terms
