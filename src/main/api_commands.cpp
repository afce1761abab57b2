#include <iostream>

#include "api/openapi.h"
#include "base/log.h"
#include "main/bench_kit.h"
#include "main/command_list.h"
#include "main/rooms.h"

namespace alting::main {

namespace {

// Nothing is asked of any installation: one in a scratch folder, with nobody in it, has the table too.
int print_openapi(const std::string& url) {
  base::set_log_level(base::LogLevel::error);  // of how that is made nobody asked
  const BenchFolder folder;
  auto settings = bench_settings(folder.path);
  settings.population = false;
  auto installation = Installation::open(std::move(settings));
  if (!installation) return finish(base::Status(installation.error()));
  const base::Texts no_words;
  std::cout << api::openapi(all_interfaces(**installation, no_words), url).dump_pretty() << "\n";
  return 0;
}

}  // namespace

void add_api_commands(CLI::App& app, int& status) {
  auto* command = app.add_subcommand("openapi", "Print the OpenAPI document of the machine interfaces");
  auto url = std::make_shared<std::string>();
  command->add_option("--url", *url, "The portal's address, https://...; none: addresses without a host");
  command->callback([=, &status] { status = print_openapi(*url); });
}

}  // namespace alting::main
