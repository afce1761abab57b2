#include "api/correspondence_request.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "base/time.h"
#include "base/typed_text.h"

namespace alting::api {

using base::ErrorKind;
using base::Json;

namespace {

constexpr std::string_view of_organisation = "urn:altinn:organization:identifier-no:",
                           of_person = "urn:altinn:person:identifier-no:", of_party = "urn:altinn:party:uuid:",
                           of_resource = "urn:altinn:resource:", of_register = "0192:", app_prefix = "app_";
constexpr std::size_t longest_list = inbox::max_recipients;

bool is_digits(std::string_view text, std::size_t count) {
  return text.size() == count && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<std::string_view> behind(std::string_view text, std::string_view prefix) {
  return text.starts_with(prefix) ? std::optional(text.substr(prefix.size())) : std::nullopt;
}

std::optional<base::Instant> moment_of_field(const Json& from, std::string_view name) {
  return base::from_rfc3339(from.text(name));
}

base::Result<inbox::ReplyWay> reply_way(std::string_view text) {
  using Kind = inbox::ReplyWay::Kind;
  if (text.empty() || text == "none") return inbox::ReplyWay{};
  if (text == "message") return inbox::ReplyWay{.kind = Kind::message};
  auto form = service_of_resource(text);
  if (!form) return base::make_error(ErrorKind::invalid, "correspondence.error.reply", "no such way to reply");
  return inbox::ReplyWay{.kind = Kind::form, .form = std::move(form)};
}

// ---- fields of a form

constexpr std::array flags{std::string_view("isConfirmationNeeded"), std::string_view("isConfidential"),
                           std::string_view("ignoreReservation"),    std::string_view("allowForwarding"),
                           std::string_view("sendReminder"),         std::string_view("isEncrypted")};
constexpr std::array lists{std::string_view("recipients"), std::string_view("existingAttachments")};

struct FieldStep {
  std::string name;
  std::optional<std::size_t> index;
};

std::optional<FieldStep> step_from(std::string_view text) {
  FieldStep step;
  const auto bracket = text.find('[');
  step.name = text.substr(0, bracket);
  if (step.name.empty()) return std::nullopt;
  if (step.name[0] >= 'A' && step.name[0] <= 'Z') step.name[0] = static_cast<char>(step.name[0] - 'A' + 'a');
  if (bracket == std::string_view::npos) return step;
  auto inside = text.substr(bracket + 1);
  if (!inside.ends_with(']')) return std::nullopt;
  inside.remove_suffix(1);
  if (inside.empty() || inside.size() > 5 || !is_digits(inside, inside.size())) return std::nullopt;
  step.index = std::stoul(std::string(inside));
  return step;
}

// Where the value of a list belongs: its next item, or one that is there. Nothing when there is a gap before it.
Json* item_of(Json& list, std::size_t index) {
  if (list.is_null()) list = Json::array();
  if (!list.is_array() || index > list.size() || index >= longest_list) return nullptr;
  if (index == list.size()) list.push_back(Json());
  return &list.items()[index];
}

std::optional<Json> value_of(std::string_view name, const std::string& text) {
  if (std::ranges::find(flags, name) == flags.end()) return Json(text);
  const auto lower = base::to_lower(text);
  if (lower != "true" && lower != "false") return std::nullopt;
  return Json(lower == "true");
}

bool put_field(Json& root, std::string_view name, const std::string& text) {
  Json* at = &root;
  const auto parts = base::split(name, '.');
  if (parts.size() > 5) return false;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto step = step_from(parts[i]);
    if (!step || !(at->is_null() || at->is_object())) return false;
    Json* child = at->find(step->name);
    if (child == nullptr) child = &at->set(step->name, Json());
    auto index = step->index;
    if (!index && std::ranges::find(lists, step->name) != lists.end()) index = child->size();
    at = index ? item_of(*child, *index) : child;
    if (at == nullptr) return false;
    if (i + 1 < parts.size()) continue;
    auto value = value_of(step->name, text);
    if (!value || !at->is_null()) return false;
    *at = std::move(*value);
  }
  return true;
}

}  // namespace

std::optional<terms::AppId> service_of_resource(std::string_view resource) {
  const auto id = behind(behind(resource, of_resource).value_or(resource), app_prefix);
  const auto between = id ? id->find('_') : std::string_view::npos;
  if (between == std::string_view::npos) return std::nullopt;
  return terms::AppId::make(id->substr(0, between), id->substr(between + 1));
}

std::string resource_of(const terms::AppId& service) {
  return std::string(app_prefix) + service.org + "_" + service.app;
}

inbox::Recipient recipient_from(std::string_view text) {
  inbox::Recipient made;
  const auto organisation = behind(text, of_organisation).value_or(behind(text, of_register).value_or(text));
  const auto person = behind(text, of_person).value_or(text);
  if (const auto party = behind(text, of_party))
    made.party = terms::PartyUuid::parse(*party);
  else if (is_digits(organisation, 9))
    made.organisation_number = organisation;
  else if (is_digits(person, 11))
    made.person = terms::NationalIdText(std::string(person));
  return made;
}

base::Status check_sender(std::string_view sender, std::string_view consumer) {
  if (sender.empty() || recipient_from(sender).organisation_number == consumer) return {};
  return base::make_error(ErrorKind::invalid, "correspondence.error.sender", "the sender is another than who calls");
}

base::Result<AskedCorrespondence> read_correspondence(const Json& body, std::string_view consumer) {
  const auto& from = body["correspondence"];
  const auto& content = from["content"];
  auto service = service_of_resource(from.text("resourceId"));
  if (!service)
    return base::make_error(ErrorKind::invalid, "correspondence.error.resource", "resourceId: app_{org}_{app}");
  AskedCorrespondence asked;
  if (const auto own = check_sender(from.text("sender"), consumer); !own)
    asked.faults.push_back({"#/correspondence/sender", own.error()});
  auto& message = asked.message;
  message.service = std::move(*service);
  message.sender_name = base::clean_line(from.text("messageSender"));
  message.case_reference = base::clean_line(from.text("sendersReference"));
  message.language = base::language_from(content.text("language")).value_or(base::Language::nb);
  message.title = base::clean_line(content.text("messageTitle"));
  message.summary = content.text("messageSummary");
  message.body = content.text("messageBody");
  message.publish_at = moment_of_field(from, "requestedPublishTime");
  message.due = moment_of_field(from, "dueDateTime");
  if (auto reply = reply_way(from.text("reply")))
    message.reply = *std::move(reply);
  else
    asked.faults.push_back({"#/correspondence/reply", reply.error()});
  message.must_confirm = from["isConfirmationNeeded"].bool_or(false);
  message.confidential = from["isConfidential"].bool_or(false);
  // What nobody sees before they were given the right to it, its recipient is told of in any case.
  message.notify = from["notification"].is_object() || message.confidential;
  message.ignore_reservation = from["ignoreReservation"].bool_or(false);
  message.override_reason = from.text("overrideReason");
  if (!from.text("replyTo").empty()) message.reply_to = inbox::MessageId::parse(from.text("replyTo"));
  if (body["existingAttachments"].is_array())
    for (const auto& one : body["existingAttachments"].items())
      if (const auto id = inbox::FileId::parse(one.text_or(""))) message.files.push_back(*id);
  if (content["attachments"].is_array())
    for (const auto& one : content["attachments"].items()) asked.announced_files.emplace_back(one.text("fileName"));
  for (const auto& one : body["recipients"].items()) asked.recipients.push_back(recipient_from(one.text_or("")));
  asked.idempotent_key = body.text("idempotentKey");
  return asked;
}

base::Result<Json> correspondence_from_fields(const web::Request& request) {
  Json made = Json::object();
  for (const auto& [name, text] : request.form)
    if (!text.empty() && !put_field(made, name, text))
      return base::make_error(ErrorKind::invalid, "correspondence.error.field", "a field that cannot stand there",
                              {{"name", base::one_line(name, 80)}});
  return made;
}

}  // namespace alting::api
