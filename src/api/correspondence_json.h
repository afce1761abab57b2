// Messages as Altinn's correspondence interface writes them, for who sent them.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "inbox/sent_messages.h"
#include "notify/orders.h"

namespace alting::api {

inline constexpr std::string_view status_initialized = "Initialized", status_waits = "ReadyForPublish",
                                  status_published = "Published", status_read = "Read", status_confirmed = "Confirmed",
                                  status_replied = "Replied";

struct StatusStep {
  std::string_view status;
  base::Instant at;
  std::string capacity;  // of what a person did: "self", "role DAGL"; else ""
};
// What happened to one recipient's message, the oldest first; its status is the last.
[[nodiscard]] std::vector<StatusStep> status_history(const inbox::RecipientState& state, base::Instant created,
                                                     base::Instant publish_at);

struct CorrespondenceParts {
  const inbox::RecipientState& state;
  const inbox::BatchContent& content;
  std::string_view sender;  // the agency's number
  const notify::NoticeState* notice = nullptr;
};
[[nodiscard]] base::Json correspondence_overview(const CorrespondenceParts& parts);
[[nodiscard]] base::Json correspondence_details(const CorrespondenceParts& parts);  // with statusHistory
[[nodiscard]] base::Json replies_json(const std::vector<inbox::ReceivedAnswer>& answers);
[[nodiscard]] base::Json attachment_of_message(const inbox::MessageFile& file);

// An organisation by its number; a person by an id of this portal's, since their number is told to nobody.
[[nodiscard]] std::string recipient_urn(const inbox::RecipientState& state);

}  // namespace alting::api
