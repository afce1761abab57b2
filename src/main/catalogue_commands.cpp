// `alting catalogue`: what the catalogues of personal data say of the law that nobody has looked up yet, for whoever is
// to look it up before the portal is used. The rooms' are in the program, those of the forms in their folders.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "base/file.h"
#include "base/toml.h"
#include "main/command_list.h"
#include "main/rooms.h"

namespace alting::main {
namespace {

namespace fs = std::filesystem;

// Each thing once, with all the places it is said at, in the order they are found.
class ToConfirm {
 public:
  void add(std::string place, std::string_view what) {
    auto found = std::ranges::find(all_, what, &Thing::what);
    if (found == all_.end()) found = all_.insert(all_.end(), Thing{std::string(what), {}});
    found->places.push_back(std::move(place));
  }
  void show() const {
    for (const auto& one : all_) std::cout << fmt::format("{}\n    {}\n", one.what, fmt::join(one.places, ", "));
  }

 private:
  struct Thing {
    std::string what;
    std::vector<std::string> places;
  };
  std::vector<Thing> all_;
};

std::vector<fs::path> folders_in(const fs::path& folder) {
  std::vector<fs::path> all;
  std::error_code ignored;
  for (const auto& one : fs::directory_iterator(folder, ignored))
    if (one.is_directory()) all.push_back(one.path());
  std::ranges::sort(all);
  return all;
}

// A file that cannot be read is left out: `alting check` says what is wrong with it.
void add_folder(const fs::path& app, ToConfirm& to) {
  constexpr std::string_view word = ".to_confirm";
  for (const auto* name : {"catalogue.toml", "retention.toml"}) {
    const auto content = base::read_file(app / "config" / name, base::largest_toml);
    if (!content) continue;
    const auto leaves = base::parse_toml(*content, name);
    if (!leaves) continue;
    for (const auto& leaf : *leaves) {
      const auto* what = std::get_if<std::string>(&leaf.value);
      if (what == nullptr || !leaf.key.ends_with(word)) continue;
      to.add(fmt::format("{}/{}: {}", app.parent_path().filename().string(), app.filename().string(),
                         leaf.key.substr(0, leaf.key.size() - word.size())),
             *what);
    }
  }
}

}  // namespace

void add_catalogue_commands(CLI::App& app, int& status) {
  auto* command =
      app.add_subcommand("catalogue", "Show what the catalogues of personal data have still to be confirmed");
  command->callback([&status] {
    ToConfirm all;
    for (const auto& one : all_catalogues().to_confirm()) all.add(one.place, one.what);
    for (const auto& org : folders_in(find_resource("services")))
      for (const auto& form : folders_in(org)) add_folder(form, all);
    all.show();
    status = 0;
  });
}

}  // namespace alting::main
