#include "api/storage_json.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/time.h"
#include "crypto/hash.h"

namespace alting::api {

using base::Json;
using instances::SentInstance;

namespace {

// A UUID of version 8 (RFC 9562 section 5.8): the first octets of a digest.
base::Uuid uuid_of(const terms::InstanceId& instance, std::string_view what) {
  const auto digest = crypto::sha256({"alting.storage\n", what, "\n", instance.uuid.view()});
  base::Uuid id;
  for (std::size_t i = 0; i < id.octets.size(); ++i) id.octets[i] = static_cast<std::uint8_t>(digest[i]);
  id.octets[6] = static_cast<std::uint8_t>((id.octets[6] & 0x0f) | 0x80);
  id.octets[8] = static_cast<std::uint8_t>((id.octets[8] & 0x3f) | 0x80);
  return id;
}

std::string id_of(terms::PartyId party, const terms::InstanceId& instance) {
  return fmt::format("{}/{}", party.value, instance.text());
}

std::string platform_link(const SentInstance& sent, std::string_view public_url) {
  return fmt::format("{}{}/instances/{}", public_url, storage_base, id_of(sent.at.party, sent.at.id));
}

Json time_json(base::Instant at) { return base::to_rfc3339(at); }

struct Element {
  terms::DataElementId id;
  std::string_view data_type, content_type;
  std::optional<std::string> file_name = {};
  std::optional<std::int64_t> size = {};
  std::string hash = {};  // hexadecimal
  std::string_view tag = {};
  std::string_view scan = "NotApplicable";
};

Json element_json(const SentInstance& sent, const InstanceContext& context, const Element& element) {
  const auto id = element.id.text();
  auto json = Json::object(
      {{"id", id},
       {"instanceGuid", sent.at.id.text()},
       {"dataType", element.data_type},
       {"filename", element.file_name ? Json(*element.file_name) : Json()},
       {"contentType", element.content_type},
       {"blobStoragePath", fmt::format("{}/{}/data/{}", sent.at.app.text(), sent.at.id.text(), id)},
       {"selfLinks", Json::object({{"platform", platform_link(sent, context.public_url) + "/data/" + id}})},
       {"contentHash", element.hash.empty() ? Json() : Json(element.hash)},
       {"locked", true},
       {"refs", Json::array()},
       {"tags", element.tag.empty() ? Json::array() : Json::array({element.tag})},
       {"fileScanResult", element.scan},
       {"created", time_json(sent.created)},
       {"lastChanged", time_json(sent.created)}});
  if (element.size) json.set("size", *element.size);
  return json;
}

Json process_json(const SentInstance& sent) {
  return Json::object({{"started", time_json(sent.created)},
                       {"startEvent", start_event},
                       {"currentTask", nullptr},
                       {"ended", time_json(sent.created)},
                       {"endEvent", end_event}});
}

Json event_json(const SentInstance& sent, std::string_view type, base::Instant at, std::string_view org = {}) {
  const bool is_end = type == "process_EndEvent";
  return Json::object({{"id", uuid_of(sent.at.id, type).text()},
                       {"instanceId", id_of(sent.at.party, sent.at.id)},
                       {"dataId", nullptr},
                       {"created", time_json(at)},
                       {"eventType", type},
                       {"instanceOwnerPartyId", std::to_string(sent.at.party.value)},
                       {"user", Json::object({{"orgId", org.empty() ? Json() : Json(org)}})},
                       {"processInfo", is_end ? process_json(sent) : Json()}});
}

Json data_type_json(std::string_view id, const std::vector<std::string>& content_types, std::int64_t min_count,
                    std::int64_t max_count) {
  auto types = Json::array();
  for (const auto& one : content_types) types.push_back(one);
  return Json::object({{"id", id}, {"allowedContentTypes", types}, {"minCount", min_count}, {"maxCount", max_count}});
}

}  // namespace

terms::DataElementId element_id(const terms::InstanceId& instance, MadeElement made) {
  switch (made) {
    case MadeElement::answers: return {uuid_of(instance, "answers")};
    case MadeElement::document: return {uuid_of(instance, "document")};
    case MadeElement::paper: return {uuid_of(instance, "paper")};
  }
  return {};
}

std::optional<MadeElement> made_element(const terms::InstanceId& instance, const terms::DataElementId& element) {
  for (const auto made : {MadeElement::answers, MadeElement::document, MadeElement::paper})
    if (element_id(instance, made) == element) return made;
  return std::nullopt;
}

Json elements_json(const SentInstance& sent, const InstanceContext& context) {
  auto all = Json::array();
  const auto add = [&](const Element& element) { all.push_back(element_json(sent, context, element)); };
  if (!sent.supplement && context.app != nullptr)
    add({element_id(sent.at.id, MadeElement::answers), context.app->facts().data_type, "application/json"});
  add({.id = element_id(sent.at.id, MadeElement::document),
       .data_type = type_as_sent,
       .content_type = "application/json",
       .file_name = sent.archive_reference + ".json",
       .size = sent.size,
       .hash = base::to_hex(sent.digest)});
  for (const auto& one : sent.attachments)
    add({.id = one.id,
         .data_type = one.data_type,
         .content_type = one.media_type,
         .file_name = one.file_name,
         .size = one.size,
         .hash = base::to_hex(one.digest),
         .tag = one.tag,
         .scan = one.scan == "clean" ? "Clean" : "NotApplicable"});
  if (context.app != nullptr)
    add({element_id(sent.at.id, MadeElement::paper), type_as_pdf, "application/pdf", sent.archive_reference + ".pdf"});
  return all;
}

Json instance_json(const SentInstance& sent, const InstanceContext& context) {
  auto values = Json::object({{"archiveReference", sent.archive_reference}, {"appVersion", sent.app_version}});
  if (sent.supplement) values.set("supplementTo", id_of(sent.at.party, sent.at.root));
  auto confirmations = Json::array();
  if (sent.confirmed)
    confirmations.push_back(
        Json::object({{"stakeholderId", sent.at.app.org}, {"confirmedOn", time_json(*sent.confirmed)}}));
  const auto& number = context.organisation_number;
  return Json::object(
      {{"id", id_of(sent.at.party, sent.at.id)},
       {"instanceOwner", Json::object({{"partyId", std::to_string(sent.at.party.value)},
                                       {"personNumber", nullptr},
                                       {"organisationNumber", number.empty() ? Json() : Json(number)}})},
       {"appId", sent.at.app.text()},
       {"org", sent.at.app.org},
       {"selfLinks", Json::object({{"platform", platform_link(sent, context.public_url)}})},
       {"dueBefore", nullptr},
       {"visibleAfter", nullptr},
       {"process", process_json(sent)},
       {"status", Json::object({{"isArchived", true},
                                {"archived", time_json(sent.created)},
                                {"isSoftDeleted", false},
                                {"isHardDeleted", false}})},
       {"completeConfirmations", std::move(confirmations)},
       {"data", elements_json(sent, context)},
       {"presentationTexts", Json::object()},
       {"dataValues", std::move(values)},
       {"created", time_json(sent.created)},
       {"lastChanged", time_json(sent.last_changed)}});
}

Json events_json(const SentInstance& sent) {
  auto all =
      Json::array({event_json(sent, "Submited", sent.created), event_json(sent, "process_EndEvent", sent.created)});
  if (sent.confirmed) all.push_back(event_json(sent, "ConfirmedComplete", *sent.confirmed, sent.at.app.org));
  return all;
}

Json application_json(const forms::App& app) {
  const auto& facts = app.facts();
  auto titles = Json::object();
  for (const auto language : base::all_languages) titles.set(base::to_text(language), app.title(language));
  auto types = Json::array({data_type_json(facts.data_type, {"application/json"}, 1, 1)});
  for (const auto& upload : facts.uploads) {
    auto type = data_type_json(upload.data_type, upload.content_types, static_cast<std::int64_t>(upload.min_count),
                               static_cast<std::int64_t>(upload.max_count));
    constexpr std::int64_t mebi = 1024 * 1024;
    if (upload.max_bytes > 0) type.set("maxSize", (upload.max_bytes + mebi - 1) / mebi);
    types.push_back(std::move(type));
  }
  types.push_back(data_type_json(type_as_sent, {"application/json"}, 1, 1));
  types.push_back(data_type_json(type_as_pdf, {"application/pdf"}, 0, 1));
  auto parties = Json::object();
  for (const auto* kind : {"person", "organisation", "subUnit", "bankruptcyEstate"})
    parties.set(kind, std::ranges::find(facts.parties_allowed, kind) != facts.parties_allowed.end());
  return Json::object({{"id", facts.id.text()},
                       {"org", facts.id.org},
                       {"versionId", facts.version},
                       {"title", std::move(titles)},
                       {"dataTypes", std::move(types)},
                       {"partyTypesAllowed", std::move(parties)},
                       {"autoDeleteOnProcessEnd", false}});
}

Json texts_json(const forms::App& app, base::Language language) {
  auto resources = Json::array();
  for (const auto& [id, text] : app.texts(language)) {
    auto resource = Json::object({{"id", id}, {"value", text.value}});
    if (!text.variables.empty()) {
      auto variables = Json::array();
      for (const auto& one : text.variables) {
        auto variable = Json::object({{"key", one.key}, {"dataSource", one.source}});
        if (one.default_value) variable.set("defaultValue", *one.default_value);
        variables.push_back(std::move(variable));
      }
      resource.set("variables", std::move(variables));
    }
    resources.push_back(std::move(resource));
  }
  const auto& id = app.facts().id;
  return Json::object({{"id", fmt::format("{}-{}-{}", id.org, id.app, base::to_text(language))},
                       {"org", id.org},
                       {"language", base::to_text(language)},
                       {"resources", std::move(resources)}});
}

}  // namespace alting::api
