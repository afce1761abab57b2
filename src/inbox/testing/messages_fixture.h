// For tests: Datatilsynet writes to the test population, with a real log, a real vault and the outbox.
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "inbox/background.h"
#include "inbox/inbox.h"
#include "inbox/make_messages.h"
#include "inbox/migrations.h"
#include "inbox/topics.h"
#include "instances/testing/instances_fixture.h"
#include "instances/topics.h"
#include "store/migrate.h"
#include "store/outbox_deliverer.h"

namespace alting::inbox::testing {

using instances::testing::expect;
using terms::Action;

class MessagesFixture : public instances::testing::InstancesFixture {
 protected:
  MessagesFixture() {
    store::migrate(registers.temp.database(), registers.clock, {migrations()});
    uses = make_uses();
    auto subscriptions = inbox::subscriptions(uses->sending, vault.vault(), registers.random, registers.clock);
    const auto note = [](std::vector<std::string>& into) {
      return [&into](const store::OutboxMessage& message) -> store::Delivered {
        into.push_back(message.payload);
        return store::Delivery::done;
      };
    };
    subscriptions.push_back({&message_published, "test", note(published)});
    subscriptions.push_back({&message_answered, "test", note(answered)});
    std::vector<const store::Topic*> all(topics.begin(), topics.end());
    all.push_back(&instances::process_completed);
    outbox = std::make_unique<store::OutboxDeliverer>(registers.temp.database(), registers.clock, metrics, all,
                                                      std::move(subscriptions));
  }

  // As a process that starts has them.
  std::unique_ptr<MessageUses> make_uses() {
    return std::make_unique<MessageUses>(MessagesNeeds{
        registers.temp.database(), vault.vault(), *log, access->decider(), *registers.registry, apps, *scanner,
        inspector, registers.clock, registers.random, store::Quotas(store::QuotaLimits::none())});
  }
  terms::Permit agency(Action action = Action::agency_send, const terms::AppId& service = letters) {
    return expect(access->decider().decide_agency(caseworker, "dat", {.app = service}, action));
  }
  static NewMessage a_message(std::string title = "Om internkontroll") {
    NewMessage message;
    message.service = letters;
    message.case_reference = "26/00042";
    message.title = std::move(title);
    message.body = "Vi ber om **svar**.";
    return message;
  }
  Recipient to(const std::string& organisation) {
    return {.organisation_number = registers.organisation(organisation).organisation_number};
  }
  Recipient to_person(std::string_view story) {
    return {.person = terms::NationalIdText(registers.person(story).national_id)};
  }
  // Of the first fault; "sent" where there is none.
  static std::string code_of(const SendOutcome& outcome) {
    if (!outcome.message_faults.empty()) return outcome.message_faults.front().error.code;
    return outcome.faults.empty() ? "sent" : outcome.faults.front().error.code;
  }
  SentBatch send_message(const NewMessage& message, const std::vector<Recipient>& recipients) {
    auto outcome = expect(uses->sending.send(agency(Action::agency_send, message.service), message, recipients,
                                             registers.clock.now(), post()));
    if (!outcome.sent) throw std::runtime_error("refused: " + code_of(outcome));
    settle();
    return *outcome.sent;
  }
  // Until the outbox has nothing that is due.
  void settle() {
    do {
      registers.clock.advance(base::Duration::milliseconds(20));
    } while (outbox->deliver_due() > 0);
  }
  base::Result<terms::Permit> ask(const terms::Actor& actor, terms::PartyId party, const MessageId& id, Action action) {
    const auto place = uses->messages.place_of(party, id);
    if (!place) return base::make_error(base::ErrorKind::not_found, "no such place");
    return access->decider().decide(actor, action, place->target(action));
  }
  terms::Permit may(const terms::Actor& actor, terms::PartyId party, const MessageId& id,
                    Action action = Action::read) {
    return expect(ask(actor, party, id, action));
  }
  Message open(const terms::Actor& actor, terms::PartyId party, const MessageId& id) {
    return expect(uses->messages.open(may(actor, party, id), id, registers.clock.now()));
  }
  RecipientState fared(const MessageId& id) { return expect(uses->sent.recipient(agency(Action::agency_follow), id)); }
  void give(const terms::Actor& whom, const terms::AppId& service) {
    const auto delegating = expect(access->decider().decide(manager, Action::delegate, {.party = firm}));
    (void)expect(
        access->delegations().delegate(delegating, {.to = whom.party, .app = service}, registers.clock.now(), post()));
  }
  Upload a_file(const std::string& name = "vedtak.pdf", const std::string& content = instances::testing::small_pdf) {
    const auto path = files.path() / "message-file";
    std::ofstream(path, std::ios::binary) << content;
    return {name, path, static_cast<std::int64_t>(content.size()), {}, {}};
  }
  std::int64_t rows_of(const std::string& table) {
    return registers.temp.database().read(
        [&](store::Tx& tx) { return store::read_one<std::int64_t>(tx, "SELECT COUNT(*) FROM " + table); });
  }
  terms::Scope read_scope(const terms::Actor& actor, std::optional<terms::PartyId> party = {}) {
    return expect(access->decider().scope(actor, Action::read, party));
  }

  static inline const terms::AppId letters{"dat", "brev"};
  std::unique_ptr<MessageUses> uses;
  std::vector<std::string> published, answered;  // payloads
  base::Metrics metrics;
  std::unique_ptr<store::OutboxDeliverer> outbox;
  Inbox inbox{registers.temp.database(), vault.vault(), *registers.registry};
};

}  // namespace alting::inbox::testing
