// What is done of an erasure, step by step, and again after a kill.
//
//   erasure.line        the list outside names the order           a restore orders it again
//   erasure.listed      commits: the keys are written down         (erasure_key)
//   erasure.keys        the keystore has them no more              in pieces, each written down as done
//   erasure.item        drafts, forms and messages, one by one     by their rooms' use cases, each with its own commit
//   erasure.rows        commits: plain rows, some at a time
//   erasure.certified   commit: the entry of the certificate, and the order is done
//   erasure.forgotten   commits: the keys that were written down
#include <algorithm>
#include <array>
#include <chrono>

#include "base/log.h"
#include "crypto/hash.h"
#include "inbox/message_rows.h"
#include "instances/instance.h"
#include "instances/topics.h"
#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"
#include "privacy/erasure.h"
#include "privacy/erasure_orders.h"
#include "store/failpoint.h"
#include "store/outbox.h"
#include "store/row_reader.h"
#include "store/sqlite.h"

namespace alting::privacy {
namespace {

using access::JobKind;
using store::Cell;
using store::TableReader;

constexpr std::int64_t erasures_at_once = 20;
constexpr int keys_listed_at_once = 500;
constexpr int log_entries_at_once = 50;
constexpr auto longest_erasure_part = std::chrono::seconds(2);  // a stop of the program waits for it
constexpr std::string_view rule_of_erasure = "personvernforordningen art. 17";

// Entries that say what somebody did by themself and that nobody else rests on. What was sent, received and opened, and
// where one was logged in, has its own time.
constexpr std::array passing_kinds{ledger::EventKind::own_read, ledger::EventKind::instance_created,
                                   ledger::EventKind::instance_deleted, ledger::EventKind::message_moved};

bool is_draft_state(std::string_view state) { return state == "draft"; }

// The keys that the party loses, as its rows name them.
class ErasedKeys {
 public:
  ErasedKeys(store::Database& database, const store::Catalogue& catalogue, const ErasureOrder& order)
      : database_(database), catalogue_(catalogue), order_(order) {}

  // A draft's, which its use case erases.
  [[nodiscard]] std::vector<base::Uuid> of_draft(const terms::InstanceId& id) const {
    return database_.read([&](store::Tx& tx) {
      constexpr std::array alike{std::string_view("party_id"), std::string_view("instance_id")};
      const std::vector<Cell> draft{order_.subject.party.value, id.text()};
      std::vector<base::Uuid> keys;
      add_all(tx, keys, "instance", alike, draft);
      add_all(tx, keys, "attachment", alike, draft);
      return keys;
    });
  }
  void each(const std::function<void(const std::vector<base::Uuid>&)>& take) {
    sent(take);
    received(take);
    answers(take);
    plain("staged_file", "holder", "staged_at", take);
  }

 private:
  using Take = std::function<void(const std::vector<base::Uuid>&)>;

  [[nodiscard]] bool is_due(const Cell& began) const { return number_of_cell(began) <= order_.ordered_at.micros; }

  void pages(std::string_view name, std::string_view column, std::vector<std::string_view> columns,
             const std::function<void(store::Tx&, const terms::Table&, const TableReader::Found&,
                                      std::vector<base::Uuid>&)>& keys_of,
             const Take& take) {
    const auto* table = find_catalogued(catalogue_, name);
    const auto cell = table == nullptr ? std::nullopt : cell_of(*table, column, order_.subject);
    if (!cell) return;
    each_page_of(database_, {*table, {column, *cell}, std::move(columns)}, [&](const auto& rows) {
      std::vector<base::Uuid> keys;
      database_.read([&](store::Tx& tx) {
        keys.clear();
        for (const auto& row : rows) keys_of(tx, *table, row, keys);
      });
      if (!keys.empty()) take(keys);
      return true;
    });
  }

