#include "notify/orders.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/json.h"
#include "base/uuid.h"
#include "notify/order_rows.h"
#include "store/row_reader.h"

namespace alting::notify {
namespace {

constexpr std::size_t max_cause = 100, max_duplicate_key = 100;
// What somebody waits for at this moment comes before what was due so long ago.
constexpr auto ahead = base::Duration::days(1);

constexpr std::array attempt_outcomes{AttemptOutcome::waiting,   AttemptOutcome::sending,    AttemptOutcome::accepted,
                                      AttemptOutcome::refused,   AttemptOutcome::bounced,    AttemptOutcome::expired,
                                      AttemptOutcome::withdrawn, AttemptOutcome::no_address, AttemptOutcome::reserved};

base::Error wrong_order(std::string code) { return base::make_error(base::ErrorKind::invalid, std::move(code)); }

// "message:0190...": a word, a colon and an id, which say nothing of anybody.
bool is_cause(std::string_view text) {
  return text.size() <= max_cause && text.find(':') != std::string_view::npos && std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == ':' || c == '-' || c == '_' || c == '/';
         });
}

// Why it is looked at again only then.
NoticeWait wait_of(NoticeStep step, base::Instant due, std::int64_t tries, base::Instant next) {
  if (step == NoticeStep::queued) return NoticeWait::relay;
  if (tries > 0) return NoticeWait::registers;
  return next <= due ? NoticeWait::time : NoticeWait::others;
}

}  // namespace

std::string_view to_text(Channel channel) {
  switch (channel) {
    case Channel::email: return "email";
    case Channel::sms: return "sms";
    case Channel::email_preferred: return "email_preferred";
    case Channel::sms_preferred: return "sms_preferred";
  }
  return "";
}

std::string_view to_text(NoticeStep step) {
  switch (step) {
    case NoticeStep::ordered: return "ordered";
    case NoticeStep::queued: return "queued";
    case NoticeStep::handed_over: return "handed_over";
    case NoticeStep::failed: return "failed";
    case NoticeStep::no_address: return "no_address";
    case NoticeStep::reserved: return "reserved";
    case NoticeStep::cancelled: return "cancelled";
  }
  return "";
}

std::string_view to_text(AttemptOutcome outcome) {
  switch (outcome) {
    case AttemptOutcome::waiting: return "waiting";
    case AttemptOutcome::sending: return "sending";
    case AttemptOutcome::accepted: return "accepted";
    case AttemptOutcome::refused: return "refused";
    case AttemptOutcome::bounced: return "bounced";
    case AttemptOutcome::expired: return "expired";
    case AttemptOutcome::withdrawn: return "withdrawn";
    case AttemptOutcome::no_address: return "no_address";
    case AttemptOutcome::reserved: return "reserved";
  }
  return "";
}

AttemptOutcome outcome_from(std::string_view text) {
  for (const auto one : attempt_outcomes)
    if (to_text(one) == text) return one;
  return AttemptOutcome::withdrawn;
}

base::Status Orders::place(store::Tx& tx, const NewOrder& order, std::string_view id) const {
  const auto* form = newest_template(order.template_name);
  if (!form || !base::Uuid::parse(id)) return wrong_order("notify.error.template");
  ALTING_CHECK(check_fields(*form, order.fields));
  if (!is_cause(order.cause) || order.duplicate_key.size() > max_duplicate_key)
    return wrong_order("notify.error.cause");
  if (order.ignore_reservation && order.override_reason.empty()) return wrong_order("notify.error.override");
  auto fields = base::Json::object();
  for (const auto& [name, value] : order.fields) fields.set(name, value);
  const auto now = clock_.now();
  const auto due = std::max(order.due, now);
  const auto service = order.service ? order.service->text() : "";
  tx.run(
      "INSERT INTO notify_order (id, part, template, version, recipient_id, service, confidential, fields, cause, "
      "duplicate_key, merge_key, channel, ignore_reservation, language, due_at, created_at, state, reason, stepped_at, "
      "tries, together, merged_into, next_at, handed_over_at, settled_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
      "?, "
      "?, ?, ?, 'ordered', '', ?, 0, 1, NULL, ?, NULL, NULL) ON CONFLICT DO NOTHING",
      {id, lane_of(order.recipient), form->name, form->version, order.recipient,
       order.service ? store::Value(service) : store::Value(nullptr), order.confidential, fields.dump(), order.cause,
       order.duplicate_key.empty() ? store::Value(nullptr) : store::Value(order.duplicate_key),
       fmt::format("{}:{}:{}{}", form->name, service, to_text(order.channel), order.ignore_reservation ? "!" : ""),
       to_text(order.channel), order.ignore_reservation, base::to_text(order.language), due, now, now,
       form->audience == TemplateFor::code ? due - ahead : due});
  return {};
}

