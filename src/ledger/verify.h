// Verification of a receipt, offline, from the receipt and the documents alone. Used by `alting verify` and the public
// page.
//
// It says, claim by claim, what is proved and what is not. Without a trusted key the signature can only be called
// consistent with the key inside the receipt: "intact, signer unknown".
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/json.h"
#include "base/result.h"

namespace alting::ledger {

class GoodSignatures;

enum class Claim : std::uint8_t {
  receipt_format,     // the file is a receipt of a known version
  entry_intact,       // the entry is canonical and matches its commitment
  included,           // the commitment is a leaf of the tree the checkpoint names
  checkpoint_signed,  // the checkpoint carries a good signature by the key
  signer_trusted,     // that key is one the verifier trusts
  time_witnessed,     // a witness vouches for the time (otherwise it is the operator's word)
  disclosure,         // a disclosed name or id matches its salted digest (subject = which)
  document,           // a document given matches a digest in the entry (subject = its file name)
};
enum class Verdict : std::uint8_t {
  proved,
  not_proved,  // nothing speaks against it, nothing proves it
  refuted,     // any of these makes the receipt broken
  missing,     // a document of the entry was not given
};
[[nodiscard]] std::string_view to_text(Claim claim);  // "receipt_format", ...
[[nodiscard]] std::string_view to_text(Verdict verdict);
struct Finding {
  Claim claim;
  Verdict verdict;
  std::string subject;
  std::string detail;  // English
};
struct GivenDocument {
  std::string name;
  base::Bytes sha256;  // of its octets
};
struct Verification {
  enum class Overall : std::uint8_t { verified, signer_unknown, broken } overall = Overall::broken;
  std::vector<Finding> findings;
  base::Json entry;      // the entry, for display; null when unreadable
  base::Json disclosed;  // name -> value
  std::string origin;
  std::int64_t tree_size = 0;
  std::int64_t index = -1;  // from 0, as the proof counts; people are told index + 1
  bool test_log = false;    // what the log's name says: nothing in it counts
};
// `trusted` are note verifier keys ("<name>+<hash>+<base64>"): of logs (type 0x01) and of witnesses (type 0x04). A key
// of another type is named "not checked here" and counts for nothing; what is no key is passed over. Never fails: a
// broken receipt is a finding. Receipts over 1 MiB are refused. Whoever verifies many receipts of one log gives `good`
// to all of them.
[[nodiscard]] Verification verify_receipt(std::string_view receipt_json, const std::vector<GivenDocument>& documents,
                                          const std::vector<std::string>& trusted, GoodSignatures* good = nullptr);

}  // namespace alting::ledger
