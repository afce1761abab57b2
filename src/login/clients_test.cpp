#include "login/clients.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "access/make_access.h"
#include "access/migrations.h"
#include "ledger/event_kinds.h"
#include "login/migrations.h"
#include "login/testing/doubles.h"
#include "login/token_scopes.h"
#include "parties/testing/test_registers.h"
#include "store/once.h"
#include "store/row_reader.h"

namespace alting::login {
namespace {

using ledger::EventKind;

class ClientsTest : public ::testing::TestWithParam<store::Engine> {
 protected:
  std::unique_ptr<Clients> make(terms::Mode mode = terms::Mode::test, store::QuotaLimits limits = {}) {
    return make_clients({registers.temp.database(), ledger, access->decider(), *registers.registry, mode,
                         registers.random, store::Quotas(limits)});
  }
  terms::Permit permit(terms::Action action = terms::Action::delegate) {
    return access->decider().decide(manager, action, {.party = firm.id}).value();
  }
  std::string post() { return base::Uuid::v4(registers.random).text(); }
  base::Instant now() const { return registers.clock.now(); }
  std::vector<EventKind> kinds() const {
    std::vector<EventKind> all;
    for (const auto& entry : ledger.entries) all.push_back(entry.kind);
    return all;
  }
  static NewClient system(std::string name = "Fagsystemet") {
    static const auto key = crypto::PrivateKey::generate(crypto::KeyType::p256);
    return {std::move(name), key.public_key(), {std::string(scope::instances_read)}};
  }
  // One that proves itself with a certificate, of which there may be many.
  NewClient certified() const { return {"x", {}, reads}; }
  const std::vector<std::string> reads{std::string(scope::instances_read)};

  parties::testing::TestRegisters registers{GetParam(), true, {access::migrations(), login::migrations()}};
  testing::RememberingLedger ledger;
  std::unique_ptr<access::Access> access =
      access::make_access({registers.temp.database(), *registers.registry, ledger, registers.clock, registers.random});
  terms::Actor manager = registers.actor("manager");
  parties::Party firm = registers.organisation("Fjord og Fjell AS");
  parties::Party accounting = registers.organisation("Sirlig Regnskap AS");
  std::unique_ptr<Clients> clients = make();
};

INSTANTIATE_TEST_SUITE_P(Engines, ClientsTest, store::testing::engines(), store::testing::engine_name);

TEST_P(ClientsTest, a_system_is_registered_listed_and_found_by_its_id) {
  const auto added = clients->add(permit(), system("  Fagsystemet "), now(), post());
  ASSERT_TRUE(added) << added.error().code;
  EXPECT_EQ(added->name, "Fagsystemet");
  EXPECT_EQ(added->organisation, firm.organisation_number);
  EXPECT_EQ(added->kid, system().key->thumbprint());
  EXPECT_EQ(added->scopes, reads);
  EXPECT_EQ(added->added_at, now());
  EXPECT_FALSE(added->used_at);
  const auto listed = clients->list(permit(terms::Action::read_delegations));
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed.front().client_id, added->client_id);
  const auto found = clients->find(added->client_id);
  ASSERT_TRUE(found);
  ASSERT_TRUE(found->key);
  EXPECT_EQ(found->key->thumbprint(), added->kid);
  EXPECT_FALSE(clients->find(post()));
  ASSERT_EQ(kinds(), std::vector{EventKind::client_added});
  EXPECT_EQ(ledger.entries.front().party, firm.id);
  EXPECT_EQ(ledger.entries.front().actor.user_id, manager.user_id);
  EXPECT_EQ(ledger.entries.front().parameters.text("client"), added->client_id);
}

TEST_P(ClientsTest, a_post_that_comes_twice_registers_once) {
  const auto id = post();
  const auto first = clients->add(permit(), system(), now(), id), second = clients->add(permit(), system(), now(), id);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->client_id, second->client_id);
  EXPECT_EQ(kinds().size(), 1U);
  EXPECT_TRUE(
      store::was_done(registers.temp.database(), id, fmt::format("party:{}", manager.party.value), client_added));
  EXPECT_EQ(clients->add(permit(), system("Et annet"), now(), id).error().code, "error.once.other_act");
  EXPECT_EQ(clients->add(permit(), {"x", {}, reads}, now(), id).error().code, "error.once.other_act");
  EXPECT_EQ(clients->add(permit(), system(), now(), "x").error().code, "error.post_id");
}

