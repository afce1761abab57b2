#include "api/storage_query.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "api/storage_json.h"
#include "base/page_token.h"
#include "base/text.h"
#include "base/time.h"
#include "parties/organisation_number.h"

namespace alting::api {

using base::ErrorKind;
using instances::TimeRange;

namespace {

constexpr std::size_t max_apps = 20;
constexpr std::string_view owner_header = "x-ai-instanceowneridentifier";

// What is so of everything that was sent: a list that asks for the other is empty.
struct Settled {
  std::string_view name;
  bool is;
};
constexpr std::array settled{Settled{"process.isComplete", true}, Settled{"status.isArchived", true},
                             Settled{"status.isSoftDeleted", false}, Settled{"status.isHardDeleted", false}};

std::optional<base::Instant> moment_of(std::string_view text) {
  if (base::is_date(text)) return base::from_rfc3339(std::string(text) + "T00:00:00Z");
  return base::from_rfc3339(text);
}

// The range with a bound more, "gte:2026-11-01T00:00:00Z"; nothing when that is none.
std::optional<TimeRange> narrowed(TimeRange range, std::string_view bound) {
  const auto colon = bound.find(':');
  const auto word = bound.substr(0, colon == std::string_view::npos ? 0 : colon);
  const bool named = word == "gt" || word == "gte" || word == "lt" || word == "lte" || word == "eq";
  const auto at = moment_of(named ? bound.substr(colon + 1) : bound);
  if (!at) return std::nullopt;
  constexpr base::Duration least_step{1};
  const bool exact = !named || word == "eq";
  if (exact || word.starts_with('g')) {
    const auto least = word == "gt" ? *at + least_step : *at;
    range.from = std::max(range.from.value_or(least), least);
  }
  if (exact || word.starts_with('l')) {
    const auto most = word == "lt" ? *at - least_step : *at;
    range.to = std::min(range.to.value_or(most), most);
  }
  return range;
}

class StorageQueryReader {
 public:
  StorageQueryReader(const Call& call, parties::Parties& parties) : call_(call), parties_(parties) {}

  base::Result<AskedInstances> read() && {
    ALTING_CHECK(read_whose());
    ALTING_CHECK(read_owner());
    // What was sent began, for its agency, and ended at once.
    ALTING_TRY(created, range_of("created", {}));
    ALTING_TRY(ended, range_of("process.ended", created));
    ALTING_TRY(changed, range_of("lastChanged", {}));
    asked_.query.created = ended;
    asked_.query.last_changed = changed;
    read_states();
    asked_.query.size = static_cast<int>(call_.whole("size").value_or(100));
    asked_.query.after = call_.text("continuationToken");
    // A list that began anew with each token that is none would never end.
    if (call_.has("continuationToken") &&
        !base::from_page_token<std::int64_t, std::int64_t, base::Uuid>(asked_.query.after))
      return base::make_error(ErrorKind::invalid, "error.api.page");
    return std::move(asked_);
  }

 private:
  // The forms that are named one by one, and the agency that they and `org` say.
  base::Status read_whose() {
    std::vector<std::string_view> named;
    for (const auto* name : {"appId", "appIds"})
      for (const auto one : call_.texts(name))
        for (const auto id : base::split(one, ',')) named.push_back(base::trim(id));
    asked_.org = call_.text("org");
    const auto unclear = base::make_error(ErrorKind::invalid, "error.storage.whose");
    if (named.size() > max_apps) return unclear;
    for (const auto id : named) {
      auto app = terms::AppId::parse(id);
      if (!app) return unclear;
      if (asked_.org.empty()) asked_.org = app->org;
      if (app->org != asked_.org) return unclear;
      asked_.query.apps.push_back(std::move(*app));
    }
    if (asked_.org.empty()) return unclear;
    return {};
  }

