// The agency's queue: order, pages, search, and what it says of each matter.
#include <gtest/gtest.h>

#include <algorithm>

#include "instances/agency_database.h"
#include "instances/testing/instances_fixture.h"
#include "ledger/event_kinds.h"

namespace alting::instances {
namespace {

using testing::expect;
using testing::Language;

class AgencyQueue : public testing::InstancesFixture {
 protected:
  Sent send_one(const std::string& subject = "Innsyn") {
    const auto id = begin();
    (void)fill(id);
    return send(id, save(manager, id, {{"sporsmal.emne", subject}}).draft.version, post());
  }
  // No form with a deadline is as quick to fill in.
  void set_deadline(const Sent& sent, base::Instant deadline) {
    ASSERT_TRUE(registers.temp.database().write([&](store::Tx& tx) -> base::Status {
      tx.run("UPDATE submission SET deadline_at = ? WHERE instance_id = ?", {deadline, sent.submission.at.id});
      return {};
    }));
  }
  AgencyPage list(const AgencyQuery& query = {}) {
    return expect(instances->agency.list(expect(access->decider().agency_scope(caseworker, "dat")), query, Language::nb,
                                         registers.clock.now()));
  }
  static std::vector<std::string> references(const AgencyPage& page) {
    std::vector<std::string> all;
    for (const auto& row : page.rows) all.push_back(row.archive_reference);
    return all;
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, AgencyQueue, store::testing::engines(), store::testing::engine_name);

TEST_P(AgencyQueue, is_in_the_order_of_deadlines_or_of_what_came_last) {
  const auto without = send_one();
  registers.clock.advance(base::Duration::minutes(1));
  const auto late = send_one();
  registers.clock.advance(base::Duration::minutes(1));
  const auto soon = send_one();
  set_deadline(late, registers.clock.now() + base::Duration::hours(9));
  set_deadline(soon, registers.clock.now() + base::Duration::hours(1));
  const auto reference = [](const Sent& sent) { return sent.submission.archive_reference; };
  EXPECT_EQ(references(list()), (std::vector{reference(soon), reference(late), reference(without)}));
  EXPECT_EQ(references(list({.order = "received"})),
            (std::vector{reference(soon), reference(late), reference(without)}));
  set_deadline(without, registers.clock.now());
  EXPECT_EQ(references(list()), (std::vector{reference(without), reference(soon), reference(late)}));
}

// Two have the same deadline and three none: only the second part of the order tells them apart.
TEST_P(AgencyQueue, shows_each_matter_once_over_its_pages) {
  std::vector<std::string> made;
  for (int i = 0; i < 7; ++i) {
    const auto sent = send_one();
    if (i < 4) set_deadline(sent, registers.clock.now() + base::Duration::hours(i / 2));
    made.push_back(sent.submission.archive_reference);
  }
  std::sort(made.begin(), made.end());
  for (const auto* order : {"deadline", "received"}) {
    SCOPED_TRACE(order);
    AgencyQuery query{.order = order, .limit = 2};
    std::vector<std::string> seen;
    for (int pages = 0; pages < 5; ++pages) {
      const auto page = list(query);
      EXPECT_EQ(page.total, 7);
      const auto here = references(page);
      seen.insert(seen.end(), here.begin(), here.end());
      if (page.next.empty()) break;
      query.after = page.next;
    }
    std::sort(seen.begin(), seen.end());
    EXPECT_EQ(seen, made);
  }
}

TEST_P(AgencyQueue, is_searched_by_words_of_the_name_in_any_case_and_by_reference) {
  const auto fjord = send_one();
  firm = registers.organisation("Fjord og Fjell AS avd Tromsø").id;
  const auto north = send_one();
  const auto found = [&](std::string search) { return references(list({.search = std::move(search)})); };
  EXPECT_EQ(found("fjell fjord").size(), 2U);
  EXPECT_EQ(found("TROMSØ"), std::vector{north.submission.archive_reference});
  EXPECT_EQ(found("tromsø avd"), std::vector{north.submission.archive_reference});
  EXPECT_EQ(found(fjord.submission.archive_reference), std::vector{fjord.submission.archive_reference});
  EXPECT_TRUE(found("bergen").empty());
  EXPECT_EQ(found("%").size(), 2U) << "no word: nothing was asked for";
  EXPECT_EQ(list({.search = "tromsø"}).total, 1);
}

TEST_P(AgencyQueue, says_what_the_matter_still_lacks_and_the_columns_its_form_declares) {
  const auto notice = send_one("Sletting");
  const auto addition = begin(notice.submission.at.id);
  const auto draft = save(manager, addition, {{"mer.tekst", "Mer."}, {"sporsmal.funnet", "En logg"}}).draft;
  registers.clock.advance(base::Duration::hours(1));
  (void)send(addition, draft.version, post());
  const auto page = list();
  ASSERT_EQ(page.rows.size(), 1U) << "an addition is no row of its own";
  const auto& row = page.rows.front();
  EXPECT_EQ(row.additions, 1);
  EXPECT_EQ(row.latest_addition, registers.clock.now());
  EXPECT_EQ(row.open_count, 0);
  ASSERT_EQ(row.columns.size(), 2U);
  EXPECT_EQ(row.columns[0].second, "Mine rettigheter");
  EXPECT_EQ(row.columns[1].second, "Sletting");
}

TEST_P(AgencyQueue, stands_also_where_a_document_was_erased_for_the_agency) {
  const auto erased = send_one();
  (void)send_one();
  const auto key = registers.temp.database().read([&](store::Tx& tx) {
    return store::read_one<base::Uuid>(
        tx.query_one("SELECT key_id FROM submission WHERE instance_id = ?", {erased.submission.at.id}).value());
  });
  vault.vault().erase({key}, agency_holder("dat"));
  const auto page = list();
  ASSERT_EQ(page.rows.size(), 2U);
  for (const auto& row : page.rows)
    EXPECT_EQ(row.columns.empty(), row.archive_reference == erased.submission.archive_reference);
}

TEST_P(AgencyQueue, is_read_only_with_an_entry_in_the_log) {
  (void)send_one();
  const auto own =
      expect(access->decider().decide(caseworker, terms::Action::read_activity, {.party = caseworker.party}));
  const auto listings = [&] {
    log->flush();
    ledger::ActivityQuery query;
    query.actor = caseworker.party;
    query.kind = ledger::EventKind::agency_listed;
    return log->activity(own, query).rows.size();
  };
  const auto before = listings();
  (void)list();
  EXPECT_EQ(listings(), before + 1);
}

// The role goes in the registers; memory does not know yet.
TEST_P(AgencyQueue, holds_nothing_of_a_form_whose_policy_lets_no_staff_read) {
  const auto kept = send_one();
  ASSERT_EQ(list().total, 1);
  std::vector<access::Decider::AppPolicy> policies;
  for (const auto& app : apps.all()) {
    const auto& facts = app->facts();
    std::string xml(facts.policy_xml);
    if (facts.id == guidance) {
      const auto from = xml.rfind("<xacml:Rule ", xml.find("The service owner"));
      xml.erase(from, xml.find("</xacml:Rule>", from) + std::string_view("</xacml:Rule>").size() - from);
    }
    policies.push_back(
        {facts.id, std::move(xml), app->controller(Language::nb).organisation_number, facts.parties_allowed});
  }
  ASSERT_TRUE(access->decider().load_policies(policies));
  for (const auto* order : {"deadline", "received"}) {
    const auto page = list({.order = order});
    EXPECT_EQ(page.total, 0) << order;
    EXPECT_TRUE(page.rows.empty()) << order;
    EXPECT_EQ(list({.app = guidance.app, .order = order}).total, 0) << "nor when it is asked for by name";
  }
  EXPECT_FALSE(access->decider().decide_agency(caseworker, "dat", kept.submission.at.target()));
}

class AgencyWithoutRole : public AgencyQueue {
 protected:
  void take_role_away() {
    ASSERT_TRUE(registers.temp.database().write([&](store::Tx& tx) -> base::Status {
      EXPECT_EQ(tx.run("DELETE FROM role_fact WHERE holder = ? AND role = 'SAKSB'", {caseworker.party}), 1);
      tx.run("UPDATE party_sequence SET next = next + 1 WHERE name = 'switch'");
      return {};
    }));
  }
  std::int64_t entries() {
    log->flush();
    return registers.temp.database().read([](store::Tx& tx) {
      return store::read_one<std::int64_t>(tx.query_one("SELECT COUNT(*) FROM ledger_entry").value());
    });
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, AgencyWithoutRole, store::testing::engines(), store::testing::engine_name);

TEST_P(AgencyWithoutRole, gets_the_refusal_from_every_function_though_it_was_permitted_before) {
  const auto id = begin();
  (void)fill(id);
  add_file(id, "vedlegg.pdf", testing::small_pdf);
  const auto draft = save(manager, id, {{"sporsmal.emne", "Innsyn"}}).draft;
  (void)send(id, draft.version, post());
  const auto scope = expect(access->decider().agency_scope(caseworker, "dat"));
  const auto permit = agency_permit(id);
  ASSERT_TRUE(instances->agency.open(permit, registers.clock.now()));
  ASSERT_EQ(draft.attachments.size(), 1U);
  const auto element = draft.attachments.front().id;
  ASSERT_TRUE(instances->agency.open_attachment(permit, element, registers.clock.now()));

  take_role_away();
  const auto before = entries();
  const auto code_of = [](const auto& result) { return result ? std::string("none") : result.error().code; };
  EXPECT_EQ(code_of(instances->agency.list(scope, {}, Language::nb, registers.clock.now())), "error.access.not_staff");
  EXPECT_EQ(code_of(instances->agency.open(permit, registers.clock.now())), "error.access.not_staff");
  EXPECT_EQ(code_of(instances->agency.open_submission(permit, registers.clock.now())), "error.access.not_staff");
  EXPECT_EQ(code_of(instances->agency.open_attachment(permit, element, registers.clock.now())),
            "error.access.not_staff");
  EXPECT_EQ(entries(), before) << "nothing was read, and nothing says so";
}

TEST_P(AgencyWithoutRole, gets_nothing_that_was_read_before_the_role_went) {
  (void)send_one();
  const auto scope = expect(access->decider().agency_scope(caseworker, "dat"));
  const store::Quotas quotas;
  AgencyDatabase database(registers.temp.database(), access->decider(), *log, quotas);
  const auto count = database.read(scope, [](store::Tx& tx) {
    return store::read_one<std::int64_t>(tx.query_one("SELECT COUNT(*) FROM submission").value());
  });
  ASSERT_TRUE(count);
  EXPECT_EQ(*count, 1);
  take_role_away();
  const auto before = entries();
  bool ran = false;
  ledger::NewEntry entry{ledger::EventKind::agency_listed, registers.clock.now()};
  entry.actor = caseworker;
  const auto written = database.write_down(scope, std::move(entry), [&](store::Tx&) { ran = true; });
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, "error.access.not_staff");
  EXPECT_FALSE(ran);
  EXPECT_EQ(entries(), before);
}

}  // namespace
}  // namespace alting::instances