TEST_P(ClientsTest, what_cannot_be_registered_is_refused_with_its_reason) {
  const auto code = [&](NewClient client) { return clients->add(permit(), client, now(), post()).error().code; };
  EXPECT_EQ(code({" ", {}, reads}), "error.client.name");
  EXPECT_EQ(code({std::string(101, 'x'), {}, reads}), "error.client.name");
  EXPECT_EQ(code({"a\x01", {}, reads}), "error.client.name");
  EXPECT_EQ(code({"x", {}, {}}), "error.client.scope");
  EXPECT_EQ(code({"x", {}, {"altinn:everything"}}), "error.client.scope");
  EXPECT_TRUE(clients->add(permit(), {std::string(100, 'x'), {}, {reads[0], reads[0]}}, now(), post()));
  EXPECT_EQ(clients->list(permit()).front().scopes, reads) << "said twice is said once";
}

TEST_P(ClientsTest, there_is_a_limit_and_what_was_ended_does_not_count) {
  std::string last;
  for (std::size_t i = 0; i < max_clients; ++i) last = clients->add(permit(), certified(), now(), post())->client_id;
  EXPECT_EQ(clients->add(permit(), certified(), now(), post()).error().code, "error.client.too_many");
  ASSERT_TRUE(clients->end(permit(), last, now(), post()));
  EXPECT_TRUE(clients->add(permit(), certified(), now(), post()));
}

TEST_P(ClientsTest, a_key_is_one_systems_of_an_organisation_while_it_is_in_force) {
  const auto first = clients->add(permit(), system(), now(), post()).value().client_id;
  const auto second = clients->add(permit(), system("Et annet"), now(), post());
  EXPECT_EQ(second.error().code, "error.client.same_key");
  EXPECT_EQ(second.error().kind, base::ErrorKind::conflict);
  EXPECT_EQ(clients->list(permit()).size(), 1U);
  EXPECT_TRUE(clients->add_by_operator(accounting.organisation_number, system(), now())) << "another's";
  ASSERT_TRUE(clients->end(permit(), first, now(), post()));
  EXPECT_TRUE(clients->add(permit(), system(), now(), post()));
}

TEST_P(ClientsTest, it_takes_a_permit_to_give_access_for_the_party_and_one_that_still_holds) {
  const auto reading = permit(terms::Action::read_delegations);
  EXPECT_EQ(clients->add(reading, system(), now(), post()).error().code, "error.access.forbidden");
  EXPECT_EQ(clients->end(reading, "x", now(), post()).error().code, "error.access.forbidden");
  EXPECT_EQ(clients->give(reading, accounting.organisation_number, reads[0], now(), post()).error().code,
            "error.access.forbidden");
  EXPECT_TRUE(
      clients->list(access->decider().decide(manager, terms::Action::represent, {.party = firm.id}).value()).empty());
  // The manager's own party is no organisation.
  const auto oneself = access->decider().decide(manager, terms::Action::delegate, {.party = manager.party});
  ASSERT_TRUE(oneself);
  EXPECT_EQ(clients->add(*oneself, system(), now(), post()).error().code, "error.client.organisation");
  EXPECT_TRUE(ledger.entries.empty());
}

