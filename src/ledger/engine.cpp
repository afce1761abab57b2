#include "ledger/engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "base/log.h"
#include "ledger/signed_prefix.h"

namespace alting::ledger {

namespace {

constexpr int sequenced_at_once = 512;
constexpr auto pooling_time = std::chrono::milliseconds(10);
constexpr auto clerk_interval = std::chrono::milliseconds(100);
constexpr auto erasures_every = std::chrono::seconds(10);
constexpr auto publish_again_every = std::chrono::seconds(1);  // when a disk fault has kept a tree from being signed
constexpr std::size_t own_reads_at_once = 500;
constexpr std::size_t max_accepted = 10'000;  // then those whose transaction failed are thrown out

}  // namespace

Engine::Engine(store::Database& database, store::Vault& vault, const base::Clock& clock, base::Random& random,
               LedgerOptions options, OpenLog log)
    : database_(database),
      clock_(clock),
      random_(random),
      options_(std::move(options)),
      row_(log.row),
      sealer_(vault, &clock),
      publisher_(std::move(log.publisher)),
      feed_(database, sealer_),
      eraser_(database, vault, sealer_, clock),
      signing_keys_(options_.keys),
      signers_(std::move(log.signers)),
      keys_(std::move(log.keys)),
      tree_(std::move(log.tree)),
      root_(row_.root) {}

void Engine::start() {
  publisher_->publish(tree_.view());
  list_keys_anew();
  feed_.begin(row_.log, row_.size);
  if (options_.background) sealer_.keep_stocked();
  database_.set_participant(this);
  if (database_.engine() == store::Engine::postgresql) sequencer_ = std::thread([this] { run_sequencer(); });
  if (options_.background) clerk_ = std::thread([this] { run_clerk(); });
}

void Engine::place_waiting() {
  while (database_.engine() == store::Engine::sqlite && sequence_some()) {
  }
}

Engine::~Engine() {
  {
    const std::lock_guard lock(waking_);
    stopping_ = true;
  }
  work_.notify_all();
  if (clerk_.joinable()) clerk_.join();
  try {
    flush();
  } catch (const std::exception& error) {
    base::log(base::LogLevel::error, "ledger.flush_failed", {{"reason", error.what()}});
  }
  if (sequencer_.joinable()) sequencer_.join();
  database_.set_participant(nullptr);
}

PreparedEntry Engine::prepare(NewEntry entry) {
  require_outside_transaction();
  if (const auto name = undeclared(entry.kind, entry.parameters, entry.personal))
    throw std::logic_error(
        fmt::format("the catalogue of events does not declare '{}' for {}", *name, info(entry.kind).name));
  for (const auto& document : entry.documents)
    if (document.sha256.size() != 32 || document.size < 0)
      throw std::logic_error("a document's digest in a log entry is malformed");
  auto pending = std::make_shared<PendingEntry>();
  const auto now = clock_.now();
  pending->id = base::Uuid::v7(random_, now);
  pending->log = row_.log;
  pending->text = write_entry(entry, pending->id, now, row_.origin, random_, address());
  pending->entry = std::move(entry);
  pending->row = {
      .entry_id = pending->id, .log = pending->log, .commitment = pending->text.commitment(), .committed_at = now};
  pending->leaf = leaf_hash(pending->row.commitment.view());
  seal(*pending);
  return {pending->id, std::move(pending)};
}

EntryHandle Engine::append(store::Tx& tx, const PreparedEntry& prepared) {
  tx.for_commit().emplace_back(prepared.pending);
  return {prepared.id, prepared.pending};
}

Engine::Batch Engine::batch_of(const std::vector<std::any*>& work) {
  Batch batch;
  for (auto* one : work)
    if (auto* pending = std::any_cast<std::shared_ptr<PendingEntry>>(one)) batch.push_back(*pending);
  return batch;
}

// What is of the actor is sealed apart where others than the party read it too, or may be forgotten without it.
void Engine::seal(PendingEntry& pending) {
  const auto& text = pending.text;
  auto& row = pending.row;
  row.shares_key = info(pending.entry.kind).retention == Retention::passing;
  seal_for_concerned(pending);
  if (!row.shares_key) {
    const bool apart = !text.of_actor.empty();
    row.body = sealer_.seal(pack_entry(text, !apart));
    if (apart) row.actor = sealer_.seal(pack_actor(text));
    return;
  }
  const bool of_another = text.party != 0 && text.party != text.actor;
  const bool apart = (of_another || !pending.concerned.empty()) && !text.of_actor.empty();
  row.body = sealer_.seal_shared(text.party != 0 ? text.party : text.actor, row.committed_at, pack_entry(text, !apart));
  if (apart) row.actor = sealer_.seal_shared(text.actor, row.committed_at, pack_actor(text));
}

void Engine::seal_for_concerned(PendingEntry& pending) {
  const auto& entry = pending.entry;
  if (entry.concerns.size() > max_concerned) throw std::logic_error("a log entry concerns too many parties");
  for (const auto& concerned : entry.concerns) {
    if (concerned.party == entry.party) continue;
    const auto is_it = [&](const ConcernedRow& row) { return row.party == concerned.party.value; };
    if (concerned.party.value == 0 || std::ranges::any_of(pending.concerned, is_it))
      throw std::logic_error("a party that a log entry concerns is none, or named twice");
    const auto view = view_of(pending.text, concerned);
    const auto packed = pack_entry(view, false);
    const bool shares = pending.row.shares_key;
    pending.concerned.push_back(
        {pending.id,
         view.party,
         shares ? sealer_.seal_shared(view.party, pending.row.committed_at, packed) : sealer_.seal(packed),
         shares,
         {},
         entry.at,
         std::string(info(entry.kind).name),
         activity_words(view, concerned.without_actor ? std::string_view() : entry.actor.name)});
  }
}

// Whether entries may get places in the tree now. After a commit of which nobody knows whether it is durable the tree
// is read again, and must be the signed one gone on.
bool Engine::may_place(store::Tx& tx) {
  if (publisher_->halted()) return false;
  if (!unknown_) return true;
  auto tree = load_signed(tx, row_.log, publisher_->signed_tree());
  if (!tree) {
    publisher_->halt();
    base::log(base::LogLevel::error, "ledger.halted", {{"reason", std::string_view(tree.error().detail)}});
    return false;
  }
  tree_ = std::move(*tree);
  root_ = Tree(tree_).view()->root();
  unknown_ = false;
  return true;
}

// Writes what the log's growth from the present tree to `next` needs, beside the entries themselves.
std::shared_ptr<const TreeView> Engine::advance(store::Tx& tx, Tree& next) {
  insert_tiles(tx, row_.log, next.completed());
  auto view = next.view();
  if (!advance_log(tx, row_.log, {tree_.size(), root_}, {view->size(), view->root()}))
    throw store::DatabaseError("the log in the database is not as this process left it");
  return view;
}

void Engine::before_commit(store::Tx& tx, std::vector<std::any*> work) {
  const auto batch = batch_of(work);
  if (batch.empty()) return;
  const auto now = clock_.now();
  const bool sequenced_later = database_.engine() == store::Engine::postgresql;
  if (!sequenced_later) next_view_.reset();  // of the one writer; on PostgreSQL many commits come here at once
  const bool in_commit = !sequenced_later && may_place(tx);
  if (in_commit) next_ = tree_;
  for (const auto& pending : batch) {
    pending->committed_at = pending->row.committed_at = now;
    pending->row.position.reset();  // of a commit before that came to nothing
    if (in_commit) {
      pending->row.position = pending->position = static_cast<std::int64_t>(next_.size());
      next_.add(pending->leaf);
    } else if (sequenced_later) {
      const std::lock_guard lock(waking_);
      accepted_[pending->id] = pending;
    }
    insert_entry(tx, pending->row);
    for (auto& row : pending->concerned) {
      row.place = in_commit ? std::optional(place_of(pending->log, pending->position)) : std::nullopt;
      insert_concerned(tx, row);
    }
  }
  if (in_commit) next_view_ = advance(tx, next_);
}

void Engine::after_commit(std::vector<std::any*> work) {
  auto batch = batch_of(work);
  if (batch.empty()) return;
  for (const auto& pending : batch) {  // durable: not needed here
    pending->row.body = pending->row.actor = std::nullopt;
    pending->concerned.clear();
  }
  if (database_.engine() == store::Engine::sqlite) {
    if (!next_view_) return;  // accepted, without a place
    tree_ = std::move(next_);
    root_ = next_view_->root();
    publish(std::move(next_view_), batch);
    return;
  }
  {
    const std::lock_guard lock(waking_);
    sequencing_wanted_ = true;
  }
  work_.notify_all();
}

void Engine::commit_undone() {
  if (database_.engine() == store::Engine::sqlite)
    unknown_ = true;  // an I/O error may hide that it is durable after all
}

// The tree is durable. A checkpoint store that fails leaves the entries without a receipt, never without their place.
void Engine::publish(std::shared_ptr<const TreeView> view, const Batch& batch) {
  std::shared_ptr<const Published> published;
  try {
    published = publisher_->publish(std::move(view));
  } catch (const std::exception& error) {
    log_not_published(error);
  }
  for (const auto& pending : batch)
    feed_.add(pending);  // before its caller goes on, who may ask for the activity at once
  {
    const std::lock_guard lock(waking_);
    for (auto& pending : batch) {
      pending->published = published;
      pending->ready.store(published != nullptr, std::memory_order_release);
    }
  }
  ready_.notify_all();
}

void Engine::publish_what_failed() {
  try {
    publisher_->publish_what_failed();
  } catch (const std::exception& error) {
    log_not_published(error);
  }
}

void Engine::log_not_published(const std::exception& error) const {
  base::log(base::LogLevel::error, publisher_->halted() ? "ledger.halted" : "ledger.not_signed",
            {{"reason", error.what()}});
}

bool Engine::sequence_some() {
  const std::lock_guard sequencing(sequencing_);
  Tree next;
  std::shared_ptr<const TreeView> view;
  std::vector<Waiting> waiting;
  std::uint64_t from = 0;
  const auto done = database_.write([&](store::Tx& tx) -> base::Status {
    waiting.clear();
    if (!may_place(tx)) return {};
    unknown_ = true;  // until the commit is known to be durable
    next = tree_;
    from = tree_.size();
    waiting = waiting_entries(tx, row_.log, sequenced_at_once);
    if (waiting.empty()) return {};
    for (const auto& one : waiting) next.add(leaf_hash(one.commitment.view()));
    set_positions(tx, waiting, static_cast<std::int64_t>(from));
    place_concerned(tx, row_.log, static_cast<std::int64_t>(from));
    view = advance(tx, next);
    return {};
  });
  if (!done) throw store::DatabaseError("the sequencer could not write");
  if (publisher_->halted()) return false;
  unknown_ = false;
  if (waiting.empty()) return false;
  tree_ = std::move(next);
  root_ = view->root();
  feed_.grow(tree_.size());
  publish(std::move(view), accepted_among(waiting, from));
  return waiting.size() == static_cast<std::size_t>(sequenced_at_once);
}

// Those of the sequenced entries that someone in this process still holds.
Engine::Batch Engine::accepted_among(const std::vector<Waiting>& waiting, std::uint64_t first) {
  Batch batch;
  const std::lock_guard lock(waking_);
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    const auto found = accepted_.find(waiting[i].entry_id);
    if (found == accepted_.end()) continue;
    if (auto pending = found->second.lock()) {
      pending->position = static_cast<std::int64_t>(first + i);
      batch.push_back(std::move(pending));
    }
    accepted_.erase(found);
  }
  if (accepted_.size() > max_accepted) std::erase_if(accepted_, [](const auto& one) { return one.second.expired(); });
  return batch;
}

