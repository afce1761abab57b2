#include "main/request_commands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "main/testing/whole_program.h"
#include "parties/population.h"
#include "privacy/make_privacy.h"

namespace alting::main {
namespace {

using privacy::RequestKind, privacy::RequestState;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class RequestCommands : public ::testing::Test, protected testing::WholeProgram {
 protected:
  RequestCommands() : WholeProgram(store::Engine::sqlite, [](Settings& settings) { settings.population = true; }) {
    const auto person =
        installation->parties->sign_in(terms::NationalIdText(parties::demo_people().front().national_id));
    if (!person) throw std::runtime_error(person.error().code);
    asker = {terms::ActorKind::person,    person->party.id, person->party.uuid, person->user_id,
             terms::AssuranceLevel::high, "BankID",         person->party.name, "test"};
  }
  terms::Permit own() {
    auto permit = installation->access->decider().decide(asker, terms::Action::delegate, {.party = asker.party});
    if (!permit) throw std::runtime_error(permit.error().code);
    return *std::move(permit);
  }
  std::string ask(RequestKind kind, const std::string& words = {}, const std::string& ground = {}) {
    privacy::NewRequest wanted;
    wanted.kind = kind;
    wanted.controller = std::string(privacy::controller_operator);
    wanted.words = words;
    wanted.ground = ground;
    const auto id = installation->privacy->requests.ask(own(), wanted, installation->clock.now(),
                                                        base::Uuid::v4(installation->random).text());
    return id ? id->text() : id.error().code;
  }
  privacy::RightsRequest seen(const std::string& id) {
    return installation->privacy->requests.find(own(), *privacy::RequestId::parse(id)).value();
  }
  std::string run(std::string_view act, std::initializer_list<base::JsonMember> more = {}) {
    return said("requests", act, more);
  }

  terms::Actor asker;
};

TEST_F(RequestCommands, answer_a_question_with_words_that_the_one_who_asked_reads) {
  EXPECT_EQ(run("list"), "0 waiting\n");
  const auto id = ask(RequestKind::other, "Hvor lenge lagrer dere loggen?");
  EXPECT_THAT(run("list"), AllOf(HasSubstr(id), Not(HasSubstr("Hvor lenge")), HasSubstr("1 waiting")));
  EXPECT_THAT(run("show", {{"request", id}}), HasSubstr("Hvor lenge lagrer dere loggen?"));
  EXPECT_THAT(run("answer", {{"request", id}, {"granted", true}, {"by", "Kari Nordmann"}}), HasSubstr("--words"));
  EXPECT_EQ(run("answer", {{"request", id}, {"granted", true}, {"words", "Ti år."}, {"by", "Kari Nordmann"}}),
            "done\n");
  EXPECT_EQ(seen(id).state, RequestState::granted);
  EXPECT_EQ(seen(id).answer, "Ti år.");
  EXPECT_EQ(run("list"), "0 waiting\n");
  EXPECT_THAT(run("answer", {{"request", id}, {"granted", true}, {"words", "Elleve."}, {"by", "Kari Nordmann"}}),
              HasSubstr("is answered"));
}

TEST_F(RequestCommands, refuse_with_a_reason_and_say_in_words_what_is_wrong) {
  const auto id = ask(RequestKind::objection, "Ikke bruk adressen.");
  EXPECT_THAT(run("answer", {{"request", id}, {"by", "Kari Nordmann"}}), HasSubstr("--granted"));
  EXPECT_THAT(run("answer", {{"request", id}, {"reason", "because"}, {"by", "Kari Nordmann"}}),
              HasSubstr("the reason"));
  EXPECT_THAT(run("answer", {{"request", id}, {"reason", "unfounded"}, {"by", "K"}}), HasSubstr("--by"));
  EXPECT_THAT(run("answer", {{"request", "x"}, {"granted", true}, {"by", "Kari"}}), HasSubstr("no such request"));
  EXPECT_THAT(run("forget"), HasSubstr("list, show or answer"));
  EXPECT_EQ(seen(id).state, RequestState::received);
  EXPECT_EQ(run("answer", {{"request", id}, {"reason", "unfounded"}, {"by", "Kari Nordmann"}}), "done\n");
  EXPECT_EQ(seen(id).refusal, "unfounded");
}

TEST_F(RequestCommands, leave_granting_a_restriction_to_what_restricts) {
  const auto id = ask(RequestKind::restriction, {}, "contested");
  EXPECT_THAT(run("list"), HasSubstr("ground contested")) << "which `impose` takes over";
  EXPECT_THAT(run("answer", {{"request", id}, {"granted", true}, {"by", "Kari Nordmann"}}), HasSubstr("impose"));
  EXPECT_EQ(seen(id).state, RequestState::received);
}

}  // namespace
}  // namespace alting::main
