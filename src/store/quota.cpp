#include "store/quota.h"

#include "store/row_reader.h"

namespace alting::store {

namespace {

constexpr std::int64_t micros_of_an_hour = base::Duration::hours(1).micros;

std::int64_t hour_of(base::Instant now) { return now.micros / micros_of_an_hour; }

std::string_view to_text(Spending what) {
  switch (what) {
    case Spending::bytes: return "bytes";
    case Spending::deletions: return "deletions";
    case Spending::drafts: return "drafts";
    case Spending::entries: return "entries";
    case Spending::logins: return "logins";
    case Spending::sent: return "sent";
  }
  return "";
}

std::string code_of(Spending what) {
  switch (what) {
    case Spending::bytes: return "error.quota.bytes";
    case Spending::deletions: return "error.quota.deletions";
    case Spending::drafts: return "error.quota.drafts";
    case Spending::entries: return "error.quota.entries";
    case Spending::logins: return "error.quota.logins";
    case Spending::sent: return "error.quota.sent";
  }
  return "error.quota.entries";
}

std::int64_t limit_of(const QuotaLimits& limits, Spending what) {
  switch (what) {
    case Spending::bytes: return limits.bytes;
    case Spending::deletions: return limits.deletions;
    case Spending::drafts: return limits.drafts;
    case Spending::entries: return limits.entries;
    case Spending::logins: return limits.logins;
    case Spending::sent: return limits.sent;
  }
  return 0;
}

base::Error refuse(Spending what, base::Instant now) {
  const auto left = micros_of_an_hour - now.micros % micros_of_an_hour;
  const auto minutes = (left + 59'999'999) / 60'000'000;
  return base::make_error(base::ErrorKind::too_many, code_of(what), "the hour's budget is used up",
                          {{"minutes", std::to_string(minutes)}});
}

bool is_within(Tx& tx, std::string_view who, Spending what, base::Instant now, std::int64_t amount,
               std::int64_t limit) {
  const auto hour = hour_of(now);
  tx.run(
      "INSERT INTO quota_spent (who, what, hour, spent) VALUES (?, ?, ?, ?) ON CONFLICT (who, what, hour) DO UPDATE "
      "SET spent = quota_spent.spent + excluded.spent",
      {who, to_text(what), hour, amount});
  const auto row =
      tx.query_one("SELECT spent FROM quota_spent WHERE who = ? AND what = ? AND hour = ?", {who, to_text(what), hour});
  return read_one<std::int64_t>(row.value()) <= limit;
}

}  // namespace

base::Status Quotas::spend(Tx& tx, Spending what, base::Instant now, terms::PartyId person,
                           std::optional<terms::PartyId> party, std::int64_t amount) const {
  const auto limit = limit_of(limits_, what);
  if (!is_within(tx, fmt::format("person:{}", person.value), what, now, amount, limit)) return refuse(what, now);
  if (party && *party != person &&
      !is_within(tx, fmt::format("party:{}", party->value), what, now, amount, limit * of_a_party))
    return refuse(what, now);
  return {};
}

}  // namespace alting::store
