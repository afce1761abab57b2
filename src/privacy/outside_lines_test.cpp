// What a restore may not lose: what was restricted, held and lifted since the backup.
#include "privacy/outside_lines.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>

#include "access/restrictions.h"
#include "access/topics.h"
#include "base/file.h"
#include "base/text.h"
#include "inbox/testing/messages_fixture.h"
#include "privacy/migrations.h"
#include "privacy/retention.h"
#include "privacy/room_catalogue.h"
#include "privacy/topics.h"

namespace alting::privacy {
namespace {

using instances::testing::expect;
using ::testing::HasSubstr, ::testing::IsEmpty, ::testing::Not;

class OutsideLines : public inbox::testing::MessagesFixture {
 protected:
  OutsideLines() { store::migrate(database(), registers.clock, {migrations()}); }
  store::Database& database() { return registers.temp.database(); }
  base::Instant now() { return registers.clock.now(); }

  access::RestrictionId restrict_all() {
    return expect(access->restrictions().impose(by, {.party = firm, .ground = "contested"}, now(), post()));
  }
  std::string hold_all() {
    NewHold hold;
    hold.party = firm;
    hold.reason = "krav 26/1";
    hold.owner = "Personvernombudet";
    hold.until = now() + base::Duration::days(10);
    return expect(retention.place(hold, now()));
  }
  void lift(const access::RestrictionId& id) {
    ASSERT_TRUE(access->restrictions().announce_lift(by, id, now() + base::Duration::days(1), now(), post()));
    deliver();
    registers.clock.advance(base::Duration::days(2));
    EXPECT_EQ(access->restrictions().lift_due(), 1);
    deliver();
  }
  void deliver() {
    store::OutboxDeliverer deliverer(database(), registers.clock, metrics,
                                     {&access::restriction_changed, &hold_changed},
                                     outside_subscriptions(database(), vault.vault()));
    do {
      registers.clock.advance(base::Duration::milliseconds(20));
    } while (deliverer.deliver_due() > 0);
  }
  base::Bytes lines() {
    deliver();
    return expect(base::read_file(vault.folder() / "erasures", 1 << 20));
  }
  // As an older copy of the database has it.
  void run(std::string_view sql) {
    ASSERT_TRUE(database().write([&](store::Tx& tx) -> base::Status {
      tx.run(sql);
      return {};
    }));
  }
  bool restricted() {
    return database().read([&](store::Tx& tx) { return access::is_restricted(tx, firm, access::operator_controller); });
  }
  std::int64_t put_back(const base::Bytes& list) { return put_back_outside(database(), {list}); }

  access::RestrictionJudge by{nullptr, "Kari Nordmann"};
  store::Catalogue catalogue{{&room_catalogue()}};
  Retention retention{{.database = database(),
                       .ledger = *log,
                       .parties = *registers.registry,
                       .catalogue = catalogue,
                       .clock = registers.clock,
                       .random = registers.random}};
};
INSTANTIATE_TEST_SUITE_P(Engines, OutsideLines, store::testing::engines(), store::testing::engine_name);

TEST_P(OutsideLines, put_back_what_was_restricted_and_held_since) {
  (void)restrict_all();
  const auto held = hold_all();
  deliver();
  registers.clock.advance(base::Duration::seconds(1));
  const auto until = now() + base::Duration::days(20);
  ASSERT_TRUE(retention.renew(held, until, now()));
  const auto list = lines();
  for (const auto& word :
       {std::string("Personvernombudet"), std::string("krav"), std::string("Kari"), fmt::format(" {} ", firm.value)})
    EXPECT_THAT(list, Not(HasSubstr(word)));

  run("DELETE FROM access_restriction");
  run("DELETE FROM retention_hold");
  EXPECT_EQ(put_back(list + "\n1 restriction torn"), 2);
  EXPECT_TRUE(restricted());
  const auto holds = retention.holds(now());
  ASSERT_EQ(holds.size(), 1U);
  EXPECT_EQ(holds.front().id, held);
  EXPECT_EQ(holds.front().party, firm);
  EXPECT_EQ(holds.front().until, until) << "as it was renewed";
  EXPECT_EQ(put_back(list), 0) << "once is enough";
}

TEST_P(OutsideLines, lift_what_was_lifted_since_in_whatever_order_they_stand) {
  const auto id = restrict_all();
  const auto held = hold_all();
  deliver();
  lift(id);
  ASSERT_TRUE(retention.lift(held, now()));
  const auto list = lines();
  run("UPDATE access_restriction SET announced_at = NULL, lift_at = NULL, lifted_at = NULL");
  run("UPDATE retention_hold SET lifted_at = NULL, until_at = 9000000000000000");
  EXPECT_EQ(put_back(list), 2);
  EXPECT_FALSE(restricted());
  EXPECT_THAT(retention.holds(now()), IsEmpty());

  auto each = base::split(list, '\n');
  std::ranges::reverse(each);
  base::Bytes backwards;
  for (const auto line : each) backwards += std::string(line) + "\n";
  run("DELETE FROM access_restriction");
  run("DELETE FROM retention_hold");
  EXPECT_EQ(put_back(backwards), 2);
  EXPECT_FALSE(restricted());
  EXPECT_THAT(retention.holds(now()), IsEmpty());
}

TEST_P(OutsideLines, pass_over_a_party_that_the_backup_does_not_know) {
  (void)restrict_all();
  (void)hold_all();
  const auto list = lines();
  run("DELETE FROM access_restriction");
  run("DELETE FROM retention_hold");
  const auto renamed = database().write([&](store::Tx& tx) -> base::Status {
    tx.run("UPDATE party SET uuid = ? WHERE id = ?", {base::Uuid::v4(registers.random), firm});
    return {};
  });
  ASSERT_TRUE(renamed);
  EXPECT_EQ(put_back(list), 0) << "its number may be another's now";
}

}  // namespace
}  // namespace alting::privacy
