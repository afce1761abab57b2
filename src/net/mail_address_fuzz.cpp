// Addresses that anybody types and mail is then sent to: what is taken stands alone in a command, whatever it was.
#include "base/testing/fuzz.h"
#include "net/mail_address.h"

namespace fuzz = alting::base::fuzz;
using namespace alting::net;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  const auto wire = to_wire_address(text);
  fuzz::must_hold(wire.has_value() == is_mail_address(text), "both say the same");
  if (!wire) return 0;
  fuzz::must_hold(wire->size() <= max_mail_address, "it is no longer than an address may be");
  for (const char c : *wire)
    fuzz::must_hold(c > ' ' && c < 0x7f && std::string_view("<>()[]\"\\,;:").find(c) == std::string_view::npos,
                    "nothing of it is structure of a command or a header");
  const auto again = to_wire_address(*wire);
  fuzz::must_hold(again && *again == *wire, "on the wire it is what it was");
  fuzz::planted(*wire != text && wire->find('+') != std::string::npos);
  return 0;
}
