#include "ledger/checkpoint.h"

#include <fmt/format.h>

#include "ledger/decimal.h"

namespace alting::ledger {

namespace {

constexpr std::string_view proof_header = "c2sp.org/tlog-proof@v1\n";

// Takes the line up to the next newline off `text`; nothing when there is no newline.
std::optional<std::string_view> take_line(std::string_view& text) {
  const auto end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

}  // namespace

std::string Checkpoint::text() const { return fmt::format("{}\n{}\n{}\n", origin, size, base::to_base64(root.view())); }

std::string Checkpoint::sign(const std::vector<NoteSigner>& signers) const {
  SignedNote note{text(), {}};
  for (const auto& signer : signers) note.signatures.push_back(signer.sign(note.text));
  return note.format();
}

std::optional<Checkpoint> Checkpoint::parse(std::string_view text) {
  const auto origin = take_line(text);
  if (!origin || !is_key_name(*origin)) return std::nullopt;
  const auto size_line = take_line(text);
  const auto size = size_line ? parse_decimal(*size_line, largest_number) : std::nullopt;
  const auto root_line = take_line(text);
  const auto root = root_line ? Hash::from_base64(*root_line) : std::nullopt;
  if (!size || !root || !text.empty()) return std::nullopt;
  return Checkpoint{std::string(*origin), *size, *root};
}

std::string TlogProof::text() const {
  std::string out(proof_header);
  out.reserve(out.size() + 24 + 45 * hashes.size() + checkpoint.size());
  fmt::format_to(std::back_inserter(out), "index {}\n", index);
  for (const Hash& hash : hashes) {
    out += base::to_base64(hash.view());
    out += '\n';
  }
  out += '\n';
  out += checkpoint;
  return out;
}

std::optional<TlogProof> TlogProof::parse(std::string_view text) {
  if (!text.starts_with(proof_header)) return std::nullopt;
  text.remove_prefix(proof_header.size());
  TlogProof proof;
  auto line = take_line(text);
  if (!line || !line->starts_with("index ")) return std::nullopt;
  const auto index = parse_decimal(line->substr(6), largest_number);
  if (!index) return std::nullopt;
  proof.index = *index;
  for (line = take_line(text); line && !line->empty(); line = take_line(text)) {
    const auto hash = Hash::from_base64(*line);
    if (!hash || proof.hashes.size() == max_level) return std::nullopt;
    proof.hashes.push_back(*hash);
  }
  if (!line || text.empty()) return std::nullopt;
  proof.checkpoint = std::string(text);
  return proof;
}

}  // namespace alting::ledger