  static void add(std::vector<base::Uuid>& keys, const Cell& cell) {
    if (const auto key = store::key_id_in(cell)) keys.push_back(*key);
  }
  // Those that rows of another table name, found by these columns.
  void add_all(store::Tx& tx, std::vector<base::Uuid>& keys, std::string_view name,
               std::span<const std::string_view> columns, const std::vector<Cell>& cells) const {
    const auto& table = catalogue_.table(name);
    constexpr std::string_view key = "key_id";
    for (const auto& row : store::rows_where(tx, table, columns, cells)) {
      const auto found = store::read_cells(tx, table, {&key, 1}, row);
      if (!found.empty()) add(keys, found.front());
    }
  }

  // What was sent and is still the party's. The agency gets its keys of the files from the party's; while they wait for
  // that they stay, and go with the form.
  void sent(const Take& take) {
    pages(
        "instance", "party_id", {"state", "created_at", "key_id"},
        [this](store::Tx& tx, const terms::Table&, const TableReader::Found& row, std::vector<base::Uuid>& keys) {
          if (is_draft_state(text_of_cell(row.cells[0])) || !is_due(row.cells[1])) return;
          const auto id = text_of_cell(row.key.at(1));
          if (store::is_waiting(tx, instances::keys_to_share, id)) return;
          constexpr std::array alike{std::string_view("party_id"), std::string_view("instance_id")};
          add(keys, row.cells[2]);
          add_all(tx, keys, "submission", alike, row.key);
          add_all(tx, keys, "attachment", alike, row.key);
        },
        take);
  }
  void received(const Take& take) {
    pages(
        "message", "party_id", {"listed_at", "folder", "key_id", "batch_id"},
        [this](store::Tx& tx, const terms::Table&, const TableReader::Found& row, std::vector<base::Uuid>& keys) {
          if (!is_due(row.cells[0]) || text_of_cell(row.cells[1]) == inbox::in_none) return;
          constexpr std::array alike{std::string_view("batch_id")};
          add(keys, row.cells[2]);
          add_all(tx, keys, "message_file", alike, {row.cells[3]});
        },
        take);
  }
  void answers(const Take& take) {
    pages(
        "message_answer", "party_id", {"written_at", "key_id"},
        [this](store::Tx& tx, const terms::Table&, const TableReader::Found& row, std::vector<base::Uuid>& keys) {
          if (!is_due(row.cells[0])) return;
          constexpr std::array alike{std::string_view("party_id"), std::string_view("answer_id")};
          add(keys, row.cells[1]);
          add_all(tx, keys, "message_answer_file", alike, row.key);
        },
        take);
  }
  void plain(std::string_view name, std::string_view column, std::string_view began, const Take& take) {
    pages(
        name, column, {began, "key_id"},
        [this](store::Tx&, const terms::Table&, const TableReader::Found& row, std::vector<base::Uuid>& keys) {
          if (is_due(row.cells[0])) add(keys, row.cells[1]);
        },
        take);
  }

