#include "notify/addressing.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "net/bounce.h"
#include "net/mail.h"

namespace alting::notify {
namespace {

constexpr std::string_view of_code = "code:";

parties::ContactUse use_of(const Order& order, AddressedFor purpose = AddressedFor::sending) {
  parties::ContactUse use;
  use.purpose = purpose == AddressedFor::preview ? parties::ContactPurpose::preview : parties::ContactPurpose::notice;
  if (order.service) use.on_behalf_of = order.service->org;
  use.cause = order.cause;
  use.ignore_reservation = order.ignore_reservation;
  return use;
}

}  // namespace

// Each address once, and none that came back.
void Addressing::add(Addressed& answer, Destination to, bool& bounced) {
  if (!net::is_mail_address(to.address)) return;
  if (with_.contacts.is_bounced(to.told, to.address, to.confirmed_at)) {
    bounced = true;
    return;
  }
  to.hash = with_.contacts.address_hash(to.address);
  to.masked = parties::masked_address(to.address);
  if (std::ranges::find(answer.to, to.hash, &Destination::hash) == answer.to.end()) answer.to.push_back(std::move(to));
}

void Addressing::take_person(const Order& order, const parties::PersonContact& contact, Addressed& answer) {
  if (!contact.answered) {
    answer.reason = "no_answer";
    return;
  }
  answer.noted = contact.noted;
  answer.stale = contact.email.empty() && contact.email_stale;
  if (const auto chosen = base::language_from(contact.language); chosen && !contact.language.empty())
    answer.language = *chosen;
  if (contact.reserved && !order.ignore_reservation) {
    answer.reason = "reserved";
    return;
  }
  answer.overridden = contact.reserved;
  if (order.channel == Channel::sms) {
    answer.reason = "no_sms";
    return;
  }
  if (contact.email.empty()) return;
  if (contact.email_shared && order.form->words[0].bare.empty()) {
    answer.reason = "shared";
    return;
  }
  bool bounced = false;
  add(answer,
      {.told = order.recipient,
       .address = contact.email,
       .hash = {},
       .masked = {},
       .source = contact.source,
       .confirmed_at = contact.email_confirmed,
       .bare = contact.email_shared},
      bounced);
  if (bounced) answer.reason = "bounced";
}

// In one question for all that have the same purpose, agency and reservation in common.
void Addressing::ask_persons(const std::vector<Order>& orders, std::vector<Addressed>& answers,
                             const std::vector<std::size_t>& which, AddressedFor purpose) {
  using Kind = std::tuple<parties::ContactPurpose, std::string, bool>;
  std::map<Kind, std::vector<std::size_t>> kinds;
  for (const auto place : which) {
    const auto use = use_of(orders[place], purpose);
    kinds[{use.purpose, use.on_behalf_of, use.ignore_reservation}].push_back(place);
  }
  for (const auto& [kind, places] : kinds) {
    auto use = use_of(orders[places.front()], purpose);
    use.cause.clear();
    std::vector<terms::PartyId> persons;
    for (const auto place : places) {
      persons.push_back(orders[place].recipient);
      use.causes.push_back(orders[place].cause);
    }
    const auto contacts = with_.contacts.of_persons(persons, use);
    for (std::size_t i = 0; i < places.size(); ++i) {
      if (contacts)
        take_person(orders[places[i]], (*contacts)[i], answers[places[i]]);
      else
        answers[places[i]].reason = "no_answer";
    }
  }
}

// Whether they represent the organisation still, or are of the agency's staff.
bool Addressing::acts_for(const terms::Actor& actor, terms::PartyId organisation) {
  if (with_.decider.decide(actor, terms::Action::represent, {.party = organisation})) return true;
  return std::ranges::any_of(with_.decider.agencies_of(actor), [&](const std::string& org) {
    const auto scope = with_.decider.agency_scope(actor, org, terms::Action::agency_follow);
    if (!scope || scope->agency_apps().empty()) return false;
    const auto permit = with_.decider.decide_agency(actor, org, {.party = {}, .app = scope->agency_apps().front()},
                                                    terms::Action::agency_follow);
    return permit && permit->party() == organisation;
  });
}

// What is asked is whether they may at all; a page asks again, with the level of their login.
bool Addressing::may_read(const Order& order, const parties::OwnAddress& address) {
  const bool of_service = order.form->audience == TemplateFor::service;
  if (!order.service && !of_service) return false;
  const auto person = with_.parties.find(address.person);
  if (!person) return false;
  terms::Actor actor;
  actor.party = person->id;
  actor.party_uuid = person->uuid;
  actor.user_id = address.user_id;
  actor.level = terms::AssuranceLevel::high;
  if (of_service) return acts_for(actor, order.recipient);
  if (order.form->audience == TemplateFor::staff) {
    const auto scope = with_.decider.agency_scope(actor, order.service->org);
    return scope && std::ranges::find(scope->agency_apps(), *order.service) != scope->agency_apps().end();
  }
  return with_.decider
      .decide(actor, terms::Action::read,
              {.party = order.recipient,
               .app = order.service,
               .instance = {},
               .task = "",
               .confidential = order.confidential})
      .has_value();
}

// Those that the organisation has added itself: for the service that it is about, or all, of what is about none.
std::vector<parties::OwnAddress> Addressing::own_of(const Order& order) {
  if (order.form->audience == TemplateFor::service) return with_.contacts.own_verified(order.recipient);
  return order.service ? with_.contacts.own_for_sending(order.recipient, *order.service)
                       : std::vector<parties::OwnAddress>();
}

void Addressing::take_own(const Order& order, Addressed& answer) {
  bool bounced = false;
  for (const auto& own : own_of(order)) {
    if (own.kind != "email" || !own.verified_at || (own.for_person && !may_read(order, own))) continue;
    add(answer,
        {.told = own.for_person ? own.person : own.organisation,
         .address = own.value,
         .hash = {},
         .masked = {},
         .source = "own",
         .confirmed_at = own.verified_at,
         .bare = false},
        bounced);
  }
  if (bounced && answer.to.empty()) answer.reason = "bounced";
}

void Addressing::take_organisation(const Order& order, Addressed& answer) {
  const auto official = with_.contacts.of_organisation(order.recipient, use_of(order));
  if (!official) {
    answer.reason = "no_answer";
    return;
  }
  if (order.channel == Channel::sms) {
    answer.reason = "no_sms";
    return;
  }
  bool bounced = false;
  for (const auto& email : official->emails)
    add(answer,
        {.told = official->organisation,
         .address = email,
         .hash = {},
         .masked = {},
         .source = official->source,
         .confirmed_at = {},
         .bare = false},
        bounced);
  if (bounced) answer.reason = "bounced";
  take_own(order, answer);
}

void Addressing::take_code(const Order& order, Addressed& answer) {
  answer.reason = "gone";
  if (!order.cause.starts_with(of_code)) return;
  const auto code = with_.contacts.code_to_send(std::string_view(order.cause).substr(of_code.size()));
  if (!code || code->kind != "email" || !net::is_mail_address(code->value)) return;
  answer.reason.clear();
  answer.language = code->language;
  answer.recipient_name = code->organisation_name;
  answer.code = code->code;
  answer.to.push_back({.told = code->person,
                       .address = code->value,
                       .hash = with_.contacts.address_hash(code->value),
                       .masked = parties::masked_address(code->value),
                       .source = "own",
                       .confirmed_at = {},
                       .bare = false});
}

std::vector<Addressed> Addressing::address(const std::vector<Order>& orders, AddressedFor purpose) {
  std::vector<Addressed> answers(orders.size());
  std::vector<std::size_t> persons;
  bool silent = false;  // the register of organisations: it is not asked again for each, which would take its time
  for (std::size_t i = 0; i < orders.size(); ++i) {
    const auto& order = orders[i];
    auto& answer = answers[i];
    answer.language = order.language;
    if (order.form->audience == TemplateFor::code) {
      take_code(order, answer);
      continue;
    }
    if (auto why = with_.unwanted ? with_.unwanted(order) : std::nullopt) {
      answer.reason = std::move(*why);
      continue;
    }
    const auto party = with_.parties.find(order.recipient);
    if (!party) {
      answer.reason = "gone";
    } else if (party->kind == parties::PartyKind::person) {
      if (order.form->audience == TemplateFor::service) continue;  // a person has no address of this kind
      persons.push_back(i);
    } else {
      answer.recipient_name = party->name;
      if (order.form->audience != TemplateFor::notice)
        take_own(order, answer);
      else if (silent)
        answer.reason = "no_answer";
      else
        take_organisation(order, answer);
      silent = silent || (order.form->audience == TemplateFor::notice && answer.reason == "no_answer");
    }
  }
  ask_persons(orders, answers, persons, purpose);
  return answers;
}

void Addressing::mark_refused(const Destination& to, std::string_view code, base::Instant at) {
  if (net::says_address_is_bad(code)) mark_bounced(to, code, at);
}

void Addressing::mark_bounced(const Destination& to, std::string_view status, base::Instant at) {
  with_.contacts.mark_bounced(to.told, to.address, to.source, status, at);
}

base::Result<std::optional<Destination>> Addressing::find_again(const Order& order, const Attempt& attempt) {
  const auto is_it = [&](std::string_view address) { return with_.contacts.address_hash(address) == attempt.hash; };
  Destination found{.told = attempt.told,
                    .address = {},
                    .hash = attempt.hash,
                    .masked = attempt.masked,
                    .source = attempt.source,
                    .confirmed_at = attempt.confirmed_at,
                    .bare = false};
  if (attempt.source == "own") {
    for (const auto& own : own_of(order))
      if (is_it(own.value)) found.address = own.value;
  } else if (attempt.source == "krr") {
    ALTING_TRY(contacts, with_.contacts.of_persons({attempt.told}, use_of(order)));
    if (!contacts.empty() && !contacts.front().answered)
      return base::make_error(base::ErrorKind::unavailable, "error.contacts.no_answer");
    if (!contacts.empty() && is_it(contacts.front().email)) found.address = contacts.front().email;
  } else {
    ALTING_TRY(official, with_.contacts.of_organisation(attempt.told, use_of(order)));
    for (const auto& email : official.emails)
      if (is_it(email)) found.address = email;
  }
  if (found.address.empty()) return std::optional<Destination>();
  return std::optional(std::move(found));
}

}  // namespace alting::notify
