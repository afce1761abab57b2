// All keys and logs of this installation with their dates, for whoever follows or verifies: at one address, as text and
// as JSON (docs/monitor.md).
//
// The text is a signed note by the newest log's keys, and each key stands on a line of its own, so that it also serves
// as a file of keys. The JSON adds what proves each key under another: the announcements, and the statements that tie
// a log to the one before it.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "ledger/make_ledger.h"
#include "ledger/note.h"

namespace alting::ledger {

struct KeyList {
  std::string text, json;
  std::vector<std::string> keys;  // oldest first
};
[[nodiscard]] KeyList list_keys(store::Database& database, const LedgerOptions& options,
                                const std::vector<NoteSigner>& signers);

// The keys that are trusted by `trusted` and by what such a JSON proves from them: announcements under a trusted key,
// successions signed by both keys, and the list itself when a trusted key signed it. What it only claims is not taken.
// Nothing when it is no such list.
[[nodiscard]] std::optional<std::vector<std::string>> follow_keys(std::string_view json,
                                                                  std::vector<std::string> trusted);
[[nodiscard]] bool is_key_list(std::string_view text);  // by its beginning, for telling it from a file of keys

}  // namespace alting::ledger
