// What is restricted towards an agency is in none of its lists, searches and counts, opens for nobody, and fills in nothing.
#include <gtest/gtest.h>

#include "access/restrictions.h"
#include "instances/agency_database.h"
#include "instances/testing/instances_fixture.h"

namespace alting::instances {
namespace {

using terms::Action;
using testing::expect;
using testing::Language;

class RestrictedForms : public testing::InstancesFixture {
 protected:
  Sent send_one() {
    const auto id = begin();
    return send(id, fill(id).version, post());
  }
  AgencyPage list(const AgencyQuery& query = {}) {
    return expect(instances->agency.list(expect(access->decider().agency_scope(caseworker, "dat")), query, Language::nb,
                                         registers.clock.now()));
  }
  std::vector<SentInstance> listed_for_system(const StorageQuery& query = {}) {
    terms::Actor system;
    system.kind = terms::ActorKind::system;
    system.party = registers.organisation("Datatilsynet").id;
    system.level = terms::AssuranceLevel::substantial;
    system.credential = "client:test|sak";
    system.scopes = {std::string(access::scope_instances_read)};
    return expect(instances->agency.list_for_system(expect(access->decider().agency_scope(system, "dat")), query,
                                                    registers.clock.now()))
        .rows;
  }
  void impose(std::string item, std::string_view org = "dat") {
    const auto scope = expect(access->decider().agency_scope(caseworker, org));
    (void)expect(access->restrictions().impose(
        {&scope, {}}, {.party = firm, .item = std::move(item), .ground = "contested"}, registers.clock.now(), post()));
  }
  std::string open(const terms::InstanceId& id) {
    const auto permit = instances->agency.allow(caseworker, "dat", firm, id);
    return permit ? "" : permit.error().code;
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, RestrictedForms, store::testing::engines(), store::testing::engine_name);

TEST_P(RestrictedForms, are_in_no_list_search_or_count_of_the_agency_and_its_systems) {
  const auto one = send_one(), two = send_one();
  ASSERT_EQ(list().total, 2);
  ASSERT_EQ(listed_for_system().size(), 2U);
  impose(one.submission.at.id.text());
  EXPECT_EQ(list().total, 1);
  ASSERT_EQ(list().rows.size(), 1U);
  EXPECT_EQ(list().rows[0].archive_reference, two.submission.archive_reference);
  EXPECT_EQ(list({.search = one.submission.archive_reference}).total, 0);
  ASSERT_EQ(listed_for_system().size(), 1U);
  EXPECT_TRUE(listed_for_system({.archive_reference = one.submission.archive_reference}).empty());
  impose("");
  EXPECT_EQ(list().total, 0);
  EXPECT_TRUE(listed_for_system().empty());
  EXPECT_TRUE(listed_for_system({.party = firm}).empty());
}

TEST_P(RestrictedForms, cover_the_form_with_all_that_was_added_to_it_and_open_for_the_party) {
  const auto notice = send_one();
  const auto addition = begin(notice.submission.at.id);
  const auto draft = save(manager, addition, {{"mer.tekst", "Mer."}}).draft;
  (void)send(addition, draft.version, post());
  const auto before = agency_permit(addition);
  impose(addition.text());  // by what was added, the whole matter is meant
  EXPECT_EQ(open(notice.submission.at.id), access::restricted_code);
  EXPECT_EQ(open(addition), access::restricted_code);
  EXPECT_EQ(list().total, 0);
  const auto read = instances->agency.open_submission(before, registers.clock.now());
  ASSERT_FALSE(read) << "decided before it was restricted";
  EXPECT_EQ(read.error().code, access::restricted_code);
  const auto mine = permit(manager, Action::read, notice.submission.at.id, "EndEvent_1");
  EXPECT_TRUE(instances->matters.open(mine));
}

TEST_P(RestrictedForms, opened_on_a_ground_of_the_law_are_read_whole) {
  const auto notice = send_one();
  impose("");
  ASSERT_TRUE(access->restrictions().open_anyway(expect(access->decider().agency_scope(caseworker, "dat")), firm,
                                                 notice.submission.at.id.text(), "consent", "Hun har sagt ja",
                                                 registers.clock.now(), post()));
  const auto permit = expect(instances->agency.allow(caseworker, "dat", firm, notice.submission.at.id));
  EXPECT_TRUE(instances->agency.open(permit, registers.clock.now()));
}

TEST_P(RestrictedForms, begin_without_what_the_registers_say) {
  const auto filled_in = [&] {
    const auto id = begin();
    return expect(instances->drafts.open(permit(manager, Action::read, id))).sources.size();
  };
  const auto tries = [&] {
    log->flush();
    return registers.temp.database().read([&](store::Tx& tx) {
      return store::read_one<std::int64_t>(
          tx, "SELECT COUNT(*) FROM ledger_activity WHERE party = ? AND kind = 'access.restricted_try'", {firm});
    });
  };
  ASSERT_GT(filled_in(), 0U);
  EXPECT_EQ(tries(), 0);
  impose("");
  EXPECT_EQ(filled_in(), 0U);
  EXPECT_EQ(tries(), 1) << "the party reads in its log that nothing was filled in";
}

}  // namespace
}  // namespace alting::instances
