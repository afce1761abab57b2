#include "instances/restored.h"

#include <charconv>
#include <map>
#include <optional>
#include <set>
#include <string_view>

#include "base/text.h"
#include "base/uuid.h"
#include "instances/instance.h"
#include "store/row_reader.h"

namespace alting::instances {

namespace {

constexpr std::int64_t forms_read_at_once = 500;

// What parties lost. A line of a key is "<time> <key> <holder>"; those of rooms are longer.
std::map<terms::PartyId, std::set<base::Uuid>> keys_lost_by_parties(const std::vector<base::Bytes>& lists) {
  const auto marked = party_holder({0});
  const auto before = std::string_view(marked).substr(0, marked.size() - 1);
  std::map<terms::PartyId, std::set<base::Uuid>> all;
  for (const auto& list : lists) {
    for (const auto line : base::split(list, '\n')) {
      const auto words = base::split(line, ' ');
      const auto key = words.size() == 3 ? base::Uuid::parse(words[1]) : std::nullopt;
      if (!key || !words[2].starts_with(before)) continue;
      const auto number = words[2].substr(before.size());
      terms::PartyId party;
      const auto [end, fault] = std::from_chars(number.data(), number.data() + number.size(), party.value);
      if (fault == std::errc() && end == number.data() + number.size()) all[party].insert(*key);
    }
  }
  return all;
}

struct RestoredForm {
  terms::InstanceId id;
  base::Uuid instance_key;
  std::optional<base::Uuid> key;      // of what was sent; nothing: its row is gone
  std::optional<base::Bytes> sealed;  // the sender's name, under that key
};

std::vector<RestoredForm> sent_forms_after(store::Database& database, terms::PartyId party, const std::string& after) {
  return database.read([&](store::Tx& tx) {
    std::vector<RestoredForm> found;
    for (const auto& row : tx.query(
             "SELECT i.instance_id, i.key_id, s.key_id, s.sender_name FROM instance i LEFT JOIN submission s ON "
             "s.party_id = i.party_id AND s.instance_id = i.instance_id WHERE i.party_id = ? AND i.instance_id > ? AND "
             "i.state <> 'draft' ORDER BY i.instance_id LIMIT ?",
             {party, after, forms_read_at_once})) {
      store::RowReader from(row);
      RestoredForm one;
      one.id = from.next<terms::InstanceId>();
      one.instance_key = from.next<base::Uuid>();
      one.key = from.next<std::optional<base::Uuid>>();
      one.sealed = from.next<std::optional<std::string>>();
      found.push_back(std::move(one));
    }
    return found;
  });
}

bool is_lost(store::Vault& vault, terms::PartyId party, const RestoredForm& form) {
  if (!form.key || !form.sealed) return true;
  const auto opened = vault.open(*form.key, *form.sealed, party_holder(party));
  return !opened && opened.error().kind == base::ErrorKind::gone;
}

}  // namespace

std::int64_t remove_forms_again(store::Database& database, store::Vault& vault, const std::vector<base::Bytes>& lists) {
  std::int64_t removed = 0;
  for (const auto& [party, keys] : keys_lost_by_parties(lists)) {
    std::string after;
    for (auto forms = sent_forms_after(database, party, after); !forms.empty();
         forms = sent_forms_after(database, party, after)) {
      after = forms.back().id.text();
      std::vector<terms::InstanceId> lost;
      for (const auto& form : forms)
        if ((keys.contains(form.instance_key) || (form.key && keys.contains(*form.key))) && is_lost(vault, party, form))
          lost.push_back(form.id);
      if (lost.empty()) continue;
      const auto done = database.write([&, of = party](store::Tx& tx) -> base::Status {
        for (const auto& id : lost) {
          tx.run("DELETE FROM draft_key_kept WHERE party_id = ? AND instance_id = ?", {of, id});
          tx.run("DELETE FROM instance WHERE party_id = ? AND instance_id = ?", {of, id});
        }
        return {};
      });
      if (!done) throw store::DatabaseError("forms could not be removed again");
      removed += static_cast<std::int64_t>(lost.size());
    }
  }
  return removed;
}

}  // namespace alting::instances
