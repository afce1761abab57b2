// The keys of what was thrown away, or sent. The rows go first, and with them, in the same transaction, goes a row of the
// outbox: when the process or the disk fails before the keystore has erased the keys, it is done again until it is.
//
// What is a draft's is erased for whoever holds a key: nobody but its party should, and nobody will. What was sent is
// erased for one holder, and the others keep their copy.
#pragma once
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "base/uuid.h"
#include "store/database.h"
#include "store/vault.h"
#include "terms/ids.h"

namespace alting::instances {

class KeyErasure {
 public:
  KeyErasure(store::Vault& vault, const base::Clock& clock, base::Random& random)
      : vault_(vault), clock_(clock), random_(random) {}

  // In the transaction that ends what the keys open.
  void emit(store::Tx& tx, const std::vector<base::Uuid>& keys, const terms::InstanceId& instance);
  // Right after it. What fails here is logged, and done by the outbox.
  void erase_at_once(const std::vector<base::Uuid>& keys);
  // A message of the outbox (topics.h); may be repeated. Throws while it cannot be done.
  void deliver(std::string_view payload);

  // In the same transaction, when it is the party's own people who let it go (letting_go.h).
  void emit_let_go_by(store::Tx& tx, terms::PartyId party);

  // The same for one holder's keys of what was sent.
  void emit_for(store::Tx& tx, const store::Holder& holder, const std::vector<base::Uuid>& keys,
                const terms::InstanceId& instance);
  void erase_at_once_for(const store::Holder& holder, const std::vector<base::Uuid>& keys);
  void deliver_for(std::string_view payload);

 private:
  store::Vault& vault_;
  const base::Clock& clock_;
  base::Random& random_;
};

}  // namespace alting::instances
