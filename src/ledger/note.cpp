#include "ledger/note.h"

#include <fmt/format.h>

#include <utility>

#include "crypto/ed25519.h"
#include "crypto/hash.h"

namespace alting::ledger {

namespace {

constexpr std::string_view dash = "\xe2\x80\x94 ";  // U+2014 and a space
constexpr std::size_t largest_note = 64 * 1024;

std::uint32_t big_endian_32(base::ByteView bytes) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) number = number << 8 | static_cast<std::uint8_t>(bytes[i]);
  return number;
}

base::Bytes to_big_endian_32(std::uint32_t number) {
  base::Bytes bytes;
  for (const int shift : {24, 16, 8, 0}) bytes += static_cast<char>(number >> shift & 0xff);
  return bytes;
}

std::optional<NoteSignature> parse_signature(std::string_view line) {
  if (!line.starts_with(dash)) return std::nullopt;
  line.remove_prefix(dash.size());
  const auto space = line.find(' ');
  if (space == std::string_view::npos || !is_key_name(line.substr(0, space))) return std::nullopt;
  const auto bytes = base::from_base64(line.substr(space + 1));
  if (!bytes || bytes->size() < 5) return std::nullopt;
  return NoteSignature{std::string(line.substr(0, space)), big_endian_32(*bytes), bytes->substr(4)};
}

bool is_good(const VerifierKey& key, base::ByteView message, base::ByteView signature, GoodSignatures* good) {
  return good != nullptr ? good->verify(key.public_key, message, signature)
                         : crypto::ed25519_verify(key.public_key, message, signature);
}

// A timestamped_signature of tlog-cosignature: eight octets of time, then Ed25519 over a header, the time and the
// note's text.
std::optional<std::int64_t> cosigned_at(std::string_view text, base::ByteView signature, const VerifierKey& key,
                                        GoodSignatures* good) {
  if (signature.size() != 8 + crypto::ed25519_signature_size) return std::nullopt;
  const std::uint64_t time = std::uint64_t{big_endian_32(signature)} << 32 | big_endian_32(signature.substr(4));
  if (time > 253'402'300'799) return std::nullopt;  // the year 9999
  const std::string message = fmt::format("cosignature/v1\ntime {}\n{}", time, text);
  if (!is_good(key, message, signature.substr(8), good)) return std::nullopt;
  return static_cast<std::int64_t>(time);
}

}  // namespace

bool is_key_name(std::string_view name) {
  if (name.empty() || name.size() > max_key_name) return false;
  for (const char c : name)
    if (c <= ' ' || c > '~' || c == '+') return false;
  return true;
}

std::uint32_t VerifierKey::id() const {
  const char kind = static_cast<char>(type);
  return big_endian_32(crypto::sha256({name, "\n", {&kind, 1}, public_key}));
}

std::string VerifierKey::text() const {
  return fmt::format("{}+{:08x}+{}", name, id(), base::to_base64(static_cast<char>(type) + public_key));
}

std::optional<VerifierKey> VerifierKey::parse(std::string_view text) {
  if (text.size() > max_key_name + 80) return std::nullopt;
  const auto first = text.find('+');
  if (first == std::string_view::npos || text.size() < first + 10 || text[first + 9] != '+') return std::nullopt;
  const auto key = base::from_base64(text.substr(first + 10));
  if (!key || key->size() != 33 || ((*key)[0] != 1 && (*key)[0] != 4)) return std::nullopt;
  VerifierKey parsed{std::string(text.substr(0, first)), static_cast<KeyType>((*key)[0]), key->substr(1)};
  if (!is_key_name(parsed.name) || parsed.text() != text) return std::nullopt;
  return parsed;
}

std::optional<UncheckedKey> UncheckedKey::parse(std::string_view text) {
  constexpr std::size_t largest = 8192;
  const auto first = text.find('+');
  if (text.size() > largest || first == std::string_view::npos || text.size() < first + 10 || text[first + 9] != '+')
    return std::nullopt;
  UncheckedKey parsed{std::string(text.substr(0, first))};
  if (!is_key_name(parsed.name)) return std::nullopt;
  for (const char c : text.substr(first + 1, 8)) {
    const bool digit = c >= '0' && c <= '9';
    if (!digit && (c < 'a' || c > 'f')) return std::nullopt;
    parsed.id = parsed.id << 4 | static_cast<std::uint32_t>(digit ? c - '0' : c - 'a' + 10);
  }
  const auto key = base::from_base64(text.substr(first + 10));
  if (!key || key->size() < 2) return std::nullopt;
  parsed.type = static_cast<std::uint8_t>((*key)[0]);
  const bool checked = parsed.type == static_cast<std::uint8_t>(KeyType::ed25519) ||
                       parsed.type == static_cast<std::uint8_t>(KeyType::cosignature);
  if (checked) return std::nullopt;
  return parsed;
}

std::string SignedNote::format() const {
  std::string out = text + "\n";
  for (const auto& one : signatures)
    out += fmt::format("{}{} {}\n", dash, one.name, base::to_base64(to_big_endian_32(one.key_id) + one.signature));
  return out;
}

