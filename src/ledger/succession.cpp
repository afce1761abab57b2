#include "ledger/succession.h"

#include <fmt/format.h>

#include "base/text.h"
#include "ledger/decimal.h"

namespace alting::ledger {

namespace {

std::string text_of(const Succession& one) {
  return fmt::format("alting.log-succession/1\nold {} {} {}\nold-key {}\nnew {}\nnew-key {}\nat {}\n",
                     one.old_state.origin, one.old_state.size, base::to_base64(one.old_state.root.view()),
                     one.old_key.text(), one.new_key.name, one.new_key.text(), base::to_rfc3339(one.at));
}

std::string_view after(std::string_view line, std::string_view word) {
  return line.starts_with(word) ? line.substr(word.size()) : std::string_view();
}

std::optional<Succession> parse(std::string_view text) {
  const auto lines = base::split(text, '\n');
  if (lines.size() != 7) return std::nullopt;
  const auto state = base::split(after(lines[1], "old "), ' ');
  if (state.size() != 3) return std::nullopt;
  const auto size = parse_decimal(state[1], largest_number);
  const auto root = Hash::from_base64(state[2]);
  auto old_key = VerifierKey::parse(after(lines[2], "old-key "));
  auto new_key = VerifierKey::parse(after(lines[4], "new-key "));
  const auto at = base::from_rfc3339(after(lines[5], "at "));
  if (!size || !root || !old_key || !new_key || !at) return std::nullopt;
  Succession one{{std::string(state[0]), *size, *root}, std::move(*old_key), std::move(*new_key), *at};
  if (one.old_key.name != one.old_state.origin || text_of(one) != text) return std::nullopt;
  return one;
}

bool signed_by(const SignedNote& note, const VerifierKey& key) {
  return key.type == KeyType::ed25519 && check_signature(note, key).outcome == SignatureCheck::good;
}

}  // namespace

std::string Succession::sign(const NoteSigner& old_signer, const NoteSigner& new_signer) const {
  SignedNote note{text_of(*this), {}};
  note.signatures = {old_signer.sign(note.text), new_signer.sign(note.text)};
  return note.format();
}

std::optional<Succession> Succession::read(std::string_view text) {
  const auto note = SignedNote::parse(text);
  auto one = note ? parse(note->text) : std::nullopt;
  if (!one || !signed_by(*note, one->old_key) || !signed_by(*note, one->new_key)) return std::nullopt;
  return one;
}

}  // namespace alting::ledger
