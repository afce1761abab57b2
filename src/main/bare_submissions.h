// The floor of a submission: what the submissions of a run have stored, read back from its tables and inserted into the
// same tables of an empty database, bare (store/bare_writer.h), by as many waiting threads.
//
// For each submission one transaction: one-time id, instance, submission, outbox row, log entry and the two wraps of
// its key; behind them the rows of the activity log in batches, as the log writes them. The floor leaves out what a
// submission does beside: reading and deleting the draft, changing rows instead of inserting them, tiles, and that keys
// must be durable before the rows.
#pragma once
#include <filesystem>

#include "main/installation.h"

namespace alting::main {

// Of the last `count` submissions of the installation; how many a second. `folder` is an empty one on the same disk.
[[nodiscard]] double bare_submissions(Installation& installation, std::size_t count, int threads,
                                      const std::filesystem::path& folder);

}  // namespace alting::main
