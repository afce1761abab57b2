// Lists of revoked certificates as they are fetched, over plain http: nobody but the issuer revokes anything.
#include "base/testing/fuzz.h"
#include "crypto/revocation.h"
#include "crypto/testing/fuzz_authority.h"

namespace fuzz = alting::base::fuzz;
using namespace alting::crypto;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto list = RevocationList::parse(fuzz::text_of(data, size));
  if (!list) return 0;
  const Certificate &issuer = testing::fuzz_authority(), &leaf = testing::fuzz_leaf();
  (void)list->covers(leaf);
  fuzz::must_hold(!list->verify(issuer) || !list->revoked(leaf), "nobody else revokes");
  fuzz::planted(list->next_update() < list->this_update());
  return 0;
}
