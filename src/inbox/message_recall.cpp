// What was sent and waits for its time is taken back: nobody has seen it, and nobody does.
#include "inbox/message_rows.h"
#include "inbox/message_sending.h"
#include "inbox/topics.h"
#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"
#include "store/failpoint.h"
#include "store/once.h"

namespace alting::inbox {

using base::ErrorKind;
using base::Json;
using base::make_error;

namespace {

constexpr std::int64_t emptied_at_once = 50;  // recipients in one transaction
constexpr int emptyings = 20;                 // such transactions in one delivery of the outbox

}  // namespace

base::Status MessageSending::take_back(const terms::Permit& permit, const BatchId& id, base::Instant at,
                                       std::string_view post_id) {
  ALTING_TRY(post, read_post(post_id));
  const auto row = with_.database.read([&](store::Tx& tx) {
    return tx.query_one(
        "SELECT org, app, recipients FROM message_batch WHERE batch_id = ? AND state NOT IN ('writing', 'ended')",
        {id});
  });
  if (!row) return no_message();
  const auto [org, app, recipients] = store::read_row<std::string, std::string, std::int64_t>(*row);
  if (permit.action() != terms::Action::agency_send || permit.resource() != "app:" + terms::AppId{org, app}.text())
    return no_message();
  auto entry = ledger::entry_for(ledger::EventKind::message_recalled, permit, at);
  entry.agency = org;
  entry.set(ledger::parameter::batch, id.text());
  entry.set(ledger::parameter::count, recipients);
  const auto prepared = with_.ledger.prepare(std::move(entry));
  const auto done = with_.database.write([&](store::Tx& tx) -> base::Result<std::string> {
    return store::once(
        tx, post, instances::party_holder(permit.actor().party), fmt::format("{} {}", message_recalled, id.text()), at,
        [&]() -> base::Result<std::string> {
          ALTING_CHECK(with_.decider.recheck(tx, permit));
          if (tx.run("UPDATE message_batch SET state = 'taken_back', touched_at = ? WHERE batch_id = ? AND state = "
                     "'accepted'",
                     {at, id}) == 0) {
            if (is_taken_back(tx, id)) return id.text();  // by a colleague
            return make_error(ErrorKind::conflict, "messages.error.published", "it is published");
          }
          with_.ledger.append(tx, prepared);
          store::emit(tx, with_.random, at, batch_due, id.text(), Json::object({{"batch", id.text()}}).dump());
          return id.text();
        });
  });
  if (!done) return done.error();
  return {};
}

bool MessageSending::is_taken_back(store::Tx& tx, const BatchId& id) {
  return tx.query_one("SELECT batch_id FROM message_batch WHERE batch_id = ? AND state = 'taken_back'", {id})
      .has_value();
}

// The recipients' keys first: a kill leaves rows that say what is to be erased, and nothing that is forgotten.
bool MessageSending::empty(const BatchId& id) {
  const auto keys = with_.database.read([&](store::Tx& tx) {
    std::vector<base::Uuid> all;
    for (const auto& row : tx.query("SELECT key_id FROM message_batch WHERE batch_id = ?", {id}))
      all.push_back(store::read_one<base::Uuid>(row));
    for (const auto& file : files_of_batch(tx, id)) all.push_back(file.blob.key_id);
    return all;
  });
  for (int i = 0; i < emptyings; ++i) {
    const auto rows = with_.database.read([&](store::Tx& tx) {
      return tx.query("SELECT party_id, message_id FROM message WHERE batch_id = ? ORDER BY place LIMIT ?",
                      {id, emptied_at_once});
    });
    if (rows.empty()) return true;
    const auto erasures = with_.vault.begin_erasures();
    for (const auto& row : rows)
      erasures->erase(keys, instances::party_holder(std::get<0>(store::read_row<terms::PartyId, MessageId>(row))));
    erasures->finish();
    store::failpoint::pass("inbox.recalled");
    const auto emptied = with_.database.write([&](store::Tx& tx) -> base::Status {
      for (const auto& row : rows) {
        const auto [party, message] = store::read_row<terms::PartyId, MessageId>(row);
        tx.run("DELETE FROM message WHERE party_id = ? AND message_id = ?", {party, message});
      }
      return {};
    });
    if (!emptied) return false;
  }
  return false;
}

}  // namespace alting::inbox
