// Deleting what was sent: whose copy goes when, what stays for the agency, and what a kill or a restore leaves.
#include "instances/deleting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "instances/attachment_rows.h"
#include "instances/background.h"
#include "instances/kept_deleted.h"
#include "instances/restored.h"
#include "instances/testing/instances_fixture.h"
#include "instances/topics.h"
#include "ledger/event_kinds.h"
#include "store/failpoint.h"
#include "store/outbox_deliverer.h"

namespace alting::instances {
namespace {

using testing::expect;
using testing::Language, testing::Action;

class DeletingTest : public testing::InstancesFixture {
 protected:
  // From now on it is a person who sends, of their own.
  void become_person() {
    manager = registers.actor("employee");
    firm = manager.party;
  }
  terms::InstanceId sent_with_file() {
    const auto id = begin();
    add_file(id, "vedlegg.pdf", testing::small_pdf);
    (void)send(id, fill(id).version, post());
    return id;
  }
  terms::InstanceId added_to(const terms::InstanceId& notice) {
    const auto id = begin(notice);
    const auto draft = save(manager, id, {{"mer.tekst", "Enda et spørsmål"}}).draft;
    (void)send(id, draft.version, post());
    return id;
  }
  terms::Permit may_remove(const terms::InstanceId& id) { return permit(manager, Action::remove, id, "EndEvent_1"); }
  base::Status remove(const terms::InstanceId& id, Deleting::How how = Deleting::How::as_usual) {
    return instances->deleting.remove(may_remove(id), registers.clock.now(), post(), how);
  }
  bool is_there(const terms::InstanceId& id) {
    return instances->permits.allow(manager, firm, id, Action::read).has_value();
  }
  State state_of(const terms::InstanceId& id) {
    return expect(instances->permits.allow(manager, firm, id, Action::read)).at.state;
  }
  std::vector<Attachment> files_of(const terms::InstanceId& id) {
    return registers.temp.database().read([&](store::Tx& tx) { return attachments_of(tx, firm, id); });
  }
  bool can_read(const Attachment& file, const store::Holder& holder) {
    return vault.vault().read_blob(file.blob, holder, [](base::ByteView) {}).has_value();
  }
  base::Uuid key_of(const terms::InstanceId& id) {
    return registers.temp.database().read([&](store::Tx& tx) {
      return store::read_one<base::Uuid>(tx, "SELECT key_id FROM submission WHERE instance_id = ?", {id});
    });
  }
  bool holds(const base::Uuid& key, const store::Holder& holder) {
    return vault.vault().reseal(key, "x", holder).has_value();
  }
  std::int64_t rows_of(std::string_view table, const terms::InstanceId& id) {
    return registers.temp.database().read([&](store::Tx& tx) {
      return store::read_one<std::int64_t>(
          tx,
          table == "submission" ? "SELECT COUNT(*) FROM submission WHERE instance_id = ?"
          : table == "instance" ? "SELECT COUNT(*) FROM instance WHERE instance_id = ?"
                                : "SELECT COUNT(*) FROM attachment WHERE instance_id = ?",
          {id});
    });
  }
  // How often others were told that somebody of the firm let something go.
  std::int64_t told_of_letting_go() {
    return registers.temp.database().read([&](store::Tx& tx) {
      return store::read_one<std::int64_t>(tx, "SELECT COUNT(*) FROM outbox WHERE topic = ? AND key = ?",
                                           {let_go.name, std::to_string(firm.value)});
    });
  }
  int deliver() {
    base::Metrics metrics;
    store::OutboxDeliverer deliverer(registers.temp.database(), registers.clock, metrics,
                                     {&keys_to_erase, &keys_of_holder_to_erase, &keys_to_share},
                                     subscriptions(instances->erasure, instances->sharing));
    return deliverer.deliver_due();
  }
  void pass_the_end() {
    registers.clock.advance(goes_for_good(registers.clock.now()) - registers.clock.now());
    registers.clock.advance(base::Duration::milliseconds(1));
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, DeletingTest, store::testing::engines(), store::testing::engine_name);

TEST_P(DeletingTest, of_a_person_all_of_a_matter_goes_at_once_and_the_agency_goes_on_reading_its_copy) {
  become_person();
  const auto id = sent_with_file(), addition = added_to(id);
  (void)deliver();
  const auto entry =
      expect(instances->matters.open_submission(permit(manager, Action::read, id, "EndEvent_1"))).entry_id;
  log->flush();
  const auto proved = [&] { return (*base::Json::parse(expect(log->receipt(entry)).json))["entry"].dump(); };
  const auto receipt = proved();
  const auto file = files_of(id).at(0);
  const auto own = party_holder(firm), agency = agency_holder("dat");
  const auto of_agency = agency_permit(id);
  ASSERT_TRUE(remove(addition)) << "whichever of it is named";
  for (const auto& one : {id, addition}) {
    EXPECT_FALSE(is_there(one));
    EXPECT_EQ(rows_of("instance", one), 0);
    EXPECT_FALSE(holds(key_of(one), own));
    EXPECT_TRUE(holds(key_of(one), agency));
  }
  EXPECT_FALSE(can_read(file, own));
  EXPECT_TRUE(instances->matters.earlier(permit(manager, Action::instantiate), guidance).empty());
  EXPECT_FALSE(instances->drafts.create(permit(manager, Action::instantiate), guidance, id, "", post()))
      << "nor is anything added to it";
  EXPECT_TRUE(can_read(file, agency));
  EXPECT_EQ(expect(instances->agency.open(of_agency, registers.clock.now())).submissions.size(), 2U);
  EXPECT_EQ(agency_rows(), 1U);
  log->flush();
  EXPECT_EQ(proved(), receipt) << "what was proved is proved still";
}

TEST_P(DeletingTest, what_a_business_deletes_can_be_brought_back_until_the_rule_ends_it) {
  const auto id = sent_with_file(), addition = added_to(id);
  ASSERT_TRUE(remove(id));
  EXPECT_EQ(state_of(id), State::deleted);
  EXPECT_EQ(state_of(addition), State::deleted);
  EXPECT_EQ(expect(instances->permits.allow(manager, firm, id, Action::read)).at.goes_at,
            goes_for_good(registers.clock.now()));
  EXPECT_TRUE(instances->matters.open(permit(manager, Action::read, id, "EndEvent_1"))) << "it can be read until then";
  EXPECT_TRUE(instances->matters.earlier(permit(manager, Action::instantiate), guidance).empty());
  EXPECT_FALSE(instances->drafts.create(permit(manager, Action::instantiate), guidance, id, "", post()));
  EXPECT_TRUE(remove(id)) << "deleted twice, it lies there as it did";
  ASSERT_TRUE(instances->deleting.bring_back(may_remove(addition), registers.clock.now()));
  EXPECT_EQ(state_of(id), State::sent);
  ASSERT_TRUE(remove(id));
  EXPECT_EQ(instances->deleting.end_deleted(), 0);
  pass_the_end();
  EXPECT_EQ(instances->deleting.end_deleted(), 1) << "a matter is one";
  EXPECT_FALSE(is_there(id));
  EXPECT_FALSE(is_there(addition));
  EXPECT_FALSE(holds(key_of(id), party_holder(firm)));
  EXPECT_TRUE(expect(instances->agency.open(agency_permit(id), registers.clock.now())).submissions.size() == 2U);
  EXPECT_EQ(instances->deleting.end_deleted(), 0);
}

TEST_P(DeletingTest, what_is_held_stays_and_what_lies_behind_it_goes) {
  const auto held = sent_with_file();
  ASSERT_TRUE(remove(held));
  registers.clock.advance(base::Duration::minutes(1));
  const auto other = sent_with_file();
  ASSERT_TRUE(remove(other));
  pass_the_end();
  const store::HoldsNow holds = [&](store::Tx&) {
    store::Hold hold;
    hold.rule = std::string(rule_of_deleted);
    hold.of = {{.party = firm, .uuid = {}, .user_ids = {}, .numbers = {}}};
    hold.item = held.text();
    return store::Holds({hold});
  };
  EXPECT_EQ(instances->deleting.end_deleted(holds), 1);
  EXPECT_TRUE(is_there(held));
  EXPECT_FALSE(is_there(other));
}

TEST_P(DeletingTest, a_business_may_let_go_for_good_what_lies_under_deleted_and_nothing_else) {
  const auto id = sent_with_file();
  EXPECT_EQ(remove(id, Deleting::How::for_good).error().kind, base::ErrorKind::conflict);
  EXPECT_TRUE(is_there(id));
  ASSERT_TRUE(remove(id));
  ASSERT_TRUE(remove(id, Deleting::How::for_good));
  EXPECT_FALSE(is_there(id));
}

TEST_P(DeletingTest, a_job_that_erases_lets_go_for_good_and_finds_nothing_wrong_with_what_is_gone) {
  const auto id = sent_with_file();
  const auto job =
      expect(access->decider().permit_for_job(access::JobKind::erasure, Action::remove,
                                              {.party = firm, .app = guidance, .instance = id, .task = "EndEvent_1"}));
  ASSERT_TRUE(instances->deleting.remove(job, registers.clock.now(), post()));
  EXPECT_FALSE(is_there(id));
  EXPECT_TRUE(instances->deleting.remove(job, registers.clock.now(), post()));
}

TEST_P(DeletingTest, for_good_is_refused_of_what_is_held_and_putting_it_away_is_not) {
  const auto id = sent_with_file(), addition = added_to(id);
  const auto draft = begin();
  std::string held_id = addition.text();
  const auto until = registers.clock.now() + base::Duration::days(30);
  instances = make_instances({registers.temp.database(),
                              vault.vault(),
                              *log,
                              access->decider(),
                              *registers.registry,
                              apps,
                              *scanner,
                              inspector,
                              registers.clock,
                              registers.random,
                              {},
                              [&](store::Tx&, terms::PartyId party, std::string_view item) {
                                return party == firm && item == held_id ? std::optional(until) : std::nullopt;
                              }});
  ASSERT_TRUE(remove(id)) << "it can be had back";
  EXPECT_EQ(remove(id, Deleting::How::for_good).error().code, "error.deleting.held");
  held_id = draft.text();
  const auto discard = [&] {
    return instances->drafts.discard(permit(manager, Action::remove, draft), registers.clock.now(), post());
  };
  EXPECT_EQ(discard().error().code, "error.deleting.held");
  EXPECT_TRUE(remove(id, Deleting::How::for_good));
  held_id = {};
  EXPECT_TRUE(discard());
}

TEST_P(DeletingTest, for_good_is_told_to_what_holds_more_of_the_party_and_putting_away_is_not) {
  const auto id = sent_with_file(), other = sent_with_file();
  ASSERT_TRUE(remove(id));
  EXPECT_EQ(told_of_letting_go(), 0) << "it can be had back";
  ASSERT_TRUE(remove(id, Deleting::How::for_good));
  EXPECT_EQ(told_of_letting_go(), 1);
  ASSERT_TRUE(instances->drafts.discard(permit(manager, Action::remove, begin()), registers.clock.now(), post()));
  EXPECT_EQ(told_of_letting_go(), 2);
  ASSERT_TRUE(remove(other));
  pass_the_end();
  EXPECT_EQ(instances->deleting.end_deleted(), 1);
  EXPECT_EQ(told_of_letting_go(), 2) << "what ends by age goes by its rule, as the copy does";
}

TEST_P(DeletingTest, is_refused_while_a_draft_adds_to_it_and_without_a_permit_to_delete) {
  const auto id = sent_with_file();
  const auto draft = begin(id);
  EXPECT_EQ(remove(id).error().code, "error.deleting.addition");
  ASSERT_TRUE(instances->drafts.discard(permit(manager, Action::remove, draft), registers.clock.now(), post()));
  EXPECT_FALSE(
      instances->deleting.remove(permit(manager, Action::read, id, "EndEvent_1"), registers.clock.now(), post()));
  EXPECT_EQ(state_of(id), State::sent);
  const auto under_work = begin();
  EXPECT_FALSE(instances->deleting.remove(permit(manager, Action::remove, under_work), registers.clock.now(), post()));
}

TEST_P(DeletingTest, the_same_post_again_is_no_error_and_deletes_nothing_more) {
  const auto id = sent_with_file();
  const auto once = post();
  ASSERT_TRUE(instances->deleting.remove(may_remove(id), registers.clock.now(), once));
  ASSERT_TRUE(instances->deleting.bring_back(may_remove(id), registers.clock.now(), post()));
  EXPECT_TRUE(instances->deleting.remove(may_remove(id), registers.clock.now(), once));
  EXPECT_EQ(state_of(id), State::sent);
}

TEST_P(DeletingTest, the_agency_has_the_keys_of_the_files_before_the_sender_loses_them) {
  become_person();
  const auto id = begin();
  add_file(id, "vedlegg.pdf", testing::small_pdf);
  const auto version = fill(id).version;
  // The submission's own key is the keystore's first commit, the sharing its second.
  store::failpoint::arm("keystore.commit", store::failpoint::Action::error, 2);
  (void)send(id, version, post());
  EXPECT_TRUE(store::failpoint::fired());
  store::failpoint::disarm();
  const auto file = files_of(id).at(0);
  ASSERT_FALSE(can_read(file, agency_holder("dat")));
  ASSERT_TRUE(remove(id));
  EXPECT_FALSE(can_read(file, party_holder(firm)));
  EXPECT_TRUE(can_read(file, agency_holder("dat")));
  (void)deliver();
  EXPECT_EQ(deliver(), 0) << "what waited to be shared is settled, though the party has nothing to share any more";
}

TEST_P(DeletingTest, the_keys_are_erased_also_when_the_process_or_the_keystore_failed_right_then) {
  become_person();
  for (const auto* place : {"instances.removed", "erasure.list"}) {
    const auto id = sent_with_file();
    (void)deliver();
    const auto may = may_remove(id);
    store::failpoint::arm(place, store::failpoint::Action::error);
    try {
      (void)instances->deleting.remove(may, registers.clock.now(), post());
    } catch (const store::DatabaseError&) {
    }
    EXPECT_TRUE(store::failpoint::fired()) << place;
    store::failpoint::disarm();
    EXPECT_FALSE(is_there(id)) << place;
    EXPECT_TRUE(holds(key_of(id), party_holder(firm))) << "not yet: " << place;
    EXPECT_EQ(deliver(), 1) << place;
    EXPECT_FALSE(holds(key_of(id), party_holder(firm))) << place;
    EXPECT_TRUE(holds(key_of(id), agency_holder("dat"))) << place;
  }
}

TEST_P(DeletingTest, where_the_agencys_copy_has_ended_before_nothing_is_left) {
  become_person();
  const auto id = sent_with_file();
  (void)deliver();
  ASSERT_TRUE(registers.temp.database().write([&](store::Tx& tx) -> base::Status {
    tx.run("UPDATE submission SET agency_ended_at = ? WHERE instance_id = ?", {registers.clock.now(), id});
    return {};
  }));
  ASSERT_TRUE(remove(id));
  for (const auto* table : {"instance", "submission", "attachment"}) EXPECT_EQ(rows_of(table, id), 0) << table;
}

TEST_P(DeletingTest, a_restore_brings_back_nothing_that_its_party_deleted_since) {
  become_person();
  const auto id = sent_with_file(), kept = sent_with_file();
  (void)deliver();
  const auto key = key_of(id);
  ASSERT_TRUE(remove(id));
  // The row as it was when the backup was made.
  auto& database = registers.temp.database();
  ASSERT_TRUE(database.write([&](store::Tx& tx) -> base::Status {
    tx.run(
        "INSERT INTO instance (party_id, instance_id, org, app, state, parent_id, root_id, key_id, caption, "
        "created_at, created_by, changed_at, changed_by) VALUES (?, ?, 'dat', 'veiledning', 'sent', NULL, ?, ?, NULL, "
        "?, ?, ?, ?)",
        {firm, id, id, key, registers.clock.now(), firm, registers.clock.now(), firm});
    return {};
  }));
  const auto list = base::read_file(vault.folder() / "erasures", 1'000'000).value();
  EXPECT_EQ(remove_forms_again(database, vault.vault(), {list}), 1);
  EXPECT_FALSE(is_there(id));
  EXPECT_TRUE(is_there(kept));
  EXPECT_EQ(expect(instances->agency.open(agency_permit(id), registers.clock.now())).submissions.size(), 1U);
  EXPECT_EQ(remove_forms_again(database, vault.vault(), {list}), 0);
}

}  // namespace
}  // namespace alting::instances
