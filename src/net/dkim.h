// Signs mail by DomainKeys Identified Mail (RFC 6376; keys of RFC 8301 and 8463): relaxed/relaxed, the whole body (no
// "l="), From signed once more than it occurs, so that nobody can add a second one. One signature for each key.
#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace alting::net {

struct DkimKey {
  std::string selector;            // "rsa2026": the name in DNS is <selector>._domainkey.<domain>
  std::filesystem::path key_file;  // PEM, PKCS #8: RSA of 2048 bits at least, or Ed25519
};

class DkimSigner {
 public:
  // Errors: `invalid` (error.settings): a file that cannot be read, a key of another kind or too short, a name that DNS
  // does not take. The detail says which.
  [[nodiscard]] static base::Result<DkimSigner> make(std::string domain, const std::vector<DkimKey>& keys);
  DkimSigner(DkimSigner&&) noexcept;
  DkimSigner& operator=(DkimSigner&&) noexcept;
  ~DkimSigner();

  // The signatures, as whole header lines to stand before `headers`. `headers`: lines that end in CR LF, without the
  // empty one; `body`: all after it, CR LF throughout. May be called by several threads at once.
  [[nodiscard]] std::string sign(std::string_view headers, std::string_view body) const;

  // What the operator puts into DNS, a line for each key: `<selector>._domainkey.<domain>. IN TXT "v=DKIM1; ..."`.
  [[nodiscard]] std::string dns_record() const;

 private:
  struct Keys;
  explicit DkimSigner(std::unique_ptr<Keys> keys);
  std::unique_ptr<Keys> keys_;
};

}  // namespace alting::net
