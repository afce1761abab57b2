#include "main/bench_writers.h"

namespace alting::main {

OtherWriters::OtherWriters(Installation& installation) {
  const auto actor = bench_manager(installation);
  const auto app = *terms::AppId::parse("dat/veiledning");
  const auto start = bench_expect(installation.access->decider().decide(
      actor, terms::Action::instantiate, {.party = actor.party, .app = app, .task = "Task_1"}));
  for (int i = 0; i < 4; ++i)
    threads_.emplace_back([this, &installation, start, app] {
      while (!stopping_) {
        const auto begin = std::chrono::steady_clock::now();
        const auto post = base::Uuid::v4(installation.random).text();
        // Four who write for one party collide on PostgreSQL, now and then more often than the program tries: they press
        // again, and wait for longer.
        const auto is_created = [&] {
          try {
            return installation.instances->drafts.create(start, app, {}, "", post).has_value();
          } catch (const store::DatabaseError&) {
            return false;
          }
        };
        while (!is_created() && !stopping_) continue;
        {
          const std::scoped_lock lock(mutex_);
          waits_.push_back(seconds_after(begin));
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
      }
    });
}

std::vector<double> OtherWriters::stop() {
  stopping_ = true;
  for (auto& thread : threads_) thread.join();
  threads_.clear();
  return std::move(waits_);
}

std::vector<double> write_alone(Installation& installation) {
  OtherWriters writers(installation);
  std::this_thread::sleep_for(std::chrono::seconds(3));
  return writers.stop();
}

}  // namespace alting::main
