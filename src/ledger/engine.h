// The ledger itself: append, sequencing, publishing, receipts.
//
// The text of an entry, its salts, digests and seal are made in the caller's thread (prepare). SQLite: the entries of
// one group commit enter the tree together, on the writer thread:
//   before_commit  give each entry its index; insert rows, full tiles and the new size, in the same transaction
//                  (the database makes the commit durable)
//   after_commit   swap the checkpoint store, sign one checkpoint, mark the entries ready; then the callers are woken
// PostgreSQL. A commit makes an entry accepted; a sequencer thread does the same steps for all that wait, some tens of
// milliseconds later, in a transaction of its own.
// Either way nothing is signed that is not durable, and nothing is shown that the checkpoint store does not know.
// When the tree in the database turns out to be another than the one that was signed, signing halts for the life of the
// process: entries are accepted without a place, and get theirs when the log goes on, or from the log that follows.
#pragma once
#include <atomic>
#include <condition_variable>
#include <map>
#include <thread>
#include <unordered_map>

#include "ledger/activity_feed.h"
#include "ledger/eraser.h"
#include "ledger/key_list.h"
#include "ledger/make_ledger.h"
#include "ledger/own_reads.h"
#include "ledger/publisher.h"
#include "ledger/sealer.h"
#include "ledger/signing_keys.h"

namespace alting::ledger {

struct OpenLog {  // what start.cpp has found out and made sure of
  LogRow row;
  Tree tree;
  std::unique_ptr<Publisher> publisher;
  std::vector<TimedSigner> signers;
  std::vector<KeyStatement> keys;
};

class Engine final : public Ledger, public store::CommitParticipant {
 public:
  Engine(store::Database& database, store::Vault& vault, const base::Clock& clock, base::Random& random,
         LedgerOptions options, OpenLog log);
  ~Engine() override;
  void start();  // after the constructor: the participant is set, the first tree published, the threads run
  // SQLite, before anyone appends: places what was accepted after signing had halted, or for a log that has ended.
  // PostgreSQL: the sequencer does, when it comes by.
  void place_waiting();

  PreparedEntry prepare(NewEntry entry) override;
  EntryHandle append(store::Tx& tx, const PreparedEntry& prepared) override;
  base::Result<Receipt> await_receipt(const EntryHandle& handle) override;
  base::Result<Receipt> receipt(const base::Uuid& entry_id) override;
  base::Result<Receipt> receipt_with_identity(const base::Uuid& entry_id) override;
  void note_own_read(const terms::Permit& permit) override;
  ActivityPage activity(const terms::Permit& permit, const ActivityQuery& query) override;
  base::Result<std::string> public_resource(std::string_view path) override;
  std::string verifier_key() const override;
  std::string origin() const override { return row_.origin; }
  bool halted() const override { return publisher_->halted(); }
  std::vector<std::string> verifier_keys() const override { return key_list()->keys; }
  std::string checkpoint() const override { return publisher_->current()->note; }
  std::string address() const override;
  void flush() override;
  base::Result<std::string> rotate_key() override;
  base::Status erase(const std::vector<base::Uuid>& entry_ids, ErasedPart part) override;
  base::Status erase_for(const std::vector<base::Uuid>& entry_ids, terms::PartyId party) override;
  base::Result<Expired> expire(Retention retention, base::Instant before, std::int64_t max_count,
                               const CountExpired& count) override;

  void before_commit(store::Tx& tx, std::vector<std::any*> work) override;
  void after_commit(std::vector<std::any*> work) override;
  void commit_undone() override;

 private:
  using Batch = std::vector<std::shared_ptr<PendingEntry>>;
  [[nodiscard]] static Batch batch_of(const std::vector<std::any*>& work);
  void seal(PendingEntry& pending);
  void seal_for_concerned(PendingEntry& pending);
  [[nodiscard]] bool may_place(store::Tx& tx);
  [[nodiscard]] std::shared_ptr<const TreeView> advance(store::Tx& tx, Tree& next);
  void publish(std::shared_ptr<const TreeView> view, const Batch& batch);
  [[nodiscard]] Batch accepted_among(const std::vector<Waiting>& waiting, std::uint64_t first);
  bool sequence_some();
  void run_sequencer();
  void run_clerk();
  void write_own_reads();
  void publish_what_failed();
  void log_not_published(const std::exception& error) const;
  [[nodiscard]] base::Result<Receipt> receipt_of(const PendingEntry& pending) const;
  [[nodiscard]] base::Result<Receipt> receipt_from_rows(const base::Uuid& entry_id, bool with_identity);
  [[nodiscard]] base::Result<std::string> resource_of(std::int64_t log, std::string_view path);
  [[nodiscard]] base::Result<std::string> tile_of(std::int64_t log, const Published& published, std::string_view path);
  [[nodiscard]] std::shared_ptr<const KeyList> key_list() const;
  void list_keys_anew();
  void keep_note();
  [[nodiscard]] std::shared_ptr<const Published> published_of(std::int64_t log);
  [[nodiscard]] TreeView::Loader loader(std::int64_t log) const;

  store::Database& database_;
  const base::Clock& clock_;
  base::Random& random_;
  const LedgerOptions options_;
  const LogRow row_;  // of the log that grows; its size and root are those at the start
  Sealer sealer_;
  std::unique_ptr<Publisher> publisher_;
  ActivityFeed feed_;
  OwnReads own_reads_;
  Eraser eraser_;
  const SigningKeys signing_keys_;

  std::mutex rotating_;  // guards signers_ and keys_
  std::vector<TimedSigner> signers_;
  std::vector<KeyStatement> keys_;
  mutable GoodSignatures
      good_signatures_;  // of the receipts handed out: those of one commit have a checkpoint in common
  std::mutex old_logs_;
  std::map<std::int64_t, std::shared_ptr<const Published>> of_old_logs_;
  mutable std::mutex listing_;
  std::shared_ptr<const KeyList> key_list_;  // of listing_
  std::mutex keeping_;
  std::string kept_note_;  // of keeping_: what the database has

  // SQLite: used by the database's writer thread only. PostgreSQL: by whoever holds `sequencing_`.
  std::mutex sequencing_;
  Tree tree_;                                  // durable, and gone on from what was signed
  Hash root_;                                  // of tree_
  Tree next_;                                  // with the entries of the commit under way
  std::shared_ptr<const TreeView> next_view_;  // empty when the commit under way places nothing
  bool unknown_ = false;                       // whether the last commit is durable is not known: read the tree again

  std::mutex waking_;
  std::condition_variable ready_;                                         // entries became ready (PostgreSQL)
  std::condition_variable work_;                                          // wakes the two threads
  std::unordered_map<base::Uuid, std::weak_ptr<PendingEntry>> accepted_;  // PostgreSQL: waiting for their index
  bool sequencing_wanted_ = false;
  bool stopping_ = false;
  std::thread sequencer_, clerk_;
};

}  // namespace alting::ledger
