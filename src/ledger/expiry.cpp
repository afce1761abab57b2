// Ending the entries of whole days that are past their retention.
//
// Passing entries of one party and day share a key, and an entry may be committed within an hour after it was sealed. So
// a day's keys, and all that lies under them, are older than `before` when the hour after the day is; then the key goes
// with all of it, and nothing has to be sealed again. A run is, exactly:
//   1. erasure list   a durable line: "expire <retention> <day> <before>". From here on a restore does it again.
//   2. commits        in pieces, in the order of the log: the rows of entries before the day lose all that is sealed,
//                     their rows of the activity log and the parts of whom they concern go, their keys are written down
//                     (ledger_erasure), and so is how far this has come (ledger_expired)
//   3. keystore       in pieces: what else lies under those keys, which is of the hour after the day, ends like the rest,
//                     the keys are erased, and written down no more
// A kill, or a limit, leaves what is written down. Asked again the same day a run goes on from there; else the keys go
// with the others that are due (Eraser::finish_due), two days later at most, and what then still lies under one is sealed
// again and ended by the next run.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "ledger/activity_feed.h"
#include "ledger/decimal.h"
#include "ledger/eraser.h"
#include "ledger/event_kinds.h"
#include "ledger/pending.h"
#include "store/failpoint.h"
#include "store/row_reader.h"

