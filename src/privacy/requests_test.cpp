// What somebody asks of a controller: whose it is, its clock, that it is answered once; and what is disputed.
#include "privacy/requests.h"

#include <gmock/gmock.h>

#include "inbox/testing/messages_fixture.h"
#include "ledger/event_kinds.h"
#include "parties/deaths.h"
#include "privacy/disputes.h"
#include "privacy/migrations.h"

namespace alting::privacy {
namespace {

using instances::testing::expect;
using terms::Action;
using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class RightsTest : public inbox::testing::MessagesFixture {
 protected:
  RightsTest() { store::migrate(registers.temp.database(), registers.clock, {migrations()}); }

  base::Instant now() { return registers.clock.now(); }
  terms::Permit managing(std::optional<terms::PartyId> party = {}) {
    return expect(access->decider().decide(manager, Action::delegate, {.party = party.value_or(firm)}));
  }
  terms::Scope staff() { return expect(access->decider().agency_scope(caseworker, "dat")); }
  static NewRequest objection(std::string controller = "dat") {
    return {.kind = RequestKind::objection, .controller = std::move(controller), .words = "Ikke bruk dette."};
  }
  base::Result<RequestId> ask(const NewRequest& wanted, const std::string& once) {
    return requests.ask(managing(), wanted, now(), once);
  }
  std::string refusal_of(const NewRequest& wanted) {
    const auto asked = ask(wanted, post());
    return asked ? "" : asked.error().code;
  }
  RightsRequest asked_last() { return requests.mine(managing()).front(); }
  void put_waiting(std::int64_t count, const std::string& controller, std::optional<terms::PartyId> asker,
                   base::Instant at) {
    ASSERT_TRUE(registers.temp.database().write([&](store::Tx& tx) -> base::Status {
      for (std::int64_t i = 0; i < count; ++i)
        tx.run(
            "INSERT INTO rights_request (id, party, kind, controller, target, item, ground, key_id, words, asked_at, "
            "asked_by, due_at, state, refusal, answered_by) VALUES (?, ?, 'other', ?, 'all', ?, '', ?, ?, ?, ?, 0, "
            "'received', '', '')",
            {base::Uuid::v4(registers.random), firm, controller, std::to_string(i), base::Uuid::v4(registers.random),
             store::Value::octets("x"), at, asker.value_or(terms::PartyId{1})});
      return {};
    }));
  }
  std::vector<ledger::EventKind> kinds_in_log() {
    log->flush();
    const auto reading = expect(access->decider().decide(manager, Action::read_activity, {.party = firm}));
    std::vector<ledger::EventKind> kinds;
    for (const auto& row : log->activity(reading, {.party = firm}).rows)
      if (row.kind) kinds.push_back(*row.kind);
    return kinds;
  }

  Requests requests{{.database = registers.temp.database(),
                     .vault = vault.vault(),
                     .ledger = *log,
                     .decider = access->decider(),
                     .parties = *registers.registry,
                     .clock = registers.clock,
                     .random = registers.random,
                     .quotas = store::Quotas(store::QuotaLimits::none()),
                     .apps = apps,
                     .permits = instances->permits,
                     .messages = uses->messages}};
  Disputes disputes{{.database = registers.temp.database(),
                     .ledger = *log,
                     .decider = access->decider(),
                     .quotas = store::Quotas(store::QuotaLimits::none())}};
};
INSTANTIATE_TEST_SUITE_P(Engines, RightsTest, store::testing::engines(), store::testing::engine_name);

TEST_P(RightsTest, a_request_is_seen_by_its_party_and_its_controller_and_by_no_other) {
  const auto id = expect(ask(objection(), post()));
  const auto to_operator = expect(ask(objection(std::string(controller_operator)), post()));
  ASSERT_THAT(requests.mine(managing()), SizeIs(2));
  EXPECT_THAT(requests.mine(managing(manager.party)), IsEmpty()) << "the firm's are not the manager's own";
  EXPECT_EQ(expect(requests.find(managing(), id)).words, "Ikke bruk dette.");
  EXPECT_FALSE(requests.find(managing(manager.party), id));

  const auto seen = requests.of_controller(staff(), RequestList::waiting).rows;
  ASSERT_THAT(seen, SizeIs(1));
  EXPECT_EQ(seen[0].id, id);
  EXPECT_EQ(seen[0].words, "Ikke bruk dette.");
  EXPECT_EQ(seen[0].party_name, "Fjord og Fjell AS");
  EXPECT_FALSE(requests.find(staff(), to_operator));
  EXPECT_EQ(requests.of_operator(RequestList::waiting).rows.front().id, to_operator);

  const auto scope = expect(access->decider().scope(manager, Action::read, firm));
  EXPECT_THAT(requests.of_controller(scope, RequestList::waiting).rows, IsEmpty()) << "a party's scope is no agency's";
  EXPECT_THAT(kinds_in_log(), Contains(ledger::EventKind::rights_requested).Times(2));
}

TEST_P(RightsTest, the_same_is_asked_for_once_until_it_is_closed) {
  const auto once = post();
  const auto id = expect(ask(objection(), once));
  EXPECT_EQ(expect(ask(objection(), once)), id) << "the same post again";
  auto other = objection();
  other.words = "Noe annet enn det som ble sendt.";
  EXPECT_EQ(ask(other, once).error().code, "error.once.other_act")
      << "other words by the same post are not lost unsaid";
  EXPECT_EQ(refusal_of(objection()), "error.rights.open");
  const auto taken_back = post();
  ASSERT_TRUE(requests.withdraw(managing(), id, now(), taken_back));
  ASSERT_TRUE(requests.withdraw(managing(), id, now(), taken_back));
  EXPECT_EQ(asked_last().state, RequestState::withdrawn);
  EXPECT_THAT(requests.of_controller(staff(), RequestList::withdrawn).rows, SizeIs(1));
  EXPECT_THAT(requests.of_controller(staff(), RequestList::answered).rows, IsEmpty()) << "they hide no answer";
  EXPECT_EQ(requests.withdraw(managing(), id, now(), post()).error().code, "error.rights.answered");
  EXPECT_EQ(refusal_of(objection()), "");
}

TEST_P(RightsTest, several_questions_wait_at_once_and_the_same_words_are_the_same_question) {
  auto question = objection();
  question.kind = RequestKind::other;
  (void)expect(ask(question, post()));
  question.words = "Hvem har fått dem?";
  const auto once = post();
  const auto second = expect(ask(question, once));
  EXPECT_EQ(expect(ask(question, once)), second) << "the same post again";
  EXPECT_EQ(refusal_of(question), "error.rights.open");
  EXPECT_THAT(requests.mine(managing()), SizeIs(2));
}

TEST_P(RightsTest, what_is_answered_is_told_in_the_log_and_answered_once) {
  const auto id = expect(ask(objection(), post()));
  EXPECT_EQ(requests.answer(staff(), id, {.granted = false}, now(), post()).error().code, "error.rights.refusal");
  const auto fails = [](store::Tx&) -> base::Status { return base::make_error(base::ErrorKind::conflict, "other"); };
  EXPECT_EQ(requests.answer(staff(), id, {.granted = true}, now(), post(), fails).error().code, "other");
  EXPECT_EQ(asked_last().state, RequestState::received) << "what the answer does failed, and so did the answer";

  const RequestAnswer no{.granted = false, .refusal = "law_requires", .words = "Arkivloven sier nei."};
  const auto once = post();
  ASSERT_TRUE(requests.answer(staff(), id, no, now(), once));
  ASSERT_TRUE(requests.answer(staff(), id, no, now(), once)) << "the same post again";
  EXPECT_EQ(requests.answer(staff(), id, {.granted = true}, now(), once).error().code, "error.once.other_act");
  EXPECT_EQ(requests.answer(staff(), id, no, now(), post()).error().code, "error.rights.answered");
  const auto told = asked_last();
  EXPECT_EQ(told.state, RequestState::refused);
  EXPECT_EQ(told.refusal, "law_requires");
  EXPECT_EQ(told.answer, "Arkivloven sier nei.");
  EXPECT_EQ(told.answered_by, "") << "who of the agency answered is for the agency";
  EXPECT_EQ(requests.of_controller(staff(), RequestList::answered).rows.front().answered_by, caseworker.name);
  EXPECT_THAT(requests.of_controller(staff(), RequestList::waiting).rows, IsEmpty());
  EXPECT_THAT(kinds_in_log(), Contains(ledger::EventKind::rights_answered).Times(1));
}

TEST_P(RightsTest, the_operator_answers_what_was_asked_of_it_and_nothing_else) {
  const auto id = expect(ask(objection(std::string(controller_operator)), post()));
  const auto of_agency = expect(ask(objection(), post()));
  EXPECT_FALSE(requests.answer(staff(), id, {.granted = true}, now(), post()));
  EXPECT_FALSE(requests.answer_as_operator(of_agency, {.granted = true}, "Kari", now()));
  ASSERT_TRUE(requests.answer_as_operator(id, {.granted = true}, "Kari", now()));
  EXPECT_EQ(expect(requests.find(managing(), id)).state, RequestState::granted);
}

TEST_P(RightsTest, what_is_wrong_with_a_request_is_said) {
  auto wanted = objection("nav");
  EXPECT_EQ(refusal_of(wanted), "error.rights.controller");
  wanted = objection();
  wanted.ground = "unlawful";
  EXPECT_EQ(refusal_of(wanted), "error.rights.ground") << "of a restriction alone";
  wanted = {.kind = RequestKind::restriction, .controller = "dat"};
  EXPECT_EQ(refusal_of(wanted), "error.rights.ground");
  wanted.ground = "made_up";
  EXPECT_EQ(refusal_of(wanted), "error.rights.ground");
  wanted = {.kind = RequestKind::other, .controller = "dat"};
  EXPECT_EQ(refusal_of(wanted), "error.rights.no_words");
  for (std::size_t i = 0; i < longest_words; ++i) wanted.words += "ø";
  EXPECT_EQ(refusal_of(wanted), "") << "as many characters as may be";
  wanted.words += "ø";
  EXPECT_EQ(refusal_of(wanted), "error.rights.words");

  const auto draft = begin();
  const auto filled = fill(draft);
  wanted = {.kind = RequestKind::restriction, .controller = "dat", .ground = "unlawful"};
  wanted.target = {RequestTarget::Kind::instance, draft.text()};
  EXPECT_EQ(refusal_of(wanted), "error.rights.item") << "no agency has a draft";
  (void)send(draft, filled.version, post());
  EXPECT_EQ(refusal_of(wanted), "");
  wanted.controller = controller_operator;
  EXPECT_EQ(refusal_of(wanted), "error.rights.item") << "it was sent to the agency";
  wanted.controller = "dat";
  EXPECT_EQ(requests.ask(managing(manager.party), wanted, now(), post()).error().code, "error.rights.item")
      << "another party's form";

  const auto letter = send_message(a_message(), {to("Fjord og Fjell AS")}).messages.front();
  wanted.target = {RequestTarget::Kind::message, letter.text()};
  EXPECT_EQ(refusal_of(wanted), "");
}

TEST_P(RightsTest, only_so_many_wait_at_once) {
  put_waiting(most_open, "x", {}, {});
  EXPECT_EQ(refusal_of(objection()), "error.rights.too_many");
}

TEST_P(RightsTest, one_person_asks_only_so_many_times_in_a_day_for_whichever_party) {
  put_waiting(most_a_day, "x", manager.party, now());
  EXPECT_EQ(requests.ask(managing(manager.party), objection(), now(), post()).error().code,
            "error.rights.too_many_today");
  registers.clock.advance(base::Duration::hours(25));
  EXPECT_TRUE(requests.ask(managing(manager.party), objection(), now(), post()));
}

TEST_P(RightsTest, however_many_wait_each_is_on_one_page_and_is_found_by_its_id) {
  put_waiting(requests_in_page + 1, "dat", {}, {});
  const auto last = expect(requests.ask(managing(manager.party), objection(), now(), post()));
  const auto first = requests.of_controller(staff(), RequestList::waiting);
  ASSERT_EQ(std::ssize(first.rows), requests_in_page);
  const auto second = requests.of_controller(staff(), RequestList::waiting, first.next);
  ASSERT_THAT(second.rows, SizeIs(2));
  EXPECT_NE(second.rows[0].id, first.rows.back().id);
  EXPECT_EQ(second.rows[1].id, last);
  EXPECT_EQ(second.next, "");
  EXPECT_EQ(expect(requests.find(staff(), last)).id, last);
  EXPECT_THAT(requests.of_controller(staff(), RequestList::waiting, "made up").rows, IsEmpty());
}

TEST_P(RightsTest, the_partys_words_go_with_its_key_and_the_controller_keeps_its_own) {
  const auto id = expect(ask(objection(), post()));
  const auto key = registers.temp.database().read([&](store::Tx& tx) {
    return store::read_one<base::Uuid>(tx, "SELECT key_id FROM rights_request WHERE id = ?", {id});
  });
  vault.vault().erase({key}, instances::party_holder(firm));
  EXPECT_EQ(expect(requests.find(managing(), id)).words, "");
  EXPECT_EQ(expect(requests.find(staff(), id)).words, "Ikke bruk dette.");
}

TEST_P(RightsTest, what_was_answered_goes_with_its_key_when_its_rule_ends_unless_it_is_held) {
  const auto waits = expect(ask(objection(std::string(controller_operator)), post()));
  const auto id = expect(ask(objection(), post()));
  ASSERT_TRUE(requests.answer(staff(), id, {.granted = true}, now(), post()));
  const auto key = registers.temp.database().read([&](store::Tx& tx) {
    return store::read_one<base::Uuid>(tx, "SELECT key_id FROM rights_request WHERE id = ?", {id});
  });
  registers.clock.advance(base::Duration::days(3 * 366));
  const auto held = [](store::Tx&) { return store::Holds({store::Hold{.rule = "privacy.request"}}); };
  EXPECT_EQ(requests.end_answered(held), 0);
  EXPECT_EQ(requests.end_answered({}), 1);
  EXPECT_EQ(requests.end_answered({}), 0);
  EXPECT_THAT(vault.vault().still_held({key}), IsEmpty());
  EXPECT_EQ(rows_of("rights_request"), 1) << "what nobody has answered waits";
  EXPECT_EQ(requests.of_operator(RequestList::waiting).rows.front().id, waits);
}

TEST_P(RightsTest, a_job_asks_for_nobody) {
  const auto job =
      expect(access->decider().permit_for_job(access::JobKind::access_end, Action::delegate, {.party = firm}));
  EXPECT_EQ(requests.ask(job, objection(), now(), post()).error().code, "error.rights.permit");
  EXPECT_THAT(requests.mine(job), IsEmpty());
  const auto reading = expect(access->decider().decide(manager, Action::represent, {.party = firm}));
  EXPECT_EQ(requests.ask(reading, objection(), now(), post()).error().code, "error.rights.permit");
}

TEST_P(RightsTest, what_is_disputed_stands_with_its_day_until_it_is_taken_back) {
  const auto own = managing(manager.party);
  const auto since = now();
  ASSERT_TRUE(disputes.mark(own, "address", since, post()));
  registers.clock.advance(base::Duration::days(3));
  ASSERT_TRUE(disputes.mark(own, "address", now(), post()));
  ASSERT_THAT(disputes.of(own), SizeIs(1));
  EXPECT_EQ(disputes.of(own)[0].datum, "address");
  EXPECT_EQ(disputes.of(own)[0].since, since) << "the first time counts";
  EXPECT_THAT(disputes.of(managing()), IsEmpty());
  EXPECT_EQ(disputes.mark(own, "shoe_size", now(), post()).error().code, "error.rights.datum");
  EXPECT_EQ(disputes.mark(managing(), "birth", now(), post()).error().code, "error.rights.datum")
      << "of a person alone";
  ASSERT_TRUE(disputes.lift(own, "address", now(), post()));
  EXPECT_THAT(disputes.of(own), IsEmpty());
}

TEST_P(RightsTest, each_datum_is_disputed_by_itself_and_each_change_is_an_entry_once) {
  const auto first = post();
  ASSERT_TRUE(disputes.mark(managing(), "industry", now(), first));
  ASSERT_TRUE(disputes.mark(managing(), "industry", now(), post()));
  ASSERT_TRUE(disputes.mark(managing(), "address", now(), post()));
  const auto represents = expect(access->decider().decide(manager, Action::represent, {.party = firm}));
  EXPECT_THAT(disputes.of(represents), IsEmpty()) << "for who manages the business";
  EXPECT_EQ(disputes.mark(represents, "name", now(), post()).error().code, "error.rights.permit");
  ASSERT_TRUE(disputes.lift(managing(), "industry", now(), post()));
  ASSERT_TRUE(disputes.lift(managing(), "industry", now(), post()));
  ASSERT_TRUE(disputes.mark(managing(), "industry", now(), first)) << "a page that is sent again";
  ASSERT_THAT(disputes.of(managing()), SizeIs(1));
  EXPECT_EQ(disputes.of(managing())[0].datum, "address");
  const auto kinds = kinds_in_log();
  EXPECT_EQ(std::ranges::count(kinds, ledger::EventKind::rights_disputed), 2);
  EXPECT_EQ(std::ranges::count(kinds, ledger::EventKind::rights_dispute_ended), 1);
}

TEST_P(RightsTest, nothing_is_disputed_by_a_right_that_has_ended_since_it_was_given) {
  const auto own = managing(manager.party);
  const std::string deaths = "identifikator;doedsdato\n" + registers.person("manager").national_id + ";2026-11-01\n";
  (void)expect(parties::import_deaths(
      *registers.registry,
      [deaths, given = false]() mutable -> base::Result<base::Bytes> {
        return std::exchange(given, true) ? std::string() : deaths;
      },
      [](const parties::DeathsReport&) { return [](store::Tx&) {}; }));
  EXPECT_EQ(disputes.mark(own, "name", now(), post()).error().code, "error.access.forbidden");
  EXPECT_THAT(disputes.of(own), IsEmpty());
}

// The earlier of 30 days and one month is ours; the law's is a month, and the next working day where that is none.
TEST(DueTimesOfRequests, are_the_earlier_day_and_the_laws) {
  struct Case {
    std::string asked, ours, laws;
  };
  for (const auto& [asked, ours, laws] : {Case{"2026-06-10T12:00:00Z", "2026-07-10", "2026-07-10"},
                                          Case{"2026-01-31T12:00:00Z", "2026-02-28", "2026-03-02"},
                                          Case{"2026-12-01T12:00:00Z", "2026-12-31", "2027-01-04"},
                                          Case{"2026-03-15T12:00:00Z", "2026-04-14", "2026-04-15"},
                                          Case{"2026-05-31T23:30:00Z", "2026-07-01", "2026-07-01"}}) {
    const auto due = due_times(base::from_rfc3339(asked).value());
    EXPECT_EQ(base::to_date_oslo(due.ours), ours) << asked;
    EXPECT_EQ(base::to_date_oslo(due.laws), laws) << asked;
  }
}

}  // namespace
}  // namespace alting::privacy
