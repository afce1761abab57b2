// An organisation's own addresses: whose they are, that each is proved by a code, and that a code is of no use to others.
#include <gtest/gtest.h>

#include "parties/testing/contact_fixture.h"
#include "parties/topics.h"

namespace alting::parties {
namespace {

using base::Duration;
using terms::Action;
using testing::ContactFixture;

class OwnAddressesTest : public ::testing::TestWithParam<store::Engine> {
 protected:
  ContactFixture with{GetParam()};
  ContactPoints& contacts = *with.contacts;
  terms::AppId service{"dat", "brev"};
  terms::PartyId fjord = with.registers.organisation("Fjord og Fjell AS").id;
  terms::Permit manager = with.permit("manager", Action::delegate, "Fjord og Fjell AS");
  terms::Permit accountant = with.permit("accountant", Action::represent, "Fjord og Fjell AS");

  base::Instant now() { return with.registers.clock.now(); }
  std::string add(const terms::Permit& permit, std::string_view value, bool personal = true,
                  std::vector<terms::AppId> services = {}) {
    auto id = contacts.add_own(
        permit, {.kind = "email", .value = std::string(value), .for_person = personal, .services = std::move(services)},
        now(), with.post());
    EXPECT_TRUE(id) << id.error().code;
    return id ? *id : std::string();
  }
  static std::string code_of(const base::Status& status) { return status ? "" : status.error().code; }
  std::string verify(const terms::Permit& permit, const std::string& id, const std::string& code) {
    return code_of(contacts.verify(permit, id, code, now(), with.post()));
  }
  static std::string other_than(const std::string& code) { return code == "000000" ? "000001" : "000000"; }
  std::vector<std::string> sent_to(const terms::AppId& app) {
    std::vector<std::string> values;
    for (const auto& one : contacts.own_for_sending(fjord, app)) values.push_back(one.value);
    return values;
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, OwnAddressesTest, store::testing::engines(), store::testing::engine_name);

TEST_P(OwnAddressesTest, CountsAnAddressOnceItsCodeWasTypedAndTheLogSaysSo) {
  const auto id = add(manager, " daglig@fjord.example ");
  EXPECT_TRUE(sent_to(service).empty());
  EXPECT_TRUE(
      with.registers.temp.database().read([&](store::Tx& tx) { return store::is_waiting(tx, address_code, id); }));
  const auto code = with.code();
  ASSERT_TRUE(code);
  EXPECT_EQ(code->value, "daglig@fjord.example");
  EXPECT_EQ(code->organisation_name, "Fjord og Fjell AS");
  EXPECT_EQ(code->code.size(), 6U);
  EXPECT_EQ(with.code()->code, code->code) << "a message that is delivered twice says the same";
  EXPECT_EQ(verify(manager, id, code->code.substr(0, 3) + " " + code->code.substr(3)), "");
  EXPECT_EQ(sent_to(service), std::vector<std::string>{"daglig@fjord.example"});
  EXPECT_EQ(with.ledger.kinds, (std::vector{ledger::EventKind::contact_added, ledger::EventKind::contact_verified}));
  EXPECT_EQ(code_of(contacts.ask_code(manager, id, base::Language::nb, now(), with.post())),
            "error.contacts.verified_already");
}

TEST_P(OwnAddressesTest, TakesACodeForTenMinutesAndFiveTries) {
  const auto id = add(manager, "daglig@fjord.example");
  const auto right = with.code()->code;
  for (int left = 4; left >= 0; --left) {
    const auto wrong = contacts.verify(manager, id, other_than(right), now(), with.post());
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().params.at(0).second, std::to_string(left));
  }
  EXPECT_EQ(verify(manager, id, right), "error.contacts.code_ended") << "the right one comes too late";
  EXPECT_FALSE(with.code());
  with.registers.clock.advance(Duration::minutes(1));
  ASSERT_TRUE(contacts.ask_code(manager, id, base::Language::nn, now(), with.post()));
  const auto again = with.code();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->language, base::Language::nn);
  with.registers.clock.advance(Duration::minutes(10));
  EXPECT_EQ(verify(manager, id, again->code), "error.contacts.code_ended");
  EXPECT_TRUE(sent_to(service).empty());
}

TEST_P(OwnAddressesTest, GivesNoMoreThanFiveCodesAtOnceAndTwentyADayAndRemovingAnAddressGivesNoneBack) {
  int made = 0;
  const auto ask_for_another = [&]() -> std::string {
    const auto id = contacts.add_own(
        manager,
        {.kind = "email", .value = fmt::format("nr{}@fjord.example", made++), .for_person = true, .services = {}},
        now(), with.post());
    return id ? code_of(contacts.remove(manager, *id, now(), with.post())) : id.error().code;
  };
  for (int i = 0; i < 5; ++i) EXPECT_EQ(ask_for_another(), "");
  EXPECT_EQ(ask_for_another(), "error.contacts.too_many_codes");
  for (int i = 5; i < 20; ++i) {
    with.registers.clock.advance(Duration::minutes(10));
    EXPECT_EQ(ask_for_another(), "");
  }
  with.registers.clock.advance(Duration::minutes(11));
  EXPECT_EQ(ask_for_another(), "error.contacts.too_many_codes_a_day");
}

TEST_P(OwnAddressesTest, SendsNoStrangerMoreThanSixCodesADayWhoeverAsks) {
  const auto ask = [&](const terms::Permit& permit, std::string_view value) -> std::string {
    with.registers.clock.advance(Duration::minutes(11));
    const auto id = contacts.add_own(
        permit, {.kind = "email", .value = std::string(value), .for_person = true, .services = {}}, now(), with.post());
    return id ? code_of(contacts.remove(permit, *id, now(), with.post())) : id.error().code;
  };
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(ask(manager, "fremmed@annen.example"), "");
    EXPECT_EQ(ask(accountant, "Fremmed@Annen.example"), "") << "the same address";
  }
  EXPECT_EQ(ask(manager, "fremmed@annen.example"), "error.contacts.too_many_codes_to");
  EXPECT_EQ(ask(accountant, "fremmed@annen.example"), "error.contacts.too_many_codes_to");
  EXPECT_EQ(ask(accountant, "egen@annen.example"), "");
  with.registers.clock.advance(Duration::hours(25));
  EXPECT_EQ(ask(manager, "fremmed@annen.example"), "");
}

