// What an organisation that came with its enterprise certificate may do, and how that ends.
#include "access/certificates.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "access/testing/access_fixture.h"
#include "ledger/event_kinds.h"

namespace alting::access {
namespace {

using terms::Action;
using testing::AccessFixture;
using testing::breach;
using testing::private_app;
using testing::strict;

class CertificatesTest : public ::testing::TestWithParam<store::Engine> {
 protected:
  AccessFixture fixture{GetParam()};
  parties::Party firm = fixture.registers.organisation("Fjord og Fjell AS");
  terms::PartyId fjord = firm.id, bergen = fixture.registers.organisation("Fjord og Fjell AS avd Bergen").id;

  base::Instant now() { return fixture.registers.clock.now(); }
  SeenCertificate seen(std::string fingerprint = "aa") {
    return {"4711", "CN=Test CA", std::move(fingerprint), now() + base::Duration::hours(24)};
  }
  std::string log_in(terms::PartyId organisation, std::string fingerprint = "aa") {
    auto id = fixture.access->certificates().note_login(organisation, seen(std::move(fingerprint)), now());
    if (!id) throw std::runtime_error(id.error().code);
    return *std::move(id);
  }
  static terms::Actor with(const parties::Party& organisation, const std::string& id) {
    terms::Actor actor;
    actor.kind = terms::ActorKind::organisation;
    actor.party = organisation.id;
    actor.party_uuid = organisation.uuid;
    actor.level = terms::AssuranceLevel::substantial;
    actor.name = organisation.name;
    actor.credential = std::string(certificate_credential) + id;
    return actor;
  }
  Target draft(terms::PartyId party) { return {party, breach, std::nullopt, "Task_1"}; }
  // "" when it may.
  std::string refusal(const terms::Actor& actor, Action action, const Target& target) {
    const auto decided = fixture.decider().decide(actor, action, target);
    return decided ? "" : decided.error().code;
  }
  terms::Permit managing(std::string_view story = "manager") {
    return fixture.decider().decide(fixture.registers.actor(story), Action::delegate, {.party = fjord}).value();
  }
  std::string recheck(Decider& decider, const terms::Permit& permit) {
    const auto done =
        fixture.registers.temp.database().write([&](store::Tx& tx) { return decider.recheck(tx, permit); });
    return done ? "" : done.error().code;
  }
  std::vector<std::string> represented(const terms::Actor& actor) {
    std::vector<std::string> names;
    for (const auto& row : fixture.decider().representations(actor, {}).rows) names.push_back(row.party.name);
    return names;
  }
  std::vector<terms::PartyId> listed(const terms::Actor& actor, Action action) {
    std::vector<terms::PartyId> parties;
    const auto scope = fixture.decider().scope(actor, action, std::nullopt).value();
    for (const auto& grant : scope.grants()) parties.push_back(grant.party);
    std::sort(parties.begin(), parties.end());
    return parties;
  }
  std::unique_ptr<Access> another_process(const CertificateRole& role = {}) {
    auto other = make_access({fixture.registers.temp.database(),
                              *fixture.registers.registry,
                              fixture.ledger,
                              fixture.registers.clock,
                              fixture.registers.random,
                              {},
                              {},
                              {},
                              role});
    std::swap(other, fixture.access);
    fixture.load();
    std::swap(other, fixture.access);
    return other;
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, CertificatesTest, store::testing::engines(), store::testing::engine_name);

TEST_P(CertificatesTest, LetsTheOrganisationFillInAndSendForItselfAndItsSubUnitsFromTheFirstLogin) {
  const auto actor = with(firm, log_in(fjord));
  for (const auto party : {fjord, bergen}) {
    EXPECT_EQ(refusal(actor, Action::instantiate, {party, breach}), "");
    for (const auto action : {Action::read, Action::write, Action::remove, Action::complete})
      EXPECT_EQ(refusal(actor, action, draft(party)), "") << terms::to_text(action);
    EXPECT_EQ(refusal(actor, Action::represent, {.party = party}), "");
    EXPECT_EQ(refusal(actor, Action::read_activity, {.party = party}), "");
  }
  const auto permit = fixture.decider().decide(actor, Action::complete, draft(bergen)).value();
  EXPECT_EQ(permit.evidence().kind, "certificate");
  EXPECT_EQ(permit.evidence().role, "UTINN");
  EXPECT_EQ(permit.evidence().source, actor.credential);
  EXPECT_EQ(permit.evidence().policy, "rule:2");
  EXPECT_EQ(recheck(fixture.decider(), permit), "");
  EXPECT_EQ(represented(actor), (std::vector<std::string>{"Fjord og Fjell AS", "Fjord og Fjell AS avd Bergen",
                                                          "Fjord og Fjell AS avd Tromsø"}));
  EXPECT_EQ(listed(actor, Action::read).size(), 3U);
}

TEST_P(CertificatesTest, IsInTheLogOnceWithTheOrganisationAsWhoDidIt) {
  const auto id = log_in(fjord);
  fixture.registers.clock.advance(base::Duration::minutes(1));
  EXPECT_EQ(log_in(fjord), id);
  const auto entries = fixture.ledger.entries();
  ASSERT_EQ(entries.size(), 1U);
  const auto& entry = entries.front();
  EXPECT_EQ(entry.kind, ledger::EventKind::certificate_first_used);
  EXPECT_EQ(entry.actor.kind, terms::ActorKind::organisation);
  EXPECT_EQ(entry.actor.party, fjord);
  EXPECT_EQ(entry.actor.name, "Fjord og Fjell AS");
  EXPECT_EQ(entry.party, fjord);
  EXPECT_EQ(entry.organisation_number, firm.organisation_number);
  EXPECT_EQ(entry.parameters.text("serial"), "4711");
  EXPECT_EQ(entry.parameters.text("certificate"), id);
  const auto all = fixture.access->certificates().list(managing());
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].serial, "4711");
  EXPECT_EQ(all[0].issuer_name, "CN=Test CA");
  EXPECT_EQ(all[0].last_used, now());
  EXPECT_EQ(all[0].first_used, now() - base::Duration::minutes(1));
  EXPECT_FALSE(all[0].ended_at);
}

TEST_P(CertificatesTest, NeverManagesAccessAndNeedsAPersonForIt) {
  const auto actor = with(firm, log_in(fjord));
  for (const auto party : {fjord, bergen}) {
    EXPECT_EQ(refusal(actor, Action::delegate, {.party = party}), "error.access.needs_person");
    EXPECT_EQ(refusal(actor, Action::read_delegations, {.party = party}), "error.access.needs_person");
  }
  for (const auto* code : {"HADM", "ADMAI", "DAGL"}) {  // no setting can say it, and were it said, it would not hold
    const auto other = another_process({code});
    const auto decided = other->decider().decide(actor, Action::delegate, {.party = fjord});
    ASSERT_FALSE(decided);
    EXPECT_EQ(decided.error().code, "error.access.needs_person") << code;
  }
  EXPECT_EQ(fixture.delegations()
                .renounce(actor, {base::Uuid::v4(fixture.registers.random)}, now(), fixture.post())
                .error()
                .code,
            "error.access.needs_person");
  EXPECT_EQ(fixture.registers.registry
                ->look_up_person(actor, terms::NationalIdText(fixture.registers.person("employee").national_id), "x")
                .error()
                .code,
            "error.access.needs_person");
  EXPECT_EQ(
      fixture.access->requests().ask(actor, {.party = bergen, .role = "UTINN"}, now(), fixture.post()).error().code,
      "error.access.needs_person");
}

// The accountant's firm has REGN in three businesses, and is given Tilgangsstyring in one.
TEST_P(CertificatesTest, HoldsNothingThatItsOrganisationHoldsOrWasGivenElsewhere) {
  const auto accounting = fixture.registers.organisation("Sirlig Regnskap AS");
  for (const auto* role : {"ADMAI", "UTINN"})
    ASSERT_TRUE(fixture.delegations().delegate(managing(), {accounting.id, role, {}}, now(), fixture.post())) << role;
  ASSERT_TRUE(fixture.delegations().delegate(managing(), {accounting.id, {}, breach}, now(), fixture.post()));
  const auto actor = with(accounting, log_in(accounting.id));
  EXPECT_EQ(refusal(actor, Action::write, draft(accounting.id)), "");
  for (const auto party : {fjord, bergen}) {
    EXPECT_EQ(refusal(actor, Action::write, draft(party)), "error.access.needs_person");
    EXPECT_EQ(refusal(actor, Action::represent, {.party = party}), "error.access.needs_person");
    EXPECT_EQ(refusal(actor, Action::delegate, {.party = party}), "error.access.needs_person");
  }
  EXPECT_EQ(represented(actor), std::vector<std::string>{"Sirlig Regnskap AS"});
  EXPECT_EQ(listed(actor, Action::read), std::vector{accounting.id});
  EXPECT_TRUE(fixture.delegations().received_by(actor).empty());
  // A form for register roles alone is opened by no certificate.
  EXPECT_EQ(refusal(actor, Action::instantiate, {accounting.id, strict}), "error.access.needs_person");
  EXPECT_EQ(refusal(actor, Action::instantiate, {accounting.id, private_app}), "error.access.needs_person");
}

TEST_P(CertificatesTest, OfAnotherOrganisationIsNoneOfThisOne) {
  const auto id = log_in(fjord);
  const auto accounting = fixture.registers.organisation("Sirlig Regnskap AS");
  EXPECT_EQ(refusal(with(accounting, id), Action::write, draft(accounting.id)), "error.access.needs_person");
  EXPECT_EQ(refusal(with(firm, "made up"), Action::write, draft(fjord)), "error.access.needs_person");
  auto without = with(firm, id);
  without.credential.clear();
  EXPECT_EQ(refusal(without, Action::write, draft(fjord)), "error.access.needs_person");
  const auto again = fixture.access->certificates().note_login(accounting.id, seen(), now());
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, "error.certificate.ended") << "it was another's";
}