  store::Database& database_;
  const store::Catalogue& catalogue_;
  const ErasureOrder& order_;
};

void write_keys_down(store::Database& database, const ErasureId& order, std::span<const base::Uuid> keys,
                     bool erased = false) {
  const auto done = database.write([&](store::Tx& tx) -> base::Status {
    for (const auto& key : keys)
      tx.run("INSERT INTO erasure_key (order_id, key_id, erased) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
             {order, key, erased});
    return {};
  });
  if (!done) throw store::DatabaseError("the keys of an erasure could not be written down");
}

std::vector<base::Uuid> erasure_keys_left(store::Database& database, const ErasureId& order) {
  return database.read([&](store::Tx& tx) {
    std::vector<base::Uuid> keys;
    for (const auto& row :
         tx.query("SELECT key_id FROM erasure_key WHERE order_id = ? AND erased = 0 ORDER BY key_id LIMIT ?",
                  {order, keys_listed_at_once}))
      keys.push_back(store::read_one<base::Uuid>(row));
    return keys;
  });
}

// "gone": it is there no more, or is in a state in which it is not this one's to erase.
bool is_gone_already(const base::Error& error) {
  return error.kind == base::ErrorKind::not_found || error.kind == base::ErrorKind::gone;
}

}  // namespace

std::int64_t Erasures::erase_keys(const ErasureOrder& order) {
  ErasedKeys(with_.database, with_.catalogue, order).each([&](const std::vector<base::Uuid>& keys) {
    for (std::span<const base::Uuid> rest(keys); !rest.empty();) {
      const auto some = rest.first(std::min<std::size_t>(rest.size(), keys_listed_at_once));
      write_keys_down(with_.database, order.id, some);
      rest = rest.subspan(some.size());
    }
  });
  store::failpoint::pass("erasure.listed");
  const auto holder = instances::party_holder(order.subject.party);
  std::int64_t erased = 0;
  const auto batch = with_.vault.begin_erasures();
  for (auto keys = erasure_keys_left(with_.database, order.id); !keys.empty();
       keys = erasure_keys_left(with_.database, order.id)) {
    batch->erase(keys, holder);
    store::failpoint::pass("erasure.keys");
    const auto noted = with_.database.write([&](store::Tx& tx) -> base::Status {
      for (const auto& key : keys)
        tx.run("UPDATE erasure_key SET erased = 1 WHERE order_id = ? AND key_id = ?", {order.id, key});
      return {};
    });
    if (!noted) throw store::DatabaseError("erased keys could not be noted");
    erased += static_cast<std::int64_t>(keys.size());
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
    const auto of_draft = keys.of_draft(*permit.instance());
    ALTING_CHECK(with_.drafts.discard(permit, now, post()));
    write_keys_down(with_.database, order.id, of_draft, true);
    return {};
  });
  instances_that(false, [&](const terms::Permit& permit) { return with_.delete_sent(permit, now, post()); });
  each("message", {"listed_at", "folder", "org", "app"}, [&](const TableReader::Found& row) {
    if (number_of_cell(row.cells[0]) > order.ordered_at.micros || text_of_cell(row.cells[1]) == inbox::in_none) return;
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

void Erasures::list_outside(const ErasureOrder& order) {
  with_.vault.note_erasure(erasure_line(order));
  const auto noted = with_.database.write([&](store::Tx& tx) -> base::Status {
    tx.run("UPDATE erasure_order SET listed = 1 WHERE order_id = ?", {order.id});
    return {};
  });
  if (!noted) throw store::DatabaseError("an erasure that is listed could not be noted");
}

std::int64_t Erasures::go_on(const ErasureId& id, const std::function<bool()>& stop) {
  const auto order = with_.database.read([&](store::Tx& tx) { return find_order(tx, id); });
  if (!order || order->done) return 0;
  if (!order->is_listed) list_outside(*order);
  store::failpoint::pass("erasure.line");
  const auto keys = erase_keys(*order);
  const auto items = erase_items(*order, stop);
  if (items.left > 0) return keys + items.done;
  certify(*order);
  store::failpoint::pass("erasure.certified");
  (void)forget_keys(stop);
  store::failpoint::pass("erasure.forgotten");
  if (auto* files = dynamic_cast<store::SqliteDatabase*>(&with_.database)) (void)files->checkpoint();
  return keys + items.done + 1;
}

std::int64_t Erasures::carry_out() {
  const auto end = std::chrono::steady_clock::now() + longest_erasure_part;
  const auto stop = [end] { return std::chrono::steady_clock::now() >= end; };
  const auto orders = with_.database.read([&](store::Tx& tx) { return orders_under_way(tx, erasures_at_once); });
  std::int64_t done = 0;
  for (const auto& order : orders) {
    if (stop()) break;
    done += go_on(order.id, stop);
  }
  return done + forget_keys(stop);
}

}  // namespace alting::privacy
