#include "api/correspondence.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "api/correspondence_json.h"
#include "api/correspondence_request.h"
#include "api/idempotency.h"
#include "api/problems.h"
#include "base/page_token.h"
#include "base/text.h"

namespace alting::api {

using base::ErrorKind;
using base::Json;
using inbox::MessageId;
using terms::Action;
using web::Response;

namespace {

constexpr std::size_t largest_request = 1024 * 1024;  // octets of JSON, or of a form's fields
constexpr std::size_t most_ids = 1'000;               // on a page, unless told

base::Error no_correspondence() { return base::make_error(ErrorKind::not_found, "correspondence.error.not_found"); }

// What is wrong with this call for good is 400, and not that others must wait.
base::Error for_good(base::Error error) {
  if (error.code == "messages.error.too_many_recipients" || error.code == "messages.error.too_many_files")
    error.kind = ErrorKind::invalid;
  return error;
}

// ---- sending

std::string_view pointer_of(inbox::MessagePart part) {
  using enum inbox::MessagePart;
  switch (part) {
    case title: return "#/correspondence/content/messageTitle";
    case summary: return "#/correspondence/content/messageSummary";
    case body: return "#/correspondence/content/messageBody";
    case sender_name: return "#/correspondence/messageSender";
    case case_reference: return "#/correspondence/sendersReference";
    case files: return "#/existingAttachments";
    case due: return "#/correspondence/dueDateTime";
    case publish_at: return "#/correspondence/requestedPublishTime";
    case override_reason: return "#/correspondence/overrideReason";
    case reply: return "#/correspondence/reply";
    case reply_to: return "#/correspondence/replyTo";
    case recipients: return "#/recipients";
  }
  return "#";
}

// All that is wrong in one answer: what of the request, what of the message, who of the recipients. One fault of what is
// to be sent is told as itself.
Response refused_whole(const Call& call, const CorrespondenceUses& uses, const std::vector<AskedFault>& asked,
                       const std::vector<inbox::MessageFault>& message,
                       const std::vector<inbox::RecipientFault>& recipients) {
  std::vector<SchemaFault> told;
  std::vector<base::Error> errors;
  for (const auto& fault : asked) {
    told.push_back({fault.pointer, fault.error.code});
    errors.push_back(fault.error);
  }
  for (const auto& fault : message) {
    told.push_back({std::string(pointer_of(fault.part)), fault.error.code});
    errors.push_back(fault.error);
  }
  for (const auto& fault : recipients) told.push_back({fmt::format("#/recipients/{}", fault.index), fault.error.code});
  if (errors.size() == 1 && recipients.empty())
    return problem(for_good(std::move(errors.front())), uses.texts, call.language, told);
  const auto* code = errors.empty() ? "correspondence.error.recipients" : "correspondence.error.faults";
  return problem(
      base::make_error(ErrorKind::invalid, code, "nothing was sent", {{"count", std::to_string(told.size())}}),
      uses.texts, call.language, told);
}

// What of the files that come along cannot be sent in any case.
void blame_uploads(const Call& call, AskedCorrespondence& asked) {
  const auto& uploads = call.request.uploads;
  for (std::size_t i = 0; i < asked.announced_files.size(); ++i)
    if (std::ranges::none_of(uploads, [&](const auto& one) { return one.file_name == asked.announced_files[i]; }))
      asked.faults.push_back({fmt::format("#/correspondence/content/attachments/{}", i),
                              base::make_error(ErrorKind::invalid, "correspondence.error.attachments",
                                               "a file that did not come along; files come with /upload")});
  if (uploads.size() + asked.message.files.size() > inbox::max_message_files)
    asked.faults.push_back({"#/correspondence/content/attachments",
                            base::make_error(ErrorKind::invalid, "messages.error.too_many_files", "too many files",
                                             {{"count", std::to_string(inbox::max_message_files)}})});
}

// The files that came along have ids that follow from the call's: sent once more, they are the same.
std::vector<inbox::FileId> ids_of_uploads(const Call& call, std::string_view post) {
  std::vector<inbox::FileId> ids;
  for (const auto& one : call.request.uploads)
    ids.push_back({id_from({"correspondence.file", post, std::to_string(ids.size()), one.file_name, one.sha256})});
  return ids;
}

base::Status stage_uploads(const Call& call, const CorrespondenceUses& uses, const terms::Permit& permit,
                           const std::vector<inbox::FileId>& ids) {
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto& one = call.request.uploads[i];
    const auto staged = uses.sending.stage_file(permit, {.file_name = one.file_name,
                                                         .file = one.path,
                                                         .size = one.size,
                                                         .still_wanted = call.request.still_wanted,
                                                         .id = ids[i]});
    // Under this id it can only be the same file of the same call, sent once more.
    if (!staged && staged.error().code != "messages.error.file_there") return staged.error();
  }
  return {};
}

// What it was answered when it was sent, though by now its day is gone by or a recipient is not there any more.
Response sent_answer(const Call& call, const inbox::NewMessage& message, const inbox::SentBatch& sent) {
  const auto waits = sent.publish_at > sent.created_at;
  const auto& recipients = call.body["recipients"];
  auto all = Json::array(), files = Json::array();
  for (std::size_t i = 0; i < sent.messages.size(); ++i)
    all.push_back(Json::object({{"correspondenceId", sent.messages[i].text()},
                                {"status", waits ? status_waits : status_published},
                                {"recipient", recipients[i]}}));
  for (const auto& file : message.files) files.push_back(file.text());
  return web::json(Json::object({{"correspondences", std::move(all)}, {"attachmentIds", std::move(files)}}));
}

base::Result<Response> send_correspondence(const Call& call, const CorrespondenceUses& uses) {
  ALTING_TRY(asked, read_correspondence(call.body, call.by().consumer));
  auto& message = asked.message;
  ALTING_TRY(permit, correspondence_permit(call, uses, message.service, Action::agency_send));
  const auto post =
      asked.idempotent_key.empty()
          ? call.post_id
          : id_from({"correspondence", std::to_string(permit.actor().party.value), asked.idempotent_key}).text();
  blame_uploads(call, asked);
  const auto ids = ids_of_uploads(call, post);
  auto whole = message;
  whole.files.insert(whole.files.end(), ids.begin(), ids.end());
  if (!ids.empty() || !asked.faults.empty()) {
    if (asked.faults.empty()) {
      auto before = uses.sending.sent_before(permit, whole, asked.recipients, post);
      if (!before) return for_good(before.error());
      if (*before) return sent_answer(call, whole, **before);
    }
    // Before a file is looked at and kept: what cannot be sent in any case.
    auto checked = uses.sending.check_whole(permit, message, asked.recipients, call.request.received);
    if (!checked) return for_good(checked.error());
    if (!asked.faults.empty() || !checked->is_good())
      return refused_whole(call, uses, asked.faults, checked->faults, checked->to.faults);
    ALTING_CHECK(stage_uploads(call, uses, permit, ids));
  }
  auto outcome = uses.sending.send(permit, whole, asked.recipients, call.request.received, post);
  if (!outcome) return for_good(outcome.error());
  if (!outcome->sent) return refused_whole(call, uses, {}, outcome->message_faults, outcome->faults);
  return sent_answer(call, whole, *outcome->sent);
}

// ---- what was sent

struct FoundCorrespondence {
  inbox::MessagePlace place;
  terms::Permit permit;
};
base::Result<FoundCorrespondence> named_correspondence(const Call& call, const CorrespondenceUses& uses) {
  const auto id = MessageId::parse(call.place("correspondenceId"));
  const auto place = id ? uses.sent.place_of(*id) : std::nullopt;
  if (!place) return no_correspondence();
  ALTING_TRY(permit, correspondence_permit(call, uses, place->service, Action::agency_follow));
  return FoundCorrespondence{*place, std::move(permit)};
}

using ToJson = Json (*)(const CorrespondenceParts&);
base::Result<Response> told_correspondence_as(const Call& call, const CorrespondenceUses& uses, ToJson to_json) {
  ALTING_TRY(found, named_correspondence(call, uses));
  ALTING_TRY(state, uses.sent.recipient(found.permit, found.place.id));
  ALTING_TRY(content, uses.sent.open(found.permit, found.place.batch));
  const auto cause = inbox::notice_cause(found.place.id);
  const auto notices = uses.orders.states({cause});
  const auto notice = notices.find(cause);
  return web::json(to_json({state, content, call.by().consumer, notice == notices.end() ? nullptr : &notice->second}));
}

base::Result<Response> one_correspondence(const Call& call, const CorrespondenceUses& uses) {
  return told_correspondence_as(call, uses, correspondence_overview);
}
base::Result<Response> details_of_correspondence(const Call& call, const CorrespondenceUses& uses) {
  return told_correspondence_as(call, uses, correspondence_details);
}

base::Result<Response> content_of_correspondence(const Call& call, const CorrespondenceUses& uses) {
  ALTING_TRY(found, named_correspondence(call, uses));
  ALTING_CHECK(uses.sent.recipient(found.permit, found.place.id));  // of this one, whatever others were sent the same
  ALTING_TRY(content, uses.sent.open(found.permit, found.place.batch));
  auto response = web::text(content.body);
  response.content_type = "text/markdown; charset=utf-8";
  return response;
}

base::Result<Response> file_of_correspondence(const Call& call, const CorrespondenceUses& uses) {
  ALTING_TRY(found, named_correspondence(call, uses));
  ALTING_CHECK(uses.sent.recipient(found.permit, found.place.id));
  ALTING_TRY(content, uses.sent.open(found.permit, found.place.batch));
  for (const auto& file : content.files) {
    if (file.id.text() != call.place("attachmentId")) continue;
    return web::download(
        file.file_name, file.media_type, file.size,
        [&sent = uses.sent, permit = found.permit, batch = found.place.batch, id = file.id](const auto& write) {
          if (!sent.read_file(permit, batch, id, [](const auto&) {}, write))
            throw std::runtime_error("a file of a message cannot be read");
        });
  }
  return no_correspondence();
}

base::Result<Response> replies_of(const Call& call, const CorrespondenceUses& uses) {
  ALTING_TRY(found, named_correspondence(call, uses));
  ALTING_TRY(answers, uses.sent.answers(found.permit, found.place.id, call.request.received));
  return web::json(replies_json(answers));
}

base::Result<Response> file_of_reply(const Call& call, const CorrespondenceUses& uses) {
  ALTING_TRY(found, named_correspondence(call, uses));
  const auto id = inbox::FileId::parse(call.place("attachmentId"));
  if (!id) return no_correspondence();
  // Read whole before the head goes out: that it was read is in the log then, and what cannot be read is a refusal.
  std::optional<inbox::MessageFile> file;
  std::string octets;
  const auto read = uses.sent.read_answer_file(
      found.permit, found.place.id, *id, call.request.received, [&](const inbox::MessageFile& one) { file = one; },
      [&](base::ByteView part) { octets += part; });
  if (!read) return read.error().kind == ErrorKind::not_found ? no_correspondence() : read.error();
  return web::download(file->file_name, file->media_type, std::move(octets));
}

// Where a list of ids goes on: behind what was sent at once before (BatchPage::next), or in the midst of one of those.
struct IdsPlace {
  std::string after, batch, within;
  [[nodiscard]] std::string text() const { return after + "." + batch + "." + within; }
};
std::optional<IdsPlace> ids_place_from(std::string_view token) {
  const auto parts = base::split(token, '.');
  if (parts.size() != 3) return std::nullopt;
  IdsPlace place{std::string(parts[0]), std::string(parts[1]), std::string(parts[2])};
  const bool good = (place.after.empty() || base::from_page_token<std::int64_t, base::Uuid>(place.after)) &&
                    place.batch.empty() == place.within.empty() &&
                    (place.batch.empty() ||
                     (inbox::BatchId::parse(place.batch) && base::from_page_token<std::int64_t>(place.within)));
  return good ? std::optional(std::move(place)) : std::nullopt;
}

// Goes through what was sent, the newest first, and within what was sent at once through its recipients.
class IdsPage {
 public:
  IdsPage(const Call& call, const CorrespondenceUses& uses, const terms::Permit& permit, std::size_t most)
      : uses_(uses), permit_(permit), most_(most), status_(call.text("status")) {}

