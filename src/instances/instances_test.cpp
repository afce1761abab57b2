#include <gtest/gtest.h>

#include <thread>

#include "crypto/hash.h"
#include "instances/background.h"
#include "instances/testing/instances_fixture.h"
#include "instances/topics.h"
#include "ledger/event_kinds.h"
#include "ledger/verify.h"
#include "store/failpoint.h"
#include "store/outbox_deliverer.h"
#include "store/testing/query_plan.h"

namespace alting::instances {
namespace {

using testing::expect;
using testing::Language, testing::Action;
class OneForm : public testing::InstancesFixture {};
INSTANTIATE_TEST_SUITE_P(Engines, OneForm, store::testing::engines(), store::testing::engine_name);

TEST_P(OneForm, a_file_is_found_by_its_name_through_an_index) {
  if (GetParam() != store::Engine::sqlite) return;  // PostgreSQL plans by the rows that are there
  const auto plan = registers.temp.database().read([](store::Tx& tx) {
    return store::testing::query_plan(tx, "SELECT blob_name FROM attachment WHERE blob_name = ? LIMIT 1", {"x"});
  });
  EXPECT_EQ(std::ranges::count(plan, '\n'), 1) << plan;
  EXPECT_NE(plan.find("attachment_blob (blob_name=?)"), std::string::npos) << plan;
}

TEST_P(OneForm, the_same_post_twice_at_once_is_sent_once_and_both_get_the_receipt) {
  const auto id = begin();
  const auto draft = fill(id);
  const auto once = post();
  const auto allowed = permit(manager, Action::complete, id);
  const auto received = registers.clock.now();
  std::vector<Sent> answers(2);
  {
    std::vector<std::jthread> both;
    for (auto& answer : answers)
      both.emplace_back([&] {
        answer =
            std::get<Sent>(expect(instances->sending.submit(allowed, Language::nb, received, draft.version, once)));
      });
  }
  for (const auto& answer : answers) {
    EXPECT_EQ(answer.submission.entry_id, answers.front().submission.entry_id);
    if (GetParam() == store::Engine::postgresql && !answer.receipt) continue;  // the proof follows
    ASSERT_TRUE(answer.receipt);
    EXPECT_EQ(answer.receipt->entry_id, answer.submission.entry_id);
    EXPECT_EQ(answer.submission.digest, answers.front().submission.digest);
  }
  EXPECT_EQ(agency_rows(), 1U);
}

TEST_P(OneForm, what_was_sent_is_frozen_and_its_receipt_verifies) {
  const auto id = begin();
  const auto draft = fill(id);
  const auto sent = send(id, draft.version, post());
  EXPECT_EQ(crypto::sha256(sent.submission.bytes), sent.submission.digest);
  ASSERT_TRUE(sent.receipt) << "the receipt comes in the same answer";
  const auto verified =
      ledger::verify_receipt(sent.receipt->json, {{"skjema.json", sent.submission.digest}}, {log->verifier_key()});
  EXPECT_EQ(verified.overall, ledger::Verification::Overall::verified);
  const auto forged = ledger::verify_receipt(sent.receipt->json, {{"skjema.json", crypto::sha256("something else")}},
                                             {log->verifier_key()});
  EXPECT_NE(forged.overall, ledger::Verification::Overall::verified);
  EXPECT_EQ(expect(instances->matters.open_submission(permit(manager, Action::read, id, "EndEvent_1"))).bytes,
            sent.submission.bytes);
}

TEST_P(OneForm, the_agency_sees_nothing_before_it_is_sent_and_each_reading_is_in_the_log_after) {
  const auto id = begin();
  const auto draft = fill(id);
  EXPECT_EQ(agency_rows(), 0U);
  const auto early = access->decider().decide_agency(
      caseworker, "dat", {.party = firm, .app = guidance, .instance = id, .task = "Task_1"});
  EXPECT_FALSE(early);
  EXPECT_FALSE(instances->agency.open(agency_permit(id), registers.clock.now()))
      << "even with a permit there is no query that hands out a draft";
  (void)send(id, draft.version, post());
  EXPECT_EQ(agency_rows(), 1U);
  EXPECT_EQ(expect(instances->agency.open(agency_permit(id), registers.clock.now())).submissions.size(), 1U);
  log->flush();
  ledger::ActivityQuery query;
  query.party = firm;
  query.kind = ledger::EventKind::agency_read;
  const auto activity = expect(access->decider().decide(manager, Action::read_activity, {.party = firm}));
  EXPECT_EQ(log->activity(activity, query).rows.size(), 1U) << "the sender sees who read it";
}

TEST_P(OneForm, sending_twice_gives_the_first_answer) {
  const auto id = begin();
  const auto draft = fill(id);
  const auto once = post();
  const auto complete = permit(manager, Action::complete, id);
  const auto first = std::get<Sent>(
      expect(instances->sending.submit(complete, Language::nb, registers.clock.now(), draft.version, once)));
  registers.clock.advance(base::Duration::minutes(1));
  const auto again = std::get<Sent>(
      expect(instances->sending.submit(complete, Language::nb, registers.clock.now(), draft.version, once)));
  EXPECT_EQ(again.submission.entry_id, first.submission.entry_id);
  EXPECT_EQ(again.submission.received_at, first.submission.received_at);
  EXPECT_EQ(agency_rows(), 1U);
}

TEST_P(OneForm, a_draft_that_changed_after_the_overview_is_not_sent) {
  const auto id = begin();
  const auto draft = fill(id);
  (void)save(colleague, id, {{"sporsmal.emne", "Noe annet"}});
  const auto sent = instances->sending.submit(permit(manager, Action::complete, id), Language::nb,
                                              registers.clock.now(), draft.version, post());
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().kind, base::ErrorKind::conflict);
}

TEST_P(OneForm, what_is_missing_is_told_and_nothing_is_sent) {
  const auto id = begin();
  const auto outcome = expect(
      instances->sending.submit(permit(manager, Action::complete, id), Language::nb, registers.clock.now(), 1, post()));
  ASSERT_TRUE(std::holds_alternative<SubmitRefusal>(outcome));
  EXPECT_FALSE(std::get<SubmitRefusal>(outcome).issues.empty());
  EXPECT_EQ(agency_rows(), 0U);
}

TEST_P(OneForm, two_editors_get_each_others_changes_or_a_clear_conflict) {
  const auto id = begin();
  const auto shown = fill(id);
  const Seen seen{{"sporsmal.emne", fingerprint(&shown.data["sporsmal"]["emne"])},
                  {"sporsmal.tekst", fingerprint(&shown.data["sporsmal"]["tekst"])}};
  (void)save(colleague, id,
             {{"sporsmal.emne", "Kollegaens emne"}, {"sporsmal.tekst", "Hvem har sett opplysningene mine?"}}, seen);
  // The manager's page still shows the old subject, and posts both fields having touched only the text.
  const auto merged = save(manager, id, {{"sporsmal.emne", "Innsyn"}, {"sporsmal.tekst", "Lederens tekst"}}, seen);
  EXPECT_TRUE(merged.conflicts.empty());
  EXPECT_EQ(merged.theirs, std::vector<forms::Path>{"sporsmal.emne"});
  EXPECT_EQ(merged.draft.data["sporsmal"].text("emne"), "Kollegaens emne");
  EXPECT_EQ(merged.draft.data["sporsmal"].text("tekst"), "Lederens tekst");
  const auto clash = save(manager, id, {{"sporsmal.emne", "Lederens emne"}}, seen);
  ASSERT_EQ(clash.conflicts.size(), 1U);
  EXPECT_EQ(clash.conflicts[0].mine, "Lederens emne");
  EXPECT_EQ(clash.draft.data["sporsmal"].text("emne"), "Kollegaens emne");
  EXPECT_EQ(clash.draft.data["sporsmal"].text("emne"), "Kollegaens emne") << "never a silent overwrite";
}

TEST_P(OneForm, an_addition_changes_only_what_it_adds_and_is_linked) {
  const auto id = begin();
  const auto draft = fill(id);
  const auto notice = send(id, draft.version, post());
  registers.clock.advance(base::Duration::hours(20));
  ASSERT_EQ(instances->matters.earlier(permit(manager, Action::instantiate), guidance).size(), 1U);
  const auto addition = begin(id);
  const auto added = save(manager, addition, {{"mer.tekst", "Vi fant ut mer."}, {"sporsmal.funnet", "En logg"}}).draft;
  const auto sent = send(addition, added.version, post());
  EXPECT_TRUE(sent.submission.supplement);
  EXPECT_EQ(sent.submission.document.text("text"), "Vi fant ut mer.");
  ASSERT_EQ(sent.submission.document["changes"].size(), 1U) << sent.submission.bytes;
  EXPECT_EQ(sent.submission.document["changes"][std::size_t{0}].text("path"), "sporsmal.funnet");
  EXPECT_EQ(sent.submission.bytes.find("Hvem har sett"), std::string::npos) << "nothing else is stored again";
  ASSERT_TRUE(sent.receipt);
  EXPECT_NE(sent.receipt->index, notice.receipt->index);
  EXPECT_EQ(notice.submission.open_count, 1);
  EXPECT_EQ(instances->matters.earlier(permit(manager, Action::instantiate), guidance).front().open_count, 0)
      << "lists count what the matter still lacks";
  const auto scope = expect(access->decider().agency_scope(caseworker, "dat"));
  EXPECT_EQ(expect(instances->agency.list(scope, {}, Language::nb, registers.clock.now())).rows.front().open_count, 0);
  const auto matter = expect(instances->matters.open(permit(manager, Action::read, id, "EndEvent_1")));
  ASSERT_EQ(matter.submissions.size(), 2U);
  EXPECT_EQ(matter.data["sporsmal"].text("funnet"), "En logg");
  EXPECT_EQ(matter.data["sporsmal"].text("emne"), "Innsyn");
  EXPECT_EQ(matter.submissions[0].bytes, notice.submission.bytes) << "what was sent first is untouched";
  EXPECT_EQ(expect(instances->agency.open(agency_permit(id), registers.clock.now())).submissions.size(), 2U);
}

TEST_P(OneForm, a_file_in_disguise_is_refused_and_a_good_one_is_shared_with_the_agency_on_sending) {
  const auto id = begin();
  add_file(id, "vedlegg.pdf", testing::small_pdf);
  const auto refused = attach(id, "bilde.png", "<html><script>alert(1)</script></html>");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, base::ErrorKind::unsupported);
  auto draft = fill(id);
  ASSERT_EQ(draft.attachments.size(), 1U);
  std::string read;
  const auto take = [&](base::ByteView part) { read += part; };
  EXPECT_FALSE(vault.vault().read_blob(draft.attachments[0].blob, agency_holder("dat"), take))
      << "the agency has no key before it is sent";
  (void)send(id, draft.version, post());
  const auto reading =
      expect(instances->agency.open_attachment(agency_permit(id), draft.attachments[0].id, registers.clock.now()));
  ASSERT_TRUE(instances->agency.read_attachment(reading, take));
  EXPECT_EQ(read, testing::small_pdf);
}