base::Status Orders::cancel(store::Tx& tx, std::string_view id, std::string_view why) const {
  const auto now = clock_.now();
  const auto cancelled = tx.run(
      "UPDATE notify_order SET state = 'cancelled', reason = ?, stepped_at = ?, next_at = NULL, settled_at = ? WHERE "
      "id "
      "= ? AND state IN ('ordered', 'queued') AND NOT EXISTS (SELECT a.id FROM notify_attempt a WHERE a.order_id = "
      "notify_order.id AND a.outcome IN ('sending', 'accepted'))",
      {why, now, now, id});
  if (cancelled > 0) OrderRows::part_again(tx, id, now);
  return {};
}

std::map<std::string, NoticeState> Orders::states(const std::vector<std::string>& causes) {
  const auto now = clock_.now();
  return database_.read([&](store::Tx& tx) {
    std::map<std::string, NoticeState> states;
    for (const auto& cause : causes) {
      // What went together with another is as that one is. Of several for one cause the newest is told.
      const auto row = tx.query_one(
          "SELECT s.id, s.state, s.reason, s.stepped_at, s.together, s.due_at, s.tries, s.next_at FROM notify_order o "
          "JOIN notify_order s ON s.id = "
          "COALESCE(o.merged_into, o.id) WHERE o.cause = ? ORDER BY o.created_at DESC, o.id DESC LIMIT 1",
          {cause});
      if (!row) continue;
      store::RowReader from(*row);
      NoticeState state;
      const auto id = from.next<std::string>();
      const auto step = from.next<std::string>();
      for (const auto one : {NoticeStep::ordered, NoticeStep::queued, NoticeStep::handed_over, NoticeStep::failed,
                             NoticeStep::no_address, NoticeStep::reserved, NoticeStep::cancelled})
        if (to_text(one) == step) state.step = one;
      state.reason = from.next<std::string>();
      state.at = from.next<base::Instant>();
      state.together = from.next<std::int64_t>();
      const auto due = from.next<base::Instant>();
      const auto tries = from.next<std::int64_t>();
      if (const auto next = from.next<std::optional<base::Instant>>();
          next && *next > now && (state.step == NoticeStep::ordered || state.step == NoticeStep::queued)) {
        state.next = next;
        state.waits = wait_of(state.step, due, tries, *next);
      }
      const auto attempts = OrderRows::attempts_of(tx, id);
      // Of several addresses the one that took it tells most, then the last.
      const Attempt* told = nullptr;
      for (const auto& attempt : attempts) {
        if (!told || told->outcome != AttemptOutcome::accepted) told = &attempt;
        state.may_have_gone_twice = state.may_have_gone_twice || attempt.may_have_gone_twice;
      }
      if (told && !told->masked.empty()) {
        state.channel = told->channel;
        state.code = told->code;
        state.words = told->words;
        if (told->outcome == AttemptOutcome::accepted && told->tried_at) state.at = *told->tried_at;
      }
      states.emplace(cause, std::move(state));
    }
    return states;
  });
}

NoticePage Orders::notices_of(const terms::Actor& actor, std::string_view after, int limit) {
  return actor.is_person() ? seen_by(actor.party, after, limit) : NoticePage();
}

NoticePage Orders::notices_of(const terms::Permit& permit, std::string_view after, int limit) {
  return permit.resource() == "party" ? seen_by(permit.party(), after, limit) : NoticePage();
}

NoticePage Orders::seen_by(terms::PartyId party, std::string_view after, int limit) {
  limit = std::clamp(limit, 1, 200);
  NoticePage page;
  if (!after.empty() && !base::Uuid::parse(after)) return page;
  const auto rows = database_.read([&](store::Tx& tx) {
    return tx.query(
        "SELECT a.id, o.template, o.cause, o.service, o.confidential, o.recipient_id, a.channel, a.source, "
        "a.address_masked, "
        "a.confirmed_at, COALESCE(a.tried_at, a.created_at), a.outcome, a.code, a.words, a.may_have_gone_twice, "
        "o.together FROM notify_attempt a JOIN notify_order o ON o.id = a.order_id WHERE a.told_id = ? AND a.id < ? "
        "ORDER BY a.id DESC LIMIT ?",
        {party, after.empty() ? std::string_view("~") : after, limit + 1});
  });
  for (const auto& row : rows) {
    if (page.rows.size() == static_cast<std::size_t>(limit)) {
      page.next = page.rows.back().id;
      break;
    }
    store::RowReader from(row);
    NoticeLine line;
    line.id = from.next<std::string>();
    line.template_name = from.next<std::string>();
    line.cause = from.next<std::string>();
    line.service = from.next<std::optional<terms::AppId>>();
    line.confidential = from.next<bool>();
    line.recipient = from.next<terms::PartyId>();
    line.channel = from.next<std::string>();
    line.source = from.next<std::string>();
    line.masked = from.next<std::string>();
    line.confirmed_at = from.next<std::optional<base::Instant>>();
    line.at = from.next<base::Instant>();
    line.outcome = outcome_from(from.next<std::string>());
    line.code = from.next<std::string>();
    line.words = from.next<std::string>();
    line.may_have_gone_twice = from.next<bool>();
    line.together = from.next<std::int64_t>();
    page.rows.push_back(std::move(line));
  }
  return page;
}

}  // namespace alting::notify
