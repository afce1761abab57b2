// Signs trees, and only trees that are durable, each after the checkpoint store knows it.
#pragma once
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "base/time.h"
#include "ledger/checkpoint_guard.h"
#include "ledger/pending.h"

namespace alting::ledger {

struct TimedSigner {
  NoteSigner signer;
  std::optional<base::Instant> until;  // an old key signs beside the new one until then
};

// Those that sign at a time: the newest, and those before it that still have time; the newest max_own_signatures of
// them, so that no checkpoint ever has more lines than a receipt may carry.
[[nodiscard]] std::vector<NoteSigner> signing_now(const std::vector<TimedSigner>& signers, base::Instant at);

class Publisher {
 public:
  Publisher(CheckpointGuard guard, std::string origin, std::vector<TimedSigner> signers, std::vector<KeyStatement> keys,
            const base::Clock& clock);
  // `view` is durable, and goes on from the tree that was signed. Swaps the checkpoint store when the tree has grown,
  // signs, and shows the tree from now on. The tree that is shown already changes nothing. Throws std::system_error when
  // the store's disk fails: a later view may be published. Throws anything else when the store refuses, or when the view
  // is neither the tree that is shown nor larger; from then on it is halted and nothing more is signed by this process.
  std::shared_ptr<const Published> publish(std::shared_ptr<const TreeView> view);
  // Publishes the view that the store's disk failed for last, unless a later one was published since. Throws as
  // publish() does. For whoever comes by now and then: else what was sent waits for its proof until something more is.
  void publish_what_failed();
  [[nodiscard]] std::shared_ptr<const Published> current() const;
  // Signs the present tree again with other keys.
  void change_keys(std::vector<TimedSigner> signers, std::vector<KeyStatement> keys);
  [[nodiscard]] Checkpoint signed_tree();  // as the checkpoint store knows it
  void halt();                             // nothing more is signed by this process
  [[nodiscard]] bool halted() const;

 private:
  [[nodiscard]] std::shared_ptr<const Published> sign(const Checkpoint& checkpoint,
                                                      std::shared_ptr<const TreeView> view) const;
  std::shared_ptr<const Published> publish_now(std::shared_ptr<const TreeView> view);  // holds publishing_
  void show(std::shared_ptr<const Published> published);
  CheckpointGuard guard_;
  std::string origin_;
  std::vector<TimedSigner> signers_;
  std::shared_ptr<const std::vector<KeyStatement>> keys_;
  const base::Clock& clock_;
  std::mutex publishing_;                   // one at a time; held while the disk works
  std::shared_ptr<const TreeView> failed_;  // of publishing_
  mutable std::mutex showing_;
  std::shared_ptr<const Published> current_;
  bool halted_ = false;
};

}  // namespace alting::ledger