TEST_P(CertificatesTest, EndsAtOnceForGoodAndInsideAWriteThatWasPermitted) {
  const auto id = log_in(fjord);
  const auto actor = with(firm, id);
  const auto permit = fixture.decider().decide(actor, Action::complete, draft(bergen)).value();
  const auto other = another_process();
  const auto permit_there = other->decider().decide(actor, Action::complete, draft(fjord)).value();
  const auto post = fixture.post();
  auto& certificates = fixture.access->certificates();
  ASSERT_TRUE(certificates.in_force(id));
  ASSERT_TRUE(certificates.end(managing(), id, now(), post));
  EXPECT_EQ(refusal(actor, Action::write, draft(fjord)), "error.access.needs_person");
  EXPECT_TRUE(represented(actor).empty());
  EXPECT_TRUE(listed(actor, Action::read).empty());
  EXPECT_NE(recheck(fixture.decider(), permit), "");
  EXPECT_NE(recheck(other->decider(), permit_there), "") << "by the rows, whatever its memory says";
  EXPECT_FALSE(certificates.in_force(id));
  EXPECT_GT(other->follow_others(), 0);
  EXPECT_FALSE(other->decider().decide(actor, Action::write, draft(fjord)));
  EXPECT_FALSE(other->certificates().in_force(id));
  const auto in_rows =
      fixture.registers.temp.database().read([&](store::Tx& tx) { return is_in_force(tx, id, now()); });
  EXPECT_FALSE(in_rows);

  EXPECT_TRUE(certificates.end(managing(), id, now(), post)) << "the same post again";
  EXPECT_EQ(certificates.end(managing(), id, now(), fixture.post()).error().code, "error.certificate.unknown_here");
  EXPECT_EQ(certificates.note_login(fjord, seen(), now()).error().code, "error.certificate.ended");
  EXPECT_TRUE(certificates.was_ended(seen().fingerprint));
  EXPECT_FALSE(certificates.was_ended(seen("another").fingerprint)) << "one that never came here";
  EXPECT_TRUE(certificates.list(managing()).front().ended_at);
  const auto entries = fixture.ledger.entries();
  EXPECT_EQ(entries.back().kind, ledger::EventKind::certificate_ended);
  EXPECT_EQ(entries.back().actor.party, fixture.registers.actor("manager").party);
  EXPECT_EQ(std::ranges::count(entries, ledger::EventKind::certificate_ended, &ledger::NewEntry::kind), 1);

  const auto next = log_in(fjord, "bb");  // another certificate is another
  EXPECT_EQ(refusal(with(firm, next), Action::write, draft(fjord)), "");
  fixture.restart();
  EXPECT_NE(refusal(actor, Action::write, draft(fjord)), "");
  EXPECT_EQ(refusal(with(firm, next), Action::write, draft(fjord)), "");
}

