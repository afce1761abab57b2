// The commands, by kind; each sets `status` to what the program exits with.
#pragma once
#include <CLI/CLI.hpp>

#include <functional>
#include <memory>
#include <string>

#include "base/json.h"
#include "base/result.h"
#include "main/settings.h"

namespace alting::main {

void add_serving_commands(CLI::App& app, int& status);      // demo, serve
void add_data_commands(CLI::App& app, int& status);         // import, backup, restore, keys, log
void add_session_commands(CLI::App& app, int& status);      // sessions
void add_client_commands(CLI::App& app, int& status);       // client
void add_notice_commands(CLI::App& app, int& status);       // service-message
void add_retention_commands(CLI::App& app, int& status);    // retention
void add_restriction_commands(CLI::App& app, int& status);  // restriction
void add_request_commands(CLI::App& app, int& status);      // requests
void add_route_commands(CLI::App& app, int& status);        // routes
void add_api_commands(CLI::App& app, int& status);          // openapi
void add_test_commands(CLI::App& app, int& status);         // test certificate
void add_settings_commands(CLI::App& app, int& status);     // settings
void add_trace_commands(CLI::App& app, int& status);        // traces
void add_catalogue_commands(CLI::App& app, int& status);    // catalogue
void add_tool_commands(CLI::App& app, int& status);         // verify, check, bench, doctor

// Where a command's data folder is: --config, or --data of a demo.
struct Where {
  std::string config;
  std::string data = "data/demo";
  [[nodiscard]] base::Result<Settings> settings() const;
};
[[nodiscard]] std::shared_ptr<Where> add_where(CLI::App* command);
// Carries the command out there, through the server when there is one; the exit status.
[[nodiscard]] int through(const Where& where, const base::Json& command);

// Carries out what looks for something. When that ends by an exception nothing was found and nothing is known to be whole:
// says why on standard error, and answers `unknown`.
[[nodiscard]] int looking(int unknown, const std::function<int()>& look);
inline constexpr int could_not_look = 2;  // the exit status, beside 0 and 1 for what was looked for

// Says an error on standard error; the exit status.
[[nodiscard]] int finish(const base::Status& status);

}  // namespace alting::main
