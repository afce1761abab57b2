// The receipt's file: "alting.receipt/1", described for others in docs/receipt-format.md.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "ledger/entry.h"

namespace alting::ledger {

inline constexpr std::size_t max_receipt_size = 1024 * 1024;
// More than the digests that an entry of 48 KiB has room for.
inline constexpr std::size_t max_disclosures = 300;
inline constexpr std::size_t max_keys =
    64;  // a log rotates its key at most this often before it must begin a new origin

// A key of the log. The first stands by itself; each later one is announced by an entry of this log, proved under the
// key before it.
struct KeyStatement {
  std::string vkey;
  std::string entry;  // canonical; empty for the first
  base::Bytes salt;
  std::string proof;  // tlog-proof
};

// The whole file: RFC 8785, no final newline. The last of `keys` is the one that signed the proof's checkpoint.
[[nodiscard]] std::string write_receipt(const EntryText& text, const std::vector<KeyStatement>& keys,
                                        std::string_view proof);

// The members of a KeyStatement as canonical JSON, for the database, and back.
[[nodiscard]] std::string write_key_statement(const KeyStatement& key);
[[nodiscard]] std::optional<KeyStatement> read_key_statement(std::string_view json);

}  // namespace alting::ledger