TEST_P(CertificatesTest, IsNarrowedAndWidenedByWhoManagesAccessAtOnce) {
  const auto actor = with(firm, log_in(fjord));
  auto& certificates = fixture.access->certificates();
  EXPECT_EQ(certificates.rights(managing()), Certificates::Rights{});
  const auto own = fixture.decider().decide(actor, Action::complete, draft(fjord)).value();
  const auto below = fixture.decider().decide(actor, Action::complete, draft(bergen)).value();

  ASSERT_TRUE(certificates.set_rights(managing(), {true, false}, now(), fixture.post()));
  EXPECT_EQ(refusal(actor, Action::write, draft(fjord)), "");
  EXPECT_EQ(refusal(actor, Action::write, draft(bergen)), "error.access.needs_person");
  EXPECT_EQ(recheck(fixture.decider(), own), "");
  EXPECT_NE(recheck(fixture.decider(), below), "");
  EXPECT_EQ(represented(actor), std::vector<std::string>{"Fjord og Fjell AS"});
  EXPECT_EQ(listed(actor, Action::read), std::vector{fjord});
  EXPECT_EQ(fixture.ledger.entries().back().kind, ledger::EventKind::certificate_rights_changed);
  EXPECT_EQ(fixture.ledger.entries().back().parameters.text("sub_units"), "no");

  ASSERT_TRUE(certificates.set_rights(managing(), {false, true}, now(), fixture.post()));
  EXPECT_EQ(certificates.rights(managing()), (Certificates::Rights{false, false}));
  EXPECT_EQ(refusal(actor, Action::write, draft(fjord)), "error.access.needs_person");
  EXPECT_EQ(refusal(actor, Action::represent, {.party = fjord}), "error.access.needs_person");
  EXPECT_NE(recheck(fixture.decider(), own), "");
  EXPECT_TRUE(certificates.in_force(actor.credential.substr(certificate_credential.size())))
      << "it may log in, and learns that it may do nothing";
  const auto newer = with(firm, log_in(fjord, "bb"));
  EXPECT_NE(refusal(newer, Action::write, draft(fjord)), "") << "so for all of them, also one that comes later";

  const auto count = fixture.ledger.entries().size();
  ASSERT_TRUE(certificates.set_rights(managing(), {false, false}, now(), fixture.post()));
  EXPECT_EQ(fixture.ledger.entries().size(), count) << "nothing was changed";
  ASSERT_TRUE(certificates.set_rights(managing(), {true, true}, now(), fixture.post()));
  EXPECT_EQ(refusal(newer, Action::write, draft(bergen)), "");
  fixture.restart();
  EXPECT_EQ(refusal(newer, Action::write, draft(bergen)), "");
}