TEST_P(ClientsTest, an_hours_entries_are_a_limit_too) {
  auto few = make(terms::Mode::test, {.entries = 2});
  EXPECT_TRUE(few->add(permit(), certified(), now(), post()));
  EXPECT_TRUE(few->add(permit(), certified(), now(), post()));
  EXPECT_EQ(few->add(permit(), certified(), now(), post()).error().kind, base::ErrorKind::too_many);
  EXPECT_EQ(few->list(permit()).size(), 2U);
}

TEST_P(ClientsTest, an_ended_client_is_in_force_no_more_and_stays_ended) {
  const auto id = clients->add(permit(), system(), now(), post())->client_id;
  EXPECT_TRUE(clients->in_force(id, firm.organisation_number, reads));
  EXPECT_TRUE(clients->in_force(id, firm.organisation_number, {}));
  EXPECT_FALSE(clients->in_force(id, firm.organisation_number, {std::string(scope::events_subscribe)}));
  EXPECT_FALSE(clients->in_force(id, accounting.organisation_number, reads));
  ASSERT_TRUE(clients->end(permit(), id, now(), post()));
  EXPECT_FALSE(clients->in_force(id, firm.organisation_number, reads));
  EXPECT_FALSE(clients->find(id));
  EXPECT_EQ(clients->list(permit()).front().ended_at, now());
  EXPECT_EQ(clients->end(permit(), id, now(), post()).error().code, "error.client.not_found");
  EXPECT_EQ(kinds(), (std::vector{EventKind::client_added, EventKind::client_ended}));
}

TEST_P(ClientsTest, nobody_ends_anothers_client) {
  const auto id = clients->add_by_operator(accounting.organisation_number, system(), now())->client_id;
  EXPECT_EQ(clients->end(permit(), id, now(), post()).error().code, "error.client.not_found");
  EXPECT_TRUE(clients->in_force(id, accounting.organisation_number, reads));
  EXPECT_TRUE(clients->list(permit()).empty());
  ASSERT_TRUE(clients->end_by_operator(id, now()));
  EXPECT_FALSE(clients->in_force(id, accounting.organisation_number, reads));
  EXPECT_EQ(ledger.entries.back().actor.kind, terms::ActorKind::system);
  EXPECT_EQ(clients->end_by_operator(post(), now()).error().code, "error.client.not_found");
  EXPECT_EQ(clients->add_by_operator("310000019", system(), now()).error().code, "error.client.organisation");
}

TEST_P(ClientsTest, a_supplier_acts_with_the_scopes_it_was_given_until_they_are_taken_back) {
  const auto id = clients->add_by_operator(accounting.organisation_number, system(), now())->client_id;
  const auto giving = post();
  const auto given = clients->give(permit(), accounting.organisation_number, reads[0], now(), giving);
  ASSERT_TRUE(given) << given.error().code;
  EXPECT_EQ(given->name, accounting.name);
  EXPECT_TRUE(clients->in_force(id, firm.organisation_number, reads));
  EXPECT_FALSE(clients->in_force(id, firm.organisation_number, {std::string(scope::instances_write)}));
  ASSERT_EQ(ledger.entries.back().concerns.size(), 1U);
  EXPECT_EQ(ledger.entries.back().concerns.front().party, accounting.id);
  EXPECT_TRUE(ledger.entries.back().concerns.front().without_actor);
  EXPECT_EQ(clients->give(permit(), accounting.organisation_number, reads[0], now(), post())->id, given->id)
      << "what stands already is the answer";
  ASSERT_EQ(clients->suppliers(permit()).size(), 1U);
  EXPECT_EQ(clients->suppliers(permit()).front().organisation, accounting.organisation_number);

  ASSERT_TRUE(clients->take_back(permit(), given->id, now(), post()));
  EXPECT_FALSE(clients->in_force(id, firm.organisation_number, reads));
  EXPECT_EQ(clients->take_back(permit(), given->id, now(), post()).error().code, "error.client.not_found");
  EXPECT_EQ(clients->suppliers(permit()).front().ended_at, now());
  EXPECT_EQ(clients->give(permit(), accounting.organisation_number, reads[0], now(), giving).error().code,
            "error.client.ended_since")
      << "the post from an old tab gives nothing, and says so";
  EXPECT_NE(clients->give(permit(), accounting.organisation_number, reads[0], now(), post())->id, given->id);
  EXPECT_EQ(kinds(), (std::vector{EventKind::client_added, EventKind::supplier_given, EventKind::supplier_ended,
                                  EventKind::supplier_given}));
}

