#include "web/asker.h"

#include "base/log.h"
#include "crypto/hash.h"

namespace alting::web {

std::string Askers::digest_of_claim(const Request& request) const {
  const std::string claim = seam_.claimed ? seam_.claimed(request) : std::string();
  return claim.empty() ? std::string() : std::string(crypto::sha256(claim));
}

Asker Askers::network(const Request& request) {
  const bool within = request.remote_network != request.neighbourhood;
  return {"n" + request.neighbourhood, false, within ? "w" + request.remote_network : std::string()};
}

std::optional<Asker> Askers::known(const Request& request, Now now) const {
  const std::string digest = digest_of_claim(request);
  if (digest.empty()) return network(request);
  const std::lock_guard lock(mutex_);
  const auto found = by_claim_.find(digest);
  if (found == by_claim_.end() || now >= found->second.until) return std::nullopt;
  return Asker{"p" + found->second.person, true};
}

Asker Askers::look_up(const Request& request, Now now) {
  std::string person;
  try {
    if (seam_.person) person = seam_.person(request);
  } catch (const std::exception& broken) {
    base::log(base::LogLevel::warning, "asker_unknown", {{"error", broken.what()}});
  }
  if (person.empty()) return network(request);
  const std::lock_guard lock(mutex_);
  if (by_claim_.size() >= limit_) by_claim_.clear();
  by_claim_.insert_or_assign(digest_of_claim(request), Known{person, now + good_for});
  return Asker{"p" + person, true};
}

}  // namespace alting::web
