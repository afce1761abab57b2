// Whether a certificate was revoked: asked of its issuer by OCSP (RFC 6960), and where that does not answer, looked up in
// its list (RFC 5280 section 5). What they answered is kept in the database, for all processes, and counts until its next
// update, or as long as the settings say when that is sooner.
//
// The rule when neither answers: "strict" refuses. "grace" lets the last good answer about this very certificate count
// for so many hours after it ran out; where there is none, it refuses too. What was revoked stays so. A place that does not
// answer is not asked again for half a minute.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/metrics.h"
#include "base/result.h"
#include "base/time.h"
#include "crypto/certificate.h"
#include "crypto/revocation.h"
#include "login/certificate_options.h"
#include "net/http_client.h"
#include "store/database.h"

namespace alting::login {

enum class Revocation : std::uint8_t { good, revoked, unknown };

class RevocationChecks {
 public:
  // What is passed in must outlive it; of the options: the rule and the times.
  RevocationChecks(store::Database& database, net::HttpClient& http, const CertificateOptions& options,
                   base::Metrics& metrics);
  ~RevocationChecks();

  // Of one certificate, by its issuer. Asks over the network when what is kept has run out; outside any transaction.
  [[nodiscard]] Revocation of(const crypto::Certificate& certificate, const crypto::Certificate& issuer,
                              base::Instant at);
  // Of all of a chain but the last, which is trusted by itself: the worst of the answers.
  [[nodiscard]] Revocation of_chain(const std::vector<crypto::Certificate>& chain, base::Instant at);

 private:
  struct KeptList;
  // Nothing: no answer that counts.
  [[nodiscard]] std::optional<Revocation> ask_ocsp(const crypto::Certificate& certificate,
                                                   const crypto::Certificate& issuer, base::Instant at);
  [[nodiscard]] std::optional<Revocation> look_in_list(const crypto::Certificate& certificate,
                                                       const crypto::Certificate& issuer, base::Instant at);
  [[nodiscard]] Revocation last_heard(const crypto::Certificate& certificate, const crypto::Certificate& issuer,
                                      base::Instant at);
  [[nodiscard]] std::shared_ptr<const KeptList> list_of(const std::string& place, const crypto::Certificate& issuer,
                                                        base::Instant at);
  [[nodiscard]] std::shared_ptr<const KeptList> known_list(const std::string& id, const crypto::Certificate& issuer);
  std::shared_ptr<const KeptList> remember(const std::string& id, std::shared_ptr<const KeptList> list);
  [[nodiscard]] std::optional<base::Bytes> fetch(net::HttpRequest request, base::Instant at);

  store::Database& database_;
  net::HttpClient& http_;
  const WhenUnanswered rule_;
  const base::Duration grace_, crl_kept_, ocsp_kept_;
  base::Counter& unanswered_;
  std::mutex mutex_;                                              // guards what follows; never held while fetching
  std::map<std::string, std::shared_ptr<const KeptList>> lists_;  // parsed, by the id of their row
  std::map<std::string, base::Instant> silent_;                   // addresses that did not answer, and when
};

}  // namespace alting::login