TEST_P(ClientsTest, what_a_supplier_subscribed_to_ends_in_the_transaction_that_takes_its_right_back) {
  const auto& number = accounting.organisation_number;
  std::vector<std::string> asked;
  bool ended = false;
  base::Status answer;
  clients = make_clients({registers.temp.database(), ledger, access->decider(), *registers.registry, terms::Mode::test,
                          registers.random, store::Quotas(),
                          [&](const terms::Permit&, std::string_view supplier, base::Instant) -> ClientsParts::Ending {
                            asked.emplace_back(supplier);
                            return [&](store::Tx&) -> base::Status {
                              ended = true;
                              return answer;
                            };
                          }});
  const auto give = [&](std::string_view wanted) {
    return clients->give(permit(), number, wanted, now(), post()).value().id;
  };
  const auto was_taken_back = [&] {
    return registers.temp.database().read(
        [&](store::Tx& tx) { return clients->was_taken_back(tx, firm.organisation_number, number); });
  };
  EXPECT_FALSE(was_taken_back()) << "another issuer may know of it";
  const auto writes = give(scope::instances_write), reading = give(scope::instances_read);
  ASSERT_TRUE(clients->take_back(permit(), writes, now(), post()));
  EXPECT_TRUE(asked.empty()) << "what is not needed to subscribe ends nothing";
  EXPECT_FALSE(was_taken_back());

  answer = base::Status(base::make_error(base::ErrorKind::conflict, "error.events.made_meanwhile"));
  EXPECT_EQ(clients->take_back(permit(), reading, now(), post()).error().code, "error.events.made_meanwhile");
  EXPECT_FALSE(clients->suppliers(permit()).front().ended_at) << "all of it, or nothing";
  EXPECT_FALSE(was_taken_back());
  answer = base::Status();
  ended = false;
  ASSERT_TRUE(clients->take_back(permit(), reading, now(), post()));
  EXPECT_TRUE(ended);
  // What was made in between is made ready again, five times in all.
  EXPECT_EQ(asked, std::vector(6, number));
  EXPECT_TRUE(was_taken_back());
  (void)give(scope::instances_read);
  EXPECT_FALSE(was_taken_back());
}

TEST_P(ClientsTest, a_supplier_is_another_organisation_of_the_register) {
  const auto code = [&](std::string_view number, std::string_view wanted) {
    return clients->give(permit(), number, wanted, now(), post()).error().code;
  };
  EXPECT_EQ(code(firm.organisation_number, reads[0]), "error.client.own_number");
  EXPECT_EQ(code("310000019", reads[0]), "error.client.supplier");
  EXPECT_EQ(code("x", reads[0]), "error.client.supplier");
  EXPECT_EQ(code(accounting.organisation_number, "altinn:everything"), "error.client.scope");
}

TEST_P(ClientsTest, an_assertion_is_used_once_by_a_client_and_says_when_the_client_was_used) {
  const auto id = clients->add(permit(), system(), now(), post())->client_id;
  EXPECT_TRUE(clients->use_once(id, "jti-1", now()));
  EXPECT_FALSE(clients->use_once(id, "jti-1", now() + base::Duration::seconds(1)));
  EXPECT_TRUE(clients->use_once(id, "jti-2", now()));
  EXPECT_TRUE(clients->use_once("another", "jti-1", now()));
  EXPECT_FALSE(make()->use_once(id, "jti-2", now())) << "another process on the same database";
  EXPECT_EQ(clients->list(permit()).front().used_at, now());
}

