#include "inbox/inbox.h"

#include <gtest/gtest.h>

#include <set>

#include "inbox/testing/messages_fixture.h"
#include "instances/kept_deleted.h"

namespace alting::inbox {
namespace {

using instances::testing::expect;
using terms::Action;

class InboxTest : public testing::MessagesFixture {
 protected:
  terms::Scope scope(const terms::Actor& actor, std::optional<terms::PartyId> party = {}) {
    return expect(access->decider().scope(actor, Action::read, party));
  }
  Listing list(Folder folder, std::string search = {}) {
    return inbox.list(scope(manager, firm), {.folder = folder, .search = std::move(search), .titles = titles});
  }
  terms::InstanceId begin_with_subject(const std::string& subject) {
    const auto id = begin();
    (void)save(manager, id, {{"sporsmal.tema", "rettigheter"}, {"sporsmal.emne", subject}});
    return id;
  }

  std::map<std::string, std::string> titles{{"dat/veiledning", "Spør om veiledning"}};
};
INSTANTIATE_TEST_SUITE_P(Engines, InboxTest, store::testing::engines(), store::testing::engine_name);

TEST_P(InboxTest, a_form_goes_from_under_work_to_sent_to_the_archive_and_back) {
  const auto id = begin();
  const auto draft = fill(id);
  ASSERT_EQ(list(Folder::work).rows.size(), 1U);
  EXPECT_EQ(list(Folder::work).rows[0].caption, "Innsyn") << "what the form says of itself, opened from its seal";
  EXPECT_EQ(list(Folder::work).rows[0].party_name, "Fjord og Fjell AS");
  const auto sent = send(id, draft.version, post());
  EXPECT_TRUE(list(Folder::work).rows.empty());
  ASSERT_EQ(list(Folder::sent).rows.size(), 1U);
  EXPECT_EQ(list(Folder::sent).rows[0].archive_reference, sent.submission.archive_reference);
  EXPECT_EQ(list(Folder::sent).rows[0].received_at, sent.submission.received_at);
  EXPECT_EQ(list(Folder::sent).rows[0].open_count, 1);
  const auto archived = [&](bool yes) {
    return instances->matters.archive(permit(manager, Action::remove, id, "EndEvent_1"), yes, registers.clock.now());
  };
  ASSERT_TRUE(archived(true));
  EXPECT_TRUE(list(Folder::sent).rows.empty());
  EXPECT_EQ(list(Folder::archive).rows.size(), 1U);
  ASSERT_TRUE(archived(false));
  EXPECT_EQ(list(Folder::sent).rows.size(), 1U);
}

TEST_P(InboxTest, a_form_that_a_business_deleted_lies_under_deleted_with_its_day_and_nowhere_else) {
  const auto id = begin();
  (void)send(id, fill(id).version, post());
  const auto may = permit(manager, Action::remove, id, "EndEvent_1");
  ASSERT_TRUE(instances->deleting.remove(may, registers.clock.now(), post()));
  for (const auto folder : {Folder::work, Folder::sent, Folder::archive}) EXPECT_TRUE(list(folder).rows.empty());
  const auto deleted = list(Folder::deleted, "Innsyn");
  ASSERT_EQ(deleted.rows.size(), 1U) << "found by its words, too";
  EXPECT_EQ(deleted.rows[0].at.id, id);
  EXPECT_EQ(deleted.rows[0].at.goes_at, instances::goes_for_good(registers.clock.now()));
  auto counts = inbox.count(scope(manager, firm));
  EXPECT_EQ(counts.deleted, 1);
  EXPECT_EQ(counts.sent, 0);
  ASSERT_TRUE(instances->deleting.remove(may, registers.clock.now(), post(), instances::Deleting::How::for_good));
  EXPECT_TRUE(list(Folder::deleted).rows.empty());
  EXPECT_EQ(inbox.count(scope(manager, firm)).deleted, 0);
  EXPECT_TRUE(inbox.rows(scope(manager, firm), {id}).empty());
}

TEST_P(InboxTest, counts_are_those_of_the_folders) {
  (void)begin();
  (void)begin();
  const auto id = begin();
  (void)send(id, fill(id).version, post());
  const auto counts = inbox.count(scope(manager, firm));
  EXPECT_EQ(counts.work, 2);
  EXPECT_EQ(counts.sent, 1);
  EXPECT_EQ(counts.archive, 0);
}

// The clock stands still, so all have the same time: only the second part of the order tells them apart.
TEST_P(InboxTest, pages_show_each_row_once_also_when_all_changed_at_once) {
  std::set<std::string> made;
  for (int i = 0; i < 25; ++i) made.insert(begin().text());
  std::multiset<std::string> seen;
  Query query{.folder = Folder::work, .limit = 10};
  for (int pages = 0; pages < 4; ++pages) {
    const auto page = inbox.list(scope(manager, firm), query);
    for (const auto& row : page.rows) seen.insert(row.at.id.text());
    if (page.next.empty()) break;
    query.after = page.next;
  }
  EXPECT_EQ(std::multiset<std::string>(made.begin(), made.end()), seen);
}

TEST_P(InboxTest, the_last_changed_comes_first) {
  const auto first = begin_with_subject("Først");
  registers.clock.advance(base::Duration::minutes(1));
  const auto second = begin_with_subject("Så");
  EXPECT_EQ(list(Folder::work).rows[0].at.id, second);
  registers.clock.advance(base::Duration::minutes(1));
  (void)save(manager, first, {{"sporsmal.tekst", "Mer"}});
  EXPECT_EQ(list(Folder::work).rows[0].at.id, first);
}

TEST_P(InboxTest, who_only_reads_for_a_bankrupt_business_finds_no_draft_of_its_estate) {
  const auto skute = registers.organisation("Skjør Skute AS").id;
  const auto trustee = registers.actor("bankruptcy_trustee"), reader = registers.actor("foreign_worker");
  const auto may = expect(
      access->decider().decide(trustee, Action::instantiate, {.party = skute, .app = guidance, .task = "Task_1"}));
  const auto id = expect(instances->drafts.create(may, guidance, {}, "", post()));
  EXPECT_EQ(inbox.list(scope(trustee, skute), {}).rows.size(), 1U);
  EXPECT_EQ(inbox.count(scope(trustee)).work, 1);
  EXPECT_TRUE(inbox.list(scope(reader, skute), {}).rows.empty());
  EXPECT_TRUE(inbox.list(scope(reader), {}).rows.empty());
  EXPECT_EQ(inbox.count(scope(reader, skute)).work, 0);
  EXPECT_TRUE(inbox.rows(scope(reader, skute), {id}).empty());
  EXPECT_TRUE(inbox.waiting({scope(reader, skute)}).empty());
}

// By the target that a form's answers give; what has no clock comes after, and the last changed first among equals.
TEST_P(InboxTest, what_must_be_sent_soonest_comes_first_among_drafts) {
  const auto notice = terms::AppId{"dat", "avviksmelding"};
  const auto breach = [&](const std::string& day) {
    const auto may = expect(
        access->decider().decide(manager, Action::instantiate, {.party = firm, .app = notice, .task = "Task_1"}));
    const auto id = expect(instances->drafts.create(may, notice, {}, "", post()));
    const auto writing = expect(access->decider().decide(
        manager, Action::write, {.party = firm, .app = notice, .instance = id, .task = "Task_1"}));
    const auto typed =
        expect(forms::read_posted(*apps.find(notice), {{"tid.kjennskap.date", day}, {"tid.kjennskap.time", "10:00"}}));
    (void)expect(instances->drafts.save(writing, typed, {}, base::Language::nb));
    registers.clock.advance(base::Duration::minutes(1));
    return id;
  };
  const auto later = breach("2026-11-17"), sooner = breach("2026-11-16");
  const auto without = begin(), last = begin_with_subject("Sist");
  std::vector<terms::InstanceId> order;
  Query query{.folder = Folder::work, .limit = 1};
  for (int pages = 0; pages < 5; ++pages) {
    const auto page = inbox.list(scope(manager, firm), query);
    for (const auto& row : page.rows) order.push_back(row.at.id);
    if (page.next.empty()) break;
    query.after = page.next;
  }
  ASSERT_EQ(order.size(), 4U);
  EXPECT_EQ(order[0], sooner);
  EXPECT_EQ(order[1], later);
  EXPECT_EQ((std::set{order[2], order[3]}), (std::set{without, last})) << "their times are alike";
  const auto first = list(Folder::work).rows[0];
  ASSERT_TRUE(first.deadline_at);
  EXPECT_EQ(base::to_rfc3339(*first.deadline_at), base::to_rfc3339(*base::from_rfc3339("2026-11-19T09:00:00Z")));
}

TEST_P(InboxTest, rows_that_are_named_are_those_one_may_see) {
  const auto one = begin_with_subject("Innsyn"), other = begin_with_subject("Retting");
  const auto rows = inbox.rows(scope(manager, firm), {one, {base::Uuid::v4(registers.random)}});
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].caption, "Innsyn");
  EXPECT_EQ(rows[0].created_at, registers.clock.now());
  EXPECT_EQ(inbox.rows(scope(manager, firm), {one, other}).size(), 2U);
  EXPECT_TRUE(inbox.rows(scope(registers.actor("employee")), {one, other}).empty());
  EXPECT_TRUE(inbox.rows(scope(manager, firm), {}).empty());
}

