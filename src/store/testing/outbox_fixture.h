// An outbox with topics of its own, for the tests of delivering it.
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/migrate.h"
#include "store/migrations.h"
#include "store/outbox_deliverer.h"
#include "store/row_reader.h"
#include "store/testing/temp_database.h"

namespace alting::store::testing {

inline constexpr Topic letters{.name = "test.letters"}, other_letters{.name = "test.other"},
    news{.name = "test.news", .may_be_given_up = true};

class OutboxFixture : public ::testing::TestWithParam<Engine> {
 protected:
  OutboxFixture() : temp(GetParam()) { migrate(temp.database(), clock, {migrations()}); }

  base::Uuid put(std::string_view key, std::string_view payload, const Topic& topic = letters,
                 std::optional<base::Instant> due = {}) {
    base::Uuid id;
    EXPECT_TRUE(temp.database().write([&](Tx& tx) -> base::Status {
      id = emit(tx, random, clock.now(), topic, key, payload, due);
      return {};
    }));
    clock.advance(base::Duration::milliseconds(1));
    return id;
  }
  // Over `letters` alone, for one subscriber.
  OutboxDeliverer deliverer(OutboxHandler handler, OutboxDeliverer::Options options = {}) {
    return {temp.database(), clock, metrics, {&letters}, {{&letters, "reader", std::move(handler)}}, options};
  }
  // Notes what it gets, and says it is done.
  static OutboxHandler into(std::vector<std::string>& got) {
    return [&got](const OutboxMessage& message) {
      got.push_back(message.payload);
      return Delivery::done;
    };
  }
  static OutboxHandler never() {
    return [](const OutboxMessage&) { return Delivery::later; };
  }
  std::int64_t left(const Topic& topic = letters) {
    return temp.database().read([&](Tx& tx) {
      return read_one<std::int64_t>(tx, "SELECT count(*) FROM outbox WHERE topic = ?", {topic.name});
    });
  }
  bool counted(const std::string& line) {
    metrics.refresh();
    return metrics.text().find(line + "\n") != std::string::npos;
  }

  base::SystemRandom random;
  base::ManualClock clock{{1'000'000'000'000}};
  TempDatabase temp;
  base::Metrics metrics;
};

}  // namespace alting::store::testing