TEST_P(OwnAddressesTest, ShowsOnesOwnAndToWhoManagesAccessAll) {
  const auto mine = add(accountant, "regnskap@sirlig.example");
  add(manager, "post@fjord.example", false);
  EXPECT_EQ(contacts.list_own(manager)->size(), 2U);
  ASSERT_EQ(contacts.list_own(accountant)->size(), 1U);
  EXPECT_TRUE(contacts.list_own(accountant)->at(0).mine);
  EXPECT_EQ(code_of(contacts.remove(with.permit("auditor", Action::represent, "Fjord og Fjell AS"), mine, now(),
                                    with.post())),
            "error.contacts.not_found");
  EXPECT_EQ(
      code_of(contacts.remove(with.permit("chair", Action::delegate, "Ekte Eplehage AS"), mine, now(), with.post())),
      "error.contacts.not_found");
  const auto code = with.code();
  EXPECT_EQ(verify(manager, mine, code->code), "error.contacts.not_found") << "proved by who added it";
  const auto post = with.post();
  EXPECT_TRUE(contacts.remove(manager, mine, now(), post));
  EXPECT_TRUE(contacts.remove(manager, mine, now(), post)) << "the same post again";
  EXPECT_TRUE(contacts.list_own(accountant)->empty());
}

TEST_P(OwnAddressesTest, LetsAnAgencysStaffAddTheirOwnAndNoShared) {
  const auto agency = with.registers.organisation("Datatilsynet").id;
  const auto staff = [&](std::string_view story, Action action = Action::agency_follow) {
    return access::Decider::permit(with.registers.actor(story), agency, "app:dat/brev", action);
  };
  const auto clerk = staff("caseworker"), other = staff("second_caseworker");
  const auto id = add(clerk, "kattugle@dat.example");
  EXPECT_EQ(verify(clerk, id, with.code()->code), "");
  ASSERT_EQ(contacts.own_for_sending(agency, service).size(), 1U);
  EXPECT_TRUE(contacts.own_for_sending(agency, service).front().for_person);
  EXPECT_EQ(code_of(contacts
                        .add_own(clerk, {.kind = "email", .value = "alle@dat.example", .for_person = false}, now(),
                                 with.post())
                        .transform([](const auto&) {})),
            "error.access.forbidden");
  EXPECT_TRUE(contacts.list_own(other)->empty());
  EXPECT_EQ(code_of(contacts.remove(other, id, now(), with.post())), "error.contacts.not_found");
  for (const auto action : {Action::agency_read, Action::agency_send, Action::agency_confirm})
    EXPECT_EQ(code_of(contacts.remove(staff("caseworker", action), id, now(), with.post())), "error.access.forbidden")
        << "those may be for any party";
  // What one added for all, when one managed access, is reached as staff no more.
  const auto managing = access::Decider::permit(with.registers.actor("caseworker"), agency, "party", Action::delegate);
  const auto shared = add(managing, "felles@dat.example", false);
  EXPECT_EQ(contacts.list_own(clerk)->size(), 1U);
  EXPECT_EQ(code_of(contacts.remove(clerk, shared, now(), with.post())), "error.contacts.not_found");
  with.holds = false;
  EXPECT_EQ(code_of(contacts.remove(clerk, id, now(), with.post())), "error.access.forbidden");
  with.holds = true;
  EXPECT_EQ(code_of(contacts.remove(clerk, id, now(), with.post())), "");
}

