// How columns of octets are opened for a copy: sealed ones each as its room seals them, digests as hexadecimal. A column of a
// catalogue that is personal and not here fails a test (columns_without_opener). Used by this room only.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace alting::privacy {

enum class Opening : std::uint8_t {
  party_key,     // under the row's own key, which its party holds
  log_entry,     // an entry of the log, or what one party sees of it, with what is disclosed of it
  log_actor,     // who did it, of an entry
  number,        // an identity number, under the key of the data folder
  digest,        // no secret: hexadecimal
  sort_key,      // made of the name beside it: hexadecimal
  browser_only,  // under a key that only the browser's cookie, or the page, holds: left out
};

[[nodiscard]] std::optional<Opening> opening_of(std::string_view table, std::string_view column);

}  // namespace alting::privacy
