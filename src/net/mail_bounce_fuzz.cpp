// Mail that comes to the mailbox of bounces: anybody can write there.
#include "base/testing/fuzz.h"
#include "net/bounce.h"

namespace fuzz = alting::base::fuzz;
using namespace alting::net;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bounce = read_bounce(fuzz::text_of(data, size));
  if (!bounce) return 0;
  fuzz::must_hold(bounce->token.size() >= 18 && bounce->token.size() <= 53, "a token is as long as one of ours");
  fuzz::must_hold(!attempt_of("a secret that nobody has", bounce->token), "nobody else makes a token");
  fuzz::must_hold(!bounce->permanent || bounce->action == BounceAction::failed, "only what failed is permanent");
  fuzz::must_hold(bounce->words.size() <= 200 && bounce->words.find('@') == std::string::npos,
                  "the carrier's words are short and name no address");
  fuzz::planted(bounce->action == BounceAction::delivered && bounce->status.starts_with('5'));
  return 0;
}
