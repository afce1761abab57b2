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

// Leaves only the signature of the key before on the announcement's checkpoint, as it is the only one that counts; those of
// before carried the lines of all keys of their day, which are more than a receipt may.
void keep_line_of(KeyStatement& key, std::string_view vkey_before);

// Of a person's identity number: salted in the entry, and disclosed only where its owner asks for it.
inline constexpr std::string_view identity_number_path = "party.identity_number";

// The whole file: RFC 8785, no final newline. The last of `keys` is the one that signed the proof's checkpoint.
[[nodiscard]] std::string write_receipt(const EntryText& text, const std::vector<KeyStatement>& keys,
                                        std::string_view proof, bool with_identity_number = false);

// The members of a KeyStatement as canonical JSON, for the database, and back.
[[nodiscard]] std::string write_key_statement(const KeyStatement& key);
[[nodiscard]] std::optional<KeyStatement> read_key_statement(std::string_view json);

}  // namespace alting::ledger
