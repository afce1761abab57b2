// `alting catalogue`: what the catalogues of personal data say of the law that nobody has looked up yet, for whoever is
// to look it up before the portal is used.
#include <CLI/CLI.hpp>
#include <iostream>

#include "main/command_list.h"
#include "main/rooms.h"

namespace alting::main {

void add_catalogue_commands(CLI::App& app, int& status) {
  auto* command =
      app.add_subcommand("catalogue", "Show what the catalogues of personal data have still to be confirmed");
  command->callback([&status] {
    for (const auto& one : all_catalogues().to_confirm()) std::cout << one.place << "\n    " << one.what << "\n";
    status = 0;
  });
}

}  // namespace alting::main
