// `alting traces`: looks for what was erased in every file of the data folder, and on PostgreSQL in every row.
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <iostream>

#include "base/text.h"
#include "base/text_file.h"
#include "main/admin.h"
#include "main/command_list.h"
#include "main/rooms.h"
#include "main/traces.h"
#include "store/postgresql.h"

namespace alting::main {
namespace {

constexpr std::size_t largest_list = 1024 * 1024;
constexpr int traces_wrong_use = 64;

struct TraceWish {
  std::vector<std::string> markers, folders;
  std::string file;
};

base::Error wrong_marker() {
  return base::make_error(base::ErrorKind::invalid, "error.admin",
                          fmt::format("give one text to look for or more, or --file with one on each line, of {} to {} "
                                      "octets each",
                                      shortest_marker, longest_marker));
}

base::Result<std::vector<base::Bytes>> markers_of(const TraceWish& wish) {
  std::vector<base::Bytes> markers(wish.markers.begin(), wish.markers.end());
  if (!wish.file.empty()) {
    const auto text = base::read_text_file(wish.file, largest_list);
    if (!text)
      return base::make_error(base::ErrorKind::unavailable, "error.admin",
                              "the file of --file: " + text.error().detail);
    for (auto& line : base::lines_of(*text))
      if (!line.empty()) markers.push_back(std::move(line));
  }
  if (markers.empty()) return wrong_marker();
  for (const auto& one : markers)
    if (one.size() < shortest_marker || one.size() > longest_marker) return wrong_marker();
  return markers;
}

// The text itself is not said again: it is somebody's.
void tell_traces(const std::filesystem::path& folder, const std::vector<Trace>& traces) {
  for (const auto& one : traces)
    std::cout << fmt::format("text {} stands {} {} in {}, first at octet {}\n", one.marker + 1, one.times,
                             one.times == 1 ? "time" : "times", (folder / one.place).string(), one.first);
}

// How many places there are.
std::size_t look_for(const Settings& settings, const TraceWish& wish, const std::vector<base::Bytes>& markers) {
  std::vector<std::filesystem::path> folders{settings.data.path};
  const auto outside = settings.data.outside;
  if (!outside.empty()) folders.push_back(outside);
  folders.insert(folders.end(), wish.folders.begin(), wish.folders.end());
  std::size_t places = 0;
  for (const auto& folder : folders) {
    const auto found = traces_in_files(folder, markers);
    tell_traces(folder, found);
    places += found.size();
  }
  if (settings.data.postgresql.empty()) return places;
  base::SystemRandom random;
  const auto database = store::open_postgresql(settings.data.postgresql, random,
                                               {.connections = 1, .statement_timeout_ms = 10 * 60 * 1'000});
  const auto found = traces_in_rows(*database, all_catalogues(), markers);
  for (const auto& one : found)
    std::cout << fmt::format("text {} stands in {} {} of {}\n", one.marker + 1, one.times,
                             one.times == 1 ? "row" : "rows", one.place);
  return places + found.size();
}

// Exit status: 0 nothing found, 1 something, 2 could not look everywhere; 64 for a wrong use.
int traces(const Where& where, const TraceWish& wish) {
  const auto settings = where.settings();
  const auto markers = markers_of(wish);
  if (!settings || !markers) {
    (void)finish(base::Status(settings ? markers.error() : settings.error()));
    return settings && markers.error().kind == base::ErrorKind::invalid ? traces_wrong_use : could_not_look;
  }
  if (is_served(settings->data.path) && settings->data.postgresql.empty())
    std::cout << "a server is using the data folder: what was deleted just now may still be in its -wal file\n";
  const auto places = look_for(*settings, wish, *markers);
  std::cout << (places == 0 ? "found nowhere\n" : fmt::format("found in {} places\n", places));
  return places == 0 ? 0 : 1;
}

}  // namespace

void add_trace_commands(CLI::App& app, int& status) {
  auto* command = app.add_subcommand("traces",
                                     "Look for texts that were erased in every file of the data folder, and on "
                                     "PostgreSQL in every row (exit status 0: found nowhere, 1: one was found, 2: "
                                     "could not look everywhere). What is sealed or packed is not looked into");
  const auto where = add_where(command);
  const auto wish = std::make_shared<TraceWish>();
  command->add_option("texts", wish->markers, "What to look for; --file keeps it out of the shell's history");
  command->add_option("--file", wish->file, "A file with one text on each line");
  command
      ->add_option(
          "--also", wish->folders,
          "Another folder to look in, as often as there are some: of backups, of PostgreSQL's cluster or archive")
      ->allow_extra_args(false);
  command->callback(
      [where, wish, &status] { status = looking(could_not_look, [&] { return traces(*where, *wish); }); });
}

}  // namespace alting::main
