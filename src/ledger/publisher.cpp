#include "ledger/publisher.h"

#include <system_error>

#include "base/log.h"

namespace alting::ledger {

Publisher::Publisher(CheckpointGuard guard, std::string origin, std::vector<TimedSigner> signers,
                     std::vector<KeyStatement> keys, const base::Clock& clock)
    : guard_(std::move(guard)),
      origin_(std::move(origin)),
      signers_(std::move(signers)),
      keys_(std::make_shared<const std::vector<KeyStatement>>(std::move(keys))),
      clock_(clock) {}

std::vector<NoteSigner> signing_now(const std::vector<TimedSigner>& signers, base::Instant at) {
  std::vector<NoteSigner> now;
  for (const auto& timed : signers)
    if (!timed.until || at < *timed.until) now.push_back(timed.signer);
  if (now.size() > max_own_signatures)
    now.erase(now.begin(), now.end() - static_cast<std::ptrdiff_t>(max_own_signatures));
  return now;
}

std::shared_ptr<const Published> Publisher::sign(const Checkpoint& checkpoint,
                                                 std::shared_ptr<const TreeView> view) const {
  return std::make_shared<const Published>(
      Published{checkpoint, checkpoint.sign(signing_now(signers_, clock_.now())), std::move(view), keys_});
}

void Publisher::show(std::shared_ptr<const Published> published) {
  const std::lock_guard lock(showing_);
  current_ = std::move(published);
}

std::shared_ptr<const Published> Publisher::current() const {
  const std::lock_guard lock(showing_);
  return current_;
}

Checkpoint Publisher::signed_tree() {
  const std::lock_guard publishing(publishing_);
  return guard_.stored();
}

void Publisher::halt() {
  const std::lock_guard lock(showing_);
  halted_ = true;
}

bool Publisher::halted() const {
  const std::lock_guard lock(showing_);
  return halted_;
}

std::shared_ptr<const Published> Publisher::publish(std::shared_ptr<const TreeView> view) {
  const std::lock_guard publishing(publishing_);
  return publish_now(std::move(view));
}

void Publisher::publish_what_failed() {
  const std::lock_guard publishing(publishing_);
  if (failed_ && !halted()) publish_now(failed_);
}

std::shared_ptr<const Published> Publisher::publish_now(std::shared_ptr<const TreeView> view) {
  auto shown = current();
  const Checkpoint next{origin_, view->size(), view->root()};
  if (shown && shown->checkpoint == next) return shown;
  if (halted()) throw std::runtime_error("nothing more is signed: see the line 'ledger.halted' before");
  if (shown && next.size <= shown->checkpoint.size) {
    halt();
    throw std::runtime_error("the database holds another tree than the one that was signed");
  }
  try {
    if (guard_.stored() != next) guard_.swap(guard_.stored(), next);
  } catch (const std::system_error&) {  // the disk: this tree is tried again, or a later one, which proves it too
    failed_ = std::move(view);
    throw;
  } catch (...) {
    halt();
    throw;
  }
  failed_.reset();
  auto published = sign(next, std::move(view));
  show(published);
  return published;
}

void Publisher::change_keys(std::vector<TimedSigner> signers, std::vector<KeyStatement> keys) {
  const std::lock_guard publishing(publishing_);
  signers_ = std::move(signers);
  keys_ = std::make_shared<const std::vector<KeyStatement>>(std::move(keys));
  if (const auto shown = current()) show(sign(shown->checkpoint, shown->view));
}

}  // namespace alting::ledger
