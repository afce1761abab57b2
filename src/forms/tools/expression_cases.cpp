// expression_cases FOLDER: runs all case files below a folder and says how many pass.
// expression_cases --app FOLDER [DATA]: loads an app folder and prints its faults, or how long each page takes; with a
// file of data, what validation says of it.
#include <fmt/core.h>

#include <chrono>
#include <ctime>
#include <filesystem>

#include "base/time.h"
#include "forms/case_files.h"
#include "forms/catalogue.h"

namespace {

using namespace alting::forms;
namespace fs = std::filesystem;

int run_cases(const fs::path& root) {
  std::size_t passed = 0, all = 0;
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const auto& path : files) {
    auto name = fs::relative(path, root);
    std::vector<Fault> faults;
    auto source = read_source(path, name.string(), faults);
    if (!source) {
      fmt::print("{}: {}\n", name.string(), faults.front().message);
      ++all;
      continue;
    }
    for (const auto& result : run_case_file(*source, name.begin()->string())) {
      ++all;
      if (result.passed)
        ++passed;
      else
        fmt::print("{}\n    {}\n", result.name, result.message);
    }
  }
  fmt::print("{} of {} cases pass\n", passed, all);
  return passed == all ? 0 : 1;
}

// Time of this process only: what others do on the machine does not count.
double cpu_us() { return static_cast<double>(std::clock()) * 1e6 / CLOCKS_PER_SEC; }

int run_app(const fs::path& folder, const char* data) {
  auto start = cpu_us();
  auto loaded = load_app(folder);
  auto took = (cpu_us() - start) / 1'000;
  for (const auto& fault : loaded.faults) fmt::print("{}:{}: {}\n", fault.file, fault.line, fault.message);
  if (!loaded.app) return 1;
  FormContext context;
  context.now = alting::base::SystemClock().now();
  fmt::print("loaded in {:.1f} ms\n", took);
  if (data != nullptr) {
    std::vector<Fault> faults;
    auto source = read_source(data, data, faults);
    if (!source) return 1;
    context.data = source->value;
    auto reading = loaded.app->read(context);
    const auto& final = reading.finalise();
    for (const auto& later : final.later) fmt::print("later: {}\n", later.path);
    fmt::print("sent: {}\n", final.data.dump());
    for (const auto& issue : reading.issues(When::submit))
      fmt::print("{} {}: {}\n", issue.path, issue.code, issue.message);
    for (const auto& view : reading.deadlines())
      fmt::print("{}: {}\n", view.title.plain(), alting::base::to_rfc3339(view.statutory_end));
  }
  const auto pages = loaded.app->read(context).pages();
  for (const auto& [id, title] : pages) {
    constexpr int rounds = 200;
    start = cpu_us();
    std::size_t components = 0;
    for (int i = 0; i < rounds; ++i) components = loaded.app->read(context).page(id)->components.size();
    auto each = (cpu_us() - start) / rounds;
    fmt::print("{} ({}): {} components, {:.0f} us\n", id, title.plain(), components, each);
  }
  constexpr int rounds = 100;
  start = cpu_us();
  std::size_t issues = 0;
  for (int i = 0; i < rounds; ++i) issues = loaded.app->read(context).issues(When::submit).size();
  auto each = (cpu_us() - start) / rounds;
  fmt::print("validate: {} issues, {:.0f} us\n", issues, each);
  start = cpu_us();
  for (int i = 0; i < rounds; ++i) issues = loaded.app->read(context).answers().size();
  fmt::print("answers: {}, {:.0f} us\n", issues, (cpu_us() - start) / rounds);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if ((argc == 3 || argc == 4) && std::string_view(argv[1]) == "--app")
    return run_app(argv[2], argc == 4 ? argv[3] : nullptr);
  if (argc != 2) {
    fmt::print(stderr, "usage: expression_cases FOLDER | --app FOLDER [DATA]\n");
    return 2;
  }
  return run_cases(argv[1]);
}