  // The header is Altinn's, for who has no party number: "Organisation:987654321".
  base::Status read_owner() {
    auto& party = asked_.query.party;
    if (const auto number = call_.whole("instanceOwner.partyId")) party = terms::PartyId{*number};
    if (!call_.request.has_header(owner_header)) return {};
    const auto parts = base::split(call_.request.header(owner_header), ':');
    if (parts.size() != 2 || base::to_lower(base::trim(parts[0])) != "organisation" ||
        !parties::check_organisation_number(base::trim(parts[1])).kind)
      return base::make_error(ErrorKind::invalid, "error.storage.owner");
    const auto found = parties_.find_organisation(base::trim(parts[1]));
    if (!found || (party && *party != found->id))
      asked_.nothing = true;
    else
      party = found->id;
    return {};
  }

  [[nodiscard]] base::Result<TimeRange> range_of(std::string_view name, TimeRange range) const {
    for (const auto bound : call_.texts(name)) {
      const auto narrower = narrowed(range, bound);
      if (!narrower)
        return base::make_error(ErrorKind::invalid, "error.storage.moment", std::string(name),
                                {{"name", std::string(name)}});
      range = *narrower;
    }
    return range;
  }

  void read_states() {
    for (const auto& one : settled)
      if (call_.flag(one.name, one.is) != one.is) asked_.nothing = true;
    if (call_.has("process.endEvent") && call_.text("process.endEvent") != end_event) asked_.nothing = true;
    if (call_.has("confirmed")) asked_.query.confirmed = call_.flag("confirmed");
    if (call_.text("excludeConfirmedBy") == asked_.org) {
      if (asked_.query.confirmed.value_or(false)) asked_.nothing = true;
      asked_.query.confirmed = false;
    }
    if (call_.has("archiveReference")) asked_.query.archive_reference = base::to_upper(call_.text("archiveReference"));
  }

  const Call& call_;
  parties::Parties& parties_;
  AskedInstances asked_;
};

Parameter moments(std::string name, std::string_view what) {
  return {
      .name = std::move(name),
      .schema = schema::list(schema::text({}, 60), {}, 4),
      .description = fmt::format("{} A time (RFC 3339) or a date, with gt:, gte:, lt:, lte: or eq: before it; given "
                                 "several times, all hold.",
                                 what)};
}

}  // namespace

std::vector<Parameter> storage_query_parameters() {
  return {
      {"org", schema::text({}, 40), "The agency's code. This, appId or appIds must be there."},
      {"appId", schema::text({}, 81), "One form, such as dat/avviksmelding."},
      {"appIds", schema::list(schema::text({}, 2000), {}, 20),
       "Several forms of one agency, with commas between or given several times."},
      {"instanceOwner.partyId", schema::whole(1, 2147483647), "Of this party alone."},
      moments("created", "When it was received."),
      moments("lastChanged", "When it was stored, or confirmed."),
      moments("process.ended", "When it was received."),
      {"process.isComplete", schema::flag(), "Everything that was sent is complete: false finds nothing."},
      {"process.endEvent", schema::text({}, 60), "EndEvent_1, which is the only one."},
      {"status.isArchived", schema::flag(), "Everything that was sent is archived: false finds nothing."},
      {"status.isSoftDeleted", schema::flag(), "Nothing here is deleted: true finds nothing."},
      {"status.isHardDeleted", schema::flag(), "Nothing here is deleted: true finds nothing."},
      {"excludeConfirmedBy", schema::text({}, 40), "Without what this agency has confirmed."},
      {"confirmed", schema::flag(), "Whether the agency has confirmed it."},
      {"archiveReference", schema::text({}, 14), "The reference on the receipt."},
      {"size", schema::whole(1, 100), "How many in one answer; 100 when it is not said."},
      {"continuationToken", schema::text({}, 200), "Where to go on: of the address in `next`."},
  };
}

std::vector<Parameter> storage_query_headers() {
  return {
      {"X-Ai-InstanceOwnerIdentifier", schema::text({}, 40), "Of this organisation alone: Organisation:987654321."}};
}

base::Result<AskedInstances> read_storage_query(const Call& call, parties::Parties& parties) {
  return StorageQueryReader(call, parties).read();
}

}  // namespace alting::api
