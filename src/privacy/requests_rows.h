// The rows of requests, and what those who ask, read and answer share. Used by this room only.
#pragma once
#include "privacy/requests.h"

namespace alting::privacy {

struct Requests::Row {
  RequestId id;
  terms::PartyId party;
  RequestKind kind = RequestKind::other;
  std::string controller;
  RequestTarget target;
  std::string ground;
  base::Uuid key;
  base::Bytes words;
  base::Instant asked_at, due_at;
  RequestState state = RequestState::received;
  std::string refusal;
  base::Bytes answer;
  std::optional<base::Instant> answered_at;
  std::string answered_by;
};

[[nodiscard]] std::string_view to_text(RequestTarget::Kind kind);

// Who of the controller opens a request's words.
[[nodiscard]] store::Holder controllers_holder(std::string_view controller);
// The agency whose staff asks.
[[nodiscard]] base::Result<std::string> agency_of_staff(const terms::Scope& scope);
[[nodiscard]] base::Error no_such_request();
[[nodiscard]] base::Error request_is_answered();

}  // namespace alting::privacy