TEST_P(ClientsTest, in_production_clients_are_registered_with_the_issuer) {
  auto elsewhere = make(terms::Mode::production);
  EXPECT_FALSE(elsewhere->are_here());
  EXPECT_EQ(elsewhere->add(permit(), system(), now(), post()).error().code, "error.client.elsewhere");
  EXPECT_EQ(elsewhere->give(permit(), accounting.organisation_number, reads[0], now(), post()).error().code,
            "error.client.elsewhere");
  EXPECT_EQ(elsewhere->add_by_operator(firm.organisation_number, system(), now()).error().code,
            "error.client.elsewhere");
}

TEST(ClientKeys, a_public_key_is_taken_in_every_form_and_a_private_one_in_none) {
  const auto key = crypto::PrivateKey::generate(crypto::KeyType::p256);
  const auto jwk = key.public_key().jwk();
  const auto thumbprint = [](std::string_view text) {
    const auto read = read_client_key(text);
    return read ? read->thumbprint() : read.error().code;
  };
  const auto expected = key.public_key().thumbprint();
  EXPECT_EQ(thumbprint(jwk.dump()), expected);
  EXPECT_EQ(thumbprint("  " + jwk.dump() + "\n"), expected);
  EXPECT_EQ(thumbprint(base::Json::object({{"keys", base::Json::array({jwk})}}).dump()), expected);
  const auto pem = key.public_key().pem();
  EXPECT_EQ(thumbprint(pem), expected);
  auto secret = jwk;
  secret.set("d", "AAAA");
  for (const auto& text :
       {std::string(), std::string("x"), std::string("{}"), base::Json::object({{"keys", base::Json::array()}}).dump(),
        base::Json::object({{"keys", base::Json::array({jwk, jwk})}}).dump(), std::string(max_client_key + 1, 'x')})
    EXPECT_EQ(thumbprint(text), "error.client.key") << text;
  for (const auto& text :
       {secret.dump(), base::Json::object({{"keys", base::Json::array({jwk, secret})}}).dump(),
        std::string(key.pem().reveal()), std::string("{\"d\" : \"AA"), std::string(R"({"kty":"oct","k":"AAAA"})"),
        std::string("{'kty':'EC','d':'AA'}"), std::string("{kty: EC, d: AA}"), std::string("{“d”: “AA”}"),
        std::string(R"("{\"kty\":\"EC\",\"d\":\"AA\"}")"), std::string("—BEGIN PRIVATE KEY—\nAAAA"),
        std::string("-----begin private key-----"),
        std::string("PuTTY-User-Key-File-3\nPrivate-Lines: 1\nPrivate Key")}) {
    EXPECT_EQ(thumbprint(text), "error.client.private_key") << text;
    EXPECT_TRUE(holds_private_key("se her: " + text)) << text;
  }
  EXPECT_FALSE(holds_private_key(jwk.dump()));
  EXPECT_FALSE(holds_private_key(pem));
}

TEST(ClientKeys, that_were_copied_from_a_document_or_an_email_are_taken_without_what_came_along) {
  const auto key = crypto::PrivateKey::generate(crypto::KeyType::p256).public_key();
  const std::string mark = "\xEF\xBB\xBF", hard_blank = "\xC2\xA0";
  std::string indented = mark;
  for (const char c : std::string(key.pem()))
    indented += c == '\n' ? hard_blank + " \r\n\t" + hard_blank : std::string(1, c);
  for (const auto& text : {mark + key.jwk().dump(), hard_blank + key.jwk().dump() + hard_blank, indented}) {
    const auto read = read_client_key(text);
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(read->thumbprint(), key.thumbprint());
  }
}

}  // namespace
}  // namespace alting::login
