// Attachments of Altinn's correspondence interface: announced in one call, their octets in the next, and sent with a
// message after that, within a day. Each belongs to an agency, and to one service.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "inbox/message.h"
#include "store/database.h"

namespace alting::api {

struct AnnouncedAttachment {
  inbox::FileId id;
  terms::AppId service;
  std::string file_name, reference;
  base::Instant announced_at;
  std::optional<base::Instant> uploaded_at;
};

inline constexpr std::int64_t most_announced = 500;  // of one agency at a time

// By whom it was announced too: the agency's party that the system acts for.
[[nodiscard]] std::optional<AnnouncedAttachment> find_announced(store::Tx& tx, const inbox::FileId& id,
                                                                terms::PartyId by);
// `too_many` (correspondence.error.too_many_attachments) beyond most_announced.
[[nodiscard]] base::Status announce(store::Tx& tx, const AnnouncedAttachment& attachment, terms::PartyId by);
void mark_uploaded(store::Tx& tx, const inbox::FileId& id, base::Instant at);
void forget_announced(store::Tx& tx, const inbox::FileId& id);

}  // namespace alting::api