namespace alting::ledger {

namespace {

constexpr int rows_ended_at_once = 200;
constexpr int keys_ended_at_once = 500;
constexpr auto one_day = base::Duration::days(1);

base::Instant start_of_day(base::Instant at) { return {at.micros / one_day.micros * one_day.micros}; }

std::string_view to_text(Retention retention) { return retention == Retention::passing ? "passing" : "lasting"; }

std::int64_t expired_to(store::Tx& tx, std::int64_t log, Retention retention) {
  const auto row =
      tx.query_one("SELECT position FROM ledger_expired WHERE log = ? AND retention = ?", {log, to_text(retention)});
  return row ? store::read_one<std::int64_t>(*row) : 0;
}

void set_expired_to(store::Tx& tx, std::int64_t log, Retention retention, std::int64_t position) {
  tx.run(
      "INSERT INTO ledger_expired (log, retention, position) VALUES (?, ?, ?) ON CONFLICT (log, retention) DO UPDATE "
      "SET position = excluded.position",
      {log, to_text(retention), position});
}

// What the log itself rests on; it says nothing of anyone.
bool is_of_the_log(EventKind kind) { return kind == EventKind::log_created || kind == EventKind::key_announced; }

std::vector<base::Uuid> keys_of(const EntryRow& row, const std::vector<ConcernedRow>& concerned) {
  std::vector<base::Uuid> keys;
  for (const auto* part : {&row.body, &row.actor})
    if (*part) keys.push_back((*part)->key);
  for (const auto& one : concerned) keys.push_back(one.part.key);
  return keys;
}

}  // namespace

// The keys of all runs of a day and a retention are due at one moment, which no other erasure is due at.
Eraser::End Eraser::end_of(Retention retention, base::Instant before) const {
  const base::Instant keys_due{(start_of_day(clock_.now()) + base::Duration::days(2)).micros +
                               (retention == Retention::passing ? 2 : 1)};
  return {retention, start_of_day(before - base::Duration::hours(1)), before, keys_due};
}

std::string Eraser::line_of(const End& end) {
  return fmt::format("expire {} {} {}", to_text(end.retention), end.day.micros, end.before.micros);
}

std::optional<Eraser::End> Eraser::read_expiry(std::string_view line) const {
  const auto words = base::split(line, ' ');
  if (words.size() != 5 || words[1] != "expire") return std::nullopt;
  const auto before = parse_decimal(words[4], std::uint64_t{1} << 62);
  if (!before) return std::nullopt;
  for (const auto retention : {Retention::passing, Retention::lasting}) {
    if (words[2] != to_text(retention)) continue;
    auto end = end_of(retention, {static_cast<std::int64_t>(*before)});
    end.is_listed = true;
    return end;
  }
  return std::nullopt;
}

base::Result<Expired> Eraser::expire(Retention retention, base::Instant before, std::int64_t max_count,
                                     const CountExpired& count) {
  if (clock_.now() < Sealer::settled_after(before))
    return ledger_error(base::ErrorKind::invalid, "error.ledger.day_not_over",
                        "entries are ended by whole days, and this one is not over yet");
  auto end = end_of(retention, before);
  end.count = count;
  std::unique_lock lock(mutex_);
  return end_days(end, max_count, lock);
}

Expired Eraser::end_days(const End& end, std::int64_t max_count, Lock& lock) {
  Expired expired;
  const auto goes_on = [&] {
    lock.unlock();  // others first
    lock.lock();
    return expired.entries + expired.keys < max_count;
  };
  for (const auto& log : database_.read([](store::Tx& tx) { return logs(tx); }))
    while (end_piece(log, end, expired))
      if (!goes_on()) return expired;
  const auto batch = vault_.begin_erasures();
  while (finish_piece(end, expired, *batch) && goes_on()) {
  }
  batch->finish();
  return expired;
}

// Step 2 for one piece. False: this log has no more.
bool Eraser::end_piece(const LogRow& log, const End& end, Expired& expired) {
  const auto written = database_.read([&](store::Tx& tx) { return expired_to(tx, log.log, end.retention); });
  auto& known = passed_over_[{log.log, end.retention}];
  if (known.first != written || end.day > known.earliest) known = {};
  const auto from = known.first == -1 ? written : known.next;
  const auto now = clock_.now();
  auto piece = read_piece(log.log, from);
  const bool more = piece.size() == static_cast<std::size_t>(rows_ended_at_once);
  std::int64_t next = from;
  auto passed = known;  // once an older entry, which ends, was seen behind them
  auto young = known;
  std::vector<Sealed> ended;
  for (auto& one : piece) {
    const auto at = one.row.committed_at;
    const bool stays = at >= end.day;
    if (stays && one.retention == end.retention) {
      young.earliest = young.first == -1 ? at : std::min(young.earliest, at);
      if (young.first == -1) young.first = *one.row.position;
    }
    if (stays && at <= now) continue;  // with none behind it, this is where the days that stay begin
    next = *one.row.position + 1;
    passed = young;
    if (!stays && one.retention == end.retention) ended.push_back({std::move(one.row), std::move(one.concerned)});
  }
  if (next == from) return false;
  passed.next = next;
  const auto come_to = passed.first == -1 ? next : passed.first;
  if (!ended.empty() && expired.entries == 0 && !end.is_listed) vault_.note_erasure(line_of(end));
  const bool done =
      write_ended(ended, end, [&](store::Tx& tx) { set_expired_to(tx, log.log, end.retention, come_to); });
  if (!done) return true;  // another process changed one meanwhile: read again
  known = passed;
  expired.entries += static_cast<std::int64_t>(ended.size());
  if (store::failpoint::hit("ledger.expiry")) throw store::DatabaseError("stopped between two pieces");
  return more;
}

std::vector<Eraser::Expiring> Eraser::read_piece(std::int64_t log, std::int64_t from) {
  std::vector<EntryRow> rows;
  std::map<std::int64_t, std::string> kinds;  // by position
  std::map<base::Uuid, std::vector<ConcernedRow>> concerned;
  database_.read([&](store::Tx& tx) {
    rows = entries_from(tx, log, from, rows_ended_at_once);
    if (rows.empty()) return;
    const auto last = *rows.back().position;
    for (const auto& row : tx.query("SELECT place, kind FROM ledger_activity WHERE place >= ? AND place <= ?",
                                    {place_of(log, from), place_of(log, last)})) {
      auto [place, kind] = store::read_row<std::int64_t, std::string>(row);
      kinds[place - place_of(log, 0)] = std::move(kind);
    }
    for (auto& row : concerned_between(tx, log, from, last)) concerned[row.entry_id].push_back(std::move(row));
  });
  std::vector<Expiring> piece;
  for (auto& row : rows) {
    const auto kind = kinds.find(*row.position);
    auto parts = std::move(concerned[row.entry_id]);
    const auto retention = retention_of(row, parts, kind == kinds.end() ? std::string_view() : kind->second);
    piece.push_back({std::move(row), std::move(parts), retention});
  }
  return piece;
}

// Nothing for what never ends, is empty already, or is of a newer program.
std::optional<Retention> Eraser::retention_of(const EntryRow& row, const std::vector<ConcernedRow>& concerned,
                                              std::string_view kind_name) {
  if (!row.body && !row.actor && concerned.empty()) return std::nullopt;
  std::string name(kind_name);
  if (name.empty() && !concerned.empty()) name = concerned.front().kind;
  if (name.empty()) {
    const auto text = open_entry(sealer_, row);
    const auto entry = text ? base::Json::parse(text->canonical) : base::Result<base::Json>(base::Json());
    if (entry) name = entry->text("kind");
  }
  const auto kind = event_kind_from(name);
  if (!kind || is_of_the_log(*kind)) return std::nullopt;
  return info(*kind).retention;
}

bool Eraser::write_ended(const std::vector<Sealed>& ended, const End& end,
                         const std::function<void(store::Tx&)>& also) {
  bool as_read = true;
  const auto done = database_.write([&](store::Tx& tx) -> base::Status {
    as_read = true;
    std::set<base::Uuid> keys;
    for (const auto& [row, concerned] : ended) {
      EntryRow after = row;
      after.body.reset();
      after.actor.reset();
      as_read = as_read && replace_parts(tx, row, after);
      for (const auto& one : concerned) as_read = as_read && delete_concerned(tx, one);
      if (!as_read) return ledger_error(base::ErrorKind::conflict, "error.ledger.no_entry", "it is not as it was read");
      tx.run("DELETE FROM ledger_activity WHERE place = ?", {place_of(row.log, *row.position)});
      for (const auto& key : keys_of(row, concerned)) keys.insert(key);
    }
    for (const auto& key : keys) insert_erasure(tx, key, end.keys_due);
    if (also) also(tx);
    if (end.count && !ended.empty()) end.count(tx, static_cast<std::int64_t>(ended.size()));
    return {};
  });
  if (!done && as_read) throw store::DatabaseError("the end of entries of the log was refused");
  return as_read;
}

// Step 3 for one piece. False: there is no more.
bool Eraser::finish_piece(const End& end, Expired& expired, store::ErasureBatch& batch) {
  const auto keys =
      database_.read([&](store::Tx& tx) { return erasures_due_at(tx, end.keys_due, keys_ended_at_once); });
  if (keys.empty()) return false;
  for (const auto& key : keys) expired.entries += end_rest(key, end);
  finish(keys, batch);
  expired.keys += static_cast<std::int64_t>(keys.size());
  return true;
}

std::int64_t Eraser::end_rest(const base::Uuid& key, const End& end) {
  std::int64_t count = 0;
  while (true) {
    std::set<base::Uuid> ids;
    database_.read([&](store::Tx& tx) {
      for (const auto& row : entries_sharing(tx, key, rows_ended_at_once)) ids.insert(row.entry_id);
      for (const auto& row : concerned_sharing(tx, key, rows_ended_at_once)) ids.insert(row.entry_id);
    });
    std::vector<Sealed> ended;
    for (const auto& id : ids) {
      auto sealed = find(id);
      if (!sealed || !sealed->row.position || sealed->row.committed_at >= end.before) continue;
      if (retention_of(sealed->row, sealed->concerned, {}) == end.retention) ended.push_back(std::move(*sealed));
    }
    if (ended.empty()) return count;
    if (write_ended(ended, end, {})) count += static_cast<std::int64_t>(ended.size());
  }
}

}  // namespace alting::ledger
