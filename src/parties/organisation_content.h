// The register's content of an organisation as one JSON text in its row: open data, used for prefill and the profile
// page.
#pragma once
#include <string>
#include <string_view>

#include "base/json.h"
#include "parties/parties.h"

namespace alting::parties {

// Everything of `organisation` but `party` and `source`.
[[nodiscard]] std::string write_content(const Organisation& organisation);
// Reads what write_content wrote; missing members stay empty.
void read_content(std::string_view json, Organisation& into);

// An element of Enhetsregisteret's files or answers (Enhet, Underenhet, SlettetEnhet): its address objects and fields.
[[nodiscard]] std::optional<Address> read_register_address(const base::Json& address);
[[nodiscard]] Organisation read_register_unit(const base::Json& unit);

}  // namespace alting::parties
