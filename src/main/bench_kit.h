// What the measurements of `alting bench` share.
#pragma once
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

#include "base/result.h"
#include "main/installation.h"

namespace alting::main {

constexpr int bench_threads = 64;

class BenchFolder {  // gone when it goes
 public:
  BenchFolder() {
    std::string pattern = "/var/tmp/alting-bench-XXXXXX";  // a disk, not memory
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
    path = pattern;
  }
  ~BenchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  BenchFolder(const BenchFolder&) = delete;
  BenchFolder& operator=(const BenchFolder&) = delete;
  std::filesystem::path path;
};

struct BenchFigure {
  std::string name, unit;
  double ours = 0, floor = 0;  // floor 0: there is none
  std::string floor_name, aim;
};

// Throws what a Result holds instead of a value: a measurement that fails ends the program.
template <class T>
T bench_expect(base::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().code + ": " + result.error().detail);
  return std::move(*result);
}

[[nodiscard]] inline double seconds_after(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Drafts of the small form, filled in and ready to be sent.
struct ReadyDraft {
  terms::Permit permit;
  std::int64_t version;
};
[[nodiscard]] std::vector<ReadyDraft> ready_drafts(Installation& installation, const terms::Actor& actor,
                                                   std::size_t count);

// Of the demo, in an empty folder, without a scanner; what is sent is counted, and not limited.
[[nodiscard]] Settings bench_settings(const std::filesystem::path& data);
// The same for an installation with a server: on any port, where one person and one network stand for many.
[[nodiscard]] Settings bench_settings_of_server(const std::filesystem::path& data);
// Who does it all: the manager of the demo's company.
[[nodiscard]] terms::Actor bench_manager(Installation& installation);

}  // namespace alting::main
