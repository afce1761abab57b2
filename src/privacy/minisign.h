// Signatures in the format of minisign (Frank Denis; https://jedisct1.github.io/minisign), so that who has a copy can check it
// without this program: `minisign -V -p minisign.pub -m tagmanifest-sha256.txt`.
//
// Those made here are of the kind "Ed": Ed25519 over the file itself, which minisign takes too. A comment that can be trusted
// is signed with the signature. Both files are lines of comment and base64:
//   "Ed" || id (8 octets) || public key (32)
//   "Ed" || id (8) || signature (64);  signature over: signature || trusted comment
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "crypto/ed25519.h"

namespace alting::privacy {

// The one line that people hand on: base64.
[[nodiscard]] std::string minisign_key(const crypto::Ed25519Key& key);
[[nodiscard]] std::string minisign_key_file(std::string_view key);  // of minisign_key()
[[nodiscard]] std::optional<std::string> read_minisign_key(std::string_view file);

// `trusted` is one line.
[[nodiscard]] std::string minisign(const crypto::Ed25519Key& key, base::ByteView message, std::string_view trusted);
// The trusted comment, when both signatures are good under this key.
[[nodiscard]] std::optional<std::string> check_minisign(std::string_view key, base::ByteView message,
                                                        std::string_view signature_file);

}  // namespace alting::privacy