TEST_P(CertificatesTest, IsChangedByNobodyElse) {
  const auto id = log_in(fjord);
  auto& certificates = fixture.access->certificates();
  const auto reading =
      fixture.decider().decide(fixture.registers.actor("manager"), Action::read_delegations, {.party = fjord}).value();
  EXPECT_EQ(certificates.end(reading, id, now(), fixture.post()).error().code, "error.delegation.permit");
  EXPECT_EQ(certificates.set_rights(reading, {}, now(), fixture.post()).error().code, "error.delegation.permit");
  EXPECT_EQ(certificates.list(reading).size(), 1U);
  const auto filling =
      fixture.decider().decide(fixture.registers.actor("manager"), Action::write, draft(fjord)).value();
  EXPECT_TRUE(certificates.list(filling).empty());
  EXPECT_EQ(certificates.rights(filling), (Certificates::Rights{false, false}));
  // Who manages another business.
  const auto orchard = fixture.registers.organisation("Ekte Eplehage AS").id;
  const auto others =
      fixture.decider().decide(fixture.registers.actor("chair"), Action::delegate, {.party = orchard}).value();
  EXPECT_EQ(certificates.end(others, id, now(), fixture.post()).error().code, "error.certificate.unknown_here");
  EXPECT_TRUE(certificates.list(others).empty());
  EXPECT_TRUE(certificates.in_force(id));
}

// Whoever loses Tilgangsstyring between the page and the transaction ends and narrows nothing.
TEST_P(CertificatesTest, IsNotChangedByWhoHasLostAccessManagementMeanwhile) {
  const auto id = log_in(fjord);
  const auto employee = fixture.registers.actor("employee");
  const auto given = fixture.delegations().delegate(managing(), {employee.party, "ADMAI", {}}, now(), fixture.post());
  ASSERT_TRUE(given);
  const auto permit = managing("employee");
  ASSERT_TRUE(fixture.delegations().withdraw(managing(), given->id, now(), fixture.post()));
  auto& certificates = fixture.access->certificates();
  EXPECT_FALSE(certificates.end(permit, id, now(), fixture.post()));
  EXPECT_FALSE(certificates.set_rights(permit, {false, false}, now(), fixture.post()));
  EXPECT_TRUE(certificates.in_force(id));
  EXPECT_EQ(certificates.rights(managing()), Certificates::Rights{});
}