  // Where to go on; nothing at the end.
  base::Result<std::optional<IdsPlace>> fill(const terms::Scope& scope, inbox::BatchQuery query, IdsPlace from) {
    query.after = std::move(from.after);
    query.limit = 1;  // each is gone through before the next is read
    // A search for a case reference looks at many itself.
    const auto most_looked = query.case_reference.empty() ? most_lists : most_searches;
    for (std::size_t looked = 0; looked < most_looked && found.size() < most_ && looked_ < most_rows; ++looked) {
      ALTING_TRY(page, uses_.sent.list(scope, query));
      for (const auto& batch : page.rows) {
        // What was sent since the page before is newer than all of the list.
        if (!from.batch.empty() && batch.id.text() != from.batch) continue;
        from.batch.clear();
        ALTING_TRY(rest, fill_from(batch, std::exchange(from.within, {})));
        if (!rest.empty()) return std::optional(IdsPlace{query.after, batch.id.text(), rest});
      }
      if (page.next.empty()) return std::optional<IdsPlace>();
      query.after = page.next;
    }
    return std::optional(IdsPlace{query.after, {}, {}});
  }

  std::vector<std::string> found;

 private:
  static constexpr std::size_t most_lists = 200, most_searches = 10, most_rows = 5'000;  // for one page

