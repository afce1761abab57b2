// Ending what is the program's own, by the dated rules of the catalogue: for each table whose rows a job ends
// (terms::Acts::rows) one job, of the code the catalogue says and with the law of the rule in force. What people sent or
// received is none of these: jobs of the rooms end it (privacy/retention.h has all of them together).
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/catalogue.h"
#include "store/database.h"
#include "store/holds.h"
#include "store/job.h"
#include "store/vault.h"

namespace alting::store {

// Deletes rows whose rule has ended, some hundreds in a transaction, for a second or two; what is held is left out.
// Answers how many; 0: no more.
std::int64_t end_rows(Database& database, const terms::Table& table, const terms::RetentionRule& rule,
                      base::Instant now, const HoldsNow& holds = {});
// The list of erasures in the keystore, by its rule.
std::int64_t end_erasures(Vault& vault, const Catalogue& catalogue, base::Instant now);

// A version of a rule that comes into force while the program runs ends what it should at once; the job's entry in the
// log names its law after the next start. All that is passed in must outlive the jobs.
[[nodiscard]] std::vector<Job> retention_jobs(Database& database, Vault& vault, const Catalogue& catalogue,
                                              const base::Clock& clock, const HoldsNow& holds = {});

// At start: std::logic_error when the catalogue says that a job ends something, and there is none of that code.
void check_jobs_of(const Catalogue& catalogue, std::span<const Job> jobs);

}  // namespace alting::store
