// For fuzz targets: the authority that signed the seeds of tests/fuzz/corpus/crl and ocsp, and a certificate of it that it
// never revoked. Its key is thrown away, so whatever else it seems to have signed is forged.
#pragma once
#include "crypto/certificate.h"

namespace alting::crypto::testing {

inline const Certificate& fuzz_authority() {
  static const Certificate authority = Certificate::from_pem(R"(-----BEGIN CERTIFICATE-----
MIIBnjCCAUSgAwIBAgIUDE0piDpOmyCap9K/RKdeaOtQW0AwCgYIKoZIzj0EAwIw
LDELMAkGA1UEBhMCTk8xDzANBgNVBAoMBlByw7h2ZTEMMAoGA1UEAwwDUm90MCAX
DTI2MTEyOTAxNDQyMFoYDzIxMDkwMTE4MDE0NDIwWjAsMQswCQYDVQQGEwJOTzEP
MA0GA1UECgwGUHLDuHZlMQwwCgYDVQQDDANSb3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAARGPtBqh/q/KApGKqpS9Y3RWx+COho8VXbmy+NYrTTNqensnEdyNxlI
dYbMd3wFoa6VWb/rgVSK2d7d8fNwVjXJo0IwQDAPBgNVHRMBAf8EBTADAQH/MA4G
A1UdDwEB/wQEAwIBBjAdBgNVHQ4EFgQUKstWHe3pzNTx6BgkruQYnF+CYqQwCgYI
KoZIzj0EAwIDSAAwRQIgXy5F80ZuSrIhtFFxrwyOaeltH9u1zBZcChgs1baS7WQC
IQDoaE6RyB6m5OK5o62UA5kYsTfwsJ46d+6oMnwB+uoAvA==
-----END CERTIFICATE-----
)")
                                           .value();
  return authority;
}

inline const Certificate& fuzz_leaf() {
  static const Certificate leaf = Certificate::from_pem(R"(-----BEGIN CERTIFICATE-----
MIICgzCCAimgAwIBAgIQEjRWeJCrze8SNFZ4kKvNATAKBggqhkjOPQQDAjAsMQsw
CQYDVQQGEwJOTzEPMA0GA1UECgwGUHLDuHZlMQwwCgYDVQQDDANSb3QwIBcNMjYx
MTI5MDE0NDIwWhgPMjEwNjA0MjQwMTQ0MjBaME8xCzAJBgNVBAYTAk5PMRIwEAYD
VQQKDAlQcsO4dmUgQVMxGDAWBgNVBGEMD05UUk5PLTMxMDAwMDAwMTESMBAGA1UE
AwwJUHLDuHZlIEFTMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEcf4TeCB7D4pb
/tet9CU7uodSD305komsTqg4hGur8h3DzgyD8X8kQtLuDrq7o+6nVkYjJEjf24/M
creJkiXbCaOCAQYwggECMAwGA1UdEwEB/wQCMAAwDgYDVR0PAQH/BAQDAgeAMB0G
A1UdJQQWMBQGCCsGAQUFBwMCBggrBgEFBQcDBDAgBgNVHSAEGTAXMAoGCGCEQgEa
AQMCMAkGBwQAi+xAAQEwLAYDVR0fBCUwIzAhoB+gHYYbaHR0cDovL2NybC5leGFt
cGxlLm5vL2EuY3JsMDMGCCsGAQUFBwEBBCcwJTAjBggrBgEFBQcwAYYXaHR0cDov
L29jc3AuZXhhbXBsZS5uby8wHQYDVR0OBBYEFN0ro0zgQzTL8VfDkgG/xArxs9yS
MB8GA1UdIwQYMBaAFCrLVh3t6czU8egYJK7kGJxfgmKkMAoGCCqGSM49BAMCA0gA
MEUCIQDFEu3g2lJ/W6uBbtw9Mg/QdUIz9rm/NAx2Y9gtEU63TgIgJ79ATGY7hHhq
FPAupvM8vP+NMQiLPSLH8vXFhVjIQes=
-----END CERTIFICATE-----
)")
                                      .value();
  return leaf;
}

// When all of it holds.
inline base::Instant fuzz_time() { return base::from_rfc3339("2030-01-01T00:00:00Z").value(); }

}  // namespace alting::crypto::testing
