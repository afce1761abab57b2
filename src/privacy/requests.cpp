#include "privacy/requests.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "access/restrictions.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "forms/working_days.h"
#include "inbox/messages.h"
#include "instances/instance.h"
#include "instances/instance_permits.h"
#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"
#include "privacy/posts.h"
#include "privacy/requests_rows.h"
#include "store/once.h"
#include "store/row_reader.h"

namespace alting::privacy {

using base::ErrorKind;
using base::make_error;
using ledger::EventKind;

namespace {

// What was posted, so that the same one-time id with other words is another act. It says nothing of the words.
std::string print_of(const base::Uuid& post, std::string_view choice, std::string_view words) {
  return base::to_hex(crypto::sha256(fmt::format("{}\n{}\n{}", post.text(), choice, words))).substr(0, 32);
}

void set_request(ledger::NewEntry& entry, const RequestId& id, RequestKind kind, std::string_view controller,
                 const RequestTarget& target) {
  entry.set(ledger::parameter::request, id.text());
  entry.set(ledger::parameter::right, std::string(to_text(kind)));
  entry.set(ledger::parameter::controller, std::string(controller));
  if (target.kind == RequestTarget::Kind::instance) entry.instance = terms::InstanceId::parse(target.item);
  if (target.kind == RequestTarget::Kind::message) entry.set(ledger::parameter::message, target.item);
}

// The last moment of a day in Oslo.
base::Instant end_of_day(std::chrono::year_month_day day) {
  return base::from_oslo(static_cast<int>(day.year()), static_cast<int>(static_cast<unsigned>(day.month())),
                         static_cast<int>(static_cast<unsigned>(day.day())), 23, 59, 59)
      .value_or(base::Instant{});
}

}  // namespace

DueTimes due_times(base::Instant asked) {
  using namespace std::chrono;
  const auto local = base::to_oslo(asked);
  const auto came = year_month_day{year{local.year}, month{static_cast<unsigned>(local.month)},
                                   day{static_cast<unsigned>(local.day)}};
  // The same day of the next month, or its last one: no month of 29 days or fewer has the 30th.
  auto in_a_month = came + months{1};
  if (!in_a_month.ok()) in_a_month = in_a_month.year() / in_a_month.month() / last;
  const year_month_day in_thirty_days{sys_days{came} + days{30}};
  auto laws = in_a_month;
  while (!forms::is_working_day(laws)) laws = year_month_day{sys_days{laws} + days{1}};
  return {end_of_day(std::min(in_a_month, in_thirty_days)), end_of_day(laws)};
}

base::Status Requests::check(const terms::Permit& permit, const NewRequest& request) {
  ALTING_CHECK(check_managing(permit));
  const bool is_operators = request.controller == controller_operator;
  const auto services = with_.apps.services();
  if (!is_operators &&
      std::ranges::none_of(services, [&](const auto& app) { return app->facts().id.org == request.controller; }))
    return make_error(ErrorKind::invalid, "error.rights.controller", "no such controller");
  const bool with_ground = request.kind == RequestKind::restriction;
  if (with_ground != !request.ground.empty() ||
      (with_ground &&
       std::ranges::find(access::restriction_grounds, request.ground) == access::restriction_grounds.end()))
    return make_error(ErrorKind::invalid, "error.rights.ground", "no such ground");
  if (base::code_points(request.words) > longest_words)
    return make_error(ErrorKind::too_large, "error.rights.words", "too many words",
                      {{"count", std::to_string(longest_words)}});
  // An objection says what in one's situation it rests on (art. 21 no. 1).
  if (request.words.empty() && (request.kind == RequestKind::other || request.kind == RequestKind::objection))
    return make_error(ErrorKind::invalid, "error.rights.no_words", "a question or an objection without words");
  const auto no_item = make_error(ErrorKind::invalid, "error.rights.item", "no such form or message");
  switch (request.target.kind) {
    case RequestTarget::Kind::all: return request.target.item.empty() ? base::Status() : base::Status(no_item);
    case RequestTarget::Kind::instance: {
      const auto id = terms::InstanceId::parse(request.target.item);
      if (!id) return no_item;
      const auto allowed = with_.permits.allow(permit.actor(), permit.party(), *id, terms::Action::read);
      if (!allowed || allowed->at.state == instances::State::draft || allowed->at.app.org != request.controller)
        return no_item;
      return {};
    }
    case RequestTarget::Kind::message: {
      const auto id = inbox::MessageId::parse(request.target.item);
      const auto place = id ? with_.messages.place_of(permit.party(), *id) : std::nullopt;
      if (!place || place->service.org != request.controller) return no_item;
      return {};
    }
  }
  return no_item;
}

// Questions differ in their words: the same words again, while they wait for an answer, are the same question.
bool Requests::is_asked_already(const terms::Permit& permit, const NewRequest& question) {
  return std::ranges::any_of(mine(permit), [&](const RightsRequest& one) {
    return one.state == RequestState::received && one.kind == question.kind && one.controller == question.controller &&
           one.target.item == question.target.item && one.words == question.words;
  });
}

base::Result<RequestId> Requests::ask(const terms::Permit& permit, const NewRequest& request, base::Instant at,
                                      std::string_view post_id) {
  ALTING_TRY(post, read_rights_post(post_id));
  ALTING_CHECK(check(permit, request));
  const bool same_question = request.kind == RequestKind::other && is_asked_already(permit, request);
  const auto is_open = make_error(ErrorKind::conflict, "error.rights.open", "the same is asked for already");
  const RequestId id{base::Uuid::v7(with_.random, at)};
  const auto due = due_times(at);
  const auto sealed = with_.vault.seal(
      request.words, {instances::party_holder(permit.party()), controllers_holder(request.controller)});
  auto entry = ledger::entry_for(EventKind::rights_requested, permit, at);
  set_request(entry, id, request.kind, request.controller, request.target);
  const auto prepared = with_.ledger.prepare(std::move(entry));
  const auto act = fmt::format("{} {}/{}/{} {}", rights_asked, permit.party().value, to_text(request.kind),
                               request.controller + request.target.item, print_of(post, request.ground, request.words));
  const auto done = with_.database.write([&](store::Tx& tx) -> base::Result<std::string> {
    return store::once(tx, post, rights_poster(permit), act, at, [&]() -> base::Result<std::string> {
      ALTING_CHECK(with_.decider.recheck(tx, permit));
      ALTING_CHECK(with_.quotas.spend(tx, store::Spending::entries, at, permit.actor().party, permit.party()));
      if (same_question) return is_open;
      const auto open = store::read_one<std::int64_t>(
          tx, "SELECT COUNT(*) FROM rights_request WHERE party = ? AND state = 'received'", {permit.party()});
      if (open >= most_open)
        return make_error(ErrorKind::too_many, "error.rights.too_many", "too many open requests",
                          {{"count", std::to_string(most_open)}});
      const auto today =
          store::read_one<std::int64_t>(tx, "SELECT COUNT(*) FROM rights_request WHERE asked_by = ? AND asked_at > ?",
                                        {permit.actor().party, at - base::Duration::days(1)});
      if (today >= most_a_day)
        return make_error(ErrorKind::too_many, "error.rights.too_many_today", "too many requests in a day",
                          {{"count", std::to_string(most_a_day)}});
      const auto added = tx.run(
          "INSERT INTO rights_request (id, party, kind, controller, target, item, ground, key_id, words, asked_at, "
          "asked_by, due_at, state, refusal, answered_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'received', '', "
          "'') ON CONFLICT DO NOTHING",
          {id, permit.party(), to_text(request.kind), request.controller, to_text(request.target.kind),
           request.target.item, request.ground, sealed.key_id, store::Value::octets(sealed.ciphertext), at,
           permit.actor().party, due.ours});
      if (added == 0) return is_open;
      with_.ledger.append(tx, prepared);
      return id.text();
    });
  });
  if (!done) return done.error();
  return RequestId::parse(*done).value_or(id);
}

base::Status Requests::withdraw(const terms::Permit& permit, const RequestId& id, base::Instant at,
                                std::string_view post_id) {
  ALTING_TRY(post, read_rights_post(post_id));
  ALTING_CHECK(check_managing(permit));
  const auto known = row(id);
  if (!known || known->party != permit.party()) return no_such_request();
  auto entry = ledger::entry_for(EventKind::rights_withdrawn, permit, at);
  set_request(entry, id, known->kind, known->controller, known->target);
  const auto prepared = with_.ledger.prepare(std::move(entry));
  const auto done = with_.database.write([&](store::Tx& tx) -> base::Result<std::string> {
    return store::once(
        tx, post, rights_poster(permit), fmt::format("{} {}", rights_withdrawn, id.text()), at,
        [&]() -> base::Result<std::string> {
          ALTING_CHECK(with_.decider.recheck(tx, permit));
          ALTING_CHECK(with_.quotas.spend(tx, store::Spending::entries, at, permit.actor().party, permit.party()));
          if (tx.run("UPDATE rights_request SET state = 'withdrawn', answered_at = ? WHERE id = ? AND "
                     "state = 'received'",
                     {at, id}) == 0)
            return request_is_answered();
          with_.ledger.append(tx, prepared);
          return id.text();
        });
  });
  if (!done) return done.error();
  return {};
}

base::Result<Requests::Deed> Requests::begin_answer(const Row& row, const RequestAnswer& answer, ledger::NewEntry entry,
                                                    std::string by, base::Instant at,
                                                    const std::function<base::Status(store::Tx&)>& also) {
  const bool known_refusal = std::ranges::find(refusal_codes, answer.refusal) != refusal_codes.end();
  if (answer.granted ? !answer.refusal.empty() : !known_refusal)
    return make_error(ErrorKind::invalid, "error.rights.refusal", "a refusal needs its reason");
  if (base::code_points(answer.words) > longest_words)
    return make_error(ErrorKind::too_large, "error.rights.words", "too many words",
                      {{"count", std::to_string(longest_words)}});
  if (answer.granted && row.kind == RequestKind::other && base::trim(answer.words).empty())
    return make_error(ErrorKind::invalid, "error.rights.no_answer", "a question is answered with words");
  base::Bytes sealed;
  if (!answer.words.empty()) {
    ALTING_TRY(document, with_.vault.reseal(row.key, answer.words, controllers_holder(row.controller)));
    sealed = std::move(document.ciphertext);
  }
  entry.party = row.party;
  entry.resource = "party";
  if (const auto party = with_.parties.find(row.party)) {
    entry.party_uuid = party->uuid;
    entry.party_name = party->name;
  }
  set_request(entry, row.id, row.kind, row.controller, row.target);
  entry.set(ledger::parameter::outcome,
            std::string(to_text(answer.granted ? RequestState::granted : RequestState::refused)));
  if (!answer.granted) entry.set(ledger::parameter::reason, answer.refusal);
  return Deed{.id = row.id,
              .answer = answer,
              .by = std::move(by),
              .sealed = std::move(sealed),
              .entry = with_.ledger.prepare(std::move(entry)),
              .at = at,
              .also = also};
}

base::Result<std::string> Requests::settle(store::Tx& tx, const Deed& deed) {
  const auto state = to_text(deed.answer.granted ? RequestState::granted : RequestState::refused);
  if (tx.run(
          "UPDATE rights_request SET state = ?, refusal = ?, answer = ?, answered_at = ?, answered_by = ? WHERE id "
          "= ? AND state = 'received'",
          {state, deed.answer.refusal, deed.sealed.empty() ? store::Value(nullptr) : store::Value::octets(deed.sealed),
           deed.at, deed.by, deed.id}) == 0)
    return request_is_answered();
  if (deed.also) ALTING_CHECK(deed.also(tx));
  with_.ledger.append(tx, deed.entry);
  return deed.id.text();
}

base::Status Requests::answer(const terms::Scope& scope, const RequestId& id, const RequestAnswer& answer,
                              base::Instant at, std::string_view post_id,
                              const std::function<base::Status(store::Tx&)>& also) {
  ALTING_TRY(post, read_rights_post(post_id));
  ALTING_TRY(org, agency_of_staff(scope));
  const auto known = row(id);
  if (!known || known->controller != org) return no_such_request();
  ledger::NewEntry entry{EventKind::rights_answered, at};
  entry.actor = scope.actor();
  entry.evidence = scope.evidence();
  entry.agency = org;
  ALTING_TRY(deed, begin_answer(*known, answer, std::move(entry), scope.actor().name, at, also));
  const auto done = with_.database.write([&](store::Tx& tx) -> base::Result<std::string> {
    return store::once(tx, post, instances::party_holder(scope.actor().party),
                       fmt::format("{} {} {}", rights_answered, id.text(),
                                   print_of(post, answer.granted ? "granted" : answer.refusal, answer.words)),
                       at, [&]() -> base::Result<std::string> {
                         ALTING_CHECK(with_.decider.recheck(tx, scope));
                         ALTING_CHECK(with_.quotas.spend(tx, store::Spending::entries, at, scope.actor().party));
                         return settle(tx, deed);
                       });
  });
  if (!done) return done.error();
  return {};
}

base::Status Requests::answer_as_operator(const RequestId& id, const RequestAnswer& answer, std::string_view by,
                                          base::Instant at, const std::function<base::Status(store::Tx&)>& also) {
  const auto known = row(id);
  if (!known || known->controller != controller_operator) return no_such_request();
  ledger::NewEntry entry{EventKind::rights_answered, at};
  entry.actor.kind = terms::ActorKind::system;
  ALTING_TRY(deed, begin_answer(*known, answer, std::move(entry), std::string(by), at, also));
  const auto done = with_.database.write([&](store::Tx& tx) { return settle(tx, deed); });
  if (!done) return done.error();
  return {};
}

}  // namespace alting::privacy
