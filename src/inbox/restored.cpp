#include "inbox/restored.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <span>
#include <utility>

#include "base/text.h"
#include "inbox/message_rows.h"

namespace alting::inbox {

namespace {

constexpr std::size_t looked_at_once = 500;  // lines of the lists in one transaction

std::optional<terms::PartyId> party_of(std::string_view number) {
  terms::PartyId party;
  const auto [end, fault] = std::from_chars(number.data(), number.data() + number.size(), party.value);
  return fault == std::errc() && end == number.data() + number.size() ? std::optional(party) : std::nullopt;
}

struct ErasedWrap {
  terms::PartyId party;
  base::Uuid key;
  auto operator<=>(const ErasedWrap&) const = default;
};

// What parties lost. A line of a key is "<time> <key> <holder>"; those of rooms are longer.
std::vector<ErasedWrap> wraps_of_parties(const std::vector<base::Bytes>& lists) {
  const auto marked = instances::party_holder({0});
  const auto before = std::string_view(marked).substr(0, marked.size() - 1);
  std::set<ErasedWrap> all;
  for (const auto& list : lists) {
    for (const auto line : base::split(list, '\n')) {
      const auto words = base::split(line, ' ');
      const auto key = words.size() == 3 ? base::Uuid::parse(words[1]) : std::nullopt;
      if (!key || !words[2].starts_with(before)) continue;
      if (const auto party = party_of(words[2].substr(before.size()))) all.insert({*party, *key});
    }
  }
  return {all.begin(), all.end()};
}

bool is_lost(store::Vault& vault, const StoredMessage& message) {
  const auto opened = vault.open(message.key_id, message.caption, instances::party_holder(message.place.party));
  return !opened && opened.error().kind == base::ErrorKind::gone;
}

// Those of these that lie somewhere, though their recipient lost the key.
std::vector<StoredMessage> lost_messages(store::Database& database, store::Vault& vault,
                                         std::span<const ErasedWrap> wraps) {
  auto found = database.read([&](store::Tx& tx) {
    std::vector<StoredMessage> all;
    for (const auto& [party, key] : wraps)
      for (const auto& row : tx.query(fmt::format("SELECT {} FROM message m JOIN message_batch b ON b.batch_id = "
                                                  "m.batch_id WHERE m.party_id = ? AND m.key_id = ? AND m.folder <> ?",
                                                  listed_columns),
                                      {party, key, in_none})) {
        store::RowReader from(row);
        all.push_back(next_message(from));
      }
    return all;
  });
  std::erase_if(found, [&](const StoredMessage& one) { return !is_lost(vault, one); });
  return found;
}

void count_anew(store::Database& database) {
  const auto done = database.write([&](store::Tx& tx) -> base::Status {
    tx.run("DELETE FROM message_count");
    tx.run(
        "INSERT INTO message_count (party_id, org, app, confidential, folder, total, unread) SELECT m.party_id, m.org, "
        "m.app, m.confidential, m.folder, COUNT(*), COUNT(*) - COUNT(m.opened_at) FROM message m WHERE m.announced_at "
        "IS NOT NULL AND m.folder <> ? GROUP BY m.party_id, m.org, m.app, m.confidential, m.folder",
        {in_none});
    return {};
  });
  if (!done) throw store::DatabaseError("messages could not be counted anew");
}

}  // namespace

std::int64_t remove_messages_again(store::Database& database, store::Vault& vault,
                                   const std::vector<base::Bytes>& lists, base::Instant now) {
  std::int64_t removed = 0;
  const auto wraps = wraps_of_parties(lists);
  for (std::size_t from = 0; from < wraps.size(); from += looked_at_once) {
    const auto lost =
        lost_messages(database, vault, std::span(wraps).subspan(from, std::min(looked_at_once, wraps.size() - from)));
    if (lost.empty()) continue;
    const auto done = database.write([&](store::Tx& tx) -> base::Status {
      for (const auto& one : lost) {
        tx.run("UPDATE message SET folder = ?, due_at = NULL, goes_at = NULL WHERE party_id = ? AND message_id = ?",
               {in_none, one.place.party, one.place.id});
        // What waits still was received by nobody who could delete it: its sender took it back. What is due may have been
        // there since the backup, and then each deleted their own.
        tx.run(
            "UPDATE message_batch SET state = 'taken_back' WHERE batch_id = ? AND state = 'accepted' AND publish_at > "
            "?",
            {one.place.batch, now});
      }
      return {};
    });
    if (!done) throw store::DatabaseError("messages could not be removed again");
    removed += static_cast<std::int64_t>(lost.size());
  }
  count_anew(database);
  return removed;
}

}  // namespace alting::inbox
