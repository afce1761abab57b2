// `alting settings`: what an operator may set, as the rooms say it. docs/operator.md has the same as a table.
#include <CLI/CLI.hpp>
#include <iostream>

#include "main/command_list.h"

namespace alting::main {

void add_settings_commands(CLI::App& app, int& status) {
  auto* command = app.add_subcommand("settings", "Show every setting, what it is otherwise, and what it does");
  auto markdown = std::make_shared<bool>(false);
  command->add_flag("--markdown", *markdown, "The table of docs/operator.md");
  command->callback([=, &status] {
    std::cout << (*markdown ? settings_in_markdown() : settings_in_words());
    status = 0;
  });
}

}  // namespace alting::main
