#include "main/route_commands.h"

#include <iostream>

#include "main/command_list.h"
#include "web/router.h"

namespace alting::main {

namespace {

base::Error not_served() {
  return base::make_error(base::ErrorKind::unavailable, "error.admin",
                          "no server uses this data folder: its routes are those of a server that runs");
}

}  // namespace

base::Status list_routes(const Installation& installation, const PrintLine& print) {
  if (installation.router == nullptr) return not_served();
  for (const auto& route : installation.router->routes())
    print(fmt::format("{:<6} {:<9} {}{}", web::to_text(route.method), web::to_text(route.audience), route.pattern,
                      route.anti_forgery ? "" : "  without-token"));
  return {};
}

void add_route_commands(CLI::App& app, int& status) {
  auto* command = app.add_subcommand("routes", "Show every route of a running server, and whom it answers");
  auto where = add_where(command);
  command->callback([=, &status] {
    const auto settings = where->settings();
    if (!settings) {
      status = finish(base::Status(settings.error()));
      return;
    }
    const auto print = [](const std::string& line) {
      std::cout << line << "\n";
      return true;
    };
    const auto answered = ask_server(settings->data.path, base::Json::object({{"command", "routes"}}), print);
    status = finish(answered.value_or(base::Status(not_served())));
  });
}

}  // namespace alting::main
