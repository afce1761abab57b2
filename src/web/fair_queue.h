// What waits for a thread, kept apart by who asked: each asker has so many running and so many waiting at once, and
// askers take turns. So a client with slow requests waits for itself alone. Networks of one wider network (Asker::wide)
// have wide_share times as much together. Not for several threads at once.
#pragma once
#include <atomic>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "web/budget.h"

namespace alting::web {

struct Task {
  Asker asker;
  std::function<void()> run;                      // must not throw
  std::function<void()> drop;                     // instead of run(): it is not to be done any more
  std::shared_ptr<const std::atomic<bool>> gone;  // set when nobody waits for it; may be empty
  [[nodiscard]] bool is_wanted() const { return !gone || !gone->load(); }
};

struct Turns {
  std::size_t running = 0, waiting = 0;  // of one asker
};

class FairQueue {
 public:
  FairQueue(Turns of_person, Turns of_network, std::size_t max_waiting)
      : of_person_(of_person), of_network_(of_network), max_waiting_(max_waiting) {}
  // Takes the task out of `task`, or leaves it there and says whose limit is reached.
  [[nodiscard]] Over push(Task& task);
  // The next whose asker has a turn; it counts as running until done().
  [[nodiscard]] std::optional<Task> pop();
  void done(const Asker& asker);
  // All that nobody waits for any more; with `all`, whatever waits.
  [[nodiscard]] std::vector<Task> take_out(bool all);
  [[nodiscard]] std::size_t waiting() const { return waiting_; }

 private:
  struct Holder {
    std::deque<Task> tasks;
    std::size_t running = 0;
    bool has_turn = false;  // stands in turns_
  };
  struct Wide {
    std::size_t running = 0, waiting = 0;
    std::deque<std::string> parked;  // holders within it whose turn it was when too much of it was running
  };
  [[nodiscard]] bool is_full(const Asker& asker) const;  // as much of the network around it is running as may
  void wake(Wide& wide);                                 // as many that are parked as there is room for
  void forget(const std::string& wide);
  [[nodiscard]] const Turns& turns_of(const Asker& asker) const { return asker.person ? of_person_ : of_network_; }
  void give_turn(const std::string& key, Holder& holder, const Turns& turns);
  Turns of_person_, of_network_;
  std::size_t max_waiting_;
  std::size_t waiting_ = 0;
  std::unordered_map<std::string, Holder> holders_;
  std::unordered_map<std::string, Wide> wides_;
  std::deque<std::string> turns_;  // of holders with a task that may run
};

}  // namespace alting::web
