// An organisation that came with its certificate fills in and sends: there is no person, and nothing says there is one.
#include <gtest/gtest.h>

#include "forms/path.h"
#include "instances/testing/instances_fixture.h"

namespace alting::instances {
namespace {

using testing::expect;
using testing::Language, testing::Action;

class OrganisationSends : public testing::InstancesFixture {
 protected:
  terms::Actor log_in(std::string fingerprint = "aa") {
    const auto party = registers.organisation("Fjord og Fjell AS");
    terms::Actor actor;
    actor.kind = terms::ActorKind::organisation;
    actor.party = party.id;
    actor.party_uuid = party.uuid;
    actor.level = terms::AssuranceLevel::substantial;
    actor.method = "Virksomhetssertifikat";
    actor.name = party.name;
    certificate = expect(access->certificates().note_login(
        party.id, {"4711", "CN=Test CA", std::move(fingerprint), registers.clock.now() + base::Duration::hours(24)},
        registers.clock.now()));
    actor.credential = std::string(access::certificate_credential) + certificate;
    return actor;
  }
  void end_certificate() {
    const auto managing = expect(
        access->decider().decide(manager, Action::delegate, {.party = registers.organisation("Fjord og Fjell AS").id}));
    ASSERT_TRUE(access->certificates().end(managing, certificate, registers.clock.now(), post()));
  }
  terms::InstanceId begin_as(const terms::Actor& actor) {
    return expect(instances->drafts.create(permit(actor, Action::instantiate), guidance, {}, "", post()));
  }
  SaveOutcome fill_as(const terms::Actor& actor, terms::InstanceId id) {
    return save(actor, id,
                {{"sporsmal.tema", "rettigheter"},
                 {"sporsmal.emne", "Innsyn"},
                 {"sporsmal.tekst", "Hvem har sett opplysningene våre?"},
                 {"kontakt.svar", "innboks"},
                 {"kontakt.navn", "Modig Måltrost"}});
  }

  std::string certificate;
};
INSTANTIATE_TEST_SUITE_P(Engines, OrganisationSends, store::testing::engines(), store::testing::engine_name);

TEST_P(OrganisationSends, with_its_own_name_in_the_receipt_and_the_log_and_no_persons_in_the_form) {
  const auto actor = log_in();
  const auto id = begin_as(actor);
  const auto begun = expect(instances->drafts.open(permit(actor, Action::read, id)));
  const auto* name = forms::value_at(begun.data, "kontakt.navn");
  EXPECT_TRUE(name == nullptr || name->is_null()) << "the one who fills in says their name themself";
  EXPECT_EQ(begun.saved_by, "Fjord og Fjell AS");
  const auto version = fill_as(actor, id).draft.version;
  const auto answer = expect(instances->sending.submit(permit(actor, Action::complete, id), Language::nb,
                                                       registers.clock.now(), version, post()));
  const auto& sent = std::get<Sent>(answer);
  EXPECT_EQ(sent.submission.sender_name, "Fjord og Fjell AS");
  ASSERT_TRUE(sent.receipt);
  const auto receipt = base::Json::parse(sent.receipt->json).value();
  EXPECT_EQ(receipt["entry"]["actor"].text("kind"), "organisation");
  EXPECT_EQ(receipt["entry"]["actor"].text("method"), "Virksomhetssertifikat");
  EXPECT_EQ(receipt["entry"]["evidence"].text("kind"), "certificate");
  EXPECT_EQ(receipt["entry"]["evidence"].text("source"), actor.credential);
  EXPECT_EQ(receipt["disclosed"]["actor.name"].text("value"), "Fjord og Fjell AS");
  EXPECT_EQ(receipt["disclosed"]["actor.id"].text("value"), actor.party_uuid.text());
  EXPECT_EQ(sent.receipt->json.find("Måltrost"), std::string::npos);

  log->flush();
  const auto seen =
      log->activity(expect(access->decider().decide(manager, Action::read_activity, {.party = firm})), {.party = firm});
  ASSERT_FALSE(seen.rows.empty());
  EXPECT_EQ(seen.rows.front().actor_name, "Fjord og Fjell AS");
  EXPECT_EQ(seen.rows.front().actor_kind, terms::ActorKind::organisation);
  EXPECT_EQ(seen.rows.front().supplier, "");
  // Its people see what it sent, and it sees what they send.
  EXPECT_TRUE(instances->matters.open_submission(permit(manager, Action::read, id, "EndEvent_1")));
  const auto theirs = begin();
  (void)fill(theirs);
  EXPECT_TRUE(instances->drafts.open(permit(actor, Action::read, theirs)));
}

TEST_P(OrganisationSends, for_its_sub_unit_and_has_no_contact_information_of_a_person_to_use) {
  const auto actor = log_in();
  firm = registers.organisation("Fjord og Fjell AS avd Bergen").id;
  const auto id = begin_as(actor);
  EXPECT_EQ(expect(instances->drafts.use_my_contact(permit(actor, Action::write, id), registers.clock.now(), post())),
            0U);
  const auto version = fill_as(actor, id).draft.version;
  const auto answer = expect(instances->sending.submit(permit(actor, Action::complete, id), Language::nb,
                                                       registers.clock.now(), version, post()));
  EXPECT_EQ(std::get<Sent>(answer).submission.sender_name, "Fjord og Fjell AS");
  EXPECT_EQ(std::get<Sent>(answer).submission.party_name, "Fjord og Fjell AS avd Bergen");
}

TEST_P(OrganisationSends, nothing_once_its_certificate_was_ended_though_it_was_permitted_before) {
  const auto actor = log_in();
  const auto id = begin_as(actor);
  const auto version = fill_as(actor, id).draft.version;
  const auto sending = permit(actor, Action::complete, id), writing = permit(actor, Action::write, id),
             beginning = permit(actor, Action::instantiate);
  end_certificate();
  const auto answer = instances->sending.submit(sending, Language::nb, registers.clock.now(), version, post());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, "error.access.needs_person");
  const auto saved = instances->drafts.save(writing, posted({{"sporsmal.emne", "Etterpå"}}), {}, Language::nb);
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().code, "error.access.needs_person");
  EXPECT_FALSE(instances->drafts.create(beginning, guidance, {}, "", post()));
  // What it began is the organisation's, and its people go on with it.
  const auto draft = expect(instances->drafts.open(permit(manager, Action::read, id)));
  EXPECT_EQ(draft.version, version);
  EXPECT_NO_THROW((void)send(id, version, post()));
}

}  // namespace
}  // namespace alting::instances
