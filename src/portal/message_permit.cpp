#include "portal/message_permit.h"

namespace alting::portal {

using base::ErrorKind;

base::Result<AllowedMessage> allow_message(const View& view, inbox::Messages& messages, terms::PartyId party,
                                           const std::optional<inbox::MessageId>& id, terms::Action action) {
  const auto missing = base::make_error(ErrorKind::not_found, "messages.error.not_found", "no such message");
  auto place = id ? messages.place_of(party, *id) : std::nullopt;
  if (!place) return missing;
  auto permit = view.site.decider.decide(view.actor(), action, place->target(action));
  if (permit) return AllowedMessage{std::move(*permit), std::move(*place)};
  if (permit.error().kind != ErrorKind::forbidden) return permit.error();
  const bool reads =
      action != terms::Action::read &&
      view.site.decider.decide(view.actor(), terms::Action::read, place->target(terms::Action::read)).has_value();
  return reads ? permit.error() : missing;
}

}  // namespace alting::portal
