// What a call that is repeated under one Idempotency-Key is recognised by (draft-ietf-httpapi-idempotency-key-header).
//
// No outcome is kept here: it could only be kept after the act, and a process that is killed between the two would do it
// again. The key becomes a one-time id instead, under which the use case does its act (store::once): act and outcome are
// one commit. Before that, and in a commit of its own, the key is bound to the content that it came with. A process that
// is killed there has done nothing, and the call may be repeated. Both are kept for a day (rule store.once).
#pragma once
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"
#include "base/uuid.h"
#include "login/callers.h"
#include "store/database.h"
#include "store/quota.h"
#include "web/http.h"

namespace alting::api {

inline constexpr std::size_t longest_idempotency_key = 255;

struct KeyParts {
  store::Database& database;
  store::Quotas quotas;  // a key that is bound stays for a day, whatever comes of the call
  base::Random& random;
};

// The same id for the same parts, and for no others; nobody can choose parts that give an id that is there already.
[[nodiscard]] base::Uuid id_from(std::initializer_list<std::string_view> parts);

// The one-time id of this call: of its key, or a new one where it has none. error.api.key.malformed,
// error.api.key.other_content (422) for a key of this caller's that came with another content, and the quotas' own.
[[nodiscard]] base::Result<std::string> post_id_of(const web::Request& request, const login::Caller& caller,
                                                   const KeyParts& parts, base::Instant now);

}  // namespace alting::api
