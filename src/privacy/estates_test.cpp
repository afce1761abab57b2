// Changes in the registers, as imports bring them, and what they do: to what was sent and received, to rights, to proof, and
// in the end to what is kept.
#include "privacy/estates.h"

#include <fmt/format.h>

#include "inbox/testing/messages_fixture.h"
#include "parties/deaths.h"
#include "parties/import.h"
#include "privacy/migrations.h"
#include "privacy/room_catalogue.h"

namespace alting::privacy {
namespace {

using inbox::MessageId;
using instances::testing::expect;
using terms::Action;

class EstatesTest : public inbox::testing::MessagesFixture {
 protected:
  EstatesTest() { store::migrate(registers.temp.database(), registers.clock, {migrations()}); }

  static parties::ByteSource source_of(std::string text) {
    return [text = std::move(text), given = false]() mutable -> base::Result<base::Bytes> {
      return std::exchange(given, true) ? std::string() : text;
    };
  }
  void import_all(const std::string& text, const std::string& name) {
    parties::ImportOptions options;
    options.source_name = name;
    options.may_shrink = true;
    (void)expect(parties::import_enhetsregisteret(*registers.registry, source_of(text), options));
  }
  // As the next file of Enhetsregisteret has it: of these alone.
  void strike_off(const std::vector<std::string>& names, bool struck = true) {
    std::string units;
    for (const auto& name : names)
      units += fmt::format(
          R"({}{{"organisasjonsnummer": "{}", "navn": "{}", "organisasjonsform": {{"kode": "AS"}}{}, "respons_klasse": "{}"}})",
          units.empty() ? "" : ", ", registers.organisation(name).organisation_number, name,
          struck ? R"(, "slettedato": "2026-11-01")" : "", struck ? "SlettetEnhet" : "Enhet");
    import_all("[" + units + "]", fmt::format("enheter {}", ++imports));
  }
  void strike_off(const std::string& name, bool struck = true) { strike_off(std::vector{name}, struck); }
  void to_be_merged_with(const std::string& name, const terms::PartyId successor) {
    import_all(fmt::format("organisasjonsnummer;rolle;identifikator;navn\n{};FUSJ;{};\n",
                           registers.organisation(name).organisation_number,
                           registers.registry->find(successor)->organisation_number),
               fmt::format("roller {}", ++imports));
  }
  void die(std::string_view story) {
    (void)expect(parties::import_deaths(
        *registers.registry,
        source_of("identifikator;doedsdato\n" + registers.person(story).national_id + ";2026-11-01\n"),
        [](const parties::DeathsReport&) { return [](store::Tx&) {}; }));
  }
  std::string refusal(const terms::Actor& actor, terms::PartyId party, const MessageId& id, Action action) {
    const auto asked = ask(actor, party, id, action);
    return asked ? "" : asked.error().code;
  }
  std::string code_of_sending(const inbox::Recipient& to) {
    const auto outcome = uses->sending.send(agency(), a_message(), {to}, registers.clock.now(), post());
    return outcome ? code_of(*outcome) : outcome.error().code;
  }
  std::optional<std::string> noted(terms::PartyId party) {
    return registers.temp.database().read([&](store::Tx& tx) -> std::optional<std::string> {
      const auto row = tx.query_one("SELECT gone_by FROM party_gone WHERE party = ?", {party});
      return row ? std::optional(store::read_one<std::string>(*row)) : std::nullopt;
    });
  }
  // How many the plan says would go now.
  std::int64_t planned(std::string_view rule = gone_business_rule) {
    const auto plans = estate_plans(catalogue);
    const auto plan = std::ranges::find(plans, rule, &RoomPlan::rule);
    return registers.temp.database().read([&](store::Tx& tx) { return plan->count(tx, registers.clock.now()); });
  }
  void years_go_by(int years) { registers.clock.advance(base::Duration::days(366 * years)); }