TEST_P(InboxTest, what_waits_for_each_party_is_told_at_once) {
  const auto own = manager.party;
  for (int i = 0; i < 3; ++i) (void)begin();
  const auto id = begin();
  (void)send(id, fill(id).version, post());
  const auto waiting = inbox.waiting({scope(manager, firm), scope(manager, own)});
  ASSERT_TRUE(waiting.contains(firm));
  EXPECT_EQ(waiting.at(firm).drafts, 3) << "and not what was sent";
  EXPECT_FALSE(waiting.at(firm).deadline);
  EXPECT_FALSE(waiting.contains(own));
  const auto moment = registers.clock.now();
  ASSERT_TRUE(registers.temp.database().write([&](store::Tx& tx) -> base::Status {
    tx.run("UPDATE instance SET deadline_at = ? WHERE state = 'draft'", {moment});
    return {};
  }));
  EXPECT_EQ(inbox.waiting({scope(manager, firm)}).at(firm).deadline, moment);
  EXPECT_TRUE(inbox.waiting({}).empty());
  EXPECT_TRUE(inbox.waiting({scope(registers.actor("employee"))}).empty());
}

TEST_P(InboxTest, a_search_finds_sealed_captions_references_parties_and_titles) {
  for (int i = 0; i < 12; ++i) (void)begin_with_subject("Sletting " + std::to_string(i));
  const auto id = begin();
  const auto sent = send(id, fill(id).version, post());
  EXPECT_EQ(list(Folder::work, "sletting 7").rows.size(), 1U);
  EXPECT_EQ(list(Folder::work, "SLETTING").rows.size(), 12U);
  EXPECT_EQ(list(Folder::sent, sent.submission.archive_reference).rows.size(), 1U);
  EXPECT_EQ(list(Folder::sent, "fjord").rows.size(), 1U);
  EXPECT_EQ(list(Folder::sent, "veiledning innsyn").rows.size(), 1U) << "words from two places";
  EXPECT_TRUE(list(Folder::sent, "sletting").rows.empty());
}

