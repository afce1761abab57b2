// Certificates as clients send them: what was taken is the one certificate that came, everything asked of it has an
// answer, and it is trusted by nobody who did not sign it.
#include "crypto/certificate.h"

#include "base/testing/fuzz.h"
#include "crypto/testing/fuzz_authority.h"

namespace fuzz = alting::base::fuzz;
using namespace alting::crypto;

namespace {

void look_at(const Certificate& certificate) {
  fuzz::must_hold(certificate.not_before().micros % 1'000'000 == 0, "times are whole seconds");
  (void)certificate.not_after();
  (void)certificate.public_key();
  for (const char* field : {"CN", "O", "serialNumber", "2.5.4.97"}) {
    (void)certificate.subject(field);
    (void)certificate.issuer(field);
  }
  for (const auto& name : {certificate.subject_name(), certificate.issuer_name()})
    fuzz::must_hold(std::ranges::none_of(name, [](char c) { return c >= 0 && c < ' '; }), "a name is one line");
  fuzz::must_hold(certificate.has_any_usage_extension() || !certificate.has_usage(KeyUsage::digital_signature),
                  "a usage that is not said is none");
  for (const auto& addresses : {certificate.crl_addresses(), certificate.ocsp_addresses()}) {
    fuzz::must_hold(addresses.size() <= 8, "addresses are counted");
    for (const auto& address : addresses)
      fuzz::must_hold(address.starts_with("http") && address.find(' ') == std::string::npos, "an address is one");
  }
  (void)certificate.policies();
  (void)certificate.extended_usages();
  (void)certificate.is_authority();
  const auto again = Certificate::from_pem(certificate.pem());
  fuzz::must_hold(again && again->fingerprint() == certificate.fingerprint(), "a certificate is the same as text");
  const auto chain = build_chain(certificate, {certificate}, {testing::fuzz_authority()}, testing::fuzz_time());
  fuzz::must_hold(!chain || chain->size() <= 2, "a chain is as long as its certificates");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  if (const auto certificate = Certificate::from_der(text)) {
    fuzz::must_hold(certificate->der() == text, "a certificate is what came");
    look_at(*certificate);
    fuzz::planted(certificate->issuer_name().find("Rot") == std::string::npos);
  }
  if (const auto all = Certificate::list_from_pem(text))
    for (const auto& one : *all) look_at(one);
  return 0;
}
