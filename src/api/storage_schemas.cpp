// The shapes of storage_json.cpp, for /openapi.json. Objects are closed: what is not said here is not answered.
#include "api/storage.h"

namespace alting::api {

namespace {

using base::Json;

Json moment(std::string_view description = {}) { return schema::formatted("date-time", description); }

Json element_schema() {
  return schema::object({{"id", schema::formatted("uuid")},
                         {"instanceGuid", schema::formatted("uuid")},
                         {"dataType", schema::text("A data type of the application.")},
                         {"filename", schema::or_null(schema::text())},
                         {"contentType", schema::text()},
                         {"blobStoragePath", schema::text()},
                         {"selfLinks", schema::object({{"platform", schema::formatted("uri")}}, {"platform"})},
                         {"size", schema::whole("Octets. Not there for what is made when it is asked for.")},
                         {"contentHash", schema::or_null(schema::text("SHA-256 of the content, in hexadecimal."))},
                         {"locked", schema::flag()},
                         {"refs", schema::list(schema::formatted("uuid"))},
                         {"tags", schema::list(schema::text())},
                         {"fileScanResult", schema::one_of({"NotApplicable", "Clean"})},
                         {"created", moment()},
                         {"lastChanged", moment()}},
                        {"id", "instanceGuid", "dataType", "filename", "contentType", "blobStoragePath", "selfLinks",
                         "contentHash", "locked", "refs", "tags", "fileScanResult", "created", "lastChanged"});
}

Json process_schema() {
  return schema::object({{"started", moment()},
                         {"startEvent", schema::text()},
                         {"currentTask", Json::object({{"type", "null"}})},
                         {"ended", moment()},
                         {"endEvent", schema::text()}},
                        {"started", "startEvent", "currentTask", "ended", "endEvent"});
}

Json owner_schema() {
  return schema::object(
      {{"partyId", schema::text("The number of the party, as text.")},
       {"personNumber", schema::or_null(schema::text("Never filled: what was answered says who somebody is."))},
       {"organisationNumber", schema::or_null(schema::text())}},
      {"partyId", "personNumber", "organisationNumber"});
}

Json status_schema() {
  return schema::object({{"isArchived", schema::flag()},
                         {"archived", moment()},
                         {"isSoftDeleted", schema::flag()},
                         {"isHardDeleted", schema::flag()}},
                        {"isArchived", "archived", "isSoftDeleted", "isHardDeleted"});
}

Json instance_schema() {
  const auto confirmation =
      schema::object({{"stakeholderId", schema::text("The agency's code.")}, {"confirmedOn", moment()}},
                     {"stakeholderId", "confirmedOn"});
  const auto values =
      schema::object({{"archiveReference", schema::text()},
                      {"appVersion", schema::text("Version of the form's configuration.")},
                      {"supplementTo", schema::text("Of an addition: the id of the instance that it adds to.")}},
                     {"archiveReference", "appVersion"});
  return schema::object(
      {{"id", schema::text("{instanceOwnerPartyId}/{instanceGuid}")},
       {"instanceOwner", schema::reference("InstanceOwner")},
       {"appId", schema::text()},
       {"org", schema::text()},
       {"selfLinks", schema::object({{"platform", schema::formatted("uri")}}, {"platform"})},
       {"dueBefore", schema::or_null(moment())},
       {"visibleAfter", schema::or_null(moment())},
       {"process", schema::reference("ProcessState")},
       {"status", schema::reference("InstanceStatus")},
       {"completeConfirmations", schema::list(confirmation)},
       {"data", schema::list(schema::reference("DataElement"))},
       {"presentationTexts", schema::text_map()},
       {"dataValues", values},
       {"created", moment("When it was received: of what came before that nothing is told.")},
       {"lastChanged", moment("When it was stored, or confirmed.")}},
      {"id", "instanceOwner", "appId", "org", "selfLinks", "dueBefore", "visibleAfter", "process", "status",
       "completeConfirmations", "data", "presentationTexts", "dataValues", "created", "lastChanged"});
}

Json event_schema() {
  return schema::object(
      {{"id", schema::formatted("uuid")},
       {"instanceId", schema::text()},
       {"dataId", schema::or_null(schema::formatted("uuid"))},
       {"created", moment()},
       {"eventType", schema::one_of({"Submited", "process_EndEvent", "ConfirmedComplete"})},
       {"instanceOwnerPartyId", schema::text()},
       {"user", schema::object({{"orgId", schema::or_null(schema::text())}}, {"orgId"})},
       {"processInfo",
        Json::object({{"anyOf", Json::array({schema::reference("ProcessState"), Json::object({{"type", "null"}})})}})}},
      {"id", "instanceId", "dataId", "created", "eventType", "instanceOwnerPartyId", "user", "processInfo"});
}

Json application_schema() {
  const auto data_type = schema::object({{"id", schema::text()},
                                         {"allowedContentTypes", schema::list(schema::text())},
                                         {"minCount", schema::whole()},
                                         {"maxCount", schema::whole()},
                                         {"maxSize", schema::whole("Of one file, in mebibytes.")}},
                                        {"id", "allowedContentTypes", "minCount", "maxCount"});
  const auto parties = schema::object({{"person", schema::flag()},
                                       {"organisation", schema::flag()},
                                       {"subUnit", schema::flag()},
                                       {"bankruptcyEstate", schema::flag()}},
                                      {"person", "organisation", "subUnit", "bankruptcyEstate"});
  return schema::object(
      {{"id", schema::text()},
       {"org", schema::text()},
       {"versionId", schema::text()},
       {"title", schema::text_map()},
       {"dataTypes", schema::list(data_type)},
       {"partyTypesAllowed", parties},
       {"autoDeleteOnProcessEnd", schema::flag()}},
      {"id", "org", "versionId", "title", "dataTypes", "partyTypesAllowed", "autoDeleteOnProcessEnd"});
}

Json texts_schema() {
  const auto variable =
      schema::object({{"key", schema::text()}, {"dataSource", schema::text()}, {"defaultValue", schema::text()}},
                     {"key", "dataSource"});
  const auto resource = schema::object(
      {{"id", schema::text()}, {"value", schema::text()}, {"variables", schema::list(variable)}}, {"id", "value"});
  return schema::object({{"id", schema::text()},
                         {"org", schema::text()},
                         {"language", schema::one_of({"nb", "nn", "en"})},
                         {"resources", schema::list(resource)}},
                        {"id", "org", "language", "resources"});
}

Json list_schema(std::string_view name, std::string_view of) {
  return schema::object({{std::string(name), schema::list(schema::reference(of))}}, {name});
}

}  // namespace

Components storage_schemas() {
  Components all;
  all["Instance"] = instance_schema();
  all["InstanceOwner"] = owner_schema();
  all["InstanceStatus"] = status_schema();
  all["ProcessState"] = process_schema();
  all["DataElement"] = element_schema();
  all["InstanceEvent"] = event_schema();
  all["Application"] = application_schema();
  all["TextResource"] = texts_schema();
  all["DataElementList"] = list_schema("dataElements", "DataElement");
  all["InstanceEventList"] = list_schema("instanceEvents", "InstanceEvent");
  all["ApplicationList"] = list_schema("applications", "Application");
  all["InstanceQueryResponse"] = schema::object({{"count", schema::whole("How many are in this answer.")},
                                                 {"self", schema::formatted("uri")},
                                                 {"next", schema::or_null(schema::formatted("uri"))},
                                                 {"instances", schema::list(schema::reference("Instance"))}},
                                                {"count", "self", "next", "instances"});
  return all;
}

}  // namespace alting::api
