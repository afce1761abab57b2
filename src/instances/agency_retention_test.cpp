// The agency's copies end by the rule of their app folder, and nothing else does with them.
#include "instances/agency_retention.h"

#include <gmock/gmock.h>

#include "instances/background.h"
#include "instances/testing/instances_fixture.h"
#include "instances/testing/purged_services.h"
#include "instances/topics.h"
#include "store/failpoint.h"
#include "store/outbox_deliverer.h"

namespace alting::instances {
namespace {

using terms::Action;
using testing::expect;

// The guidance form, of an agency that keeps its copies for five years.
class AgencyRetentionTest : public testing::InstancesFixture {
 protected:
  AgencyRetentionTest() {
    for (const auto& fault : own.faults()) ADD_FAILURE() << fault.file << ":" << fault.line << ": " << fault.message;
    instances = make_instances({registers.temp.database(), vault.vault(), *log, access->decider(), *registers.registry,
                                own, *scanner, inspector, registers.clock, registers.random});
  }
  ~AgencyRetentionTest() override {
    store::failpoint::disarm();
    instances.reset();  // before the forms it knows
  }

  terms::InstanceId sent_with_file() {
    const auto id = begin();
    add_file(id, "vedlegg.pdf", testing::small_pdf);
    (void)send(id, fill(id).version, post());
    share();
    return id;
  }
  terms::InstanceId added_to(terms::InstanceId notice) {
    const auto id = begin(notice);
    (void)send(id, save(manager, id, {{"mer.tekst", "Enda et spørsmål"}}).draft.version, post());
    share();
    return id;
  }
  // The agency has got its keys.
  void share() {
    base::Metrics metrics;
    store::OutboxDeliverer deliverer(registers.temp.database(), registers.clock, metrics,
                                     {&keys_to_erase, &keys_of_holder_to_erase, &keys_to_share},
                                     subscriptions(instances->erasure, instances->sharing));
    (void)deliverer.deliver_due();
  }
  void pass_years(int years) { registers.clock.advance(base::Duration::days(366 * years)); }
  bool opens(const terms::InstanceId& id, const store::Holder& holder) {
    return registers.temp.database().read([&](store::Tx& tx) {
      const auto row = tx.query_one("SELECT key_id, content FROM submission WHERE instance_id = ?", {id});
      if (!row) return false;
      const auto [key, content] = store::read_row<base::Uuid, std::string>(*row);
      return vault.vault().open(key, content, holder).has_value();
    });
  }
  std::int64_t rows_of(const std::string& table) {
    return registers.temp.database().read(
        [&](store::Tx& tx) { return store::read_one<std::int64_t>(tx, "SELECT COUNT(*) FROM " + table); });
  }
  std::int64_t would_end() {
    return registers.temp.database().read(
        [&](store::Tx& tx) { return instances->agency_retention.would_end(tx, registers.clock.now()); });
  }
  store::HoldsNow held(std::string item) {
    return [this, item = std::move(item)](store::Tx&) {
      store::Hold hold;
      hold.of = {{.party = firm, .uuid = {}, .user_ids = {}, .numbers = {}}};
      hold.item = item;
      return store::Holds({hold});
    };
  }

  store::testing::TempFolder folder;
  forms::AppCatalogue own{testing::make_purged_services(folder.path() / "services"), false};
};
INSTANTIATE_TEST_SUITE_P(Engines, AgencyRetentionTest, store::testing::engines(), store::testing::engine_name);

TEST_P(AgencyRetentionTest, ends_the_agencys_copy_after_its_period_and_leaves_the_senders) {
  const auto id = sent_with_file();
  ASSERT_EQ(agency_rows(), 1U);
  pass_years(4);
  EXPECT_EQ(instances->agency_retention.end_copies(), 0) << "a year is left";
  pass_years(2);
  EXPECT_EQ(would_end(), 1);
  EXPECT_TRUE(opens(id, agency_holder("dat")));
  EXPECT_EQ(instances->agency_retention.end_copies(), 1);
  EXPECT_FALSE(opens(id, agency_holder("dat"))) << "its key is erased, and not only the row hidden";
  EXPECT_EQ(agency_rows(), 0U);
  EXPECT_EQ(instances->agency.allow(caseworker, "dat", firm, id).error().kind, base::ErrorKind::not_found);
  const auto own_copy = expect(instances->matters.open_submission(permit(manager, Action::read, id, "EndEvent_1")));
  EXPECT_EQ(own_copy.attachments.size(), 1U);
  EXPECT_EQ(would_end(), 0);
  EXPECT_EQ(instances->agency_retention.end_copies(), 0);
}

TEST_P(AgencyRetentionTest, counts_from_the_last_addition_and_ends_a_matter_whole) {
  const auto id = sent_with_file();
  pass_years(4);
  const auto addition = added_to(id);
  pass_years(2);
  EXPECT_EQ(instances->agency_retention.end_copies(), 0) << "six years after the notice, two after what was added";
  pass_years(4);
  EXPECT_EQ(instances->agency_retention.end_copies(), 1);
  EXPECT_FALSE(opens(id, agency_holder("dat")));
  EXPECT_FALSE(opens(addition, agency_holder("dat")));
  EXPECT_TRUE(opens(addition, party_holder(firm)));
}

TEST_P(AgencyRetentionTest, takes_the_rows_too_once_neither_has_a_copy) {
  const auto id = sent_with_file();
  (void)added_to(id);
  pass_years(6);
  // The party's copy goes as a job that erases takes it.
  const auto erasing =
      expect(access->decider().permit_for_job(access::JobKind::erasure, Action::remove,
                                              {.party = firm, .app = guidance, .instance = id, .task = "EndEvent_1"}));
  ASSERT_TRUE(instances->deleting.remove(erasing, registers.clock.now(), post()));
  EXPECT_EQ(rows_of("instance"), 0);
  EXPECT_EQ(rows_of("submission"), 2) << "the agency's";
  EXPECT_EQ(instances->agency_retention.end_copies(), 1);
  EXPECT_EQ(rows_of("submission"), 0);
  EXPECT_EQ(rows_of("attachment"), 0);
}

TEST_P(AgencyRetentionTest, leaves_what_is_held_and_ends_the_others) {
  const auto kept = sent_with_file(), other = sent_with_file();
  pass_years(6);
  EXPECT_EQ(instances->agency_retention.end_copies(held(kept.text())), 1);
  EXPECT_TRUE(opens(kept, agency_holder("dat")));
  EXPECT_FALSE(opens(other, agency_holder("dat")));
  EXPECT_EQ(instances->agency_retention.end_copies(held("")), 0) << "all that the party has is held";
  EXPECT_EQ(instances->agency_retention.end_copies(), 1) << "the hold is over";
}

TEST_P(AgencyRetentionTest, is_finished_by_the_outbox_when_it_was_cut_off) {
  const auto id = sent_with_file();
  pass_years(6);
  store::failpoint::arm("instances.agency_copy_ended", store::failpoint::Action::error);
  EXPECT_ANY_THROW((void)instances->agency_retention.end_copies());
  store::failpoint::disarm();
  EXPECT_TRUE(opens(id, agency_holder("dat"))) << "the row is marked, and the key is still there";
  EXPECT_EQ(agency_rows(), 0U);
  share();
  EXPECT_FALSE(opens(id, agency_holder("dat")));
}

}  // namespace
}  // namespace alting::instances
