// Receipts and what they are made of: nobody but the log makes one that verifies. The key is that of the receipt in
// tests/fuzz/corpus/receipt; no other entry was ever signed under it.
#include "ledger/receipt.h"

#include "base/testing/fuzz.h"
#include "crypto/hash.h"
#include "ledger/checkpoint.h"
#include "ledger/key_list.h"
#include "ledger/note.h"
#include "ledger/verify.h"

namespace fuzz = alting::base::fuzz;
using namespace alting;
using namespace alting::ledger;

namespace {

const std::string trusted = "localhost:24196/log/1/test+afe071b2+AYNkT7LaB1SkVYxSMEON8R5BxK3z1EFfj17y6fL7fBaL";
// SHA-256 of its canonical text.
const std::string signed_entry = "5bb05749ebfe0b603dbeabd35fb8f8362bdeabd66e8a2f48b226688a24b56ab9";

void look_at_note(std::string_view text) {
  const auto note = SignedNote::parse(text);
  if (!note) return;
  const auto again = SignedNote::parse(note->format());
  fuzz::must_hold(again && again->text == note->text && again->signatures.size() == note->signatures.size(),
                  "a note that is written is read as the same");
  if (const auto key = VerifierKey::parse(trusted)) static_cast<void>(check_signature(*note, *key));
}

void look_at_key(std::string_view text) {
  if (const auto key = VerifierKey::parse(text))
    fuzz::must_hold(key->text() == text, "a key has one way of writing it");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  look_at_note(text);
  look_at_key(text);
  static_cast<void>(read_key_statement(text));
  static_cast<void>(follow_keys(text, {trusted}));
  static GoodSignatures good;  // as the public page does
  const auto verified = verify_receipt(text, {{"skjema.json", base::Bytes(32, 'x')}}, {trusted}, &good);
  if (verified.overall == Verification::Overall::verified) {
    const auto canonical = base::canonical_json(verified.entry);
    fuzz::must_hold(canonical && base::to_hex(crypto::sha256(*canonical)) == signed_entry,
                    "only what was signed verifies");
  }
  bool readable = false, excluded = false;
  for (const auto& finding : verified.findings) {
    readable |= finding.claim == Claim::receipt_format && finding.verdict == Verdict::proved;
    excluded |= finding.claim == Claim::included && finding.verdict == Verdict::refuted;
  }
  fuzz::must_hold(!excluded || verified.overall == Verification::Overall::broken, "what is refuted breaks the receipt");
  fuzz::planted(readable && excluded);
  return 0;
}