  int imports = 0;
  store::Catalogue catalogue{{&room_catalogue()}};
  std::vector<terms::PartyId> erased;
  base::Result<bool> erasing = true;
  Estates estates{{.database = registers.temp.database(),
                   .catalogue = catalogue,
                   .clock = registers.clock,
                   .erase_own = [this](terms::PartyId party, base::Instant) {
                     erased.push_back(party);
                     return erasing;
                   }}};
};
INSTANTIATE_TEST_SUITE_P(Engines, EstatesTest, store::testing::engines(), store::testing::engine_name);

TEST_P(EstatesTest, a_business_that_is_struck_off_is_read_by_who_had_roles_and_changed_by_nobody) {
  const auto id = send_message(a_message(), {to("Fjord og Fjell AS")}).messages.front();
  (void)open(manager, firm, id);
  strike_off("Fjord og Fjell AS");
  EXPECT_EQ(open(manager, firm, id).title, "Om internkontroll");
  EXPECT_EQ(refusal(manager, firm, id, Action::remove), "error.access.party_deleted");
  EXPECT_EQ(refusal(manager, firm, id, Action::complete), "error.access.party_deleted");
  EXPECT_EQ(code_of_sending(to("Fjord og Fjell AS")), "messages.error.recipient_deleted");
  log->flush();
  EXPECT_EQ(expect(uses->messages.receipts(may(manager, firm, id), id)).size(), 2U) << "what was proved is proved";
  EXPECT_EQ(refusal(registers.actor("two_companies"), firm, id, Action::read), "error.access.forbidden");
}

TEST_P(EstatesTest, who_leads_the_business_that_took_over_reads_it_from_when_it_is_struck_off) {
  const auto id = send_message(a_message(), {to("Fjord og Fjell AS")}).messages.front();
  const auto leader = registers.actor("two_companies");
  terms::PartyId successor{};
  for (const auto& fact : registers.roles_held_by(leader.party))
    if (fact.role == "DAGL") successor = fact.in;
  ASSERT_NE(successor.value, 0);
  to_be_merged_with("Fjord og Fjell AS", successor);
  EXPECT_EQ(refusal(leader, firm, id, Action::read), "error.access.forbidden") << "they are two until it is struck off";
  EXPECT_TRUE(inbox.list(read_scope(leader, firm), {.folder = inbox::Folder::received}).rows.empty());
  strike_off("Fjord og Fjell AS");
  EXPECT_EQ(open(leader, firm, id).title, "Om internkontroll");
  EXPECT_EQ(may(leader, firm, id).evidence().role, "FUSJ");
  EXPECT_EQ(inbox.list(read_scope(leader, firm), {.folder = inbox::Folder::received}).rows.size(), 1U);
  EXPECT_EQ(inbox.list(read_scope(leader), {.folder = inbox::Folder::received}).rows.size(), 1U);
  EXPECT_EQ(refusal(leader, firm, id, Action::remove), "error.access.party_deleted");
  const auto delegating = access->decider().decide(leader, Action::delegate, {.party = firm});
  EXPECT_FALSE(delegating);
  EXPECT_GT(estates.notice(), 0);
  EXPECT_EQ(noted(firm), "merger");
  strike_off("Fjord og Fjell AS", false);
  EXPECT_EQ(refusal(leader, firm, id, Action::read), "error.access.forbidden") << "the register took it back";
}

TEST_P(EstatesTest, of_the_dead_nobody_opens_anything_and_nothing_new_comes) {
  const auto person = registers.actor("employee");
  const auto id = send_message(a_message(), {to_person("employee")}).messages.front();
  (void)open(person, person.party, id);
  die("employee");
  EXPECT_FALSE(registers.registry->sign_in(terms::NationalIdText(registers.person("employee").national_id)));
  EXPECT_EQ(refusal(person, person.party, id, Action::read), "error.access.forbidden") << "a session that is open";
  EXPECT_EQ(code_of_sending(to_person("employee")), "error.person.dead");
  EXPECT_TRUE(fared(id).opened) << "the agency's own record stays";
}

TEST_P(EstatesTest, what_is_left_ends_after_the_period_of_the_rule_and_is_ended_once) {
  const auto person = registers.actor("employee");
  (void)send_message(a_message(), {to_person("employee"), to("Fjord og Fjell AS")});
  (void)estates.notice();
  erased.clear();
  die("employee");
  strike_off("Fjord og Fjell AS");
  EXPECT_EQ(estates.notice(), 2);
  EXPECT_EQ(estates.notice(), 0);
  EXPECT_EQ(noted(person.party), "death");
  EXPECT_EQ(noted(firm), "struck_off");
  years_go_by(2);
  EXPECT_EQ(std::ranges::count(erased, person.party), 0);
  (void)estates.end_due();
  EXPECT_EQ(std::ranges::count(erased, person.party), 0) << "not after two";
  years_go_by(1);
  EXPECT_EQ(planned(), 0);
  const auto of_the_dead = planned(gone_person_rule);
  EXPECT_GT(of_the_dead, 0);
  (void)estates.end_due();
  EXPECT_EQ(planned(gone_person_rule), 0);
  EXPECT_EQ(std::ranges::count(erased, person.party), 1) << "three years";
  EXPECT_EQ(std::ranges::count(erased, firm), 0) << "five years";
  EXPECT_FALSE(registers.registry->roles_in(firm).empty());
  years_go_by(2);
  EXPECT_GT(planned(), 0);
  (void)estates.end_due();
  EXPECT_EQ(std::ranges::count(erased, firm), 1);
  registers.registry->reload();
  EXPECT_TRUE(registers.registry->roles_in(firm).empty()) << "who led it is forgotten with the rest";
  EXPECT_EQ(planned(), 0);
  EXPECT_EQ(estates.end_due(), 0);
  EXPECT_EQ(std::ranges::count(erased, person.party), 1) << "once";
}

TEST_P(EstatesTest, a_merger_has_the_years_of_a_business_from_when_it_was_first_noticed) {
  const auto sent = begin();
  (void)send(sent, fill(sent).version, post());                                   // and no message
  strike_off(std::vector<std::string>{"Fjord og Fjell AS", "Ekte Eplehage AS"});  // the second has nothing here
  (void)estates.notice();
  ASSERT_EQ(noted(firm), "struck_off");
  years_go_by(4);
  to_be_merged_with("Fjord og Fjell AS", registers.organisation("Lys Løkke AS").id);
  EXPECT_EQ(estates.notice(), 1) << "the register says so later";
  ASSERT_EQ(noted(firm), "merger");
  (void)estates.end_due();
  EXPECT_EQ(std::ranges::count(erased, firm), 0) << "four years";
  years_go_by(1);
  (void)estates.end_due();
  EXPECT_EQ(std::ranges::count(erased, firm), 1) << "five, counted from the first time";
  EXPECT_EQ(std::ranges::count(erased, registers.organisation("Ekte Eplehage AS").id), 0) << "nothing to erase";
  EXPECT_EQ(planned(), 0) << "and it is ended all the same";
}

TEST_P(EstatesTest, what_is_held_waits_and_what_the_register_takes_back_is_not_ended) {
  (void)send_message(a_message(), {to_person("employee"), to("Fjord og Fjell AS")});
  const auto person = registers.actor("employee");
  strike_off("Fjord og Fjell AS");
  die("employee");
  (void)estates.notice();
  years_go_by(5);
  erasing = base::make_error(base::ErrorKind::conflict, "error.erasure.held", "held");
  (void)estates.end_due();
  EXPECT_EQ(std::ranges::count(erased, firm), 1);
  EXPECT_FALSE(registers.registry->roles_in(firm).empty()) << "nothing is forgotten while it is held";
  strike_off("Fjord og Fjell AS", false);
  EXPECT_GT(estates.notice(), 0);
  EXPECT_FALSE(noted(firm));
  erasing = true;
  erased.clear();
  (void)estates.end_due();
  EXPECT_EQ(std::ranges::count(erased, firm), 0);
  EXPECT_EQ(std::ranges::count(erased, person.party), 1);
}

TEST_P(EstatesTest, what_is_restricted_towards_anyone_is_not_ended_until_that_is_lifted) {
  (void)send_message(a_message(), {to_person("employee"), to("Fjord og Fjell AS")});
  const auto person = registers.actor("employee");
  strike_off("Fjord og Fjell AS");
  die("employee");
  (void)estates.notice();
  years_go_by(5);
  ASSERT_TRUE(registers.temp.database().write([&](store::Tx& tx) -> base::Status {
    for (const auto party : {firm, person.party})
      tx.run(
          "INSERT INTO access_restriction (restriction_id, party, controller, item, since, request_id, ground, told) "
          "VALUES (?, ?, 'dat', '', ?, '', 'contested', '[]')",
          {base::Uuid::v4(registers.random), party, registers.clock.now()});
    return {};
  }));
  (void)estates.end_due();
  EXPECT_EQ(std::ranges::count(erased, person.party), 0);
  EXPECT_EQ(std::ranges::count(erased, firm), 0);
  EXPECT_FALSE(registers.registry->roles_in(firm).empty());
  const auto held = registers.temp.database().read([&](store::Tx& tx) {
    store::Hold restricted;
    restricted.of.push_back({.party = firm, .uuid = {}, .user_ids = {}, .numbers = {}});
    return estate_plans(catalogue).at(1).held(tx, registers.clock.now(), store::Holds({restricted}));
  });
  EXPECT_EQ(held, 1) << "and the plan says so";
  ASSERT_TRUE(registers.temp.database().write([&](store::Tx& tx) -> base::Status {
    tx.run("UPDATE access_restriction SET lifted_at = ?", {registers.clock.now()});
    return {};
  }));
  (void)estates.end_due();
  EXPECT_EQ(std::ranges::count(erased, person.party), 1);
  EXPECT_EQ(std::ranges::count(erased, firm), 1);
}

}  // namespace
}  // namespace alting::privacy
