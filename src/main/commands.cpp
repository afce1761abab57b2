#include "main/commands.h"

#include <CLI/CLI.hpp>
#include <iostream>

#include "base/log.h"
#include "main/command_list.h"
#include "main/protect_process.h"

namespace alting::main {

namespace {

int print_error(const base::Error& error) {
  std::cerr << "alting: " << (error.detail.empty() ? error.code : error.detail) << "\n";
  for (const auto& [name, value] : error.params) std::cerr << "  " << name << ": " << value << "\n";
  return 1;
}

}  // namespace

int looking(int unknown, const std::function<int()>& look) {
  try {
    return look();
  } catch (const std::exception& error) {
    std::cerr << "alting: " << error.what() << "\n";
    return unknown;
  }
}

int finish(const base::Status& status) { return status ? 0 : print_error(status.error()); }

int run(int count, char** words) {
  CLI::App app("Alting: a portal for dealing with public authorities, that can prove what it did.");
  app.set_version_flag("--version", "alting 0.1.0");
  app.require_subcommand(1);
  int status = 0;
  add_serving_commands(app, status);
  add_data_commands(app, status);
  add_session_commands(app, status);
  add_client_commands(app, status);
  add_notice_commands(app, status);
  add_retention_commands(app, status);
  add_restriction_commands(app, status);
  add_request_commands(app, status);
  add_route_commands(app, status);
  add_api_commands(app, status);
  add_test_commands(app, status);
  add_settings_commands(app, status);
  add_catalogue_commands(app, status);
  add_trace_commands(app, status);
  add_tool_commands(app, status);
  try {
    protect_process();
    app.parse(count, words);
  } catch (const CLI::ParseError& error) {
    if (app.get_subcommands().empty() && count > 1 && words[1][0] != '-') {
      std::cerr << "alting: there is no command '" << words[1] << "'; alting --help lists them\n";
      return 64;
    }
    const int given = app.exit(error);
    return given == 0 ? 0 : 64;
  } catch (const std::exception& error) {
    std::cerr << "alting: " << error.what() << "\n";
    return 1;
  }
  return status;
}

}  // namespace alting::main
