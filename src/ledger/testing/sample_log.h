// A log in memory for tests of receipts: entries, a tree, signers, rotated keys.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "ledger/checkpoint.h"
#include "ledger/entry.h"
#include "ledger/receipt.h"
#include "ledger/tree.h"

namespace alting::ledger::testing {

class SampleLog {
 public:
  explicit SampleLog(std::uint64_t seed = 1, std::string origin = "log.example/alting/test");
  std::size_t add(const NewEntry& entry);  // its number
  // Announces a new key under the present one; from now on `rotated` signs, and the old one too while `overlap`.
  void rotate(bool overlap);
  void set_overlap(bool overlap) { overlap_ = overlap; }
  [[nodiscard]] std::string receipt(std::size_t number);
  [[nodiscard]] std::string trusted(std::size_t key = 0) const { return keys_[key].vkey; }
  [[nodiscard]] const EntryText& entry(std::size_t number) const { return entries_[number]; }
  [[nodiscard]] std::string proof(std::size_t number, const std::vector<NoteSigner>& signers);

 private:
  std::unique_ptr<base::Random> random_;
  std::string origin_;
  Tree tree_;
  std::vector<EntryText> entries_;
  std::vector<NoteSigner> signers_;
  std::vector<KeyStatement> keys_;
  bool overlap_ = false;
};

// A submission with two documents, a party and an actor, all with invented names.
[[nodiscard]] NewEntry sample_submission();
// Somebody's login, for themself. Passing: it shares its key with others of the party and day.
[[nodiscard]] NewEntry sample_login(std::int64_t party = 501, base::Instant at = {1'795'000'000'123'456});
// A role given to another person, who stands salted in it.
[[nodiscard]] NewEntry sample_delegation();

}  // namespace alting::ledger::testing
