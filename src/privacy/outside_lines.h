// What a restore may not lose: what is restricted (access/restrictions.h) and what is held (privacy/retention.h). An older
// copy of the database knows nothing of what came since, and agencies would read, and jobs end, what may not be.
//
// So each change is a line of the list outside the backups (store::Vault::note_erasure), durable within seconds, since the
// outbox brings it there:
//   restriction <id> <party> <controller> <item> <since> <ground> <request> <announced> <lift> <lifted>
//   hold <id> <party> <rule> <item> <placed> <until> <renewed> <lifted>
// Ids, codes and times alone ("-" and 0 for none), never a name, a number or a reason. A party stands with its uuid, since
// numbers are given again after a restore. Lines may come twice and in any order: what was lifted stays lifted, and of what
// was moved the latest counts.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "store/database.h"
#include "store/outbox.h"
#include "store/vault.h"
#include "terms/ids.h"

namespace alting::privacy {

// Both outlive them.
[[nodiscard]] std::vector<store::Subscription> outside_subscriptions(store::Database& database, store::Vault& vault);

// After a restore and before the first job: restricts, holds and lifts again what the lists name. A hold that the backup has
// not comes without its reason and who answers for it, which stand nowhere else. Parties that the backup does not know are
// passed over. Answers how many rows that were.
std::int64_t put_back_outside(store::Database& database, const std::vector<base::Bytes>& lists);

// For the lines of the list.
[[nodiscard]] std::optional<std::int64_t> number_in_words(std::string_view text);
[[nodiscard]] std::optional<std::string> uuid_of_party(store::Tx& tx, terms::PartyId party);
[[nodiscard]] std::optional<terms::PartyId> party_of_uuid(store::Tx& tx, std::string_view uuid);

}  // namespace alting::privacy
