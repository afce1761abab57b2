// For tests: the pages around a form's life over real drafts, submissions and log. The manager of a firm is logged in.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "inbox/make_messages.h"
#include "inbox/migrations.h"
#include "instances/testing/instances_fixture.h"
#include "portal/activity_pages.h"
#include "portal/agency_pages.h"
#include "portal/draft_copies.h"
#include "portal/form_pages.h"
#include "portal/inbox_pages.h"
#include "portal/matter_pages.h"
#include "portal/message_pages.h"
#include "portal/service_pages.h"
#include "portal/testing/contacts.h"
#include "portal/testing/small_portal.h"

namespace alting::portal::testing {

class FilledPortal : public instances::testing::InstancesFixture {
 protected:
  FilledPortal() {
    store::migrate(registers.temp.database(), registers.clock, {inbox::migrations(), login::migrations()});
    pages = std::make_unique<PortalOver>(registers, *access);
    auto& use = *instances;
    pages->open(
        {inbox_pages({.apps = apps,
                      .inbox = inbox,
                      .permits = use.permits,
                      .drafts = use.drafts,
                      .matters = use.matters,
                      .deleting = use.deleting,
                      .attachments = use.attachments,
                      .ledger = *log,
                      .messages = messages.messages,
                      .contacts = contacts.points()}),
         message_pages({.apps = apps, .messages = messages.messages, .contacts = contacts.points()}),
         service_pages({.apps = apps,
                        .drafts = use.drafts,
                        .matters = use.matters,
                        .inbox = inbox,
                        .messages = messages.messages}),
         form_pages({.drafts = use.drafts, .permits = use.permits, .attachments = use.attachments}),
         overview_pages(
             {.drafts = use.drafts, .permits = use.permits, .attachments = use.attachments, .sending = use.sending}),
         draft_copies({.drafts = use.drafts, .permits = use.permits}),
         matter_pages({.apps = apps,
                       .permits = use.permits,
                       .matters = use.matters,
                       .deleting = use.deleting,
                       .attachments = use.attachments,
                       .ledger = *log}),
         agency_pages({.apps = apps, .agency = use.agency}), activity_pages({.apps = apps, .ledger = *log})});
    pages->log_in(manager);
  }

  DraftAddresses at(const terms::InstanceId& id) {
    return PartyAddresses(registers.organisation("Fjord og Fjell AS").uuid).draft(id);
  }
  MatterAddresses matter(const terms::InstanceId& id) {
    return PartyAddresses(registers.organisation("Fjord og Fjell AS").uuid).matter(id);
  }
  // Lets somebody fill in one form for the firm, and so act for it.
  void give(const terms::Actor& somebody, const terms::AppId& app) {
    using instances::testing::expect;
    const auto giving = expect(access->decider().decide(manager, terms::Action::delegate, {.party = firm}));
    (void)expect(access->delegations().delegate(giving, {.to = somebody.party, .role = std::nullopt, .app = app},
                                                registers.clock.now(), post()));
  }
  // A file that comes with a form, of the kind "vedlegg".
  web::Upload upload(const std::string& name, const std::string& content) {
    const auto path = files.path() / base::Uuid::v4(registers.random).text();
    std::ofstream(path, std::ios::binary) << content;
    return {"file:vedlegg", name, "application/pdf", path, static_cast<std::int64_t>(content.size()), {}};
  }
  // A letter from Datatilsynet, published. `change` has the last word on it.
  inbox::MessageId letter(
      inbox::Recipient to, const std::function<void(inbox::NewMessage&)>& change = [](inbox::NewMessage&) {}) {
    using instances::testing::expect;
    inbox::NewMessage message;
    message.service = {"dat", "brev"};
    message.case_reference = "26/00042";
    message.title = "Om internkontroll";
    message.body = "Vi ber om **svar**.";
    change(message);
    const auto permit = expect(access->decider().decide_agency(caseworker, "dat", {.party = {}, .app = message.service},
                                                               terms::Action::agency_send));
    const auto outcome = expect(messages.sending.send(permit, message, {to}, registers.clock.now(), post()));
    if (!outcome.sent) throw std::runtime_error("the letter was refused");
    while (!messages.sending.publish(outcome.sent->id)) continue;
    return outcome.sent->messages.front();
  }
  inbox::Recipient the_firm() {
    return {.organisation_number = registers.organisation("Fjord og Fjell AS").organisation_number};
  }
  // What stands in a hidden field of a page.
  static std::string hidden(const std::string& page, const std::string& name) {
    const auto mark = page.find("name=\"" + name + "\"");
    if (mark == std::string::npos) return {};
    const auto value = page.find("value=\"", mark) + 7;
    auto text = page.substr(value, page.find('"', value) - value);
    for (std::size_t quote; (quote = text.find("&quot;")) != std::string::npos;) text.replace(quote, 6, "\"");
    return text;
  }
  static std::string location(const Response& response) {
    for (const auto& [name, value] : response.headers)
      if (name == "Location") return value;
    return {};
  }

  inbox::MessageUses messages{inbox::MessagesNeeds{registers.temp.database(), vault.vault(), *log, access->decider(),
                                                   *registers.registry, apps, *scanner, inspector, registers.clock,
                                                   registers.random}};
  parties::testing::ToldKrr krr{*registers.krr};
  LocalContacts contacts{registers, *access, *log, krr};
  inbox::Inbox inbox{registers.temp.database(), vault.vault(), *registers.registry};
  std::unique_ptr<PortalOver> pages;
};

}  // namespace alting::portal::testing
