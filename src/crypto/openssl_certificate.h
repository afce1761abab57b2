// OpenSSL's certificates as ours, for this room's .cpp files only.
#pragma once
#include <openssl/x509v3.h>

#include <optional>

#include "crypto/certificate.h"
#include "crypto/openssl.h"

namespace alting::crypto {

struct CertificateMaker {
  static Certificate wrap(X509Ptr certificate) {
    return Certificate(std::shared_ptr<X509>(certificate.release(), X509_free));
  }
};

struct StackFreer {
  void operator()(STACK_OF(X509) * stack) const { sk_X509_free(stack); }  // the certificates belong to others
};
using StackPtr = std::unique_ptr<STACK_OF(X509), StackFreer>;

using AsnIntegerPtr = Owned<ASN1_INTEGER, ASN1_INTEGER_free>;

// Nothing for what is no time, and for none (which OpenSSL reads as now).
[[nodiscard]] std::optional<base::Instant> instant_of(const ASN1_TIME* time);
[[nodiscard]] std::string hexadecimal(const ASN1_INTEGER* number);
// The addresses among the names, whatever their scheme.
[[nodiscard]] std::vector<std::string> addresses_in(const GENERAL_NAMES* names);

}  // namespace alting::crypto
