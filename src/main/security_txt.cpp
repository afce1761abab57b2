#include "main/security_txt.h"

namespace alting::main {

std::string security_txt(const Settings& settings, base::Instant now) {
  constexpr std::int64_t day = 86'400'000'000;
  const base::Instant expires{(now.micros / day + 30) * day};
  std::string contact = settings.security.contact.empty() ? settings.run_by.email : settings.security.contact;
  if (contact.find(':') == std::string::npos) contact = "mailto:" + contact;
  std::string text = "Contact: " + contact + "\nExpires: " + base::to_rfc3339(expires) +
                     "\nPreferred-Languages: nb, nn, en\nCanonical: " + settings.server.public_url +
                     "/.well-known/security.txt\n";
  if (!settings.security.policy.empty()) text += "Policy: " + settings.security.policy + "\n";
  return text;
}

}  // namespace alting::main
