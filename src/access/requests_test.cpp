// Requests for access: what may be asked, how often, what the business sees, and that an approval gives exactly that.
#include "access/requests.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "access/request_rows.h"
#include "access/testing/access_fixture.h"
#include "ledger/event_kinds.h"

namespace alting::access {
namespace {

using terms::Action;
using testing::AccessFixture;
using testing::breach;
using testing::private_app;
using testing::strict;

class RequestsTest : public ::testing::TestWithParam<store::Engine> {
 protected:
  terms::Actor who(std::string_view story, terms::AssuranceLevel level = terms::AssuranceLevel::high) {
    return fixture.registers.actor(story, level);
  }
  base::Instant now() { return fixture.registers.clock.now(); }
  AccessRequests& requests() { return fixture.access->requests(); }
  terms::Permit managing(std::string_view story = "manager") {
    return fixture.decider().decide(who(story), Action::delegate, {.party = fjord}).value();
  }
  base::Result<OwnRequest> ask(std::string_view story, const Wish& wish) {
    return requests().ask(who(story), wish, now(), fixture.post());
  }
  Wish form() { return {.party = fjord, .app = breach, .back = "/a/x/dat/avviksmelding?fra=epost"}; }
  Wish role(std::string code) { return {.party = fjord, .role = std::move(code)}; }
  template <class T>
  static std::string refusal(const base::Result<T>& result) {
    return result ? "" : result.error().code;
  }
  bool may_begin(std::string_view story) {
    return fixture.decider().decide(who(story), Action::instantiate, {fjord, breach}).has_value();
  }

