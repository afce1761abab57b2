// Claims of JWTs that are read alike wherever they stand: in an id_token, an access token, an assertion.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"

namespace alting::login {

// `aud`, `amr`, `resource`: one text, or a list of at most 20. Nothing when it is neither.
[[nodiscard]] std::optional<std::vector<std::string>> claim_texts(const base::Json& value);
// NumericDate (RFC 7519 section 2): seconds, perhaps with a fraction, which is dropped.
[[nodiscard]] std::optional<base::Instant> numeric_date(const base::Json& value);

}  // namespace alting::login