void Engine::run_sequencer() {
  bool more = true;  // entries that were accepted before a crash
  std::unique_lock lock(waking_);
  while (true) {
    if (!more) work_.wait_for(lock, std::chrono::seconds(1), [&] { return sequencing_wanted_ || stopping_; });
    if (stopping_ && !sequencing_wanted_ && !more) return;
    sequencing_wanted_ = false;
    const bool stopping = stopping_;
    lock.unlock();
    if (!stopping) std::this_thread::sleep_for(pooling_time);
    try {
      more = sequence_some();
    } catch (const std::exception& error) {
      base::log(base::LogLevel::error, "ledger.sequencer_failed", {{"reason", error.what()}});
      more = false;
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
    lock.lock();
  }
}

void Engine::run_clerk() {
  auto own_reads_written = std::chrono::steady_clock::now(), published_again = own_reads_written;
  auto erasures_finished = own_reads_written - erasures_every;  // what a kill left goes on at once
  std::unique_lock lock(waking_);
  while (!stopping_) {
    work_.wait_for(lock, clerk_interval, [&] { return stopping_; });
    if (stopping_) return;
    lock.unlock();
    try {
      const auto now = std::chrono::steady_clock::now();
      if (own_reads_.waiting() >= own_reads_at_once ||
          now - own_reads_written >= std::chrono::microseconds(options_.own_reads_every.micros)) {
        write_own_reads();
        own_reads_written = now;
      }
      if (now - published_again >= publish_again_every) {
        publish_what_failed();
        keep_note();
        published_again = now;
      }
      if (feed_.has_work()) feed_.write();
      if (now - erasures_finished >= erasures_every) {
        erasures_finished = now;
        eraser_.finish_due();
      }
    } catch (const std::exception& error) {
      base::log(base::LogLevel::error, "ledger.clerk_failed", {{"reason", error.what()}});
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
    lock.lock();
  }
}

void Engine::write_own_reads() {
  for (auto entries = own_reads_.take(own_reads_at_once); !entries.empty();
       entries = own_reads_.take(own_reads_at_once)) {
    try {
      std::vector<PreparedEntry> prepared;
      for (const auto& entry : entries) prepared.push_back(prepare(entry));
      const auto done = database_.write([&](store::Tx& tx) -> base::Status {
        for (const auto& one : prepared) append(tx, one);
        return {};
      });
      if (!done) throw store::DatabaseError("own reads could not be written");
    } catch (...) {
      own_reads_.put_back(std::move(entries));
      throw;
    }
  }
}

void Engine::note_own_read(const terms::Permit& permit) { own_reads_.note(permit, clock_.now()); }

void Engine::flush() {
  write_own_reads();
  while (database_.engine() == store::Engine::postgresql && sequence_some()) {
  }
  publish_what_failed();
  keep_note();
  feed_.write();
  eraser_.finish_due();
}

base::Status Engine::erase(const std::vector<base::Uuid>& entry_ids, ErasedPart part) {
  feed_.write();  // their rows of the activity log are there to be erased
  return eraser_.erase(entry_ids, part);
}

base::Status Engine::erase_for(const std::vector<base::Uuid>& entry_ids, terms::PartyId party) {
  feed_.write();
  return eraser_.erase_for(entry_ids, party);
}

base::Result<Expired> Engine::expire(Retention retention, base::Instant before, std::int64_t max_count,
                                     const CountExpired& count) {
  feed_.write();
  return eraser_.expire(retention, before, max_count, count);
}

ActivityPage Engine::activity(const terms::Permit& permit, const ActivityQuery& query) {
  ActivityQuery asked = query;
  if (!asked.party && !asked.actor) asked.party = permit.party();
  if ((asked.party && *asked.party != permit.party()) || (asked.actor && *asked.actor != permit.actor().party))
    throw std::logic_error("the activity log was asked for another party than the permit is for");
  if (permit.action() != terms::Action::read_activity)
    throw std::logic_error("the activity log was asked with a permit for something else");
  asked.only.reset();
  asked.only_instance.reset();
  if (permit.resource() != "party") {  // for who may see one form's log, and not the party's
    asked.only = permit.resource();
    asked.only_instance = permit.instance();
    asked.own_reads_of = permit.actor().party;
  }
  return feed_.page(asked);
}

}  // namespace alting::ledger
