#include "api/correspondence_json.h"

#include <algorithm>

#include "api/correspondence_request.h"
#include "base/time.h"

namespace alting::api {

using base::Json;

namespace {

Json told_time_or_null(const std::optional<base::Instant>& at) {
  return at ? Json(base::to_rfc3339_millis(*at)) : Json();
}
Json words_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

std::string organisation_urn(std::string_view number) {
  return "urn:altinn:organization:identifier-no:" + std::string(number);
}

std::string capacity_of(const inbox::Deed& deed) {
  return deed.role.empty() ? deed.ground : deed.ground + " " + deed.role;
}

std::string reply_of(const inbox::ReplyWay& reply) {
  switch (reply.kind) {
    case inbox::ReplyWay::Kind::none: break;
    case inbox::ReplyWay::Kind::message: return "message";
    case inbox::ReplyWay::Kind::form: return reply.form ? resource_of(*reply.form) : "none";
  }
  return "none";
}

Json notification_json(const notify::NoticeState& notice) {
  const auto step = std::string(to_text(notice.step));
  return Json::object({{"notificationChannel", notice.channel == "sms"  ? Json("Sms")
                                               : notice.channel.empty() ? Json()
                                                                        : Json("Email")},
                       {"isReminder", false},
                       {"processingStatus", Json::object({{"status", step},
                                                          {"statusDescription", words_or_null(notice.reason)},
                                                          {"lastUpdate", base::to_rfc3339_millis(notice.at)}})},
                       {"carrierCode", words_or_null(notice.code)},
                       {"carrierWords", words_or_null(notice.words)},
                       {"mayHaveGoneTwice", notice.may_have_gone_twice}});
}

}  // namespace

std::string recipient_urn(const inbox::RecipientState& state) {
  return state.organisation_number.empty() ? "urn:altinn:party:uuid:" + state.party_uuid.text()
                                           : organisation_urn(state.organisation_number);
}

std::vector<StatusStep> status_history(const inbox::RecipientState& state, base::Instant created,
                                       base::Instant publish_at) {
  std::vector<StatusStep> steps{{status_initialized, created, {}}};
  if (!state.available_at && publish_at > created) steps.push_back({status_waits, created, {}});
  if (state.available_at) steps.push_back({status_published, *state.available_at, {}});
  if (state.opened) steps.push_back({status_read, state.opened->at, capacity_of(*state.opened)});
  if (state.confirmed) steps.push_back({status_confirmed, state.confirmed->at, capacity_of(*state.confirmed)});
  if (state.answered_at) steps.push_back({status_replied, *state.answered_at, {}});
  std::ranges::stable_sort(steps, {}, &StatusStep::at);
  return steps;
}

Json attachment_of_message(const inbox::MessageFile& file) {
  return Json::object({{"attachmentId", file.id.text()},
                       {"fileName", file.file_name},
                       {"dataType", file.media_type},
                       {"size", file.size},
                       {"sha256", base::to_hex(file.digest)}});
}

Json correspondence_overview(const CorrespondenceParts& parts) {
  const auto& [state, content, sender, notice] = parts;
  const auto& summary = content.summary;
  const auto last = status_history(state, summary.created_at, summary.publish_at).back();
  auto attachments = Json::array(), notifications = Json::array();
  for (const auto& file : content.files) attachments.push_back(attachment_of_message(file));
  if (notice != nullptr) notifications.push_back(notification_json(*notice));
  return Json::object({{"correspondenceId", state.id.text()},
                       {"resourceId", resource_of(summary.service)},
                       {"sender", organisation_urn(sender)},
                       {"sendersReference", summary.case_reference},
                       {"messageSender", summary.sender_name},
                       {"recipient", recipient_urn(state)},
                       {"created", base::to_rfc3339_millis(summary.created_at)},
                       {"status", last.status},
                       {"statusText", last.status},
                       {"statusChanged", base::to_rfc3339_millis(last.at)},
                       {"content", Json::object({{"language", base::to_text(content.language)},
                                                 {"messageTitle", summary.title},
                                                 {"messageSummary", content.text_summary},
                                                 {"messageBody", content.body},
                                                 {"attachments", std::move(attachments)}})},
                       {"requestedPublishTime", base::to_rfc3339_millis(summary.publish_at)},
                       {"published", told_time_or_null(state.available_at)},
                       {"dueDateTime", told_time_or_null(summary.due)},
                       {"reply", reply_of(summary.reply)},
                       {"replyTo", content.reply_to ? Json(content.reply_to->text()) : Json()},
                       {"notifications", std::move(notifications)},
                       {"ignoreReservation", content.ignore_reservation},
                       {"isConfirmationNeeded", summary.must_confirm},
                       {"isConfidential", summary.confidential}});
}

Json correspondence_details(const CorrespondenceParts& parts) {
  auto made = correspondence_overview(parts);
  auto history = Json::array();
  const auto& summary = parts.content.summary;
  for (const auto& step : status_history(parts.state, summary.created_at, summary.publish_at))
    history.push_back(Json::object({{"status", step.status},
                                    {"statusText", step.status},
                                    {"statusChanged", base::to_rfc3339_millis(step.at)},
                                    {"capacity", words_or_null(step.capacity)}}));
  made.set("statusHistory", std::move(history));
  return made;
}

Json replies_json(const std::vector<inbox::ReceivedAnswer>& answers) {
  auto all = Json::array();
  for (const auto& one : answers) {
    auto attachments = Json::array();
    for (const auto& file : one.answer.files) attachments.push_back(attachment_of_message(file));
    all.push_back(Json::object({{"replyId", one.answer.id.text()},
                                {"correspondenceId", one.message.text()},
                                {"created", base::to_rfc3339_millis(one.answer.at)},
                                {"writtenBy", one.answer.by_name},
                                {"messageBody", one.answer.text},
                                {"attachments", std::move(attachments)}}));
  }
  return Json::object({{"replies", std::move(all)}});
}

}  // namespace alting::api
