// Who holds a key to what, and when.
#include <gtest/gtest.h>

#include "instances/background.h"
#include "instances/testing/instances_fixture.h"
#include "instances/topics.h"
#include "ledger/event_kinds.h"
#include "store/failpoint.h"
#include "store/outbox_deliverer.h"

namespace alting::instances {
namespace {

using testing::expect;
using testing::Language, testing::Action;

class Keys : public testing::InstancesFixture {
 protected:
  Draft draft_with_file(terms::InstanceId id) {
    add_file(id, "vedlegg.pdf", testing::small_pdf);
    return fill(id);
  }
  bool agency_can_read(const Attachment& attachment) {
    return vault.vault().read_blob(attachment.blob, agency_holder("dat"), [](base::ByteView) {}).has_value();
  }
  int deliver() {
    base::Metrics metrics;
    store::OutboxDeliverer deliverer(registers.temp.database(), registers.clock, metrics,
                                     {&keys_to_erase, &keys_of_holder_to_erase, &keys_to_share},
                                     subscriptions(instances->erasure, instances->sharing));
    return deliverer.deliver_due();
  }
  std::size_t readings_in_log() {
    log->flush();
    ledger::ActivityQuery query;
    query.party = firm;
    query.kind = ledger::EventKind::agency_read;
    return log->activity(expect(access->decider().decide(manager, Action::read_activity, {.party = firm})), query)
        .rows.size();
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, Keys, store::testing::engines(), store::testing::engine_name);

TEST_P(Keys, a_send_that_fails_leaves_the_agency_no_key_of_an_attachment) {
  const auto employee = registers.actor("employee");
  const auto delegating = expect(access->decider().decide(manager, Action::delegate, {.party = firm}));
  const auto given = expect(access->delegations().delegate(delegating, {.to = employee.party, .app = guidance},
                                                           registers.clock.now(), post()));
  const auto id = begin();
  const auto draft = draft_with_file(id);
  const auto allowed = permit(employee, Action::complete, id);
  ASSERT_TRUE(access->delegations().withdraw(delegating, given.id, registers.clock.now(), post()));
  ASSERT_FALSE(instances->sending.submit(allowed, Language::nb, registers.clock.now(), draft.version, post()))
      << "the transaction decides again, after all that comes before it";
  EXPECT_FALSE(agency_can_read(draft.attachments.at(0)));
  (void)send(id, draft.version, post());
  EXPECT_TRUE(agency_can_read(draft.attachments.at(0)));
}

TEST_P(Keys, a_draft_thrown_away_and_a_file_taken_out_are_erased_for_all_who_hold_a_key) {
  const auto id = begin();
  add_file(id, "ut.pdf", testing::small_pdf);
  add_file(id, "med.pdf", testing::small_pdf + "\n");
  const auto draft = fill(id);
  for (const auto& one : draft.attachments)  // as a send that failed once left them
    ASSERT_TRUE(vault.vault().share({one.blob.key_id}, party_holder(firm), agency_holder("dat")));
  ASSERT_TRUE(instances->attachments.detach(permit(manager, Action::write, id), draft.attachments[0].id));
  EXPECT_FALSE(agency_can_read(draft.attachments[0]));
  EXPECT_TRUE(agency_can_read(draft.attachments[1]));
  ASSERT_TRUE(instances->drafts.discard(permit(manager, Action::remove, id), registers.clock.now(), post()));
  EXPECT_FALSE(agency_can_read(draft.attachments[1]));
}

TEST_P(Keys, what_was_saved_before_sending_cannot_be_opened_after_it_and_the_caption_can) {
  const auto id = begin();
  const auto draft = draft_with_file(id);
  const auto [key, content] = saved_content(id);
  ASSERT_TRUE(vault.vault().open(key, content, party_holder(firm)));
  (void)send(id, draft.version, post());
  EXPECT_EQ(deliver(), 2) << "the draft's key is erased; the attachment's is shared already, and may be once more";
  EXPECT_EQ(vault.vault().open(key, content, party_holder(firm)).error().kind, base::ErrorKind::gone);
  EXPECT_EQ(instances->matters.earlier(permit(manager, Action::instantiate), guidance).at(0).caption, "Innsyn");
  EXPECT_TRUE(agency_can_read(draft.attachments.at(0)));
}

TEST_P(Keys, what_was_sent_reaches_the_agency_although_the_keystore_failed_then) {
  const auto id = begin();
  const auto draft = draft_with_file(id);
  const auto sent = [&] {
    // The submission's own key is the keystore's first commit, the sharing its second.
    store::failpoint::arm("keystore.commit", store::failpoint::Action::error, 2);
    auto done = send(id, draft.version, post());
    EXPECT_TRUE(store::failpoint::fired());
    store::failpoint::disarm();
    return done;
  }();
  EXPECT_FALSE(agency_can_read(draft.attachments.at(0)));
  std::string read;
  const auto reading =
      expect(instances->agency.open_attachment(agency_permit(id), draft.attachments.at(0).id, registers.clock.now()));
  ASSERT_TRUE(instances->agency.read_attachment(reading, [&](base::ByteView part) { read += part; }));
  EXPECT_EQ(read, testing::small_pdf) << "whoever reads in that moment shares first";
  EXPECT_EQ(deliver(), 2);
  EXPECT_TRUE(agency_can_read(draft.attachments.at(0)));
}

TEST_P(Keys, drafts_sent_by_an_older_version_lose_their_key_and_keep_their_caption) {
  const auto id = begin();
  const auto draft = fill(id);
  (void)send(id, draft.version, post());
  (void)deliver();
  const auto old = vault.vault().seal("Innsyn", {party_holder(firm)});
  ASSERT_TRUE(registers.temp.database().write([&](store::Tx& tx) -> base::Status {
    tx.run("UPDATE instance SET key_id = ?, caption = ? WHERE instance_id = ?",
           {old.key_id, store::Value::octets(old.ciphertext), id});
    tx.run("INSERT INTO draft_key_kept (party_id, instance_id) VALUES (?, ?)", {firm, id});
    return {};
  }));
  EXPECT_EQ(instances->kept_draft_keys.retire(), 1);
  EXPECT_EQ(instances->kept_draft_keys.retire(), 0);
  EXPECT_EQ(deliver(), 1);
  EXPECT_EQ(vault.vault().open(old.key_id, old.ciphertext, party_holder(firm)).error().kind, base::ErrorKind::gone);
  EXPECT_EQ(instances->matters.earlier(permit(manager, Action::instantiate), guidance).at(0).caption, "Innsyn");
}

TEST_P(Keys, that_an_agency_is_told_name_and_size_of_an_attachment_is_in_the_log_before_it_reads) {
  const auto id = begin();
  const auto draft = draft_with_file(id);
  (void)send(id, draft.version, post());
  EXPECT_FALSE(instances->attachments.find(agency_permit(id), draft.attachments.at(0).id)) << "that way leads past it";
  ASSERT_TRUE(instances->agency.open_attachment(agency_permit(id), draft.attachments.at(0).id, registers.clock.now()));
  EXPECT_EQ(readings_in_log(), 1U);
}

}  // namespace
}  // namespace alting::instances