  // Where to go on within the same; "" at its end.
  base::Result<std::string> fill_from(const inbox::BatchSummary& batch, std::string within) {
    do {
      // Of one status few of many may be found: they are read many at once, up to what one page may cost.
      const auto wanted = most_ - found.size();
      const auto limit = static_cast<int>(std::min<std::size_t>(1'000, status_.empty() ? wanted : most_rows));
      const inbox::RecipientQuery query{.after = std::move(within), .limit = limit};
      ALTING_TRY(page, uses_.sent.recipients(permit_, batch.id, query));
      within = page.next;
      for (std::size_t i = 0; i < page.rows.size(); ++i) {
        const auto& state = page.rows[i];
        if (!status_.empty() && status_history(state, batch.created_at, batch.publish_at).back().status != status_)
          continue;
        found.push_back(state.id.text());
        if (found.size() < most_) continue;
        return i + 1 < page.rows.size() ? page.tokens[i] : within;
      }
      looked_ += page.rows.size();
    } while (!within.empty() && looked_ < most_rows);
    return within;
  }

  const CorrespondenceUses& uses_;
  const terms::Permit& permit_;
  const std::size_t most_;
  const std::string status_;
  std::size_t looked_ = 0;  // recipients of whom something was read
};

base::Result<Response> list_correspondences(const Call& call, const CorrespondenceUses& uses) {
  const auto service = service_of_resource(call.text("resourceId"));
  if (!service)
    return base::make_error(ErrorKind::invalid, "correspondence.error.resource", "resourceId: app_{org}_{app}");
  ALTING_TRY(permit, correspondence_permit(call, uses, *service, Action::agency_follow));
  ALTING_TRY(scope, uses.decider.agency_scope(call.by().actor, service->org, Action::agency_follow));
  inbox::BatchQuery query{.service = *service};
  if (call.has("from")) query.from = base::from_rfc3339(call.text("from"));
  if (call.has("to")) query.to = base::from_rfc3339(call.text("to"));
  query.case_reference = call.text("sendersReference");
  IdsPlace from;
  if (call.has("continuationToken")) {
    auto place = ids_place_from(call.text("continuationToken"));
    if (!place) return base::make_error(ErrorKind::invalid, "error.api.page");
    from = *std::move(place);
  }
  IdsPage page(call, uses, permit, static_cast<std::size_t>(call.whole("size").value_or(most_ids)));
  ALTING_TRY(next, page.fill(scope, std::move(query), std::move(from)));
  auto ids = Json::array();
  for (auto& id : page.found) ids.push_back(std::move(id));
  return web::json(Json::object(
      {{"ids", std::move(ids)}, {"next", next ? Json(call.address_with("continuationToken", next->text())) : Json()}}));
}

using CorrespondenceHandler = base::Result<Response> (*)(const Call&, const CorrespondenceUses&);

}  // namespace

base::Result<terms::Permit> correspondence_permit(const Call& call, const CorrespondenceUses& uses,
                                                  const terms::AppId& service, Action action) {
  auto permit = uses.decider.decide_agency(call.by().actor, service.org, {.app = service}, action);
  if (permit || permit.error().code == "error.token.scope" || permit.error().kind == ErrorKind::unavailable)
    return permit;
  // That there is such a service, or such a message, is nothing for another organisation.
  return no_correspondence();
}

std::vector<Endpoint> correspondence_endpoints(const CorrespondenceUses& uses) {
  const auto with = [uses](CorrespondenceHandler handler) -> Handle {
    return [uses, handler](const Call& call) { return handler(call, uses); };
  };
  const std::string base = std::string(correspondence_base) + "/correspondence", one = base + "/{correspondenceId}";
  const std::vector<std::string> writes{std::string(access::scope_messages_write)},
      reads{std::string(access::scope_messages_read), std::string(access::scope_messages_write)};
  const std::vector<Parameter> id_place{{"correspondenceId", schema::formatted("uuid")}};
  const std::vector<Parameter> file_places{id_place.front(), {"attachmentId", schema::formatted("uuid")}};
  const std::string whole =
      "All of it is sent, or nothing: then each recipient that is wrong is named in `errors`. What is not served is "
      "refused. The same idempotentKey, or the same Idempotency-Key, sends nothing more and gets the first answer.";
  const std::vector<Answer> sent{
      {200, "One message for each recipient, in their order", schema::reference("InitializedCorrespondences")}};
  const auto reading = [&](std::string path, std::string id, std::string summary, std::vector<Answer> answers,
                           CorrespondenceHandler handler) {
    return Endpoint{.method = web::Method::get,
                    .path = std::move(path),
                    .operation_id = std::move(id),
                    .summary = std::move(summary),
                    .tag = "correspondence",
                    .any_scope = reads,
                    .places = id_place,
                    .answers = std::move(answers),
                    .handle = with(handler)};
  };
  auto file = reading(one + "/attachment/{attachmentId}/download", "downloadCorrespondenceAttachment",
                      "A file of a message", {{200, "Its content", nullptr, "*/*"}}, file_of_correspondence);
  auto reply_file = reading(one + "/replies/attachment/{attachmentId}/download", "downloadReplyAttachment",
                            "A file of a reply", {{200, "Its content", nullptr, "*/*"}}, file_of_reply);
  file.places = reply_file.places = file_places;
  reply_file.description = "An entry in the log that its writer sees.";
  auto replies = reading(one + "/replies", "getCorrespondenceReplies", "What was replied with messages",
                         {{200, "The replies", schema::reference("CorrespondenceReplies")}}, replies_of);
  replies.description = reply_file.description;
  std::vector<Endpoint> all{
      {.method = web::Method::post,
       .path = base,
       .operation_id = "initializeCorrespondences",
       .summary = "Send a message to one or many",
       .tag = "correspondence",
       .description = whole,
       .any_scope = writes,
       .body = Body{schema::reference("InitializeCorrespondences"), largest_request},
       .answers = sent,
       .idempotent_key = true,
       .handle = with(send_correspondence)},
      {.method = web::Method::post,
       .path = base + "/upload",
       .operation_id = "uploadCorrespondences",
       .summary = "Send a message to one or many, with files",
       .tag = "correspondence",
       .description =
           whole + " Fields are named Correspondence.ResourceId, Correspondence.Content.MessageTitle, Recipients[0], "
                   "..., 2,000 at most; the files are in fields named Attachments.",
       .any_scope = writes,
       .body = Body{.schema = schema::reference("InitializeCorrespondences"),
                    .limit = largest_request,
                    .media_type = "multipart/form-data",
                    .read = correspondence_from_fields,
                    .file = static_cast<std::size_t>(inbox::largest_message_file),
                    .files = inbox::max_message_files,
                    .all_files = static_cast<std::size_t>(inbox::max_files_octets)},
       .answers = sent,
       .idempotent_key = true,
       .handle = with(send_correspondence)},
      {.method = web::Method::get,
       .path = base,
       .operation_id = "getCorrespondences",
       .summary = "The ids of what was sent, the newest first",
       .tag = "correspondence",
       .description = "A page may hold fewer ids than `size`, and none: it is the last when `next` is null.",
       .any_scope = reads,
       .query = {{"resourceId", schema::text({}, 120), "Of this service.", true},
                 {"from", schema::formatted("date-time"), "Sent then or later."},
                 {"to", schema::formatted("date-time"), "Sent then or before."},
                 {"status",
                  schema::one_of({"Initialized", "ReadyForPublish", "Published", "Read", "Confirmed", "Replied"})},
                 {"role", schema::one_of({"Sender"}), "What one received is not served."},
                 {"sendersReference", schema::text({}, static_cast<std::int64_t>(inbox::max_case_reference))},
                 {"size", schema::whole(1, 1000), "How many at most; 1000 unless told."},
                 {"continuationToken", schema::text({}, 200), "From the page before."}},
       .answers = {{200, "A page of ids", schema::reference("CorrespondenceIds")}},
       .handle = with(list_correspondences)},
      reading(one, "getCorrespondence", "One message, and how it fares",
              {{200, "The message", schema::reference("Correspondence")}}, one_correspondence),
      reading(one + "/details", "getCorrespondenceDetails", "The same, with what happened to it and when",
              {{200, "The message", schema::reference("CorrespondenceDetails")}}, details_of_correspondence),
      reading(one + "/content", "getCorrespondenceContent", "The text of a message",
              {{200, "Markdown", nullptr, "text/markdown"}}, content_of_correspondence),
      std::move(file),
      std::move(replies),
      std::move(reply_file)};
  auto attachments = attachment_endpoints(uses);
  std::ranges::move(attachments, std::back_inserter(all));
  return all;
}

}  // namespace alting::api
