#include "ledger/own_reads.h"

#include <fmt/format.h>

#include <algorithm>

#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"

namespace alting::ledger {

namespace {
constexpr std::size_t max_reads_remembered =
    200'000;  // then the sets begin anew, and a session may get a second record
}  // namespace

std::string_view own_read_name() { return info(EventKind::own_read).name; }

void OwnReads::note(const terms::Permit& permit, base::Instant at) {
  auto key = fmt::format("{}|{}|{}|{}|{}", permit.actor().party.value, permit.party().value, permit.resource(),
                         permit.instance() ? permit.instance()->text() : "", permit.actor().session);
  const std::lock_guard lock(mutex_);
  if (seen_.size() >= max_reads_remembered) seen_.clear();
  if (!seen_.insert(std::move(key)).second) return;
  auto entry = entry_for(EventKind::own_read, permit, at);
  entry.set(parameter::action, terms::to_text(permit.action()));
  if (!permit.actor().session.empty()) entry.set(parameter::session, permit.actor().session);
  waiting_.push_back(std::move(entry));
}

std::vector<NewEntry> OwnReads::take(std::size_t max_count) {
  const std::lock_guard lock(mutex_);
  std::vector<NewEntry> taken;
  for (; !waiting_.empty() && taken.size() < max_count; waiting_.pop_front())
    taken.push_back(std::move(waiting_.front()));
  return taken;
}

void OwnReads::put_back(std::vector<NewEntry> entries) {
  const std::lock_guard lock(mutex_);
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) waiting_.push_front(std::move(*entry));
}

std::size_t OwnReads::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_.size();
}

}  // namespace alting::ledger