  AccessFixture fixture{GetParam()};
  terms::PartyId fjord = fixture.registers.organisation("Fjord og Fjell AS").id;
};
INSTANTIATE_TEST_SUITE_P(Engines, RequestsTest, store::testing::engines(), store::testing::engine_name);

TEST_P(RequestsTest, AnApprovalGivesExactlyWhatWasAskedAndBothSidesSeeIt) {
  const auto asked = ask("employee", form());
  ASSERT_TRUE(asked) << asked.error().code;
  EXPECT_EQ(asked->state, RequestState::sent);
  EXPECT_EQ(asked->party_name, "Fjord og Fjell AS");
  EXPECT_EQ(asked->back, "/a/x/dat/avviksmelding?fra=epost");
  EXPECT_EQ(requests().count_waiting(managing()), 1);
  const auto waiting = requests().waiting(managing());
  ASSERT_EQ(waiting.size(), 1U);
  EXPECT_EQ(waiting[0].name, "Stille Elvebredd");
  EXPECT_EQ(waiting[0].birth_year, "1991");
  EXPECT_EQ(waiting[0].app, breach);
  EXPECT_TRUE(waiting[0].may_approve);
  EXPECT_FALSE(may_begin("employee"));

  const auto post = fixture.post();
  const auto given = requests().approve(managing(), asked->id, now(), post);
  ASSERT_TRUE(given) << given.error().code;
  EXPECT_EQ(given->app, breach);
  EXPECT_FALSE(given->role);
  EXPECT_EQ(given->to, who("employee").party);
  EXPECT_TRUE(may_begin("employee"));
  EXPECT_FALSE(fixture.decider().decide(who("employee"), Action::instantiate, {fjord, strict}));
  EXPECT_EQ(requests().approve(managing(), asked->id, now(), post)->id, given->id) << "the same post again";
  EXPECT_EQ(refusal(requests().approve(managing(), asked->id, now(), fixture.post())), "error.access_request.answered");

  EXPECT_TRUE(requests().waiting(managing()).empty());
  const auto answered = requests().answered(managing());
  ASSERT_EQ(answered.size(), 1U);
  EXPECT_EQ(answered[0].state, RequestState::approved);
  EXPECT_EQ(answered[0].decided_by, "Modig Måltrost");
  EXPECT_EQ(requests().mine(who("employee")).at(0).state, RequestState::approved);
  EXPECT_EQ(requests().last(who("employee"), form())->id, asked->id);

  const auto entries = fixture.ledger.entries();
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_EQ(entries[0].kind, ledger::EventKind::access_request_sent);
  EXPECT_EQ(entries[0].party, who("employee").party);
  EXPECT_EQ(entries[0].concerns.at(0).party, fjord);
  EXPECT_TRUE(entries[0].concerns.at(0).personal.empty());
  EXPECT_EQ(entries[1].kind, ledger::EventKind::access_delegated);
  EXPECT_EQ(entries[2].kind, ledger::EventKind::access_request_approved);
  EXPECT_EQ(entries[2].party, fjord);
  EXPECT_EQ(entries[2].concerns.at(0).party, who("employee").party);
}

TEST_P(RequestsTest, OneIsOpenForEachPersonServiceAndBusiness) {
  const auto post = fixture.post();
  const auto one = requests().ask(who("employee"), form(), now(), post);
  const auto again = requests().ask(who("employee"), form(), now(), post);
  ASSERT_TRUE(one && again);
  EXPECT_EQ(one->id, again->id) << "the same post again";
  EXPECT_EQ(refusal(ask("employee", form())), "error.access_request.open");
  EXPECT_TRUE(ask("employee", role("UTINN")));
  EXPECT_TRUE(ask("private_person", form()));
  ASSERT_TRUE(requests().withdraw(who("employee"), one->id, now(), fixture.post()));
  EXPECT_EQ(requests().last(who("employee"), form())->state, RequestState::withdrawn);
  EXPECT_EQ(refusal(requests().withdraw(who("employee"), one->id, now(), fixture.post())),
            "error.access_request.answered");
  EXPECT_EQ(refusal(requests().withdraw(who("private_person"), one->id, now(), fixture.post())),
            "error.access_request.unknown");
  EXPECT_TRUE(ask("employee", form()));
}

TEST_P(RequestsTest, RefusesWhatCannotBeAsked) {
  const auto person = who("private_person").party;
  EXPECT_EQ(refusal(ask("employee", {.party = fjord})), "error.access_request.wish");
  EXPECT_EQ(refusal(ask("employee", {.party = fjord, .role = "UTINN", .app = breach})), "error.access_request.wish");
  EXPECT_EQ(refusal(ask("employee", role("DAGL"))), "error.access_request.wish");
  EXPECT_EQ(refusal(ask("employee", role("KLADM"))), "error.access_request.wish");
  EXPECT_EQ(refusal(ask("employee", {.party = fjord, .app = terms::AppId{"dat", "ukjent"}})),
            "error.access_request.wish");
  EXPECT_EQ(refusal(ask("employee", {.party = person, .app = breach})), "error.access_request.party");
  EXPECT_EQ(refusal(ask("employee", {.party = terms::PartyId{1}, .app = breach})), "error.access_request.party");
  EXPECT_EQ(refusal(ask("manager", form())), "error.access_request.held");
  EXPECT_EQ(refusal(ask("board_member", role("UTINN"))), "error.access_request.held");
  for (const char* back : {"https://ond.example/", "//ond.example", "/\\ond.example", "a/b", "/a b", "/a#b", "/\x01"})
    EXPECT_EQ(refusal(ask("employee", {.party = fjord, .app = breach, .back = back})), "error.access_request.back")
        << back;
  EXPECT_EQ(refusal(ask("employee", {.party = fjord, .app = breach, .back = "/" + std::string(500, 'a')})),
            "error.access_request.back");
  const auto weak = requests().ask(who("employee", terms::AssuranceLevel::low), form(), now(), fixture.post());
  ASSERT_FALSE(weak);
  EXPECT_EQ(weak.error().kind, base::ErrorKind::level_too_low);
  EXPECT_TRUE(fixture.ledger.entries().empty());
}

TEST_P(RequestsTest, APersonAsksFewTimesADay) {
  const auto other = fixture.registers.organisation("Lys Løkke AS").id;
  for (const char* code : {"UTINN", "A0236", "SISKD"}) ASSERT_TRUE(ask("employee", role(code))) << code;
  for (const char* code : {"UTINN", "A0236"}) ASSERT_TRUE(ask("employee", {.party = other, .role = code})) << code;
  const auto refused = ask("employee", form());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "error.access_request.day");
  EXPECT_EQ(refused.error().kind, base::ErrorKind::too_many);
  EXPECT_EQ(refused.error().params.at(0).second, "5");
  EXPECT_EQ(refused.error().params.at(1).first, "minutes");
  const auto minutes = std::stoll(refused.error().params.at(1).second);
  EXPECT_NE(base::to_date_oslo(now() + base::Duration::minutes(minutes)), base::to_date_oslo(now()));
  EXPECT_EQ(base::to_date_oslo(now() + base::Duration::minutes(minutes - 1)), base::to_date_oslo(now()));
  EXPECT_TRUE(ask("private_person", form()));
  fixture.registers.clock.advance(base::Duration::hours(13));  // after midnight in Oslo
  EXPECT_TRUE(ask("employee", {.party = other, .app = breach}));
}

TEST_P(RequestsTest, APersonHasFewOpenAtOneBusiness) {
  for (const char* code : {"UTINN", "A0236"}) ASSERT_TRUE(ask("employee", role(code))) << code;
  const auto kept = requests().keep(who("employee"), role("SISKD"), now(), fixture.post());
  ASSERT_TRUE(kept);
  const auto refused = ask("employee", form());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "error.access_request.yours_full");
  EXPECT_EQ(refused.error().params.at(0).second, "3");
  EXPECT_TRUE(requests().send(who("employee"), kept->id, now(), fixture.post())) << "it is one of the three";
  EXPECT_TRUE(ask("private_person", form()));
  ASSERT_TRUE(requests().refuse(managing(), kept->id, "", now(), fixture.post()));
  EXPECT_TRUE(ask("employee", form()));
  fixture.registers.clock.advance(base::Duration::seconds(30 * 24 * 3600 + 1));
  EXPECT_TRUE(ask("employee", role("SISKD"))) << "what has run out is open no more, also before the job has run";
}

