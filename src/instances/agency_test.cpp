// The agency's queue: order, pages, search, and what it says of each matter.
#include <gtest/gtest.h>

#include <algorithm>

#include "instances/testing/life.h"
#include "ledger/event_kinds.h"

namespace alting::instances {
namespace {

using testing::expect;
using testing::Language;

class AgencyQueue : public testing::Life {
 protected:
  Sent send_one(const std::string& subject = "Innsyn") {
    const auto id = begin();
    (void)fill(id);
    return send(id, save(manager, id, {{"sporsmal.emne", subject}}).draft.version, post());
  }
  // No form with a deadline is as quick to fill in.
  void set_deadline(const Sent& sent, base::Instant deadline) {
    ASSERT_TRUE(town.temp.database().write([&](store::Tx& tx) -> base::Status {
      tx.run("UPDATE submission SET deadline_at = ? WHERE instance_id = ?", {deadline, sent.submission.at.id});
      return {};
    }));
  }
  Instances::AgencyPage list(const Instances::AgencyQuery& query = {}) {
    return expect(instances->agency_list(expect(access->decider().agency_scope(caseworker, "dat")), query, Language::nb,
                                         town.clock.now()));
  }
  static std::vector<std::string> references(const Instances::AgencyPage& page) {
    std::vector<std::string> all;
    for (const auto& row : page.rows) all.push_back(row.archive_reference);
    return all;
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, AgencyQueue, store::testing::engines(), store::testing::engine_name);

TEST_P(AgencyQueue, is_in_the_order_of_deadlines_or_of_what_came_last) {
  const auto without = send_one();
  town.clock.advance(base::Duration::minutes(1));
  const auto late = send_one();
  town.clock.advance(base::Duration::minutes(1));
  const auto soon = send_one();
  set_deadline(late, town.clock.now() + base::Duration::hours(9));
  set_deadline(soon, town.clock.now() + base::Duration::hours(1));
  const auto reference = [](const Sent& sent) { return sent.submission.archive_reference; };
  EXPECT_EQ(references(list()), (std::vector{reference(soon), reference(late), reference(without)}));
  EXPECT_EQ(references(list({.order = "received"})),
            (std::vector{reference(soon), reference(late), reference(without)}));
  set_deadline(without, town.clock.now());
  EXPECT_EQ(references(list()), (std::vector{reference(without), reference(soon), reference(late)}));
}

// Two have the same deadline and three none: only the second part of the order tells them apart.
TEST_P(AgencyQueue, shows_each_matter_once_over_its_pages) {
  std::vector<std::string> made;
  for (int i = 0; i < 7; ++i) {
    const auto sent = send_one();
    if (i < 4) set_deadline(sent, town.clock.now() + base::Duration::hours(i / 2));
    made.push_back(sent.submission.archive_reference);
  }
  std::sort(made.begin(), made.end());
  for (const auto* order : {"deadline", "received"}) {
    SCOPED_TRACE(order);
    Instances::AgencyQuery query{.order = order, .limit = 2};
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
  firm = town.organisation("Fjord og Fjell AS avd Tromsø").id;
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
  town.clock.advance(base::Duration::hours(1));
  (void)send(addition, draft.version, post());
  const auto page = list();
  ASSERT_EQ(page.rows.size(), 1U) << "an addition is no row of its own";
  const auto& row = page.rows.front();
  EXPECT_EQ(row.additions, 1);
  EXPECT_EQ(row.latest_addition, town.clock.now());
  EXPECT_EQ(row.open_count, 0);
  ASSERT_EQ(row.columns.size(), 2U);
  EXPECT_EQ(row.columns[0].second, "Mine rettigheter");
  EXPECT_EQ(row.columns[1].second, "Sletting");
}

TEST_P(AgencyQueue, stands_also_where_a_document_was_erased_for_the_agency) {
  const auto erased = send_one();
  (void)send_one();
  const auto key = town.temp.database().read([&](store::Tx& tx) {
    return tx.query_one("SELECT key_id FROM submission WHERE instance_id = ?", {erased.submission.at.id})->uuid(0);
  });
  vault.vault().erase({key}, agency_holder("dat"));
  const auto page = list();
  ASSERT_EQ(page.rows.size(), 2U);
  for (const auto& row : page.rows)
    EXPECT_EQ(row.columns.empty(), row.archive_reference == erased.submission.archive_reference);
}

TEST_P(AgencyQueue, is_read_only_with_an_entry_in_the_log) {
  (void)send_one();
  const auto own = expect(access->decider().decide(caseworker, terms::Action::read_activity,
                                                   {.party = caseworker.party, .app = {}, .instance = {}, .task = {}}));
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

}  // namespace
}  // namespace alting::instances
