// Attachments: announced, uploaded, looked at, taken back. What has gone with a message is found there.
#include <algorithm>

#include "api/attachments.h"
#include "api/correspondence.h"
#include "api/correspondence_request.h"
#include "base/text.h"
#include "instances/instance.h"
#include "store/once.h"
#include "web/form_text.h"

namespace alting::api {

using base::ErrorKind;
using base::Json;
using web::Response;

namespace {

bool is_line(std::string_view text) {
  return base::is_utf8(text) && std::ranges::none_of(text, [](char c) {
           const auto octet = static_cast<unsigned char>(c);
           return octet < 0x20 || octet == 0x7f;
         });
}

base::Error no_attachment() { return base::make_error(ErrorKind::not_found, "correspondence.error.no_attachment"); }

struct FoundAttachment {
  AnnouncedAttachment announced;
  terms::Permit permit;
};
// What the address names, with the permit to send it: `not_found` also for another agency's.
base::Result<FoundAttachment> named_attachment(const Call& call, const CorrespondenceUses& uses) {
  const auto id = inbox::FileId::parse(call.place("attachmentId"));
  if (!id) return no_attachment();
  auto found = uses.database.read([&](store::Tx& tx) { return find_announced(tx, *id, call.by().actor.party); });
  if (!found) return no_attachment();
  auto permit = correspondence_permit(call, uses, found->service, terms::Action::agency_send);
  if (!permit) return permit.error().kind == ErrorKind::not_found ? no_attachment() : permit.error();
  return FoundAttachment{*std::move(found), *std::move(permit)};
}

base::Result<std::optional<inbox::MessageFile>> waiting_file(const FoundAttachment& found,
                                                             const CorrespondenceUses& uses) {
  if (!found.announced.uploaded_at) return std::optional<inbox::MessageFile>();
  auto files = uses.files.find(instances::agency_holder(found.announced.service.org), found.permit.actor().party,
                               {found.announced.id});
  if (!files) return files.error().kind == ErrorKind::not_found ? no_attachment() : files.error();
  return std::optional(std::move(files->front()));
}

Json attachment_json(const AnnouncedAttachment& announced, const inbox::MessageFile* file) {
  const std::string_view status = file != nullptr ? "Published" : "Initialized";
  return Json::object(
      {{"attachmentId", announced.id.text()},
       {"resourceId", resource_of(announced.service)},
       {"fileName", announced.file_name},
       {"sendersReference", announced.reference},
       {"status", status},
       {"statusText", status},
       {"statusChanged", base::to_rfc3339_millis(announced.uploaded_at.value_or(announced.announced_at))},
       {"size", file != nullptr ? Json(file->size) : Json()},
       {"sha256", file != nullptr ? Json(base::to_hex(file->digest)) : Json()}});
}

base::Result<Response> announce_attachment(const Call& call, const CorrespondenceUses& uses) {
  const auto service = service_of_resource(call.body.text("resourceId"));
  if (!service)
    return base::make_error(ErrorKind::invalid, "correspondence.error.resource", "resourceId: app_{org}_{app}");
  ALTING_CHECK(check_sender(call.body.text("sender"), call.by().consumer));
  ALTING_TRY(permit, correspondence_permit(call, uses, *service, terms::Action::agency_send));
  AnnouncedAttachment made{.id = {base::Uuid::v7(uses.random, call.request.received)},
                           .service = *service,
                           // As a file's name in a form is (web::Upload).
                           .file_name = web::clean_file_name(call.body.text("fileName")),
                           .reference = std::string(call.body.text("sendersReference")),
                           .announced_at = call.request.received};
  if (!is_line(made.reference))
    return base::make_error(ErrorKind::invalid, "messages.error.signs", "signs that no line may have");
  const auto post = base::Uuid::parse(call.post_id);
  if (!post) return base::make_error(ErrorKind::invalid, "error.api.key.malformed");
  const auto by = permit.actor().party;
  const auto act = "correspondence.announce " + service->text();
  ALTING_TRY(id, uses.database.write([&](store::Tx& tx) {
    return store::once(tx, *post, instances::party_holder(by), act, call.request.received,
                       [&]() -> base::Result<std::string> {
                         ALTING_CHECK(uses.decider.recheck(tx, permit));
                         ALTING_CHECK(announce(tx, made, by));
                         return made.id.text();
                       });
  }));
  return web::json(Json(id));
}

base::Result<Response> upload_attachment(const Call& call, const CorrespondenceUses& uses) {
  ALTING_TRY(found, named_attachment(call, uses));
  if (call.request.uploads.empty()) return base::make_error(ErrorKind::invalid, "upload.empty", "the file is empty");
  const auto& upload = call.request.uploads.front();
  // Sent once more, it is the same file.
  if (!found.announced.uploaded_at) {
    const auto staged = uses.sending.stage_file(found.permit, {.file_name = found.announced.file_name,
                                                               .file = upload.path,
                                                               .size = upload.size,
                                                               .still_wanted = call.request.still_wanted,
                                                               .id = found.announced.id});
    // It was staged, and what followed was cut off.
    if (!staged && staged.error().code != "messages.error.file_there") return staged.error();
    found.announced.uploaded_at = call.request.received;
    ALTING_CHECK(uses.database.write([&](store::Tx& tx) -> base::Status {
      ALTING_CHECK(uses.decider.recheck(tx, found.permit));
      mark_uploaded(tx, found.announced.id, call.request.received);
      return {};
    }));
  }
  ALTING_TRY(file, waiting_file(found, uses));
  if (file && file->digest != upload.sha256)
    return base::make_error(ErrorKind::conflict, "correspondence.error.uploaded", "other octets came before");
  return web::json(attachment_json(found.announced, file ? &*file : nullptr));
}

base::Result<Response> attachment_overview(const Call& call, const CorrespondenceUses& uses) {
  ALTING_TRY(found, named_attachment(call, uses));
  ALTING_TRY(file, waiting_file(found, uses));
  return web::json(attachment_json(found.announced, file ? &*file : nullptr));
}

base::Result<Response> download_attachment(const Call& call, const CorrespondenceUses& uses) {
  ALTING_TRY(found, named_attachment(call, uses));
  ALTING_TRY(file, waiting_file(found, uses));
  if (!file) return no_attachment();
  return web::download(file->file_name, file->media_type, file->size,
                       [&vault = uses.vault, one = *file,
                        holder = instances::agency_holder(found.announced.service.org)](const auto& write) {
                         if (!vault.read_blob(one.blob, holder, write))
                           throw std::runtime_error("an attachment cannot be read");
                       });
}

base::Result<Response> delete_attachment(const Call& call, const CorrespondenceUses& uses) {
  ALTING_TRY(found, named_attachment(call, uses));
  ALTING_TRY(file, waiting_file(found, uses));
  ALTING_CHECK(uses.database.write([&](store::Tx& tx) -> base::Status {
    ALTING_CHECK(uses.decider.recheck(tx, found.permit));
    if (file && !inbox::StagedFiles::take(tx, file->id)) return no_attachment();  // it was sent meanwhile
    forget_announced(tx, found.announced.id);
    return {};
  }));
  return web::json(Json(found.announced.id.text()));
}

using AttachmentHandler = base::Result<Response> (*)(const Call&, const CorrespondenceUses&);

}  // namespace

std::vector<Endpoint> attachment_endpoints(const CorrespondenceUses& uses) {
  const auto with = [uses](AttachmentHandler handler) -> Handle {
    return [uses, handler](const Call& call) { return handler(call, uses); };
  };
  const std::string all = std::string(correspondence_base) + "/attachment", one = all + "/{attachmentId}";
  const std::vector<std::string> writes{std::string(access::scope_messages_write)};
  const std::vector<Parameter> id_place{{"attachmentId", schema::formatted("uuid")}};
  const std::vector<Answer> overview{{200, "The attachment", schema::reference("Attachment")}};
  const std::vector<Answer> id_alone{{200, "Its id", schema::formatted("uuid")}};
  const auto reading = [&](std::string path, std::string id, std::string summary, AttachmentHandler handler) {
    return Endpoint{.method = web::Method::get,
                    .path = std::move(path),
                    .operation_id = std::move(id),
                    .summary = std::move(summary),
                    .tag = "correspondence",
                    .description = "Until it goes with a message; then it is found there. After a day it is gone.",
                    .any_scope = writes,
                    .places = id_place,
                    .answers = overview,
                    .handle = with(handler)};
  };
  auto download = reading(one + "/download", "downloadAttachment", "The octets of an attachment", download_attachment);
  download.answers = {{200, "Its content", nullptr, "*/*"}};
  return {{.method = web::Method::post,
           .path = all,
           .operation_id = "initializeAttachment",
           .summary = "Announce an attachment, to be uploaded and sent with a message",
           .tag = "correspondence",
           .any_scope = writes,
           .body = Body{schema::reference("AttachmentRequest")},
           .answers = id_alone,
           .idempotent_key = true,
           .handle = with(announce_attachment)},
          {.method = web::Method::post,
           .path = one + "/upload",
           .operation_id = "uploadAttachment",
           .summary = "The octets of an attachment that was announced",
           .tag = "correspondence",
           .description = "It is looked at and scanned for malware before the answer comes. The same octets once more "
                          "change nothing; others are refused.",
           .any_scope = writes,
           .places = id_place,
           .body = Body{.schema = nullptr,
                        .media_type = "application/octet-stream",
                        .file = static_cast<std::size_t>(inbox::largest_message_file),
                        .files = 1},
           .answers = overview,
           .idempotent_key = true,
           .handle = with(upload_attachment)},
          reading(one, "getAttachment", "An attachment that waits to be sent", attachment_overview),
          reading(one + "/details", "getAttachmentDetails", "The same as the attachment itself", attachment_overview),
          std::move(download),
          {.method = web::Method::del,
           .path = one,
           .operation_id = "deleteAttachment",
           .summary = "Take back an attachment that was not sent",
           .tag = "correspondence",
           .any_scope = writes,
           .places = id_place,
           .answers = id_alone,
           .handle = with(delete_attachment)}};
}

}  // namespace alting::api
