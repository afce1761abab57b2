// The commands, by kind; each sets `status` to what the program exits with.
#pragma once
#include <CLI/CLI.hpp>

#include "base/result.h"

namespace alting::main {

void add_serving_commands(CLI::App& app, int& status);  // demo, serve
void add_data_commands(CLI::App& app, int& status);     // import, backup, restore, keys, log
void add_tool_commands(CLI::App& app, int& status);     // verify, check, bench, doctor

// Says an error on standard error; the exit status.
[[nodiscard]] int finish(const base::Status& status);

}  // namespace alting::main