std::optional<SignedNote> SignedNote::parse(std::string_view note, std::size_t max_count) {
  if (note.size() > largest_note || !note.ends_with('\n')) return std::nullopt;
  const auto split = note.rfind("\n\n");
  if (split == std::string_view::npos || split == 0) return std::nullopt;
  SignedNote parsed{std::string(note.substr(0, split + 1)), {}};
  for (const char c : parsed.text)
    if (c != '\n' && static_cast<unsigned char>(c) < ' ') return std::nullopt;
  std::string_view rest = note.substr(split + 2);
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    auto signature = parse_signature(rest.substr(0, end));
    if (!signature || parsed.signatures.size() == max_count) return std::nullopt;
    parsed.signatures.push_back(std::move(*signature));
    rest.remove_prefix(end + 1);
  }
  if (parsed.signatures.empty()) return std::nullopt;
  return parsed;
}

bool GoodSignatures::verify(base::ByteView public_key, base::ByteView message, base::ByteView signature) {
  // The parts of a fixed length come first, so that no two of three are alike.
  if (public_key.size() != crypto::ed25519_key_size || signature.size() != crypto::ed25519_signature_size) return false;
  const auto name = crypto::sha256({public_key, signature, message});
  std::promise<bool> answer;
  {
    std::unique_lock lock(mutex_);
    if (is_known(name)) return true;
    if (const auto found = under_way_.find(name); found != under_way_.end()) {
      const auto of_another = found->second;
      lock.unlock();
      return of_another.get();
    }
    under_way_.emplace(name, answer.get_future().share());
    ++worked_out_;
  }
  const bool is_good = crypto::ed25519_verify(public_key, message, signature);  // some 100 us, outside the lock
  {
    const std::lock_guard lock(mutex_);
    under_way_.erase(name);
    if (is_good) remember(name);
  }
  answer.set_value(is_good);
  return is_good;
}

bool GoodSignatures::is_known(const base::Bytes& name) {
  if (young_.contains(name)) return true;
  if (old_.erase(name) == 0) return false;
  remember(name);
  return true;
}

void GoodSignatures::remember(const base::Bytes& name) {
  if (young_.size() >= half_) old_ = std::exchange(young_, {});
  young_.insert(name);
}

std::int64_t GoodSignatures::worked_out() const {
  const std::lock_guard lock(mutex_);
  return worked_out_;
}

CheckedSignature check_signature(const SignedNote& note, const VerifierKey& key, GoodSignatures* good) {
  CheckedSignature checked;
  const std::uint32_t id = key.id();
  for (const auto& one : note.signatures) {
    if (one.name != key.name || one.key_id != id) continue;
    std::optional<std::int64_t> at;
    if (key.type == KeyType::cosignature)
      at = cosigned_at(note.text, one.signature, key, good);
    else if (is_good(key, note.text, one.signature, good))
      at = 0;
    if (!at) return {SignatureCheck::bad, 0};
    checked = {SignatureCheck::good, *at};
  }
  return checked;
}

std::optional<std::string> only_line_of(std::string_view note, const VerifierKey& key) {
  auto parsed = SignedNote::parse(note, largest_note / 64);
  if (!parsed || check_signature(*parsed, key).outcome != SignatureCheck::good) return std::nullopt;
  std::erase_if(parsed->signatures,
                [&](const NoteSignature& one) { return one.name != key.name || one.key_id != key.id(); });
  return parsed->format();
}

NoteSigner::NoteSigner(std::string name, crypto::Ed25519Key key)
    : key_(std::make_shared<const crypto::Ed25519Key>(std::move(key))) {
  verifier_ = {std::move(name), KeyType::ed25519, key_->public_key()};
}

NoteSigner NoteSigner::make(std::string name, base::Random& random) {
  return {std::move(name), crypto::Ed25519Key::generate(random)};
}

std::optional<NoteSigner> NoteSigner::parse(const crypto::SecretBytes& secret) {
  std::string_view text = secret.reveal();
  constexpr std::string_view prefix = "PRIVATE+KEY+";
  if (!text.starts_with(prefix)) return std::nullopt;
  text.remove_prefix(prefix.size());
  const auto first = text.find('+');
  if (first == std::string_view::npos || text.size() < first + 10 || text[first + 9] != '+') return std::nullopt;
  auto bytes = base::from_base64(text.substr(first + 10));
  if (!bytes || bytes->size() != 33 || (*bytes)[0] != 1 || !is_key_name(text.substr(0, first))) return std::nullopt;
  auto key = crypto::Ed25519Key::from_seed(crypto::SecretBytes(bytes->substr(1)));
  if (!key) return std::nullopt;
  NoteSigner signer(std::string(text.substr(0, first)), std::move(*key));
  if (fmt::format("{:08x}", signer.verifier_.id()) != text.substr(first + 1, 8)) return std::nullopt;
  return signer;
}

crypto::SecretBytes NoteSigner::secret_text() const {
  return crypto::SecretBytes(fmt::format("PRIVATE+KEY+{}+{:08x}+{}", verifier_.name, verifier_.id(),
                                         base::to_base64("\x01" + std::string(key_->seed().reveal()))));
}

NoteSignature NoteSigner::sign(std::string_view text) const {
  return {verifier_.name, verifier_.id(), key_->sign(text)};
}

}  // namespace alting::ledger
