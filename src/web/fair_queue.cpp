#include "web/fair_queue.h"

#include <algorithm>

namespace alting::web {

void FairQueue::give_turn(const std::string& key, Holder& holder, const Turns& turns) {
  if (holder.has_turn || holder.tasks.empty() || holder.running >= turns.running) return;
  holder.has_turn = true;
  turns_.push_back(key);
}

bool FairQueue::is_full(const Asker& asker) const {
  const auto found = wides_.find(asker.wide);
  return found != wides_.end() && found->second.running >= wide_share * of_network_.running;
}

// Not one for each that ends: who was woken may be dropped before its turn. Who is woken too much is parked again.
void FairQueue::wake(Wide& wide) {
  const std::size_t most = wide_share * of_network_.running;
  for (std::size_t room = most - std::min(most, wide.running); room > 0 && !wide.parked.empty(); --room) {
    turns_.push_back(std::move(wide.parked.front()));
    wide.parked.pop_front();
  }
}

void FairQueue::forget(const std::string& wide) {
  const auto found = wides_.find(wide);
  if (found != wides_.end() && found->second.running == 0 && found->second.waiting == 0) wides_.erase(found);
}

Over FairQueue::push(Task& task) {
  const Turns& turns = turns_of(task.asker);
  const std::string key = task.asker.key, wide = task.asker.wide;
  const auto around = wides_.find(wide);
  if (around != wides_.end() && around->second.waiting >= wide_share * (turns.waiting + turns.running))
    return Over::holder;
  Holder& holder = holders_[key];
  // Who may run at once waits for a thread only, and not for their own: that is what `waiting` limits.
  const bool over = holder.tasks.size() >= turns.waiting + turns.running - std::min(holder.running, turns.running);
  if (over || waiting_ >= max_waiting_) {
    if (holder.tasks.empty() && holder.running == 0) holders_.erase(key);
    return over ? Over::holder : Over::all;
  }
  holder.tasks.push_back(std::move(task));
  ++waiting_;
  if (!wide.empty()) ++wides_[wide].waiting;
  give_turn(key, holder, turns);
  return Over::none;
}

std::optional<Task> FairQueue::pop() {
  while (!turns_.empty()) {
    const std::string key = std::move(turns_.front());
    turns_.pop_front();
    Holder& holder = holders_.at(key);
    if (const Asker& asker = holder.tasks.front().asker; is_full(asker)) {
      wides_.at(asker.wide).parked.push_back(key);  // it keeps its turn, and takes it when there is room
      continue;
    }
    holder.has_turn = false;
    Task task = std::move(holder.tasks.front());
    holder.tasks.pop_front();
    --waiting_;
    ++holder.running;
    if (!task.asker.wide.empty()) {
      Wide& wide = wides_.at(task.asker.wide);
      --wide.waiting;
      ++wide.running;
    }
    give_turn(key, holder, turns_of(task.asker));
    return task;
  }
  return std::nullopt;
}

void FairQueue::done(const Asker& asker) {
  const auto found = holders_.find(asker.key);
  --found->second.running;
  give_turn(asker.key, found->second, turns_of(asker));
  if (found->second.running == 0 && found->second.tasks.empty()) holders_.erase(found);
  const auto around = wides_.find(asker.wide);
  if (around == wides_.end()) return;
  --around->second.running;
  wake(around->second);
  forget(asker.wide);
}

std::vector<Task> FairQueue::take_out(bool all) {
  std::vector<Task> out;
  for (auto at = holders_.begin(); at != holders_.end();) {
    Holder& holder = at->second;
    std::deque<Task> stay;
    std::string wide;
    for (Task& task : holder.tasks) {
      wide = task.asker.wide;
      if (all || !task.is_wanted()) {
        if (!wide.empty()) --wides_.at(wide).waiting;
        out.push_back(std::move(task));
      } else {
        stay.push_back(std::move(task));
      }
    }
    holder.tasks = std::move(stay);
    if (holder.tasks.empty() && holder.has_turn) {
      std::erase(turns_, at->first);
      if (!wide.empty()) std::erase(wides_.at(wide).parked, at->first);
      holder.has_turn = false;
    }
    if (!wide.empty()) forget(wide);
    at = holder.tasks.empty() && holder.running == 0 ? holders_.erase(at) : std::next(at);
  }
  waiting_ -= out.size();
  for (auto& [name, wide] : wides_) wake(wide);
  return out;
}

}  // namespace alting::web
