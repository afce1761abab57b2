// The headers in which a proxy hands on a client's certificate (RFC 9440): what was read is what was written, and no more
// than the limits. The first line of the input is Client-Cert, the rest Client-Cert-Chain.
#include "web/client_certificate.h"

#include "base/testing/fuzz.h"

namespace fuzz = alting::base::fuzz;
using namespace alting;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  const auto cut = std::min(text.find('\n'), text.size());
  const auto own = text.substr(0, cut), along = text.substr(std::min(cut + 1, text.size()));
  const auto read = web::read_client_certificate(own, along);
  if (!read) return 0;
  fuzz::must_hold(!read->empty() && read->size() <= web::max_chain, "certificates are counted");
  std::size_t octets = 0;
  std::string chain;
  for (std::size_t i = 0; i < read->size(); ++i) {
    fuzz::must_hold(!(*read)[i].empty(), "a certificate is something");
    octets += (*read)[i].size();
    if (i > 0) chain += (i > 1 ? ", :" : ":") + base::to_base64((*read)[i]) + ":";
  }
  fuzz::must_hold(octets <= web::max_chain_octets, "octets are counted");
  fuzz::must_hold(web::read_client_certificate(":" + base::to_base64(read->front()) + ":", chain) == read,
                  "what was read is the same written again");
  fuzz::planted(read->size() == 3 && read->front().size() == 1);
  return 0;
}
