#include "portal/log_words.h"

#include "access/roles.h"

namespace alting::portal {

std::string ground_in_words(const View& view, const base::Json& evidence) {
  const auto role = std::string(evidence.text("role"));
  const auto kind = std::string(evidence.text("kind"));
  if (kind == "delegation" && role.empty()) return view.t("evidence.delegation_form");
  if (kind == "agency" && evidence.text("source").starts_with("client:")) return view.t("evidence.agency_system");
  const auto id = "evidence." + kind;
  auto role_words = role.empty() ? std::string() : access::role_name(role, view.language);
  if (!view.site.texts.has(id)) return role_words;
  return view.t(id, {{"role", role_words}});
}

std::optional<terms::AppId> app_of_resource(std::string_view resource) {
  for (const std::string_view kind : {"app:", "confidential:"})
    if (resource.starts_with(kind)) return terms::AppId::parse(resource.substr(kind.size()));
  return std::nullopt;
}

std::string service_in_words(const View& view, const forms::AppCatalogue& apps, std::string_view resource) {
  const auto id = app_of_resource(resource);
  if (!id) return {};
  const auto app = apps.find(*id);
  return app ? app->title(view.language) : id->text();
}

ledger::ReceiptWords receipt_words(const View& view, const forms::AppCatalogue& apps, const ledger::Receipt& receipt) {
  const auto t = [&](const char* id) { return view.t(std::string("receipt_pdf.") + id); };
  ledger::ReceiptWords words{.language = view.language,
                             .title = t("title"),
                             .introduction = t("introduction"),
                             .what = t("what"),
                             .event = t("event"),
                             .received = t("received"),
                             .logged = t("logged"),
                             .actor = t("actor"),
                             .party = t("party"),
                             .organisation_number = t("organisation_number"),
                             .identity_number = t("identity_number"),
                             .resource = t("resource"),
                             .reference = t("reference"),
                             .method = t("method"),
                             .ground = t("ground"),
                             .instance = t("instance"),
                             .documents = t("documents"),
                             .file = t("file"),
                             .size = t("size"),
                             .digest = t("digest"),
                             .unnamed = t("unnamed"),
                             .proof = t("proof"),
                             .log = t("log"),
                             .address = t("address"),
                             .number = t("number"),
                             .number_of = t("number_of"),
                             .id = t("id"),
                             .state = t("state"),
                             .time = t("time"),
                             .how = t("how"),
                             .verify = t("verify"),
                             .offline = t("offline"),
                             .attached = t("attached"),
                             .qr = t("qr")};
  const auto parsed = base::Json::parse(receipt.json);
  if (!parsed) return words;
  const auto& entry = (*parsed)["entry"];
  if (const auto kind = ledger::event_kind_from(entry.text("kind")))
    words.event_in_words = view.t(ledger::info(*kind).text_id);
  words.ground_in_words = ground_in_words(view, entry["evidence"]);
  words.service_in_words = service_in_words(view, apps, entry.text("resource"));
  return words;
}

}  // namespace alting::portal
