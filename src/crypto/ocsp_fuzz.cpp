// Answers of OCSP as they are fetched, over plain http, and requests as our own responder gets them: nobody but the issuer
// and its responders says anything of a certificate.
#include "base/testing/fuzz.h"
#include "crypto/make_certificate.h"
#include "crypto/testing/fuzz_authority.h"

namespace fuzz = alting::base::fuzz;
using namespace alting::crypto;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  const Certificate &issuer = testing::fuzz_authority(), &leaf = testing::fuzz_leaf();
  if (const auto answer = read_ocsp_answer(text, leaf, issuer, testing::fuzz_time()))
    fuzz::must_hold(answer->status == OcspStatus::good && !answer->revoked_at, "nobody else says that it was revoked");
  if (const auto serial = serial_asked(text, issuer)) {
    fuzz::must_hold(serial->find_first_not_of("0123456789abcdef") == std::string::npos, "a serial number is a number");
    fuzz::planted(serial->ends_with('5'));
  }
  return 0;
}
