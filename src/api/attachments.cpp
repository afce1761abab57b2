#include "api/attachments.h"

#include "store/row_reader.h"

namespace alting::api {

std::optional<AnnouncedAttachment> find_announced(store::Tx& tx, const inbox::FileId& id, terms::PartyId by) {
  const auto row = tx.query_one(
      "SELECT org, app, file_name, reference, announced_at, uploaded_at FROM correspondence_attachment WHERE "
      "attachment_id = ? AND announced_by = ?",
      {id, by});
  if (!row) return std::nullopt;
  store::RowReader from(*row);
  AnnouncedAttachment found{.id = id};
  found.service.org = from.next<std::string>();
  found.service.app = from.next<std::string>();
  found.file_name = from.next<std::string>();
  found.reference = from.next<std::string>();
  found.announced_at = from.next<base::Instant>();
  found.uploaded_at = from.next<std::optional<base::Instant>>();
  return found;
}

base::Status announce(store::Tx& tx, const AnnouncedAttachment& attachment, terms::PartyId by) {
  if (store::read_one<std::int64_t>(
          tx,
          "SELECT COUNT(*) FROM correspondence_attachment WHERE org = ? AND announced_by = ? AND uploaded_at IS NULL",
          {attachment.service.org, by}) >= most_announced)
    return base::make_error(base::ErrorKind::too_many, "correspondence.error.too_many_attachments",
                            "too many attachments were announced and not uploaded",
                            {{"count", std::to_string(most_announced)}});
  tx.run(
      "INSERT INTO correspondence_attachment (attachment_id, org, app, announced_by, announced_at, file_name, "
      "reference) "
      "VALUES (?, ?, ?, ?, ?, ?, ?)",
      {attachment.id, attachment.service.org, attachment.service.app, by, attachment.announced_at, attachment.file_name,
       attachment.reference});
  return {};
}

void mark_uploaded(store::Tx& tx, const inbox::FileId& id, base::Instant at) {
  tx.run("UPDATE correspondence_attachment SET uploaded_at = ? WHERE attachment_id = ? AND uploaded_at IS NULL",
         {at, id});
}

void forget_announced(store::Tx& tx, const inbox::FileId& id) {
  tx.run("DELETE FROM correspondence_attachment WHERE attachment_id = ?", {id});
}

}  // namespace alting::api
