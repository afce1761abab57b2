#include "privacy/log_copy.h"

#include <fmt/format.h>

#include "ledger/event_parameters.h"
#include "ledger/receipt.h"

namespace alting::privacy {
namespace {

constexpr base::JsonLimits receipt_json{.size = ledger::max_receipt_size, .depth = 64, .values = 100'000};

base::Json entry_of_log(const ledger::EntryText& text) {
  auto entry = base::Json::parse(text.canonical);
  if (!entry) throw store::DatabaseError("an entry of the log is no JSON");
  return std::move(*entry);
}

std::optional<std::string> service_of_confidential(const base::Json& entry) {
  const auto resource = entry.text("resource");
  const auto begins = ledger::confidential_resource({});
  if (!resource.starts_with(begins)) return std::nullopt;
  return std::string(resource.substr(begins.size()));
}

// Who decided for who runs the portal: no data of the party.
bool is_of_judge(std::string_view path) {
  return path == fmt::format("personal.{}", ledger::parameter::judge_name.name);
}

}  // namespace

std::optional<std::string> confidential_service(const ledger::EntryText& text) {
  return service_of_confidential(entry_of_log(text));
}

std::optional<std::string> receipt_without_others(std::string_view receipt, const CopySubject& subject) {
  auto json = base::Json::parse(receipt, receipt_json);
  auto* disclosed = json ? json->find("disclosed") : nullptr;
  if (disclosed == nullptr || !disclosed->is_object()) return std::nullopt;
  const bool is_own_act = !subject.party_uuid.empty() && (*disclosed)["actor.id"].text("value") == subject.party_uuid;
  std::erase_if(disclosed->members(), [&](const auto& one) {
    const auto& [path, value] = one;
    return is_of_judge(path) || (!is_own_act && path.starts_with("actor."));
  });
  auto masked = base::canonical_json(*json);
  return masked ? std::optional(std::move(*masked)) : std::nullopt;
}

LogCopy copy_of_entry(const ledger::EntryText& text, const std::optional<ledger::ActorPart>& actor,
                      const CopySubject& subject, bool is_whole) {
  const auto entry = entry_of_log(text);
  LogCopy copy;
  const auto kind = ledger::event_kind_from(entry.text("kind"));
  copy.of_agency = kind && ledger::info(*kind).of_agency;
  copy.agency = entry.text("agency");
  copy.at = base::from_rfc3339(entry.text("at")).value_or(base::Instant{});
  copy.confidential = service_of_confidential(entry);

  const auto actor_number = actor && actor->actor != 0 ? actor->actor : text.actor;
  const bool is_own_act = actor_number == subject.party.value;
  auto disclosed = base::Json::object();
  const auto disclose = [&](const std::vector<ledger::Disclosure>& all) {
    for (const auto& one : all) disclosed.set(one.path, one.value);
  };
  if (is_whole)
    for (const auto& one : text.of_party)
      if (!is_of_judge(one.path) && (one.path != ledger::identity_number_path || text.party == subject.party.value))
        disclosed.set(one.path, one.value);
  // What a part says of who acted without a name, says so on purpose (ledger::Concerned).
  const bool may_name = is_own_act || (is_whole && !copy.of_agency && entry["actor"].find("name") != nullptr);
  if (may_name) {
    disclose(text.of_actor);
    if (actor) disclose(actor->disclosures);
  }
  copy.json = base::Json::object({{"entry", entry}, {"disclosed", std::move(disclosed)}});
  return copy;
}

}  // namespace alting::privacy
