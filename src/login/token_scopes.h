// The scopes that a machine's token can have here (RFC 6749 section 3.3), named as in Altinn where Altinn has them. A
// scope opens an interface; what of it the caller sees, `access` decides by the organisation it acts for.
#pragma once
#include <algorithm>
#include <array>
#include <string_view>

#include "access/access.h"

namespace alting::login {

namespace scope {
inline constexpr auto instances_read = access::scope_instances_read;             // fetch what was sent
inline constexpr auto instances_write = access::scope_instances_write;           // confirm that it was fetched
inline constexpr std::string_view events_subscribe = "altinn:events.subscribe";  // be told, and read the feed
inline constexpr auto messages_read = access::scope_messages_read;               // see messages, and how they fare
inline constexpr auto messages_write = access::scope_messages_write;             // send them
}  // namespace scope

// What one must have to make an agency's subscriptions: a supplier that loses either loses what it has made.
[[nodiscard]] constexpr bool is_needed_to_subscribe(std::string_view name) {
  return name == scope::instances_read || name == scope::events_subscribe;
}

// What a client can be registered for. Each has a line of words, the text "scope." and its name with '_' for what is no
// letter.
inline constexpr std::array known_scopes{scope::instances_read, scope::instances_write, scope::events_subscribe,
                                         scope::messages_read, scope::messages_write};

[[nodiscard]] constexpr bool is_known_scope(std::string_view name) {
  return std::ranges::find(known_scopes, name) != known_scopes.end();
}

}  // namespace alting::login