TEST_P(RequestsTest, AFormForOtherKindsOfPartiesIsNotAskedFor) {
  ASSERT_TRUE(fixture.decider().load_policies(
      {{breach,
        testing::policy_xml({{"Permit", "UTINN", "instantiate|read", "", "", false}}, "dat", "avviksmelding", 3),
        "974761467",
        {"person"}}}));
  EXPECT_EQ(refusal(ask("employee", form())), "error.access.party_kind");
}

TEST_P(RequestsTest, ABusinessBlocksSoManyAndLiftsAnyOfThem) {
  const auto asked = ask("employee", form());
  ASSERT_TRUE(asked);
  const auto manager = who("manager").party;
  const auto add = [&](const BlockRow& row) {
    EXPECT_TRUE(fixture.registers.temp.database().write([&](store::Tx& tx) -> base::Status {
      insert_block(tx, fjord, row, manager);
      return {};
    }));
  };
  for (std::int64_t i = 0; i < most_blocks; ++i)
    add({{base::Uuid::v7(fixture.registers.random, now())}, terms::PartyId{900'000 + i}, now()});
  const auto refused = requests().block(managing(), asked->id, now(), fixture.post());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "error.access_request.blocks_full");
  EXPECT_EQ(requests().mine(who("employee")).at(0).state, RequestState::sent);
  const auto first = requests().blocked(managing()).back().id;
  ASSERT_TRUE(requests().unblock(managing(), first, now(), fixture.post()));
  ASSERT_TRUE(requests().block(managing(), asked->id, now(), fixture.post()));
  const AccessBlockId oldest{base::Uuid::v7(fixture.registers.random, now())};
  add({oldest, who("private_person").party, base::Instant{1}});
  EXPECT_TRUE(requests().unblock(managing(), oldest, now(), fixture.post())) << "also when the list does not show it";
}

TEST_P(RequestsTest, OnlyWhoMayGiveItApproves) {
  const auto asked = ask("employee", form());
  ASSERT_TRUE(asked);
  const auto permit = fixture.delegations()
                          .delegate(managing(), {who("private_person").party, "ADMAI", {}, {}}, now(), fixture.post())
                          .transform([&](const auto&) { return managing("private_person"); });
  ASSERT_TRUE(permit);
  const auto seen = requests().waiting(*permit);
  ASSERT_EQ(seen.size(), 1U) << "who manages access sees what is asked";
  EXPECT_FALSE(seen[0].may_approve);
  EXPECT_EQ(refusal(requests().approve(*permit, asked->id, now(), fixture.post())),
            "error.delegation.not_yours_to_give");
  EXPECT_EQ(requests().mine(who("employee")).at(0).state, RequestState::sent);
  EXPECT_TRUE(requests().refuse(*permit, asked->id, "", now(), fixture.post()));
  const auto other =
      fixture.decider()
          .decide(who("two_companies"), Action::delegate, {.party = fixture.registers.organisation("Lys Løkke AS").id})
          .value();
  const auto second = ask("employee", form());
  ASSERT_TRUE(second);
  EXPECT_EQ(refusal(requests().approve(other, second->id, now(), fixture.post())), "error.access_request.unknown")
      << "what was sent to another business";
  const auto looking = fixture.decider().decide(who("manager"), Action::read_delegations, {.party = fjord}).value();
  EXPECT_TRUE(requests().waiting(looking).empty()) << "who asks is for who answers";
  EXPECT_EQ(requests().count_waiting(looking), 0);
  EXPECT_TRUE(requests().answered(looking).empty());
  EXPECT_EQ(requests().waiting(managing()).size(), 1U);
  EXPECT_EQ(refusal(requests().approve(looking, second->id, now(), fixture.post())), "error.delegation.permit");
}

TEST_P(RequestsTest, WhatIsTakenFromTheOneWhoApprovesMeanwhileIsNotGiven) {
  const auto asked = ask("employee", role("UTINN"));
  ASSERT_TRUE(asked);
  const auto give = [&](std::string code) {
    return fixture.delegations().delegate(managing(), {who("private_person").party, std::move(code), {}, {}}, now(),
                                          fixture.post());
  };
  ASSERT_TRUE(give("ADMAI"));
  const auto held = give("UTINN");
  ASSERT_TRUE(held);
  const auto permit = managing("private_person");
  fixture.ledger.on_prepare = [&] {  // between what is read and what is written
    EXPECT_TRUE(fixture.delegations().withdraw(managing(), held->id, now(), fixture.post()));
  };
  EXPECT_EQ(refusal(requests().approve(permit, asked->id, now(), fixture.post())),
            "error.delegation.not_yours_to_give");
  EXPECT_FALSE(may_begin("employee"));
  EXPECT_EQ(requests().mine(who("employee")).at(0).state, RequestState::sent);
}

TEST_P(RequestsTest, AFormThatAsksForAStrongLoginIsApprovedWithOne) {
  const auto asked = ask("employee", {.party = fjord, .app = strict});
  ASSERT_TRUE(asked);
  const auto weak = fixture.decider()
                        .decide(who("manager", terms::AssuranceLevel::substantial), Action::delegate, {.party = fjord})
                        .value();
  EXPECT_EQ(requests().approve(weak, asked->id, now(), fixture.post()).error().kind, base::ErrorKind::level_too_low);
  EXPECT_TRUE(requests().approve(managing(), asked->id, now(), fixture.post()));
}

TEST_P(RequestsTest, ARefusalHasAShortReasonOrNone) {
  const auto asked = ask("employee", form());
  EXPECT_EQ(refusal(requests().refuse(managing(), asked->id, "fordi", now(), fixture.post())),
            "error.access_request.reason");
  ASSERT_TRUE(requests().refuse(managing(), asked->id, "not_needed", now(), fixture.post()));
  EXPECT_EQ(requests().mine(who("employee")).at(0).reason, "not_needed");
  EXPECT_FALSE(may_begin("employee"));
  EXPECT_EQ(fixture.ledger.entries().back().parameters.text("reason"), "not_needed");
}

TEST_P(RequestsTest, ABusinessBlocksAPersonAndLetsThemAskAgain) {
  const auto asked = ask("employee", form());
  ASSERT_TRUE(ask("employee", role("A0236")));
  ASSERT_TRUE(requests().block(managing(), asked->id, now(), fixture.post()));
  EXPECT_EQ(fixture.ledger.entries().back().parameters["count"].integer_or(0), 2) << "how many it refused";
  EXPECT_TRUE(fixture.ledger.entries().back().concerns.at(0).without_actor) << "the business did it";
  for (const auto& one : requests().mine(who("employee"))) {
    EXPECT_EQ(one.state, RequestState::refused);
    EXPECT_EQ(one.reason, "blocked");
  }
  EXPECT_EQ(refusal(ask("employee", role("UTINN"))), "error.access_request.blocked");
  EXPECT_TRUE(requests().is_blocked(who("employee"), form().party));
  EXPECT_FALSE(requests().is_blocked(who("private_person"), form().party));
  EXPECT_TRUE(ask("private_person", form()));
  EXPECT_TRUE(ask("employee", {.party = fixture.registers.organisation("Lys Løkke AS").id, .app = breach}));
  const auto blocked = requests().blocked(managing());
  ASSERT_EQ(blocked.size(), 1U);
  EXPECT_EQ(blocked[0].name, "Stille Elvebredd");
  EXPECT_EQ(blocked[0].birth_year, "1991");
  ASSERT_TRUE(requests().unblock(managing(), blocked[0].id, now(), fixture.post()));
  EXPECT_TRUE(fixture.ledger.entries().back().concerns.at(0).without_actor);
  EXPECT_TRUE(requests().blocked(managing()).empty());
  EXPECT_FALSE(requests().is_blocked(who("employee"), form().party));
  EXPECT_TRUE(ask("employee", form()));
}

TEST_P(RequestsTest, ADraftIsItsOwnersAloneUntilItIsSent) {
  const auto kept = requests().keep(who("employee"), form(), now(), fixture.post());
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->state, RequestState::draft);
  EXPECT_TRUE(requests().waiting(managing()).empty());
  EXPECT_TRUE(requests().answered(managing()).empty());
  EXPECT_EQ(refusal(requests().approve(managing(), kept->id, now(), fixture.post())), "error.access_request.unknown");
  EXPECT_TRUE(fixture.ledger.entries().empty());
  EXPECT_EQ(refusal(requests().send(who("private_person"), kept->id, now(), fixture.post())),
            "error.access_request.unknown");
  const auto sent = requests().send(who("employee"), kept->id, now(), fixture.post());
  ASSERT_TRUE(sent) << sent.error().code;
  EXPECT_EQ(sent->state, RequestState::sent);
  EXPECT_EQ(requests().count_waiting(managing()), 1);
  const auto second = requests().keep(who("employee"), role("UTINN"), now(), fixture.post());
  ASSERT_TRUE(requests().withdraw(who("employee"), second->id, now(), fixture.post()));
  EXPECT_EQ(requests().mine(who("employee")).size(), 1U) << "what nobody else has seen leaves nothing behind";
}

TEST_P(RequestsTest, WhatNobodyAnswersIsWithdrawnByTheProgramAndCannotBeApprovedAfterThat) {
  const auto asked = ask("employee", form());
  ASSERT_TRUE(requests().keep(who("private_person"), form(), now(), fixture.post()));
  fixture.registers.clock.advance(base::Duration::seconds(30 * 24 * 3600 + 1));
  EXPECT_TRUE(requests().waiting(managing()).empty());
  EXPECT_EQ(requests().count_waiting(managing()), 0);
  EXPECT_EQ(refusal(requests().approve(managing(), asked->id, now(), fixture.post())), "error.access_request.answered")
      << "also before the job has run";
  EXPECT_EQ(fixture.access->end_overdue(), 2);
  EXPECT_EQ(fixture.access->end_overdue(), 0);
  EXPECT_EQ(requests().mine(who("employee")).at(0).state, RequestState::withdrawn);
  EXPECT_EQ(requests().mine(who("employee")).at(0).reason, "expired");
  EXPECT_TRUE(requests().mine(who("private_person")).empty());
  const auto entry = fixture.ledger.entries().back();
  EXPECT_EQ(entry.kind, ledger::EventKind::access_request_withdrawn);
  EXPECT_EQ(entry.party, fjord);
  EXPECT_EQ(entry.concerns.at(0).party, who("employee").party);
  EXPECT_TRUE(ask("employee", form()));
}

TEST_P(RequestsTest, WhatWasGivenInAnotherWayIsTheAnswer) {
  const auto asked = ask("employee", form());
  const auto by_hand =
      fixture.delegations().delegate(managing(), {who("employee").party, {}, breach, {}}, now(), fixture.post());
  ASSERT_TRUE(by_hand);
  const auto approved = requests().approve(managing(), asked->id, now(), fixture.post());
  ASSERT_TRUE(approved) << approved.error().code;
  EXPECT_EQ(approved->id, by_hand->id);
  EXPECT_EQ(fixture.delegations().given_by(managing()).size(), 1U);
}

// Whatever comes in whatever order: states change as the model says, one is open at most, and access follows approvals.
TEST_P(RequestsTest, AnyOrderOfActsEndsAsTheModelSays) {
  auto& random = fixture.registers.random;
  const std::vector<std::string> people{"employee", "private_person", "foreign_worker"};
  const std::vector<Wish> wishes{form(), role("UTINN"), role("A0236")};
  struct Model {
    std::string person;
    std::size_t wish;
    RequestState state;
  };
  std::map<AccessRequestId, Model> model;
  std::set<std::string> blocked;
  std::set<std::pair<std::string, std::size_t>> given;
  for (int step = 0; step < 110; ++step) {  // less than 30 days in all
    fixture.registers.clock.advance(base::Duration::hours(6));
    const auto& person = people[random.below(people.size())];
    const auto wish = static_cast<std::size_t>(random.below(wishes.size()));
    const auto chosen =
        model.empty() ? model.end() : std::next(model.begin(), static_cast<long>(random.below(model.size())));
    switch (random.below(5)) {
      case 0:
      case 1: {
        const bool open = std::ranges::any_of(model, [&](const auto& one) {
          return one.second.person == person && one.second.wish == wish && one.second.state == RequestState::sent;
        });
        const bool holds = given.contains({person, wish}) || (wish == 0 && given.contains({person, 1}));
        const auto asked = ask(person, wishes[wish]);
        ASSERT_EQ(asked.has_value(), !open && !holds && !blocked.contains(person)) << refusal(asked);
        if (asked) model[asked->id] = {person, wish, RequestState::sent};
        break;
      }
      case 2: {
        if (chosen == model.end()) break;
        const bool open = chosen->second.state == RequestState::sent;
        const auto done = requests().withdraw(who(chosen->second.person), chosen->first, now(), fixture.post());
        ASSERT_EQ(done.has_value(), open);
        if (open) chosen->second.state = RequestState::withdrawn;
        break;
      }
      case 3: {
        if (chosen == model.end()) break;
        const bool open = chosen->second.state == RequestState::sent;
        const auto done = requests().approve(managing(), chosen->first, now(), fixture.post());
        ASSERT_EQ(done.has_value(), open) << refusal(done);
        if (!open) break;
        chosen->second.state = RequestState::approved;
        given.insert({chosen->second.person, chosen->second.wish});
        break;
      }
      default: {
        if (chosen == model.end()) break;
        if (random.below(4) == 0 && !blocked.contains(chosen->second.person)) {
          ASSERT_TRUE(requests().block(managing(), chosen->first, now(), fixture.post()));
          blocked.insert(chosen->second.person);
          for (auto& [id, one] : model)
            if (one.person == chosen->second.person && one.state == RequestState::sent)
              one.state = RequestState::refused;
          break;
        }
        const bool open = chosen->second.state == RequestState::sent;
        ASSERT_EQ(requests().refuse(managing(), chosen->first, "", now(), fixture.post()).has_value(), open);
        if (open) chosen->second.state = RequestState::refused;
      }
    }
    for (const auto& name : people) {
      for (const auto& one : requests().mine(who(name))) ASSERT_EQ(one.state, model.at(one.id).state) << step;
      ASSERT_EQ(may_begin(name), given.contains({name, 0}) || given.contains({name, 1})) << step;
    }
    const auto open =
        std::ranges::count_if(model, [](const auto& one) { return one.second.state == RequestState::sent; });
    ASSERT_EQ(requests().count_waiting(managing()), open);
  }
  EXPECT_GT(given.size(), 0U);
}

}  // namespace
}  // namespace alting::access
