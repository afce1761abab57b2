// What an operator may set of logging in with an enterprise certificate (settings.h has the rows).
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

namespace alting::login {

// What counts when no answer about a certificate's revocation can be had (revocation_checks.h).
enum class WhenUnanswered : std::uint8_t { strict, grace };

// The policies of the enterprise certificates that Buypass and Commfides issue.
[[nodiscard]] std::vector<std::string> enterprise_policies();

struct CertificateOptions {
  std::uint16_t port = 0;                                         // of the door, a server of its own; 0: there is none
  std::string address = "127.0.0.1";                              // it listens on
  std::string public_url;                                         // the door's own, without a final slash
  std::optional<std::filesystem::path> tls_certificate, tls_key;  // PEM; none: the portal's server's
  std::vector<std::string> proxies;                               // addresses whose Client-Cert (RFC 9440) counts
  std::filesystem::path trusted;                                  // PEM: the authorities that are trusted by themselves
  std::filesystem::path intermediates;                            // PEM: those between, for who does not send them
  std::vector<std::string> policies = enterprise_policies();
  WhenUnanswered revocation = WhenUnanswered::strict;
  base::Duration grace = base::Duration::hours(24);
  base::Duration crl_kept = base::Duration::hours(12);     // at most, and never after its next update
  base::Duration ocsp_kept = base::Duration::minutes(10);  // likewise
  std::vector<std::string> revocation_hosts;  // where lists and answers may be fetched, such as "crl.buypass.no"

  [[nodiscard]] bool has_door() const { return port != 0; }
  static constexpr unsigned workers = 8;  // of the door
};

}  // namespace alting::login
