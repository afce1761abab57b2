// "We do not know yet" as an answer: it is kept, and a promise all the same, until one that says it stands there. And
// what the verdict on the deadline is taken by.
#include <gtest/gtest.h>

#include <algorithm>

#include "instances/fingerprints.h"
#include "instances/testing/own_form.h"

namespace alting::instances {
namespace {

using testing::expect;
using testing::Language, testing::Action;

class OpenAnswers : public testing::OwnForm {
 protected:
  static constexpr const char* found = "sporsmal.funnet";

  Sent send_with(std::string_view answer) {
    const auto id = begin();
    (void)fill(id);
    const auto draft = type(id, {{found, std::string(answer)}});
    registers.clock.advance(base::Duration::minutes(1));
    return send(id, draft.version, post());
  }
  Sent add(const Sent& notice, const forms::NamesAndTexts& fields) {
    registers.clock.advance(base::Duration::minutes(1));
    const auto addition = begin(notice.submission.at.id);
    return send(addition, type(addition, fields).version, post());
  }
  Matter matter_of_sent(const Sent& notice) {
    return expect(instances->matters.open(permit(manager, Action::read, notice.submission.at.id, "EndEvent_1")));
  }
  // How many are open, as the party's list and the agency's say.
  std::pair<std::int64_t, std::int64_t> counted() {
    const auto scope = expect(access->decider().agency_scope(caseworker, "dat"));
    return {instances->matters.earlier(permit(manager, Action::instantiate), guidance).front().open_count,
            expect(instances->agency.list(scope, {}, Language::nb, registers.clock.now())).rows.front().open_count};
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, OpenAnswers, store::testing::engines(), store::testing::engine_name);

TEST_P(OpenAnswers, an_answer_that_says_that_more_will_come_is_kept_and_promised) {
  const auto notice = send_with(testing::not_known);
  const auto& document = notice.submission.document;
  EXPECT_EQ(document["data"]["sporsmal"].text("funnet"), testing::not_known);
  ASSERT_EQ(document["later"].size(), 1U) << notice.submission.bytes;
  EXPECT_EQ(document["later"][std::size_t{0}].text("path"), found);
  EXPECT_TRUE(document["later"][std::size_t{0}]["automatic"].bool_or(false));
  EXPECT_EQ(notice.submission.open_count, 1);
  const auto matter = matter_of_sent(notice);
  ASSERT_EQ(matter.later.size(), 1U);
  EXPECT_EQ(matter.later.front().path, found);
  EXPECT_EQ(matter.data["sporsmal"].text("funnet"), testing::not_known);
  EXPECT_EQ(counted(), (std::pair<std::int64_t, std::int64_t>{1, 1}));
}

TEST_P(OpenAnswers, an_answer_that_says_it_is_no_promise) {
  const auto notice = send_with("En logg");
  EXPECT_EQ(notice.submission.open_count, 0);
  EXPECT_TRUE(matter_of_sent(notice).later.empty());
}

TEST_P(OpenAnswers, the_promise_stays_in_an_addition_that_does_not_answer_and_goes_with_one_that_does) {
  const auto notice = send_with(testing::not_known);
  const auto first = add(notice, {{"mer.tekst", "Vi leter ennå."}});
  EXPECT_EQ(first.submission.open_count, 1);
  EXPECT_EQ(first.submission.document["changes"].size(), 0U);
  EXPECT_EQ(counted().first, 1);

  const auto second = add(notice, {{"mer.tekst", "Vi fant den."}, {found, "En logg"}});
  EXPECT_EQ(second.submission.open_count, 0);
  ASSERT_EQ(second.submission.document["changes"].size(), 1U) << second.submission.bytes;
  EXPECT_EQ(second.submission.document["changes"][std::size_t{0}].text("before"), testing::not_known);
  EXPECT_EQ(second.submission.document["changes"][std::size_t{0}].text("after"), "En logg");
  const auto matter = matter_of_sent(notice);
  EXPECT_TRUE(matter.later.empty());
  EXPECT_EQ(matter.data["sporsmal"].text("funnet"), "En logg");
  EXPECT_EQ(counted(), (std::pair<std::int64_t, std::int64_t>{0, 0}));
}

TEST_P(OpenAnswers, another_open_answer_in_an_addition_keeps_the_promise) {
  const auto notice = send_with(testing::not_known);
  const auto addition =
      add(notice, {{"mer.tekst", "Vi leter."}, {found, "En logg. her vil det komme mer informasjon."}});
  EXPECT_EQ(addition.submission.open_count, 1);
  EXPECT_EQ(addition.submission.document["changes"].size(), 1U);
  EXPECT_EQ(matter_of_sent(notice).later.size(), 1U);
}

TEST_P(OpenAnswers, an_answer_given_meanwhile_by_another_addition_closes_the_promise_here_too) {
  const auto notice = send_with(testing::not_known);
  const auto addition = begin(notice.submission.at.id);
  (void)type(addition, {{"mer.tekst", "Mer om saken."}});
  (void)add(notice, {{"mer.tekst", "Vi fant den."}, {found, "En logg"}});
  const auto moved = opened(addition);
  EXPECT_EQ(moved.data["sporsmal"].text("funnet"), "En logg");
  const auto sent = send(addition, moved.version, post());
  EXPECT_EQ(sent.submission.open_count, 0);
  EXPECT_EQ(sent.submission.document["changes"].size(), 0U) << sent.submission.bytes;
}

TEST_P(OpenAnswers, an_answer_here_closes_what_another_addition_left_open) {
  const auto notice = send_with(testing::not_known);
  const auto addition = begin(notice.submission.at.id);
  (void)type(addition, {{"mer.tekst", "Vi fant den."}, {found, "En logg"}});
  (void)add(notice, {{"mer.tekst", "Vi leter."}, {found, "Ingenting. Her vil det komme mer informasjon."}});
  const auto moved = opened(addition);
  EXPECT_EQ(moved.data["sporsmal"].text("funnet"), "En logg");
  const auto sent = send(addition, moved.version, post());
  EXPECT_EQ(sent.submission.open_count, 0);
  EXPECT_TRUE(matter_of_sent(notice).later.empty());
}

TEST_P(OpenAnswers, an_addition_says_it_with_a_field_or_a_file_as_well_as_with_words) {
  const auto notice = send_with(testing::not_known);
  const auto nothing = begin(notice.submission.at.id);
  const auto refused = expect(instances->sending.submit(permit(manager, Action::complete, nothing), Language::nb,
                                                        registers.clock.now(), opened(nothing).version, post()));
  ASSERT_TRUE(std::holds_alternative<SubmitRefusal>(refused));
  const auto& issues = std::get<SubmitRefusal>(refused).issues;
  EXPECT_TRUE(std::ranges::any_of(issues, [](const auto& issue) { return issue.code == "supplement.empty"; }));

  const auto field = begin(notice.submission.at.id);
  EXPECT_TRUE(send(field, type(field, {{found, "En logg"}}).version, post()).submission.supplement);
  const auto file = begin(notice.submission.at.id);
  add_file(file, "logg.pdf", testing::small_pdf);
  const auto sent = send(file, opened(file).version, post());
  EXPECT_EQ(sent.submission.attachments.size(), 1U);
  EXPECT_EQ(sent.submission.document.text("text"), "");
}

// The target stands everywhere; late is only what came after the end of the hour, which the law gives.
TEST_P(OpenAnswers, the_deadline_is_the_target_and_late_what_came_after_the_statutory_end) {
  struct Case {
    const char *time, *received;
    bool late;
  };
  for (const auto& one :
       {Case{"14:20", "2026-11-19T14:59:59+01:00", false}, Case{"14:20", "2026-11-19T15:00:01+01:00", true},
        Case{"14:00", "2026-11-19T14:30:00+01:00", false}, Case{"14:00", "2026-11-19T15:00:01+01:00", true}}) {
    SCOPED_TRACE(std::string(one.time) + " " + one.received);
    const auto id = begin();
    (void)fill(id);
    const auto draft = type(id, {{"sporsmal.kjent.date", "2026-11-16"}, {"sporsmal.kjent.time", one.time}});
    const auto target = base::from_rfc3339(fmt::format("2026-11-19T{}:00+01:00", one.time)).value();
    EXPECT_EQ(draft.deadline_at, target);
    const auto answer = expect(instances->sending.submit(permit(manager, Action::complete, id), Language::nb,
                                                         *base::from_rfc3339(one.received), draft.version, post()));
    ASSERT_TRUE(std::holds_alternative<Sent>(answer));
    EXPECT_EQ(std::get<Sent>(answer).submission.deadline_at, target);
    EXPECT_EQ(std::get<Sent>(answer).submission.late, one.late);
  }
}

TEST(Fingerprint, tells_of_an_answer_and_of_what_is_promised_beside_it) {
  const base::Json text("Vi vet ikke");
  const forms::Later promise{"a", "2026-12-24", false}, other{"a", "2026-12-31", false};
  const auto alone = fingerprint(&text, nullptr);
  EXPECT_EQ(alone, fingerprint(&text));
  EXPECT_FALSE(is_of_promise(alone));
  const auto both = fingerprint(&text, &promise);
  EXPECT_NE(both, alone);
  EXPECT_NE(both, fingerprint(&text, &other));
  EXPECT_TRUE(is_of_promise(both));
  EXPECT_TRUE(is_of_answer(both, &text));
  EXPECT_TRUE(is_of_answer(alone, &text));
  EXPECT_FALSE(is_of_answer(fingerprint(nullptr, &promise), &text));
  EXPECT_TRUE(is_of_promise(fingerprint(nullptr, &promise)));
}

}  // namespace
}  // namespace alting::instances
