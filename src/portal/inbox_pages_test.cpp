// The inbox of a party: what comes first, and what one does with many rows at once.
#include "portal/inbox_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "portal/testing/filled_portal.h"

namespace alting::portal {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class InboxPagesTest : public testing::FilledPortal {
 protected:
  std::string t(std::string_view id) { return pages->t(Language::nb, id); }
  std::string many(std::string_view id, std::int64_t count) { return pages->texts.plural(Language::nb, id, count); }
  PartyAddresses party() { return PartyAddresses(registers.organisation("Fjord og Fjell AS").uuid); }
  terms::InstanceId sent() {
    const auto id = begin();
    (void)send(id, fill(id).version, post());
    return id;
  }
  web::Fields chosen(std::string_view act, const std::vector<std::string>& ids) {
    web::Fields fields{{"gjor", std::string(act)}, {"mappe", "arbeid"}};
    for (const auto& id : ids) fields.emplace_back("valgt", id);
    return fields;
  }
  // As the page that asks has it.
  web::Fields confirmed(const std::vector<std::string>& ids) {
    auto fields = chosen("discard", ids);
    fields.emplace_back("bekreft", "ja");
    for (const auto& id : ids) fields.emplace_back("once:" + id, post());
    return fields;
  }
  std::int64_t drafts() {
    const auto scope = instances::testing::expect(access->decider().scope(manager, terms::Action::read, firm));
    return inbox.count(scope).work;
  }
};
INSTANTIATE_TEST_SUITE_P(Sqlite, InboxPagesTest, ::testing::Values(store::Engine::sqlite));

TEST_P(InboxPagesTest, a_filter_that_leaves_nothing_says_so_and_days_the_wrong_way_round_are_told_at_their_field) {
  (void)begin();
  const auto early = pages->get(party().inbox() + "?mappe=arbeid&fra-dag=2001-01-01&til-dag=2001-01-02").body;
  EXPECT_THAT(early, AllOf(HasSubstr(t("inbox.none_of_filter")), Not(HasSubstr(t("inbox.no_hits.text"))),
                           Not(HasSubstr(t("inbox.filter.days")))));
  const auto turned = pages->get(party().inbox() + "?mappe=arbeid&fra-dag=2001-01-02&til-dag=2001-01-01").body;
  EXPECT_THAT(turned, AllOf(HasSubstr(t("inbox.filter.days")), HasSubstr("aria-invalid=\"true\"")));
}

TEST_P(InboxPagesTest, what_must_be_sent_soonest_comes_first_with_its_deadline) {
  const auto calm = begin();
  const auto urgent = begin();
  const auto ends = registers.clock.now() + base::Duration::hours(7);
  ASSERT_TRUE(registers.temp.database().write([&](store::Tx& tx) -> base::Status {
    tx.run("UPDATE instance SET deadline_at = ? WHERE instance_id = ?", {ends, urgent});
    return {};
  }));
  registers.clock.advance(base::Duration::minutes(1));
  (void)save(manager, calm, {{"sporsmal.emne", "Innsyn"}});
  auto body = pages->get(party().inbox()).body;
  EXPECT_LT(body.find(at(urgent).start()), body.find(at(calm).start()));
  EXPECT_THAT(body, AllOf(HasSubstr("Frist om 6 timer"), HasSubstr("Påbegynt ")));
  registers.clock.advance(base::Duration::hours(8));
  EXPECT_THAT(pages->get(party().inbox()).body, HasSubstr(t("inbox.deadline.passed")));
}

TEST_P(InboxPagesTest, rows_are_chosen_without_scripts) {
  const auto one = begin(), other = begin();
  const auto body = pages->get(party().inbox()).body;
  EXPECT_THAT(body, AllOf(HasSubstr("name=\"valgt\""), HasSubstr("value=\"" + one.text() + "\""),
                          HasSubstr(t("inbox.many.discard")), Not(HasSubstr(" checked"))));
  const auto all = pages->get(party().inbox() + "?valgt=alle").body;
  EXPECT_THAT(all, AllOf(HasSubstr(" checked"), HasSubstr(t("inbox.choose.none"))));
  EXPECT_EQ(pages->post(party().chosen_rows(), chosen("discard", {})).status, 422);
  EXPECT_EQ(pages->post(party().chosen_rows(), chosen("", {other.text()})).status, 422);
  EXPECT_EQ(drafts(), 2);
}

TEST_P(InboxPagesTest, the_list_that_one_chose_in_is_kept_with_its_filter_and_page) {
  const auto id = sent();
  (void)sent();
  const std::string asked = "?mappe=sendt&etat=dat&fra-dag=2020-01-01";
  const auto page = pages->get(party().inbox() + asked).body;
  EXPECT_THAT(page, AllOf(HasSubstr("mappe=sendt&amp;etat=dat&amp;fra-dag=2020-01-01&amp;valgt=alle#inbox-end"),
                          HasSubstr("id=\"inbox-end\""), HasSubstr("name=\"fra-dag\" value=\"2020-01-01\"")));
  web::Fields fields{{"gjor", "remove"}, {"mappe", "sendt"}, {"etat", "dat"},     {"fra-dag", "2020-01-01"},
                     {"q", "rev"},       {"etter", "123.x"}, {"valgt", id.text()}};
  const std::string back = "mappe=sendt&amp;q=rev&amp;etat=dat&amp;fra-dag=2020-01-01&amp;etter=123.x\"";
  EXPECT_THAT(pages->post(party().chosen_rows(), fields).body,
              AllOf(HasSubstr(back), HasSubstr("name=\"etter\" value=\"123.x\"")));
  fields[0].second = "archive";
  EXPECT_THAT(pages->post(party().chosen_rows(), fields).body, HasSubstr(back));
}

TEST_P(InboxPagesTest, what_cannot_be_had_back_is_asked_about_first) {
  const auto one = begin(), other = begin(), stays = begin();
  const std::vector ids{one.text(), other.text()};
  const auto asked = pages->post(party().chosen_rows(), chosen("discard", ids));
  EXPECT_EQ(asked.status, 200);
  EXPECT_THAT(asked.body, AllOf(HasSubstr(many("inbox.many.discard.title", 2)), HasSubstr("name=\"once:" + ids[0]),
                                Not(HasSubstr(stays.text()))));
  EXPECT_EQ(drafts(), 3) << "nothing was done by asking";
  const auto fields = confirmed(ids);
  EXPECT_THAT(pages->post(party().chosen_rows(), fields).body, HasSubstr(many("inbox.many.discard.done", 2)));
  EXPECT_EQ(drafts(), 1);
  const auto again = pages->post(party().chosen_rows(), fields).body;
  EXPECT_THAT(again, AllOf(HasSubstr(many("inbox.many.discard.done", 2)), Not(HasSubstr("ds-alert"))))
      << "the post that comes again gets the first answer";
}

TEST_P(InboxPagesTest, each_row_is_decided_by_itself_and_the_answer_says_what_was_not_done) {
  const auto draft = begin(), was_sent = sent();
  const auto nobody = base::Uuid::v4(registers.random).text();
  const auto body = pages->post(party().chosen_rows(), confirmed({draft.text(), was_sent.text(), nobody, "x"})).body;
  EXPECT_THAT(body, AllOf(HasSubstr(many("inbox.many.discard.done", 1)), HasSubstr(many("inbox.many.not_done", 3)),
                          HasSubstr(t("error.instance.sent")), HasSubstr(t("error.instance.not_found")),
                          HasSubstr(t("inbox.many.unknown"))));
  EXPECT_EQ(drafts(), 0);
  EXPECT_EQ(pages->get(matter(was_sent).page()).status, 200);
}

TEST_P(InboxPagesTest, many_go_to_the_archive_and_back) {
  const auto one = sent(), other = sent(), draft = begin();
  const auto body =
      pages->post(party().chosen_rows(), chosen("archive", {one.text(), other.text(), draft.text()})).body;
  EXPECT_THAT(body, AllOf(HasSubstr(many("inbox.many.archive.done", 2)), HasSubstr(t("error.inbox.not_sent"))));
  EXPECT_THAT(pages->get(party().inbox(inbox::Folder::archive)).body,
              AllOf(HasSubstr(one.text()), HasSubstr(other.text()), HasSubstr(t("inbox.many.take_back"))));
  EXPECT_THAT(pages->post(party().chosen_rows(), chosen("take_back", {one.text()})).body,
              HasSubstr(many("inbox.many.take_back.done", 1)));
  EXPECT_THAT(pages->get(party().inbox(inbox::Folder::sent)).body,
              AllOf(HasSubstr(one.text()), Not(HasSubstr(other.text()))));
}

TEST_P(InboxPagesTest, nobody_does_with_many_what_they_may_not_do_with_one) {
  const auto draft = begin(), was_sent = sent();
  const auto employee = registers.actor("employee");
  give(employee, {"dat", "avviksmelding"});
  pages->log_in(employee);
  const auto body = pages->post(party().chosen_rows(), confirmed({draft.text(), was_sent.text()})).body;
  EXPECT_THAT(body, AllOf(HasSubstr(many("inbox.many.not_done", 2)), HasSubstr(t("inbox.many.unknown")),
                          Not(HasSubstr("Innsyn"))));
  pages->log_in(manager);
  EXPECT_EQ(drafts(), 1);
  std::vector<std::string> too_many(101, draft.text());
  for (std::size_t i = 0; i < too_many.size(); ++i) too_many[i] = post();
  EXPECT_EQ(pages->post(party().chosen_rows(), chosen("archive", too_many)).status, 413);
}

}  // namespace
}  // namespace alting::portal