TEST_P(InboxTest, a_search_goes_on_where_its_page_ended) {
  for (int i = 0; i < 9; ++i) {
    (void)begin_with_subject(i % 3 == 0 ? "Innsyn" : "Retting");
    registers.clock.advance(base::Duration::minutes(1));
  }
  Query query{.folder = Folder::work, .search = "retting", .limit = 4};
  std::size_t found = 0;
  for (int pages = 0; pages < 4; ++pages) {
    const auto page = inbox.list(scope(manager, firm), query);
    found += page.rows.size();
    for (const auto& row : page.rows) EXPECT_EQ(row.caption, "Retting");
    if (page.next.empty()) break;
    query.after = page.next;
  }
  EXPECT_EQ(found, 6U);
}

TEST_P(InboxTest, a_search_through_thousands_stops_on_the_way_and_says_where_to_go_on) {
  const auto old = begin_with_subject("Innsyn");
  ASSERT_TRUE(registers.temp.database().write([&](store::Tx& tx) -> base::Status {
    const auto row = tx.query_one("SELECT key_id, created_by FROM instance WHERE instance_id = ?", {old.text()});
    const auto [key, by] = store::read_row<base::Uuid, terms::PartyId>(row.value());
    const auto later = registers.clock.now() + base::Duration::hours(1);
    for (int i = 0; i < 5'100; ++i) {
      const auto id = base::Uuid::v4(registers.random).text();
      tx.run(
          "INSERT INTO instance (party_id, instance_id, org, app, state, root_id, key_id, created_at, created_by, "
          "changed_at, changed_by) VALUES (?, ?, 'dat', 'veiledning', 'draft', ?, ?, ?, ?, ?, ?)",
          {firm, id, id, key, later, by, later, by});
    }
    return {};
  }));
  Query query{.folder = Folder::work, .search = "innsyn"};
  const auto first = inbox.list(scope(manager, firm), query);
  EXPECT_TRUE(first.rows.empty());
  ASSERT_FALSE(first.next.empty());
  query.after = first.next;
  const auto second = inbox.list(scope(manager, firm), query);
  ASSERT_EQ(second.rows.size(), 1U);
  EXPECT_EQ(second.rows[0].at.id, old);
  EXPECT_TRUE(second.next.empty());
}

