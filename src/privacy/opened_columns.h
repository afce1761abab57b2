// How columns of octets are opened for a copy: sealed ones each as its room seals them, digests as hexadecimal; and which columns
// of any type are in no copy. A column of octets that is personal and not here fails a test (columns_without_opener). Used by
// this room only.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "terms/catalogue.h"

namespace alting::privacy {

enum class Opening : std::uint8_t {
  party_key,     // under the row's own key, which its party holds
  log_entry,     // an entry of the log, or what one party sees of it, with what is disclosed of it
  log_actor,     // who did it, of an entry
  number,        // an identity number, under the key of the data folder
  digest,        // no secret: hexadecimal
  sort_key,      // made of the name beside it: hexadecimal
  browser_only,  // under a key that only the browser's cookie, or the page, holds: left out
  secret,  // by which a session, a login or a post is known, or an end point reached: in no copy, nor in a record's key
};

[[nodiscard]] std::optional<Opening> opening_of(std::string_view table, std::string_view column);
// Whether nobody is given it but who it is about: what is secret, and what the catalogue says is of somebody else than whose
// the row is ("another: ..." in `whose`), such as who decided for a controller, and why.
[[nodiscard]] bool is_left_out(const terms::Table& table, const terms::Column& column);

}  // namespace alting::privacy
