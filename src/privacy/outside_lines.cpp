#include "privacy/outside_lines.h"

#include <fmt/format.h>

#include <charconv>
#include <functional>
#include <map>

#include "access/restored.h"
#include "access/restrictions.h"
#include "access/topics.h"
#include "base/text.h"
#include "privacy/retention.h"
#include "privacy/topics.h"
#include "store/row_reader.h"

namespace alting::privacy {
namespace {

using Moment = std::optional<base::Instant>;
using Words = std::vector<std::string_view>;

constexpr std::string_view restriction_word = "restriction", hold_word = "hold", no_word = "-";
constexpr std::size_t words_of_restriction = 12, words_of_hold = 10;  // with the time before them
// Of a hold that the backup has not.
constexpr std::string_view put_back_reason = "put back by a restore; its reason is not known any more";
constexpr std::string_view put_back_owner = "alting restore";

std::string_view word_or_none(std::string_view text) {
  return text.empty() || text.find_first_of(" \n") != std::string_view::npos ? no_word : text;
}
std::string text_of_word(std::string_view word) { return word == no_word ? std::string() : std::string(word); }
std::int64_t micros_or_none(const Moment& at) { return at ? at->micros : 0; }

// Of these words, all or nothing.
std::optional<std::vector<Moment>> moments_in(const Words& words, std::initializer_list<std::size_t> places) {
  std::vector<Moment> all;
  for (const auto place : places) {
    const auto number = number_in_words(words[place]);
    if (!number) return std::nullopt;
    all.push_back(*number == 0 ? Moment() : Moment(base::Instant{*number}));
  }
  return all;
}

struct OutsideRestriction {
  access::Restriction row;
  std::string party;  // its uuid
};
struct OutsideHold {
  RetentionHold row;
  std::string party;  // "": of whoever it is
};

void merge_hold(RetentionHold& into, const RetentionHold& other) {
  if (into.lifted_at) return;
  if (!other.lifted_at && other.renewed_at <= into.renewed_at) return;
  into.until = other.until;
  into.renewed_at = other.renewed_at;
  into.lifted_at = other.lifted_at;
}

std::optional<std::string> line_of_restriction(store::Tx& tx, const access::RestrictionId& id) {
  const auto row = access::find_restriction(tx, id);
  const auto party = row ? uuid_of_party(tx, row->party) : std::nullopt;
  if (!party) return std::nullopt;
  return fmt::format("{} {} {} {} {} {} {} {} {} {} {}", restriction_word, id.text(), *party, row->controller,
                     word_or_none(row->item), row->since.micros, row->ground, word_or_none(row->request),
                     micros_or_none(row->announced_at), micros_or_none(row->lift_at), micros_or_none(row->lifted_at));
}

std::optional<OutsideRestriction> restriction_in_line(const Words& words) {
  if (words.size() != words_of_restriction || words[1] != restriction_word) return std::nullopt;
  const auto id = access::RestrictionId::parse(words[2]);
  const auto times = moments_in(words, {6, 9, 10, 11});
  if (!id || !times || !times->front()) return std::nullopt;
  OutsideRestriction one;
  one.row.id = *id;
  one.party = words[3];
  one.row.controller = words[4];
  one.row.item = text_of_word(words[5]);
  one.row.since = *times->front();
  one.row.ground = words[7];
  one.row.request = text_of_word(words[8]);
  one.row.announced_at = (*times)[1];
  one.row.lift_at = (*times)[2];
  one.row.lifted_at = (*times)[3];
  return one;
}

std::optional<RetentionHold> find_hold(store::Tx& tx, std::string_view id) {
  const auto found = tx.query_one(
      "SELECT hold_id, rule, party_id, item_id, placed_at, until_at, renewed_at, lifted_at FROM retention_hold WHERE "
      "hold_id = ?",
      {id});
  if (!found) return std::nullopt;
  store::RowReader from(*found);
  RetentionHold hold;
  hold.id = from.next<std::string>();
  hold.rule = from.next<std::string>();
  hold.party = from.next<std::optional<terms::PartyId>>();
  hold.item = from.next<std::string>();
  hold.placed_at = from.next<base::Instant>();
  hold.until = from.next<base::Instant>();
  hold.renewed_at = from.next<Moment>();
  hold.lifted_at = from.next<Moment>();
  return hold;
}

std::optional<std::string> line_of_hold(store::Tx& tx, std::string_view id) {
  const auto row = find_hold(tx, id);
  if (!row) return std::nullopt;
  std::string party(no_word);
  if (row->party) {
    const auto uuid = uuid_of_party(tx, *row->party);
    if (!uuid) return std::nullopt;
    party = *uuid;
  }
  return fmt::format("{} {} {} {} {} {} {} {} {}", hold_word, id, party, word_or_none(row->rule),
                     word_or_none(row->item), row->placed_at.micros, row->until.micros, micros_or_none(row->renewed_at),
                     micros_or_none(row->lifted_at));
}

std::optional<OutsideHold> hold_in_line(const Words& words) {
  if (words.size() != words_of_hold || words[1] != hold_word) return std::nullopt;
  const auto times = moments_in(words, {6, 7, 8, 9});
  if (!times || !(*times)[0] || !(*times)[1]) return std::nullopt;
  OutsideHold one;
  one.row.id = words[2];
  one.party = text_of_word(words[3]);
  one.row.rule = text_of_word(words[4]);
  one.row.item = text_of_word(words[5]);
  one.row.placed_at = *(*times)[0];
  one.row.until = *(*times)[1];
  one.row.renewed_at = (*times)[2];
  one.row.lifted_at = (*times)[3];
  return one;
}

std::int64_t put_hold_back(store::Tx& tx, RetentionHold row, std::string_view party) {
  if (const auto there = find_hold(tx, row.id)) {
    merge_hold(row, *there);
    if (row.until == there->until && row.lifted_at == there->lifted_at) return 0;
    return tx.run("UPDATE retention_hold SET until_at = ?, renewed_at = ?, lifted_at = ? WHERE hold_id = ?",
                  {row.until, row.renewed_at, row.lifted_at, row.id});
  }
  if (!party.empty()) {
    row.party = party_of_uuid(tx, party);
    if (!row.party) return 0;
  }
  return tx.run(
      "INSERT INTO retention_hold (hold_id, rule, party_id, item_id, reason, owner, placed_at, until_at, renewed_at, "
      "lifted_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
      {row.id, row.rule, row.party, row.item, put_back_reason, put_back_owner, row.placed_at, row.until, row.renewed_at,
       row.lifted_at});
}

store::OutboxHandler outside_handler(store::Database& database, store::Vault& vault,
                                     std::optional<std::string> (*line_of)(store::Tx&, std::string_view)) {
  return [&database, &vault, line_of](const store::OutboxMessage& message) -> store::Delivered {
    const auto line = database.read([&](store::Tx& tx) { return line_of(tx, message.key); });
    if (line) vault.note_erasure(*line);
    return store::Delivery::done;
  };
}

}  // namespace

std::vector<store::Subscription> outside_subscriptions(store::Database& database, store::Vault& vault) {
  const auto of_restriction = [](store::Tx& tx, std::string_view key) -> std::optional<std::string> {
    const auto id = access::RestrictionId::parse(key);
    return id ? line_of_restriction(tx, *id) : std::nullopt;
  };
  return {{&access::restriction_changed, "privacy", outside_handler(database, vault, of_restriction)},
          {&hold_changed, "privacy", outside_handler(database, vault, line_of_hold)}};
}

std::int64_t put_back_outside(store::Database& database, const std::vector<base::Bytes>& lists) {
  // By id, and so by time: what was lifted is lifted before what came after it is put back.
  std::map<std::string, OutsideRestriction> restrictions;
  std::map<std::string, OutsideHold> holds;
  for (const auto& list : lists) {
    for (const auto line : base::split(list, '\n')) {
      const Words words = base::split(line, ' ');
      if (auto restriction = restriction_in_line(words)) {
        const auto [there, is_new] = restrictions.try_emplace(restriction->row.id.text(), *restriction);
        if (!is_new) access::merge_restriction(there->second.row, restriction->row);
      } else if (auto hold = hold_in_line(words)) {
        const auto [there, is_new] = holds.try_emplace(hold->row.id, *hold);
        if (!is_new) merge_hold(there->second.row, hold->row);
      }
    }
  }
  std::int64_t put_back = 0;
  const auto write = [&](const std::function<std::int64_t(store::Tx&)>& change) {
    put_back += database.write([&](store::Tx& tx) -> base::Result<std::int64_t> { return change(tx); }).value();
  };
  for (const auto& [id, one] : restrictions)
    write([&one = one](store::Tx& tx) -> std::int64_t {
      const auto party = party_of_uuid(tx, one.party);
      if (!party) return 0;
      auto row = one.row;
      row.party = *party;
      return access::put_restriction_back(tx, row);
    });
  for (const auto& [id, one] : holds)
    write([&one = one](store::Tx& tx) { return put_hold_back(tx, one.row, one.party); });
  return put_back;
}

std::optional<std::int64_t> number_in_words(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  return fault == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

std::optional<std::string> uuid_of_party(store::Tx& tx, terms::PartyId party) {
  const auto row = tx.query_one("SELECT uuid FROM party WHERE id = ?", {party});
  return row ? std::optional(store::read_one<std::string>(*row)) : std::nullopt;
}

std::optional<terms::PartyId> party_of_uuid(store::Tx& tx, std::string_view uuid) {
  const auto row = tx.query_one("SELECT id FROM party WHERE uuid = ?", {uuid});
  return row ? std::optional(store::read_one<terms::PartyId>(*row)) : std::nullopt;
}

}  // namespace alting::privacy
