// The rows of requests for access.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/requests.h"
#include "access/roles.h"
#include "store/database.h"
#include "store/row_reader.h"

namespace alting::access {

struct RequestRow {
  AccessRequestId id;
  terms::PartyId party, person;
  std::string role, app;  // one of them is ""
  std::string back;
  RequestState state = RequestState::draft;
  std::string reason;
  base::Instant asked_at, changed_at;
  bool closed = false;
  std::optional<terms::PartyId> decided_by;

  [[nodiscard]] std::optional<std::string> asked_role() const {
    return role.empty() ? std::nullopt : std::optional(role);
  }
  [[nodiscard]] std::optional<terms::AppId> asked_app() const { return terms::AppId::parse(app); }
};

[[nodiscard]] std::optional<RequestRow> find_request(store::Tx& tx, const AccessRequestId& id);
// One open for the same person, business and service.
[[nodiscard]] std::optional<RequestRow> find_open_request(store::Tx& tx, const RequestRow& like);
[[nodiscard]] std::optional<RequestRow> find_last_request(store::Tx& tx, const RequestRow& like);
[[nodiscard]] std::vector<RequestRow> requests_of(store::Tx& tx, terms::PartyId person);
[[nodiscard]] std::vector<RequestRow> sent_to(store::Tx& tx, terms::PartyId party, base::Instant not_before);
[[nodiscard]] std::vector<RequestRow> answered_by(store::Tx& tx, terms::PartyId party);
[[nodiscard]] std::vector<RequestRow> open_since(store::Tx& tx, RequestState state, base::Instant before,
                                                 std::int64_t limit);
[[nodiscard]] std::int64_t count_sent_to(store::Tx& tx, const std::vector<terms::PartyId>& business,
                                         base::Instant not_before);
// Of one person at these parties, drafts and what is sent, made or sent since then; `besides` is not counted.
[[nodiscard]] std::int64_t count_open(store::Tx& tx, const std::vector<terms::PartyId>& business, terms::PartyId person,
                                      base::Instant not_before, const AccessRequestId& besides);
// Of one person, made or sent since then; `besides` is not counted.
[[nodiscard]] std::int64_t count_asked(store::Tx& tx, terms::PartyId person, base::Instant since,
                                       const AccessRequestId& besides);

void insert_request(store::Tx& tx, const RequestRow& row);
void mark_sent(store::Tx& tx, const AccessRequestId& id, base::Instant at);
void close_request(store::Tx& tx, const AccessRequestId& id, RequestState state, std::string_view reason,
                   std::optional<terms::PartyId> decided_by, base::Instant at);
void delete_request(store::Tx& tx, const AccessRequestId& id);
// All that the person has sent to the party and nobody answered.
[[nodiscard]] std::int64_t count_sent_by(store::Tx& tx, terms::PartyId party, terms::PartyId person);
void refuse_all(store::Tx& tx, terms::PartyId party, terms::PartyId person, std::string_view reason,
                terms::PartyId decided_by, base::Instant at);

struct BlockRow {
  AccessBlockId id;
  terms::PartyId person;
  base::Instant at;
};
// By one of these.
[[nodiscard]] bool is_blocked(store::Tx& tx, const std::vector<terms::PartyId>& business, terms::PartyId person);
// The newest first, at most most_blocks.
[[nodiscard]] std::vector<BlockRow> blocks_of(store::Tx& tx, terms::PartyId party);
[[nodiscard]] std::optional<BlockRow> find_block(store::Tx& tx, terms::PartyId party, const AccessBlockId& id);
[[nodiscard]] std::int64_t count_blocks(store::Tx& tx, terms::PartyId party);
void insert_block(store::Tx& tx, terms::PartyId party, const BlockRow& row, terms::PartyId blocked_by);
bool delete_block(store::Tx& tx, terms::PartyId party, const AccessBlockId& id);

}  // namespace alting::access
