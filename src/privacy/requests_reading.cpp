// Requests as their rows have them: for the party, and for the controller's people.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "access/restrictions.h"
#include "instances/instance.h"
#include "privacy/posts.h"
#include "privacy/requests_rows.h"
#include "store/row_reader.h"

namespace alting::privacy {

using base::ErrorKind;
using base::make_error;

namespace {

constexpr int most_of_ones_own = 200;
constexpr std::array request_kind_codes{
    std::pair{RequestKind::erasure, "erasure"}, std::pair{RequestKind::restriction, "restriction"},
    std::pair{RequestKind::objection, "objection"}, std::pair{RequestKind::other, "other"}};
constexpr std::array request_state_codes{
    std::pair{RequestState::received, "received"}, std::pair{RequestState::granted, "granted"},
    std::pair{RequestState::refused, "refused"}, std::pair{RequestState::withdrawn, "withdrawn"}};
constexpr std::array request_target_codes{std::pair{RequestTarget::Kind::all, "all"},
                                          std::pair{RequestTarget::Kind::instance, "instance"},
                                          std::pair{RequestTarget::Kind::message, "message"}};

template <class Codes, class Kind>
std::string_view code_of(const Codes& codes, Kind kind) {
  return std::ranges::find(codes, kind, [](const auto& one) { return one.first; })->second;
}
template <class Kind, class Codes>
std::optional<Kind> kind_of(const Codes& codes, std::string_view code) {
  for (const auto& [kind, known] : codes)
    if (code == known) return kind;
  return std::nullopt;
}

// What is in a list, and in which order.
struct Which {
  std::string_view state, at;
  bool backwards = false;
};
Which which_of(RequestList list) {
  switch (list) {
    case RequestList::answered: return {"state IN ('granted', 'refused')", "answered_at", true};
    case RequestList::withdrawn: return {"state = 'withdrawn'", "answered_at", true};
    case RequestList::waiting: break;
  }
  return {"state = 'received'", "due_at"};
}

// Where the page before ended, "MICROS.ID"; "" is before the first. Nothing for what is no such place.
std::optional<std::pair<std::int64_t, std::string>> place_from(RequestList list, std::string_view after) {
  if (after.empty())
    return std::pair(which_of(list).backwards ? std::numeric_limits<std::int64_t>::max() : std::int64_t{-1},
                     std::string());
  const auto dot = after.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  std::int64_t at = 0;
  const auto* end = after.data() + dot;
  const auto id = RequestId::parse(after.substr(dot + 1));
  if (const auto [stop, wrong] = std::from_chars(after.data(), end, at); stop != end || wrong != std::errc() || !id)
    return std::nullopt;
  return std::pair(at, id->text());
}

}  // namespace

std::string_view to_text(RequestKind kind) { return code_of(request_kind_codes, kind); }
std::string_view to_text(RequestState state) { return code_of(request_state_codes, state); }
std::string_view to_text(RequestTarget::Kind kind) { return code_of(request_target_codes, kind); }
std::optional<RequestKind> request_kind_from(std::string_view code) {
  return kind_of<RequestKind>(request_kind_codes, code);
}

store::Holder controllers_holder(std::string_view controller) {
  return controller == controller_operator ? store::Holder(controller) : instances::agency_holder(controller);
}

base::Error no_such_request() { return make_error(ErrorKind::not_found, "error.rights.unknown", "no such request"); }
base::Error request_is_answered() {
  return make_error(ErrorKind::conflict, "error.rights.answered", "the request is answered or withdrawn");
}

base::Result<std::string> agency_of_staff(const terms::Scope& scope) {
  if (!scope.agency() || scope.agency_apps().empty())
    return make_error(ErrorKind::forbidden, "error.access.not_staff", "no scope of an agency's staff");
  ALTING_CHECK(access::check_sees_all(scope));
  return *scope.agency();
}

std::vector<Requests::Row> Requests::rows(std::string_view condition, std::initializer_list<store::Value> values) {
  std::vector<Row> all;
  const auto found = with_.database.read([&](store::Tx& tx) {
    return tx.query(fmt::format("SELECT id, party, kind, controller, target, item, ground, key_id, words, asked_at, "
                                "due_at, state, refusal, answer, answered_at, answered_by FROM rights_request WHERE {}",
                                condition),
                    values);
  });
  for (const auto& one : found) {
    store::RowReader from(one);
    Row row;
    row.id = from.next<RequestId>();
    row.party = from.next<terms::PartyId>();
    row.kind = request_kind_from(from.next<std::string_view>()).value_or(RequestKind::other);
    row.controller = from.next<std::string>();
    row.target.kind = kind_of<RequestTarget::Kind>(request_target_codes, from.next<std::string_view>())
                          .value_or(RequestTarget::Kind::all);
    row.target.item = from.next<std::string>();
    row.ground = from.next<std::string>();
    row.key = from.next<base::Uuid>();
    row.words = from.next<std::string>();
    row.asked_at = from.next<base::Instant>();
    row.due_at = from.next<base::Instant>();
    row.state =
        kind_of<RequestState>(request_state_codes, from.next<std::string_view>()).value_or(RequestState::withdrawn);
    row.refusal = from.next<std::string>();
    row.answer = from.next_or_empty();
    row.answered_at = from.next<std::optional<base::Instant>>();
    row.answered_by = from.next<std::string>();
    all.push_back(std::move(row));
  }
  return all;
}

std::optional<Requests::Row> Requests::row(const RequestId& id) {
  auto found = rows("id = ?", {id});
  return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

RightsRequest Requests::opened(const Row& row, const store::Holder& holder) {
  const auto words = [&](const base::Bytes& sealed) {
    if (sealed.empty()) return std::string();
    auto text = with_.vault.open(row.key, sealed, holder);
    return text ? std::move(*text) : std::string();
  };
  RightsRequest out;
  out.id = row.id;
  out.party = row.party;
  out.kind = row.kind;
  out.controller = row.controller;
  out.target = row.target;
  out.ground = row.ground;
  out.words = words(row.words);
  out.asked_at = row.asked_at;
  out.due_at = row.due_at;
  out.law_due_at = due_times(row.asked_at).laws;
  out.state = row.state;
  out.refusal = row.refusal;
  out.answer = words(row.answer);
  out.answered_at = row.answered_at;
  return out;
}

std::vector<RightsRequest> Requests::mine(const terms::Permit& permit) {
  std::vector<RightsRequest> all;
  if (!check_managing(permit)) return all;
  for (const auto& one :
       rows(fmt::format("party = ? ORDER BY asked_at DESC, id DESC LIMIT {}", most_of_ones_own), {permit.party()}))
    all.push_back(opened(one, instances::party_holder(permit.party())));
  return all;
}

base::Result<RightsRequest> Requests::find(const terms::Permit& permit, const RequestId& id) {
  ALTING_CHECK(check_managing(permit));
  const auto found = row(id);
  if (!found || found->party != permit.party()) return no_such_request();
  return opened(*found, instances::party_holder(permit.party()));
}

ControllersRequest Requests::opened_for_controller(const Row& row) {
  ControllersRequest out;
  static_cast<RightsRequest&>(out) = opened(row, controllers_holder(row.controller));
  out.answered_by = row.answered_by;
  if (const auto party = with_.parties.find(row.party)) {
    out.party_name = party->name;
    out.party_uuid = party->uuid;
  }
  return out;
}

RequestPage Requests::to_controller(std::string_view controller, RequestList list, std::string_view after) {
  const auto which = which_of(list);
  const auto from = place_from(list, after);
  if (!from) return {};
  const auto [at, id] = *from;
  const auto found =
      rows(fmt::format("controller = ? AND {0} AND ({1} {2} ? OR ({1} = ? AND id {2} ?)) ORDER BY {1} {3}, "
                       "id {3} LIMIT {4}",
                       which.state, which.at, which.backwards ? "<" : ">", which.backwards ? "DESC" : "ASC",
                       requests_in_page + 1),
           {controller, at, at, id});
  RequestPage page;
  for (const auto& one : found) {
    if (std::ssize(page.rows) == requests_in_page) {
      const auto& last = page.rows.back();
      const auto end = list == RequestList::waiting ? last.due_at : last.answered_at.value_or(base::Instant{});
      page.next = fmt::format("{}.{}", end.micros, last.id.text());
      break;
    }
    page.rows.push_back(opened_for_controller(one));
  }
  return page;
}

RequestPage Requests::of_controller(const terms::Scope& scope, RequestList list, std::string_view after) {
  const auto org = agency_of_staff(scope);
  if (!org || !with_.database.read([&](store::Tx& tx) { return with_.decider.recheck_read(tx, scope); })) return {};
  return to_controller(*org, list, after);
}
RequestPage Requests::of_operator(RequestList list, std::string_view after) {
  return to_controller(controller_operator, list, after);
}

std::optional<ControllersRequest> Requests::find_as_operator(const RequestId& id) {
  const auto found = row(id);
  if (!found || found->controller != controller_operator) return std::nullopt;
  return opened_for_controller(*found);
}

base::Result<ControllersRequest> Requests::find(const terms::Scope& scope, const RequestId& id) {
  ALTING_TRY(org, agency_of_staff(scope));
  ALTING_CHECK(with_.database.read([&](store::Tx& tx) { return with_.decider.recheck_read(tx, scope); }));
  const auto found = row(id);
  if (!found || found->controller != org) return no_such_request();
  return opened_for_controller(*found);
}

}  // namespace alting::privacy
