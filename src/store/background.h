// What `store` does by itself: one-time ids and spent quotas that are over, files and keys (main/rooms.cpp lists them).
#pragma once
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "store/database.h"
#include "store/job.h"
#include "store/vault.h"

namespace alting::store {

// Which of these files of the blob folder the rows of a room name. Each room that stores blobs answers for its own.
using BlobsNamed = std::function<std::set<std::string>(Tx& tx, const std::vector<std::string>& names)>;

// All that is passed in must outlive the jobs.
[[nodiscard]] std::vector<Job> background_jobs(Database& database, Vault& vault, const base::Clock& clock,
                                               std::vector<BlobsNamed> named);

}  // namespace alting::store
