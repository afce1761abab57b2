// What is done of an erasure, step by step, and again after a kill.
//
//   erasure.line        the list outside names the order           a restore orders it again
//   erasure.listed      commits: the keys are written down         (erasure_key), some rows at a time
//   erasure.keys        the keystore has them no more              in pieces, each written down as done
//   erasure.item        drafts, forms and messages, one by one     by their rooms' use cases, each with its own commit
//   erasure.rows        commits: plain rows, some at a time
//   erasure.certified   commit: the entry of the certificate, and the order is done
//                       the list outside says that it is done     a hold that comes later keeps none of it from a restore
//   erasure.forgotten   commits: the keys that were written down
#include <algorithm>
#include <array>
#include <chrono>
#include <exception>

#include "base/log.h"
#include "crypto/hash.h"
#include "inbox/message_rows.h"
#include "instances/instance.h"
#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"
#include "privacy/erasure.h"
#include "privacy/erasure_keys.h"
#include "privacy/erasure_orders.h"
#include "privacy/outside_lines.h"
#include "store/failpoint.h"
#include "store/row_reader.h"
#include "store/sqlite.h"

namespace alting::privacy {
namespace {

using access::JobKind;
using store::Cell;
using store::TableReader;

constexpr std::int64_t erasures_at_once = 20;
constexpr int log_entries_at_once = 50;
constexpr auto longest_erasure_part = std::chrono::seconds(2);  // a stop of the program waits for it
constexpr std::string_view rule_of_erasure = "personvernforordningen art. 17";

// Entries that say what somebody did by themself and that nobody else rests on. What was sent, received and opened, and
// where one was logged in, has its own time.
constexpr std::array passing_kinds{ledger::EventKind::own_read, ledger::EventKind::instance_created,
                                   ledger::EventKind::instance_deleted, ledger::EventKind::message_moved};

bool is_draft_state(std::string_view state) { return state == "draft"; }

// "gone": it is there no more, or is in a state in which it is not this one's to erase. That a party or a service is not
// known is no reason to say that what they have is gone.
bool is_gone_already(const base::Error& error) {
  if (error.code == "error.party.not_found" || error.code == "error.app.not_found") return false;
  return error.kind == base::ErrorKind::not_found || error.kind == base::ErrorKind::gone;
}

}  // namespace

ErasedItems Erasures::erase_keys(const ErasureOrder& order, const std::function<bool()>& stop) {
  const ErasedKeys keys(with_.database, with_.catalogue, order);
  if (!keys.list(stop)) return {.done = 0, .left = 1};
  store::failpoint::pass("erasure.listed");
  const auto holder = instances::party_holder(order.subject.party);
  ErasedItems erased;
  const auto batch = with_.vault.begin_erasures();
  for (auto some = keys.left(); !some.empty(); some = keys.left()) {
    if (stop()) {
      ++erased.left;
      break;
    }
    batch->erase(some, holder);
    store::failpoint::pass("erasure.keys");
    keys.note_destroyed(some);
    erased.done += static_cast<std::int64_t>(some.size());
  }
  batch->finish();
  return erased;
}

// Forms and messages by their use cases, with the permit of the job; what is the ledger's by the ledger; the rest as it lies.
ErasedItems Erasures::erase_items(const ErasureOrder& order, const std::function<bool()>& stop) {
  ErasedItems items;
  const auto party = order.subject.party;
  const auto permit_for = [&](const std::string& org, const std::string& app,
                              std::optional<terms::InstanceId> instance) {
    return with_.decider.permit_for_job(
        JobKind::erasure, terms::Action::remove,
        {.party = party, .app = terms::AppId{org, app}, .instance = instance, .task = ""});
  };
  const auto settle = [&](const base::Status& status) {
    store::failpoint::pass("erasure.item");
    if (status) ++items.done;
    if (status || is_gone_already(status.error())) return;
    ++items.left;
    base::log(base::LogLevel::warning, "erasure.item_waits", {{"reason", status.error().code}});
  };
  const auto post = [&] { return base::Uuid::v4(with_.random).text(); };
  const auto each = [&](std::string_view name, std::vector<std::string_view> columns,
                        const std::function<void(const TableReader::Found&)>& erase) {
    const auto& table = with_.catalogue.table(name);
    each_page_of(with_.database, {table, {"party_id", Cell(party.value)}, std::move(columns)}, [&](const auto& rows) {
      for (const auto& row : rows) {
        if (stop()) {
          ++items.left;
          return false;
        }
        erase(row);
      }
      return true;
    });
  };
  const auto instances_that = [&](bool drafts, const std::function<base::Status(const terms::Permit&)>& erase) {
    each("instance", {"state", "created_at", "root_id", "org", "app"}, [&](const TableReader::Found& row) {
      const auto id = text_of_cell(row.key.at(1)), root = text_of_cell(row.cells[2]);
      if (is_draft_state(text_of_cell(row.cells[0])) != drafts) return;
      // An addition goes with what it adds to, whenever it was begun.
      const bool adds = root != id;
      if (drafts ? !adds && number_of_cell(row.cells[1]) > order.ordered_at.micros
                 : adds || number_of_cell(row.cells[1]) > order.ordered_at.micros)
        return;
      const auto permit =
          permit_for(text_of_cell(row.cells[3]), text_of_cell(row.cells[4]), terms::InstanceId::parse(id));
      settle(permit ? erase(*permit) : base::Status(permit.error()));
    });
  };
  const auto now = with_.clock.now();
  const ErasedKeys keys(with_.database, with_.catalogue, order);
  instances_that(true, [&](const terms::Permit& permit) -> base::Status {
    keys.list_of_forms("instance_id", *permit.instance());
    return with_.drafts.discard(permit, now, post());
  });
  instances_that(false, [&](const terms::Permit& permit) -> base::Status {
    keys.list_of_forms("root_id", *permit.instance());  // its additions go with it
    return with_.delete_sent(permit, now, post());
  });
  each("message", {"announced_at", "folder", "org", "app"}, [&](const TableReader::Found& row) {
    if (row.cells[0].index() == 0 || number_of_cell(row.cells[0]) > order.ordered_at.micros) return;
    if (text_of_cell(row.cells[1]) == inbox::in_none) return;
    const auto id = inbox::MessageId::parse(text_of_cell(row.key.at(1)));
    const auto permit = permit_for(text_of_cell(row.cells[2]), text_of_cell(row.cells[3]), {});
    if (!id) return;
    settle(permit ? with_.messages.remove(*permit, *id, now, post()) : base::Status(permit.error()));
  });
  if (with_.forget_copies) items.done += with_.forget_copies(party);
  const auto log = erase_log(order, stop);
  store::failpoint::pass("erasure.rows");
  const auto rows = erase_plain_rows(with_.database, with_.catalogue, order, stop);
  return {items.done + log.done + rows.done, items.left + log.left + rows.left};
}

ErasedItems Erasures::erase_log(const ErasureOrder& order, const std::function<bool()>& stop) {
  ErasedItems items;
  with_.ledger.flush();
  const auto* table = find_catalogued(with_.catalogue, "ledger_activity");
  if (table == nullptr) return items;
  const auto goes = [&](const TableReader::Found& row) {
    const auto kind = ledger::event_kind_from(text_of_cell(row.cells[2]));
    return kind && std::ranges::find(passing_kinds, *kind) != passing_kinds.end() &&
           number_of_cell(row.cells[1]) == order.subject.party.value &&
           number_of_cell(row.cells[3]) < order.ordered_at.micros;
  };
  each_page_of(with_.database,
               {*table, {"party", Cell(order.subject.party.value)}, {"entry_id", "actor", "kind", "at"}},
               [&](const auto& rows) {
                 std::vector<base::Uuid> some;
                 const auto erase = [&] {
                   if (some.empty()) return;
                   const auto done = with_.ledger.erase(some, ledger::ErasedPart::entry);
                   if (done)
                     items.done += static_cast<std::int64_t>(some.size());
                   else
                     ++items.left;
                   some.clear();
                 };
                 for (const auto& row : rows) {
                   if (stop()) {
                     ++items.left;
                     break;
                   }
                   if (!goes(row)) continue;
                   if (const auto id = base::Uuid::parse(text_of_cell(row.cells[0]))) some.push_back(*id);
                   if (some.size() == log_entries_at_once) erase();
                 }
                 erase();
                 return items.left == 0;
               });
  return items;
}

void Erasures::certify(const ErasureOrder& order) {
  crypto::Sha256 digest;
  std::int64_t wraps = 0;
  base::Uuid last;
  for (bool more = true; more;) {
    const auto keys = with_.database.read([&](store::Tx& tx) {
      std::vector<base::Uuid> some;
      for (const auto& row :
           tx.query("SELECT key_id FROM erasure_key WHERE order_id = ? AND key_id > ? ORDER BY key_id LIMIT ?",
                    {order.id, last, keys_listed_at_once}))
        some.push_back(store::read_one<base::Uuid>(row));
      return some;
    });
    for (const auto& key : keys) digest.add(key.text() + "\n");
    wraps += static_cast<std::int64_t>(keys.size());
    more = !keys.empty();
    if (more) last = keys.back();
  }
  const auto hex = base::to_hex(digest.digest());
  const auto now = with_.clock.now();
  ledger::NewEntry entry{};
  entry.kind = ledger::EventKind::erasure_certified;
  entry.at = now;
  entry.actor.kind = terms::ActorKind::system;
  entry.actor.name = "alting";
  entry.set(ledger::parameter::erasure, order.id.text());
  entry.set(ledger::parameter::wraps, wraps);
  entry.set(ledger::parameter::digest, hex);
  entry.set(ledger::parameter::law, std::string(rule_of_erasure));
  const auto prepared = with_.ledger.prepare(std::move(entry));
  std::optional<ledger::EntryHandle> handle;
  const auto done = with_.database.write([&](store::Tx& tx) -> base::Status {
    handle.reset();
    const auto changed = tx.run(
        "UPDATE erasure_order SET state = 'done', wraps = ?, digest = ?, entry_id = ?, done_at = ? WHERE order_id = ? "
        "AND "
        "state = 'ordered'",
        {wraps, hex, prepared.id, now, order.id});
    if (changed == 1) handle = with_.ledger.append(tx, prepared);  // else another process was first
    return {};
  });
  if (!done) throw store::DatabaseError("an erasure could not be certified");
  // So that who asked gets it at once; what is not proved yet follows (certificate_of).
  if (handle) (void)with_.ledger.await_receipt(*handle);
}

std::int64_t Erasures::forget_keys(const std::function<bool()>& stop) {
  std::int64_t forgotten = 0;
  while (!stop()) {
    const auto some = with_.database
                          .write([&](store::Tx& tx) -> base::Result<std::int64_t> {
                            return tx.run(
                                "DELETE FROM erasure_key WHERE (order_id, key_id) IN (SELECT k.order_id, k.key_id FROM "
                                "erasure_order o JOIN erasure_key k ON k.order_id = o.order_id WHERE o.state = 'done' "
                                "LIMIT ?)",
                                {keys_listed_at_once});
                          })
                          .value();
    forgotten += some;
    if (some < keys_listed_at_once) break;
  }
  return forgotten;
}

void Erasures::list_outside(const ErasureOrder& order, bool done) {
  const auto uuid = with_.database.read([&](store::Tx& tx) { return uuid_of_party(tx, order.subject.party); });
  if (!uuid) throw store::DatabaseError("the party of an erasure is not known");
  with_.vault.note_erasure(erasure_line(order, *uuid, done));
  if (done) return;
  const auto noted = with_.database.write([&](store::Tx& tx) -> base::Status {
    tx.run("UPDATE erasure_order SET listed = 1 WHERE order_id = ?", {order.id});
    return {};
  });
  if (!noted) throw store::DatabaseError("an erasure that is listed could not be noted");
}

std::int64_t Erasures::go_on(const ErasureId& id, const std::function<bool()>& stop) {
  const auto order = with_.database.read([&](store::Tx& tx) { return find_order(tx, id); });
  if (!order || order->done) return 0;
  // A hold that came after it was ordered: it waits.
  const auto now = with_.clock.now();
  if (with_.database.read([&](store::Tx& tx) { return erasure_held_until(tx, order->subject.party, now); })) return 0;
  if (!order->is_listed) list_outside(*order, false);
  store::failpoint::pass("erasure.line");
  const auto keys = erase_keys(*order, stop);
  if (keys.left > 0) return keys.done + 1;  // some were listed at the least
  const auto items = erase_items(*order, stop);
  if (items.left > 0) return keys.done + items.done;
  certify(*order);
  store::failpoint::pass("erasure.certified");
  list_outside(*order, true);
  (void)forget_keys(stop);
  store::failpoint::pass("erasure.forgotten");
  if (auto* files = dynamic_cast<store::SqliteDatabase*>(&with_.database)) (void)files->checkpoint();
  return keys.done + items.done + 1;
}

std::int64_t Erasures::carry_out() {
  const auto end = std::chrono::steady_clock::now() + longest_erasure_part;
  const auto stop = [end] { return std::chrono::steady_clock::now() >= end; };
  std::int64_t done = 0;
  std::exception_ptr fault;
  // On from the one of the last turn, so that those that wait, or cannot be carried out, keep none behind them waiting.
  const auto last = carried_on_ ? with_.database.read([&](store::Tx& tx) { return find_order(tx, *carried_on_); })
                                : std::optional<ErasureOrder>();
  auto orders = with_.database.read(
      [&](store::Tx& tx) { return orders_under_way(tx, last ? &*last : nullptr, erasures_at_once); });
  if (orders.empty() && last)
    orders = with_.database.read([&](store::Tx& tx) { return orders_under_way(tx, nullptr, erasures_at_once); });
  for (const auto& order : orders) {
    if (stop()) break;
    carried_on_ = order.id;
    try {
      done += go_on(order.id, stop);
    } catch (const std::exception&) {
      if (!fault) fault = std::current_exception();
    }
  }
  if (fault) std::rethrow_exception(fault);  // the runner of the jobs says so, and tries again
  return done + forget_keys(stop);
}

}  // namespace alting::privacy