TEST_P(OwnAddressesTest, RefusesWhatIsNotAsksTooMuchOrComesTwice) {
  const auto refused = [&](const terms::Permit& permit, const NewOwnAddress& address) {
    const auto id = contacts.add_own(permit, address, now(), with.post());
    return id ? std::string() : id.error().code;
  };
  EXPECT_EQ(refused(manager, {.kind = "email", .value = "ikke en adresse"}), "error.contacts.email");
  EXPECT_EQ(refused(manager, {.kind = "mobile", .value = "22334455"}), "error.contacts.mobile");
  EXPECT_EQ(refused(accountant, {.kind = "email", .value = "a@b.no", .for_person = false}), "error.access.forbidden");
  EXPECT_EQ(refused(with.permit("manager", Action::read, "Fjord og Fjell AS"), {.kind = "email", .value = "a@b.no"}),
            "error.access.forbidden");
  const auto myself =
      access::Decider::permit(with.registers.actor("manager"), with.person("manager"), "party", Action::represent);
  EXPECT_EQ(refused(myself, {.kind = "email", .value = "a@b.no"}), "error.contacts.organisation");
  EXPECT_EQ(refused(manager, {.kind = "email", .value = "a@b.no"}), "");
  EXPECT_EQ(refused(manager, {.kind = "email", .value = "A@B.no"}), "error.contacts.added_already");
  with.holds = false;
  EXPECT_EQ(refused(manager, {.kind = "email", .value = "c@b.no"}), "error.access.forbidden")
      << "decided again where it is written";
  with.holds = true;
  const auto post = with.post();
  with.registers.clock.advance(Duration::minutes(11));
  const NewOwnAddress once{.kind = "email", .value = "to@b.no"};
  EXPECT_EQ(*contacts.add_own(manager, once, now(), post), *contacts.add_own(manager, once, now(), post));
  EXPECT_EQ(contacts.list_own(manager)->size(), 2U);
}

TEST_P(OwnAddressesTest, SendsForTheServicesThatWereChosenAndForASubUnitToo) {
  const auto id = add(manager, "daglig@fjord.example", false, {service});
  EXPECT_EQ(verify(manager, id, with.code()->code), "");
  EXPECT_EQ(sent_to(service).size(), 1U);
  EXPECT_TRUE(sent_to({"dat", "avviksmelding"}).empty());
  ASSERT_TRUE(contacts.set_services(manager, id, {}, now(), with.post()));
  EXPECT_EQ(sent_to({"dat", "avviksmelding"}).size(), 1U);
  const auto bergen = with.registers.organisation("Fjord og Fjell AS avd Bergen").id;
  EXPECT_EQ(contacts.own_for_sending(bergen, service).size(), 1U);
}

TEST_P(OwnAddressesTest, LetsWhatBouncedBeProvedAnew) {
  const auto id = add(manager, "daglig@fjord.example", false);
  EXPECT_EQ(verify(manager, id, with.code()->code), "");
  contacts.mark_bounced(fjord, "daglig@fjord.example", "own", "5.1.1", now());
  EXPECT_EQ(contacts.bounced(manager).size(), 1U);
  ASSERT_TRUE(contacts.ask_code(manager, id, base::Language::nb, now(), with.post()));
  EXPECT_EQ(verify(manager, id, with.code()->code), "");
  EXPECT_FALSE(contacts.is_bounced(fjord, "daglig@fjord.example"));
}

TEST_P(OwnAddressesTest, ForgetsTheNextDayWhatNobodyProved) {
  const auto proved = add(manager, "daglig@fjord.example");
  EXPECT_EQ(verify(manager, proved, with.code()->code), "");
  add(manager, "fremmed@ukjent.example");
  EXPECT_EQ(contacts.forget_unverified({}), 0);
  with.registers.clock.advance(Duration::days(1));
  const store::HoldsNow held = [&](store::Tx&) {
    return store::Holds({store::Hold{.of = {store::HeldParty{fjord, "", {}, {}}}}});
  };
  EXPECT_EQ(contacts.forget_unverified(held), 0);
  EXPECT_EQ(contacts.forget_unverified({}), 1);
  EXPECT_EQ(contacts.list_own(manager)->size(), 1U);
  EXPECT_FALSE(with.code()) << "the code of an address that is gone is of no use";
}

}  // namespace
}  // namespace alting::parties
