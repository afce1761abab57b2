#include "web/fair_queue.h"

namespace alting::web {

void FairQueue::give_turn(const std::string& key, Holder& holder, const Turns& turns) {
  if (holder.has_turn || holder.tasks.empty() || holder.running >= turns.running) return;
  holder.has_turn = true;
  turns_.push_back(key);
}

Over FairQueue::push(Task& task) {
  const Turns& turns = turns_of(task.asker);
  const std::string key = task.asker.key;
  Holder& holder = holders_[key];
  // Who may run at once waits for a thread only, and not for their own: that is what `waiting` limits.
  if (holder.tasks.size() >= turns.waiting + turns.running - std::min(holder.running, turns.running))
    return Over::holder;
  if (waiting_ >= most_waiting_) {
    if (holder.tasks.empty() && holder.running == 0) holders_.erase(key);
    return Over::all;
  }
  holder.tasks.push_back(std::move(task));
  ++waiting_;
  give_turn(key, holder, turns);
  return Over::none;
}

std::optional<Task> FairQueue::pop() {
  if (turns_.empty()) return std::nullopt;
  const std::string key = std::move(turns_.front());
  turns_.pop_front();
  Holder& holder = holders_.at(key);
  holder.has_turn = false;
  Task task = std::move(holder.tasks.front());
  holder.tasks.pop_front();
  --waiting_;
  ++holder.running;
  give_turn(key, holder, turns_of(task.asker));
  return task;
}

void FairQueue::done(const Asker& asker) {
  const auto found = holders_.find(asker.key);
  --found->second.running;
  give_turn(asker.key, found->second, turns_of(asker));
  if (found->second.running == 0 && found->second.tasks.empty()) holders_.erase(found);
}

std::vector<Task> FairQueue::take_out(bool all) {
  std::vector<Task> out;
  for (auto at = holders_.begin(); at != holders_.end();) {
    Holder& holder = at->second;
    std::deque<Task> stay;
    for (Task& task : holder.tasks) {
      if (all || !task.is_wanted())
        out.push_back(std::move(task));
      else
        stay.push_back(std::move(task));
    }
    holder.tasks = std::move(stay);
    if (holder.tasks.empty() && holder.has_turn) {
      std::erase(turns_, at->first);
      holder.has_turn = false;
    }
    at = holder.tasks.empty() && holder.running == 0 ? holders_.erase(at) : std::next(at);
  }
  waiting_ -= out.size();
  return out;
}

}  // namespace alting::web