TEST_P(CertificatesTest, HoldsNoLongerThanItIsValidThoughNoRowChanges) {
  const auto id = log_in(fjord);
  const auto actor = with(firm, id);
  const auto permit = fixture.decider().decide(actor, Action::complete, draft(fjord)).value();
  fixture.registers.clock.advance(base::Duration::hours(24));
  EXPECT_EQ(recheck(fixture.decider(), permit), "");
  fixture.registers.clock.advance(base::Duration::seconds(1));
  EXPECT_NE(recheck(fixture.decider(), permit), "");
  EXPECT_NE(refusal(actor, Action::write, draft(fjord)), "");
  EXPECT_FALSE(fixture.access->certificates().in_force(id));
  const auto in_rows =
      fixture.registers.temp.database().read([&](store::Tx& tx) { return is_in_force(tx, id, now()); });
  EXPECT_FALSE(in_rows);
}

TEST_P(CertificatesTest, IsKnownToAnotherProcessFromItsFirstRequestThere) {
  const auto other = another_process();
  const auto id = log_in(fjord);
  EXPECT_TRUE(other->certificates().in_force(id));
  const auto last = another_process();
  const auto second = log_in(fjord, "bb");
  EXPECT_TRUE(last->decider().decide(with(firm, second), Action::write, draft(fjord)));
  EXPECT_FALSE(last->decider().decide(with(firm, "unknown"), Action::write, draft(fjord)));
}

TEST_P(CertificatesTest, HoldsNothingWhereTheOperatorLetsThemHoldNothing) {
  const auto actor = with(firm, log_in(fjord));
  const auto other = another_process({""});
  EXPECT_EQ(other->certificates().role(), "");
  const auto decided = other->decider().decide(actor, Action::write, draft(fjord));
  ASSERT_FALSE(decided);
  EXPECT_EQ(decided.error().code, "error.access.needs_person");
  EXPECT_TRUE(other->decider().representations(actor, {}).rows.empty());
  EXPECT_EQ(fixture.access->certificates().role(), "UTINN");
}

TEST_P(CertificatesTest, OfABusinessThatIsBankruptReadsWhatWasSentAndBeginsNothing) {
  const auto bankrupt = fixture.registers.organisation("Skjør Skute AS");
  const auto actor = with(bankrupt, log_in(bankrupt.id));
  EXPECT_EQ(refusal(actor, Action::read, {bankrupt.id, breach, std::nullopt, "EndEvent_1"}), "");
  EXPECT_EQ(refusal(actor, Action::instantiate, {bankrupt.id, breach}), "error.access.bankrupt");
  EXPECT_EQ(refusal(actor, Action::read, draft(bankrupt.id)), "error.access.bankrupt");
  // Nor does the estate's own certificate act for the business: its administrator does, who is a person.
  const auto estate = fixture.registers.organisation("Skjør Skute AS konkursbo");
  EXPECT_NE(refusal(with(estate, log_in(estate.id, "bb")), Action::instantiate, {bankrupt.id, breach}), "");
}

TEST_P(CertificatesTest, OfABusinessThatIsStruckOffHoldsNothing) {
  const auto& unit = *std::ranges::find_if(fixture.registers.population.units,
                                           [](const auto& one) { return one.organisation.party.deleted; });
  const auto gone = fixture.registers.find_organisation(unit.organisation.party.organisation_number).value();
  const auto actor = with(gone, log_in(gone.id));
  EXPECT_NE(refusal(actor, Action::read, {gone.id, breach, std::nullopt, "EndEvent_1"}), "");
  EXPECT_TRUE(listed(actor, Action::read).empty());
}

TEST_P(CertificatesTest, AreSoManyOfOneOrganisationAndNoMore) {
  ASSERT_TRUE(fixture.registers.temp.database().write([&](store::Tx& tx) -> base::Status {
    for (int i = 0; i < 500; ++i)
      tx.run(
          "INSERT INTO access_certificate (party, id, fingerprint, serial, issuer_name, not_after, first_used, "
          "last_used) VALUES (?, ?, ?, '1', 'CN=Test CA', ?, ?, ?)",
          {fjord, std::to_string(i), std::to_string(i), now() + base::Duration::hours(1), now(), now()});
    return {};
  }));
  EXPECT_EQ(fixture.access->certificates().note_login(fjord, seen(), now()).error().code, "error.certificate.too_many");
  ASSERT_TRUE(fixture.access->certificates().end(managing(), "17", now(), fixture.post()));
  EXPECT_TRUE(fixture.access->certificates().note_login(fjord, seen(), now()));
}

TEST_P(CertificatesTest, AreOfOrganisationsAndOfNoPerson) {
  const auto citizen = fixture.registers.actor("private_person");
  EXPECT_EQ(fixture.access->certificates().note_login(citizen.party, seen(), now()).error().code,
            "error.party.not_found");
}

}  // namespace
}  // namespace alting::access