TEST_P(OneForm, a_right_taken_back_stops_the_next_save) {
  const auto employee = registers.actor("employee");
  const auto delegating = expect(access->decider().decide(manager, Action::delegate, {.party = firm}));
  const auto given = expect(access->delegations().delegate(delegating, {.to = employee.party, .app = guidance},
                                                           registers.clock.now(), post()));
  const auto id = begin();
  const auto allowed = permit(employee, Action::write, id);
  EXPECT_TRUE(instances->drafts.save(allowed, posted({{"sporsmal.emne", "Fra den ansatte"}}), {}, Language::nb));
  ASSERT_TRUE(access->delegations().withdraw(delegating, given.id, registers.clock.now(), post()));
  const auto refused = instances->drafts.save(allowed, posted({{"sporsmal.emne", "For sent"}}), {}, Language::nb);
  ASSERT_FALSE(refused) << "the permit was made before, the write decides again";
  EXPECT_EQ(refused.error().kind, base::ErrorKind::forbidden);
}

TEST_P(OneForm, the_keys_of_a_draft_thrown_away_are_erased_also_when_the_keystore_failed_then) {
  const auto id = begin();
  (void)fill(id);
  const auto [key, content] = saved_content(id);
  store::failpoint::arm("erasure.list", store::failpoint::Action::error);
  EXPECT_TRUE(instances->drafts.discard(permit(manager, Action::remove, id), registers.clock.now(), post()));
  EXPECT_TRUE(store::failpoint::fired());
  store::failpoint::disarm();
  EXPECT_TRUE(vault.vault().open(key, content, party_holder(firm))) << "not yet";
  base::Metrics metrics;
  store::OutboxDeliverer deliverer(registers.temp.database(), registers.clock, metrics,
                                   {&keys_to_erase, &keys_of_holder_to_erase, &keys_to_share},
                                   subscriptions(instances->erasure, instances->sharing));
  EXPECT_EQ(deliverer.deliver_due(), 1);
  EXPECT_EQ(vault.vault().open(key, content, party_holder(firm)).error().kind, base::ErrorKind::gone);
}

TEST_P(OneForm, a_draft_thrown_away_cannot_be_opened_even_from_a_copy_of_the_database) {
  const auto id = begin();
  (void)fill(id);
  const auto [key, content] = saved_content(id);
  ASSERT_TRUE(instances->drafts.discard(permit(manager, Action::remove, id), registers.clock.now(), post()));
  const auto opened = vault.vault().open(key, content, party_holder(firm));
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, base::ErrorKind::gone);
}

}  // namespace
}  // namespace alting::instances
