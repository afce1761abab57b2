#include "main/epoch_words.h"

#include <fmt/format.h>

namespace alting::main {

namespace {

std::string day_of(base::Instant at) { return base::to_rfc3339(at).substr(0, 10); }

std::string words_of(const store::KeyEpoch& epoch, const store::KeyEpoch& current) {
  if (epoch.destroyed_at && !epoch.in_use_at) return "never used";
  if (epoch.destroyed_at) return "its key was destroyed on " + day_of(*epoch.destroyed_at);
  const auto wraps = fmt::format("{} wraps", epoch.wraps);
  if (!epoch.in_use_at) return "the next; its key was made on " + day_of(epoch.made_at);
  if (epoch.number == current.number)
    return fmt::format("in use since {}, {}{}", day_of(*epoch.in_use_at), wraps,
                       epoch.settled_at ? "" : ", more are made anew under it");
  return "past, kept for copies of the keystore, " + wraps;
}

}  // namespace

EpochWords words_of_epochs(const std::vector<store::KeyEpoch>& all, base::Instant now) {
  EpochWords words;
  const store::KeyEpoch* current = nullptr;
  bool next = false;
  for (const auto& epoch : all) {
    if (epoch.in_use_at) current = &epoch;
  }
  if (current == nullptr) return {{}, {"the keystore has no epoch"}};
  for (const auto& epoch : all) {
    words.lines.push_back(fmt::format("epoch {}:      {}", epoch.number, words_of(epoch, *current)));
    next = next || (epoch.number > current->number && epoch.has_key);
    if (!epoch.has_key && !epoch.destroyed_at)
      words.faults.push_back(fmt::format("the key of epoch {} is not in keys/epochs", epoch.number));
  }
  if (!next) words.faults.emplace_back("there is no next epoch: copies of keys/ do not last");
  // The next comes into use after this day, and the one after it, which a copy does not have, as long after that.
  const auto used = std::max(now, current->settled_at.value_or(now) + store::keystore_retention);
  words.lines.push_back("a copy of keys/ made today opens every backup made until " +
                        day_of(used + store::keystore_retention));
  constexpr auto late = base::Duration::days(45);
  if (now - current->settled_at.value_or(*current->in_use_at) > late)
    words.faults.push_back(
        fmt::format("epoch {} should be past: the job turn_key_epochs, which runs each hour while "
                    "the server does, has not come so far",
                    current->number));
  return words;
}

}  // namespace alting::main
