// Fills inboxes, so that what they cost can be measured (`alting bench messages`): rows straight into the tables, with keys
// that open. No use case, and nothing that a person is shown.
#pragma once
#include <cstdint>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "store/database.h"
#include "store/vault.h"
#include "terms/ids.h"

namespace alting::inbox {

struct BenchFill {
  terms::AppId service{"dat", "brev"};
  terms::PartyId agency;                // whose service it is
  std::vector<terms::PartyId> parties;  // round and round
  std::int64_t messages = 0;            // in all
  base::Instant from;                   // the first; each is a second later
  std::int64_t in_a_batch = 500;
  std::int64_t file_octets = 0;  // of a file that goes with each batch; 0: none does
};
void fill_inboxes(store::Database& database, store::Vault& vault, base::Random& random, const BenchFill& fill);

// Rows of others, with no content and no keys: so many that a table is large.
void fill_bare_messages(store::Database& database, std::int64_t messages, base::Instant at);

}  // namespace alting::inbox
