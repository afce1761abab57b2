// The log's signing keys, each in a file of its own: FOLDER/<log>-<number>.key, mode 0600, in the text form of Go's
// note package.
#pragma once
#include <filesystem>

#include "base/random.h"
#include "base/result.h"
#include "ledger/note.h"

namespace alting::ledger {

class SigningKeys {
 public:
  explicit SigningKeys(std::filesystem::path folder) : folder_(std::move(folder)) {}
  // The key with this number; made, durable when it returns, when there is none yet and `name` says for whom.
  [[nodiscard]] base::Result<NoteSigner> load(std::int64_t log, std::int64_t number) const;
  [[nodiscard]] base::Result<NoteSigner> load_or_make(std::int64_t log, std::int64_t number, std::string_view name,
                                                      base::Random& random) const;
  // The highest number of a log that has a key here; 0 when none has.
  [[nodiscard]] std::int64_t newest_log() const;

 private:
  [[nodiscard]] std::filesystem::path path_of(std::int64_t log, std::int64_t number) const;
  std::filesystem::path folder_;
};

}  // namespace alting::ledger
