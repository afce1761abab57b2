// A database that counts the transactions that go through it, for tests of what should be one commit.
#pragma once
#include <atomic>

#include "store/database.h"

namespace alting::store::testing {

class CountingDatabase final : public Database {
 public:
  explicit CountingDatabase(Database& inner) : inner_(inner) {}
  [[nodiscard]] Engine engine() const override { return inner_.engine(); }
  void set_participant(CommitParticipant* participant) override { inner_.set_participant(participant); }
  std::atomic<int> reads = 0, writes = 0;

 protected:
  void read_erased(const std::function<void(Tx&)>& work) override {
    ++reads;
    inner_.read([&](Tx& tx) { work(tx); });
  }
  void write_erased(const std::function<bool(Tx&)>& work) override {
    ++writes;
    (void)inner_.write([&](Tx& tx) -> base::Status {
      if (work(tx)) return {};
      return base::make_error(base::ErrorKind::conflict, "error.test");
    });
  }

 private:
  Database& inner_;
};

}  // namespace alting::store::testing
