#include "api/storage.h"

#include "api/storage_json.h"
#include "api/storage_query.h"
#include "base/text.h"

namespace alting::api {

using base::ErrorKind;
using base::Json;
using instances::SentInstance;
using instances::Submission;
using web::Response;

namespace {

base::Error no_instance() { return base::make_error(ErrorKind::not_found, "error.instance.not_found"); }

// The permit for what the address names: `not_found` also for what was sent to another agency, or not sent.
base::Result<terms::Permit> permit_for(const Call& call, const StorageUses& uses,
                                       terms::Action action = terms::Action::agency_read) {
  const auto party = call.whole("instanceOwnerPartyId");
  const auto id = terms::InstanceId::parse(call.place("instanceGuid"));
  if (!party || !id) return no_instance();
  return uses.agency.allow_system(call.by().actor, {*party}, *id, action);
}

std::string number_of(const StorageUses& uses, terms::PartyId id) {
  const auto party = uses.parties.find(id);
  return party ? party->organisation_number : "";
}

Json in_full(const Call& call, const StorageUses& uses, const SentInstance& sent) {
  const auto app = uses.apps.find(sent.at.app);
  const auto number = number_of(uses, sent.at.party);
  return instance_json(sent, {.public_url = call.public_url, .organisation_number = number, .app = app.get()});
}

base::Result<Response> instances_of(const Call& call, const StorageUses& uses) {
  ALTING_TRY(asked, read_storage_query(call, uses.parties));
  ALTING_TRY(scope, uses.decider.agency_scope(call.by().actor, asked.org));
  instances::SentPage page;
  if (!asked.nothing) {
    ALTING_TRY(found, uses.agency.list_for_system(scope, asked.query, call.request.received));
    page = std::move(found);
  }
  auto all = Json::array();
  for (const auto& sent : page.rows) all.push_back(in_full(call, uses, sent));
  return web::json(
      Json::object({{"count", static_cast<std::int64_t>(page.rows.size())},
                    {"self", call.address()},
                    {"next", page.next.empty() ? Json() : Json(call.address_with("continuationToken", page.next))},
                    {"instances", std::move(all)}}));
}

base::Result<Response> one_instance(const Call& call, const StorageUses& uses) {
  ALTING_TRY(permit, permit_for(call, uses));
  ALTING_TRY(sent, uses.agency.describe(permit, call.request.received));
  return web::json(in_full(call, uses, sent));
}

base::Result<Response> elements_of(const Call& call, const StorageUses& uses) {
  ALTING_TRY(permit, permit_for(call, uses));
  ALTING_TRY(sent, uses.agency.describe(permit, call.request.received));
  const auto app = uses.apps.find(sent.at.app);
  return web::json(Json::object(
      {{"dataElements",
        elements_json(sent, {.public_url = call.public_url, .organisation_number = {}, .app = app.get()})}}));
}

base::Result<Response> events_of(const Call& call, const StorageUses& uses) {
  ALTING_TRY(permit, permit_for(call, uses));
  ALTING_TRY(sent, uses.agency.describe(permit, call.request.received));
  return web::json(Json::object({{"instanceEvents", events_json(sent)}}));
}

base::Result<Response> confirm_instance(const Call& call, const StorageUses& uses) {
  ALTING_TRY(permit, permit_for(call, uses, terms::Action::agency_confirm));
  ALTING_TRY(sent, uses.agency.confirm(permit, call.request.received));
  return web::json(in_full(call, uses, sent));
}

base::Result<Response> made_of(const Call& call, const StorageUses& uses, const Submission& submission,
                               MadeElement made) {
  switch (made) {
    case MadeElement::answers:
      if (submission.supplement) return no_instance();
      return web::download(submission.archive_reference + "-data.json", "application/json",
                           submission.document["data"].dump());
    case MadeElement::document:
      return web::download(submission.archive_reference + ".json", "application/json", submission.bytes);
    case MadeElement::paper: break;
  }
  ALTING_TRY(app, uses.apps.get(submission.at.app));
  return web::download(submission.archive_reference + ".pdf", "application/pdf",
                       uses.make_paper(*app, submission, call.language));
}

base::Result<Response> content_of(const Call& call, const StorageUses& uses) {
  ALTING_TRY(permit, permit_for(call, uses));
  const auto element = terms::DataElementId::parse(call.place("dataGuid"));
  if (!element) return no_instance();
  if (const auto made = made_element(*permit.instance(), *element)) {
    ALTING_TRY(submission, uses.agency.open_submission(permit, call.request.received));
    return made_of(call, uses, submission, *made);
  }
  // In the log before the head is sent: name and size are readings too, and a HEAD gets them.
  ALTING_TRY(reading, uses.agency.open_attachment(permit, *element, call.request.received));
  const auto& found = reading.attachment();
  return web::download(found.file_name, found.media_type, found.size,
                       [&agency = uses.agency, reading](const auto& write) {
                         if (!agency.read_attachment(reading, write))
                           throw std::runtime_error("an attachment cannot be read");
                       });
}

base::Result<std::shared_ptr<const forms::App>> named_app(const Call& call, const StorageUses& uses) {
  const auto id = terms::AppId::make(call.place("org"), call.place("app"));
  if (!id) return base::make_error(ErrorKind::not_found, "error.app.not_found");
  return uses.apps.get(*id);
}

base::Result<Response> applications(const Call& call, const StorageUses& uses) {
  auto all = Json::array();
  const auto org = call.place("org");
  for (const auto& app : uses.apps.all())
    if (org.empty() || app->facts().id.org == org) all.push_back(application_json(*app));
  return web::json(Json::object({{"applications", std::move(all)}}));
}

base::Result<Response> one_application(const Call& call, const StorageUses& uses) {
  ALTING_TRY(app, named_app(call, uses));
  return web::json(application_json(*app));
}

base::Result<Response> texts_of(const Call& call, const StorageUses& uses) {
  ALTING_TRY(app, named_app(call, uses));
  return web::json(texts_json(*app, base::language_from(call.place("language")).value_or(base::Language::nb)));
}

using StorageHandler = base::Result<Response> (*)(const Call&, const StorageUses&);

std::vector<Parameter> instance_places() {
  return {{"instanceOwnerPartyId", schema::whole(1, 2147483647)}, {"instanceGuid", schema::formatted("uuid")}};
}

std::vector<Parameter> app_places() { return {{"org", schema::text({}, 40)}, {"app", schema::text({}, 40)}}; }

}  // namespace

std::vector<Endpoint> storage_endpoints(const StorageUses& uses) {
  const auto with = [uses](StorageHandler handler) -> Handle {
    return [uses, handler](const Call& call) { return handler(call, uses); };
  };
  const std::string base(storage_base);
  const auto instance = base + "/instances/{instanceOwnerPartyId}/{instanceGuid}";
  const auto app = base + "/applications/{org}/{app}";
  const std::vector<std::string> reads{std::string(access::scope_instances_read)},
      writes{std::string(access::scope_instances_write)};
  auto of_element = instance_places();
  of_element.push_back({"dataGuid", schema::formatted("uuid")});
  auto of_texts = app_places();
  of_texts.push_back({"language", schema::one_of({"nb", "nn", "en"})});
  return {
      {.method = web::Method::get,
       .path = base + "/instances",
       .operation_id = "getInstances",
       .summary = "What was sent to an agency",
       .tag = "storage",
       .description = "In the order of `lastChanged`. One list is one entry in the log.",
       .any_scope = reads,
       .query = storage_query_parameters(),
       .headers = storage_query_headers(),
       .answers = {{200, "A page of instances", schema::reference("InstanceQueryResponse")}},
       .handle = with(instances_of)},
      {.method = web::Method::get,
       .path = instance,
       .operation_id = "getInstance",
       .summary = "One instance that was sent, without its answers",
       .tag = "storage",
       .any_scope = reads,
       .places = instance_places(),
       .answers = {{200, "The instance", schema::reference("Instance")}},
       .handle = with(one_instance)},
      {.method = web::Method::get,
       .path = instance + "/dataelements",
       .operation_id = "getDataElements",
       .summary = "What belongs to an instance",
       .tag = "storage",
       .any_scope = reads,
       .places = instance_places(),
       .answers = {{200, "Its data elements", schema::reference("DataElementList")}},
       .handle = with(elements_of)},
      {.method = web::Method::get,
       .path = instance + "/data/{dataGuid}",
       .operation_id = "getData",
       .summary = "A data element: answers, the document as it was sent, an attachment, the paper",
       .tag = "storage",
       .description =
           "The paper (ref-data-as-pdf) is in the language of Accept-Language. Each reading is an entry in the "
           "log that the sender sees.",
       .any_scope = reads,
       .places = of_element,
       .answers = {{200, "Its content", nullptr, "*/*"}},
       .handle = with(content_of)},
      {.method = web::Method::get,
       .path = instance + "/events",
       .operation_id = "getInstanceEvents",
       .summary = "What happened to an instance since it was sent, the oldest first",
       .tag = "storage",
       .any_scope = reads,
       .places = instance_places(),
       .answers = {{200, "Its events", schema::reference("InstanceEventList")}},
       .handle = with(events_of)},
      {.method = web::Method::post,
       .path = instance + "/complete",
       .operation_id = "completeInstance",
       .summary = "The agency confirms that it has fetched it",
       .tag = "storage",
       .description = "Its sender sees that in the log. A second time changes nothing.",
       .any_scope = writes,
       .places = instance_places(),
       .answers = {{200, "The instance, with the confirmation", schema::reference("Instance")}},
       .handle = with(confirm_instance)},
      {.method = web::Method::get,
       .path = base + "/applications",
       .operation_id = "getApplications",
       .summary = "All forms",
       .tag = "storage",
       .answers = {{200, "The forms", schema::reference("ApplicationList")}},
       .handle = with(applications)},
      {.method = web::Method::get,
       .path = base + "/applications/{org}",
       .operation_id = "getApplicationsOfOrg",
       .summary = "The forms of one agency",
       .tag = "storage",
       .places = {{"org", schema::text({}, 40)}},
       .answers = {{200, "The forms", schema::reference("ApplicationList")}},
       .handle = with(applications)},
      {.method = web::Method::get,
       .path = app,
       .operation_id = "getApplication",
       .summary = "One form, with its data types",
       .tag = "storage",
       .places = app_places(),
       .answers = {{200, "The form", schema::reference("Application")}},
       .handle = with(one_application)},
      {.method = web::Method::get,
       .path = app + "/texts/{language}",
       .operation_id = "getApplicationTexts",
       .summary = "The words of a form",
       .tag = "storage",
       .places = of_texts,
       .answers = {{200, "Its words", schema::reference("TextResource")}},
       .handle = with(texts_of)},
  };
}

}  // namespace alting::api
