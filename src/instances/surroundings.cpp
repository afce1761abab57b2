#include "crypto/hash.h"
#include "instances/draft_content.h"

namespace alting::instances {

using base::Json;

namespace {

constexpr std::string_view no_answer = "-", of_promise = "later";  // no digest begins so

std::vector<forms::AttachmentInfo> infos(const std::vector<Attachment>& attachments) {
  std::vector<forms::AttachmentInfo> all;
  for (const auto& one : attachments) all.push_back({one.id.text(), one.data_type, one.file_name, one.size, one.tag});
  return all;
}

}  // namespace

std::string fingerprint(const Json* value) {
  if (value == nullptr || value->is_null() || (value->is_string() && value->as_string().empty()) ||
      (value->is_array() && value->items().empty()))
    return std::string(no_answer);
  return base::to_hex(crypto::sha256(value->dump()).substr(0, 5));
}

std::string fingerprint_at(const Json& data, std::string_view path) {
  if (!path.ends_with("[]")) return fingerprint(find_path(data, path));
  const auto* list = find_path(data, path.substr(0, path.size() - 2));
  return std::to_string(list != nullptr && list->is_array() ? list->items().size() : 0);
}

std::string fingerprint(const Json* value, const forms::Later* promised) {
  auto print = fingerprint(value);
  return print == no_answer && promised != nullptr ? std::string(of_promise) + promised->expected : print;
}

bool is_of_promise(std::string_view print) { return print.starts_with(of_promise); }

Fingerprints::Fingerprints(const Json& data, const std::vector<forms::Later>& later) : data_(data) {
  for (const auto& one : later) later_.emplace(one.path, &one);
}

std::string Fingerprints::at(std::string_view path) const {
  if (path.ends_with("[]")) return fingerprint_at(data_, path);
  const auto promised = later_.find(path);
  return fingerprint(find_path(data_, path), promised == later_.end() ? nullptr : promised->second);
}

std::map<std::string, std::string> seen_of_form(const forms::App& app, const std::map<std::string, std::string>& seen) {
  std::map<std::string, std::string> of_form;
  for (const auto& [path, print] : seen)
    if (app.shows(path)) of_form.emplace_hint(of_form.end(), path, print);
  return of_form;
}

forms::Surroundings Instances::surroundings(const Draft& draft, base::Language language, base::Instant now) const {
  forms::Surroundings around;
  around.language = language;
  around.now = now;
  around.data = draft.data;
  around.later = draft.later;
  around.attachments = infos(draft.attachments);
  around.supplement = draft.at.parent.has_value();
  around.before = draft.base;
  around.open = draft.base_later;
  around.sources = draft.sources;
  around.rejected = draft.rejected;
  if (const auto party = env_.parties.find(draft.at.party)) {
    around.party["name"] = party->name;
    around.party["orgNumber"] = party->organisation_number;
    around.party["instanceOwnerPartyType"] = party->kind == parties::PartyKind::person ? "person" : "org";
    around.party["instanceOwnerPartyId"] = std::to_string(party->id.value);
    around.party["instanceId"] = draft.at.id.text();
    around.party["appId"] = draft.at.app.text();
  }
  return around;
}

forms::Surroundings Instances::surroundings(const Matter& matter, const forms::App&, base::Language language,
                                            base::Instant now) const {
  forms::Surroundings around;
  around.language = language;
  around.now = now;
  around.data = matter.data;
  around.later = matter.later;
  for (const auto& submission : matter.submissions) {
    for (const auto& info : infos(submission.attachments)) around.attachments.push_back(info);
  }
  if (!matter.submissions.empty()) {
    const auto& first = matter.submissions.front();
    around.party["name"] = first.party_name;
  }
  return around;
}

}  // namespace alting::instances