TEST_P(InboxTest, nothing_of_a_party_one_may_not_see) {
  (void)begin();
  const auto stranger = registers.actor("employee");
  const auto none = access->decider().scope(stranger, Action::read, firm);
  if (none) {
    EXPECT_TRUE(inbox.list(*none, {}).rows.empty());
    EXPECT_EQ(inbox.count(*none).work, 0);
  }
  EXPECT_TRUE(inbox.list(scope(stranger), {}).rows.empty());
  EXPECT_EQ(inbox.count(scope(manager)).work, 1) << "all parties at once for the one who may";
}

TEST_P(InboxTest, one_who_was_given_one_form_sees_that_form_only) {
  (void)begin();
  const auto notice = terms::AppId{"dat", "avviksmelding"};
  const auto breach =
      expect(access->decider().decide(manager, Action::instantiate, {.party = firm, .app = notice, .task = "Task_1"}));
  (void)expect(instances->drafts.create(breach, notice, {}, "", post()));
  const auto employee = registers.actor("employee");
  const auto delegating = expect(access->decider().decide(manager, Action::delegate, {.party = firm}));
  (void)expect(access->delegations().delegate(delegating, {.to = employee.party, .app = guidance},
                                              registers.clock.now(), post()));
  EXPECT_EQ(inbox.count(scope(manager, firm)).work, 2);
  EXPECT_EQ(inbox.count(scope(employee, firm)).work, 1);
  ASSERT_EQ(inbox.list(scope(employee, firm), {}).rows.size(), 1U);
  EXPECT_EQ(inbox.list(scope(employee, firm), {}).rows[0].at.app, guidance);
}

TEST_P(InboxTest, a_made_up_place_to_go_on_from_begins_anew) {
  (void)begin();
  for (const char* after : {"x", "12", ":", "9999999999999999999999:0", "1:no-id"})
    EXPECT_EQ(inbox.list(scope(manager, firm), {.after = after}).rows.size(), 1U) << after;
}

}  // namespace
}  // namespace alting::inbox
