#include "login/restored.h"

namespace alting::login {

std::int64_t end_all_restored(store::Tx& tx, base::Instant now) {
  tx.run("UPDATE login_revocation SET counts_until = 0");
  return tx.run("UPDATE login_session SET ends_at = ? WHERE closed_at IS NULL AND ends_at > ?", {now, now}) +
         tx.run("DELETE FROM login_kept_post") + tx.run("DELETE FROM login_attempt") +
         tx.run("DELETE FROM login_certificate_turn");
}

}  // namespace alting::login
