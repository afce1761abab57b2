// The shapes of correspondence_json.cpp and attachments.cpp, and of what is posted, for /openapi.json. Objects are closed.
#include "api/correspondence.h"

namespace alting::api {

namespace {

using base::Json;

constexpr std::int64_t longest_resource = 120, longest_name = 200;

Json told_moment() { return schema::formatted("date-time"); }
Json told_moment_or_null() { return schema::or_null(told_moment()); }
Json never(std::string_view description) {  // of Altinn's, and not served: to leave it out or to say no is the same
  auto made = schema::or_null(Json::object({{"const", false}}));
  made.set("description", description);
  return made;
}
Json nothing_listed(std::string_view description) {
  auto made = Json::object({{"type", "array"}, {"items", Json::object()}, {"maxItems", 0}});
  made.set("description", description);
  return schema::or_null(std::move(made));
}
Json resource_schema() { return schema::text("The service: app_{org}_{app}, app_dat_brev.", longest_resource); }
Json sender_schema() {
  return schema::or_null(
      schema::text("Who calls: 0192:974761467 or urn:altinn:organization:identifier-no:974761467.", 60));
}
Json message_status() {
  return schema::one_of({"Initialized", "ReadyForPublish", "Published", "Read", "Confirmed", "Replied"});
}
Json notice_status() {
  return schema::one_of({"ordered", "queued", "handed_over", "failed", "no_address", "reserved", "cancelled"},
                        "handed_over: a mail server took it, which says of nobody that they have read it.");
}

Json asked_content() {
  return schema::object(
      {{"language", schema::one_of({"nb", "nn", "en"})},
       {"messageTitle", schema::text({}, static_cast<std::int64_t>(inbox::max_title))},
       {"messageSummary", schema::or_null(schema::text({}, static_cast<std::int64_t>(inbox::max_summary)))},
       {"messageBody", schema::text("Markdown.", static_cast<std::int64_t>(inbox::max_body))},
       {"attachments", schema::or_null(schema::list(schema::object({{"fileName", schema::text({}, longest_name)},
                                                                    {"isEncrypted", never("Not served.")}},
                                                                   {"fileName"}),
                                                    "Of /correspondence/upload alone: the files that come with it.",
                                                    static_cast<std::int64_t>(inbox::max_message_files)))}},
      {"language", "messageTitle", "messageBody"});
}

Json asked_correspondence() {
  const auto short_text = [](std::size_t most) {
    return schema::or_null(schema::text({}, static_cast<std::int64_t>(most)));
  };
  return schema::object(
      {{"resourceId", resource_schema()},
       {"sender", sender_schema()},
       {"sendersReference",
        schema::text("Of the sender's case.", static_cast<std::int64_t>(inbox::max_case_reference))},
       {"messageSender", short_text(inbox::max_sender_name)},
       {"content", asked_content()},
       {"requestedPublishTime", told_moment_or_null()},
       {"dueDateTime", told_moment_or_null()},
       {"reply", schema::or_null(
                     schema::text("How one may reply: none, message, or a form, app_{org}_{app}.", longest_resource))},
       {"replyTo", schema::or_null(schema::formatted("uuid", "The message whose reply this answers."))},
       {"notification",
        schema::or_null(schema::object(
            {{"notificationTemplate", schema::one_of({"GenericAltinnMessage"})},
             {"notificationChannel", schema::or_null(schema::one_of({"Email", "EmailPreferred"}))},
             {"sendReminder", never("Not served.")}},
            {"notificationTemplate"}, "Without it nobody is told of the message, unless it is confidential."))},
       {"ignoreReservation",
        schema::or_null(schema::flag("Tell also who has said no to it; asks for overrideReason."))},
       {"overrideReason", short_text(inbox::max_override_reason)},
       {"isConfirmationNeeded", schema::or_null(schema::flag())},
       {"isConfidential", schema::or_null(schema::flag())},
       {"allowForwarding", never("Not served.")},
       {"externalReferences", nothing_listed("Not served.")},
       {"replyOptions", nothing_listed("Not served: see reply.")},
       {"propertyList", schema::or_null(schema::object({}, {}, "Not served."))}},
      {"resourceId", "sendersReference", "content"});
}

Json file_schema() {
  return schema::object({{"attachmentId", schema::formatted("uuid")},
                         {"fileName", schema::text()},
                         {"dataType", schema::text()},
                         {"size", schema::whole(0, inbox::max_files_octets)},
                         {"sha256", schema::text({}, 64)}},
                        {"attachmentId", "fileName", "dataType", "size", "sha256"});
}

Json notification_schema() {
  return schema::object(
      {{"notificationChannel", schema::or_null(schema::one_of({"Email", "Sms"}))},
       {"isReminder", schema::flag()},
       {"processingStatus", schema::object({{"status", notice_status()},
                                            {"statusDescription", schema::or_null(schema::text("Why.", 40))},
                                            {"lastUpdate", told_moment()}},
                                           {"status", "statusDescription", "lastUpdate"})},
       {"carrierCode", schema::or_null(schema::text())},
       {"carrierWords", schema::or_null(schema::text("As the mail server said it, without an address."))},
       {"mayHaveGoneTwice", schema::flag()}},
      {"notificationChannel", "isReminder", "processingStatus", "carrierCode", "carrierWords", "mayHaveGoneTwice"});
}

Json told_correspondence(bool with_history) {
  auto made = schema::object(
      {{"correspondenceId", schema::formatted("uuid")},
       {"resourceId", resource_schema()},
       {"sender", schema::text({}, 60)},
       {"sendersReference", schema::text()},
       {"messageSender", schema::text()},
       {"recipient", schema::text("An organisation by its number, a person by urn:altinn:party:uuid.", 80)},
       {"created", told_moment()},
       {"status", message_status()},
       {"statusText", schema::text({}, 40)},
       {"statusChanged", told_moment()},
       {"content", schema::object({{"language", schema::one_of({"nb", "nn", "en"})},
                                   {"messageTitle", schema::text()},
                                   {"messageSummary", schema::text()},
                                   {"messageBody", schema::text()},
                                   {"attachments", schema::list(schema::reference("CorrespondenceAttachment"), {},
                                                                static_cast<std::int64_t>(inbox::max_message_files))}},
                                  {"language", "messageTitle", "messageSummary", "messageBody", "attachments"})},
       {"requestedPublishTime", told_moment()},
       {"published", told_moment_or_null()},
       {"dueDateTime", told_moment_or_null()},
       {"reply", schema::text({}, longest_resource)},
       {"replyTo", schema::or_null(schema::formatted("uuid"))},
       {"notifications", schema::list(schema::reference("CorrespondenceNotification"), {}, 10)},
       {"ignoreReservation", schema::flag()},
       {"isConfirmationNeeded", schema::flag()},
       {"isConfidential", schema::flag()}},
      {"correspondenceId",
       "resourceId",
       "sender",
       "sendersReference",
       "messageSender",
       "recipient",
       "created",
       "status",
       "statusText",
       "statusChanged",
       "content",
       "requestedPublishTime",
       "published",
       "dueDateTime",
       "reply",
       "replyTo",
       "notifications",
       "ignoreReservation",
       "isConfirmationNeeded",
       "isConfidential"});
  if (!with_history) return made;
  made.find("properties")
      ->set("statusHistory",
            schema::list(schema::object({{"status", message_status()},
                                         {"statusText", schema::text({}, 40)},
                                         {"statusChanged", told_moment()},
                                         {"capacity", schema::or_null(schema::text(
                                                          "On what ground it was done: self, role DAGL. No name."))}},
                                        {"status", "statusText", "statusChanged", "capacity"}),
                         "The oldest first.", 10));
  made.find("required")->push_back("statusHistory");
  return made;
}

Json initialized_schema() {
  return schema::object(
      {{"correspondences",
        schema::list(schema::object({{"correspondenceId", schema::formatted("uuid")},
                                     {"status", message_status()},
                                     {"recipient", schema::text("As it was given.")}},
                                    {"correspondenceId", "status", "recipient"}),
                     "In the order of the recipients.", static_cast<std::int64_t>(inbox::max_recipients))},
       {"attachmentIds",
        schema::list(schema::formatted("uuid"), {}, static_cast<std::int64_t>(inbox::max_message_files))}},
      {"correspondences", "attachmentIds"});
}

}  // namespace

Components correspondence_schemas() {
  const auto attachment_request = schema::object({{"resourceId", resource_schema()},
                                                  {"sender", sender_schema()},
                                                  {"fileName", schema::text("With its ending.", longest_name)},
                                                  {"sendersReference", schema::or_null(schema::text({}, longest_name))},
                                                  {"isEncrypted", never("Not served.")}},
                                                 {"resourceId", "fileName"});
  const auto attachment = schema::object({{"attachmentId", schema::formatted("uuid")},
                                          {"resourceId", resource_schema()},
                                          {"fileName", schema::text()},
                                          {"sendersReference", schema::text()},
                                          {"status", schema::one_of({"Initialized", "Published"})},
                                          {"statusText", schema::text({}, 40)},
                                          {"statusChanged", told_moment()},
                                          {"size", schema::or_null(schema::whole(0, inbox::max_files_octets))},
                                          {"sha256", schema::or_null(schema::text({}, 64))}},
                                         {"attachmentId", "resourceId", "fileName", "sendersReference", "status",
                                          "statusText", "statusChanged", "size", "sha256"});
  return {
      {"CorrespondenceRequest", asked_correspondence()},
      {"InitializeCorrespondences",
       schema::object(
           {{"correspondence", schema::reference("CorrespondenceRequest")},
            {"recipients",
             schema::list(
                 schema::text("urn:altinn:organization:identifier-no:..., urn:altinn:person:identifier-no:..., "
                              "urn:altinn:party:uuid:...",
                              80),
                 {}, static_cast<std::int64_t>(inbox::max_recipients))},
            {"existingAttachments", schema::or_null(schema::list(schema::formatted("uuid"), {},
                                                                 static_cast<std::int64_t>(inbox::max_message_files)))},
            {"idempotentKey", schema::or_null(schema::formatted("uuid"))}},
           {"correspondence", "recipients"})},
      {"InitializedCorrespondences", initialized_schema()},
      {"Correspondence", told_correspondence(false)},
      {"CorrespondenceDetails", told_correspondence(true)},
      {"CorrespondenceAttachment", file_schema()},
      {"CorrespondenceNotification", notification_schema()},
      {"CorrespondenceIds",
       schema::object({{"ids", schema::list(schema::formatted("uuid"), {}, 2000)},
                       {"next", schema::or_null(schema::text("The address of the next page.", 4000))}},
                      {"ids", "next"})},
      {"CorrespondenceReplies",
       schema::object(
           {{"replies",
             schema::list(
                 schema::object({{"replyId", schema::formatted("uuid")},
                                 {"correspondenceId", schema::formatted("uuid")},
                                 {"created", told_moment()},
                                 {"writtenBy", schema::text()},
                                 {"messageBody", schema::text()},
                                 {"attachments", schema::list(schema::reference("CorrespondenceAttachment"), {},
                                                              static_cast<std::int64_t>(inbox::max_answer_files))}},
                                {"replyId", "correspondenceId", "created", "writtenBy", "messageBody", "attachments"}),
                 "The oldest first.", 1000)}},
           {"replies"})},
      {"AttachmentRequest", attachment_request},
      {"Attachment", attachment}};
}

}  // namespace alting::api
