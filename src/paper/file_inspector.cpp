#include "paper/file_inspector.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <system_error>

#include "base/log.h"
#include "base/text.h"
#include "paper/file_type.h"
#include "paper/inspect.h"

namespace alting::paper {
namespace {

using base::ErrorKind;

constexpr std::chrono::milliseconds step{100};
constexpr std::size_t longest_answer = 200;

base::Error busy(std::string detail) {
  return base::make_error(ErrorKind::unavailable, "error.inspection.busy", std::move(detail));
}
base::Error failed(std::string detail) {
  base::log(base::LogLevel::warning, "paper.inspection_failed", {{"detail", std::string_view(detail)}});
  return base::make_error(ErrorKind::unsupported, "error.inspection.failed", std::move(detail));
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return number_; }
  void close() {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }

 private:
  int number_;
};

// Killed and waited for when this goes: it has nothing to put in order.
class Child {
 public:
  explicit Child(pid_t id) : id_(id) {}
  ~Child() {
    ::kill(id_, SIGKILL);
    while (::waitpid(id_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

 private:
  pid_t id_;
};

// With the file as its standard input, `answers` as its standard output, and nothing else of ours.
pid_t start(const std::filesystem::path& program, const std::vector<std::string>& words, int file, int answers) {
  std::vector<char*> arguments;
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  std::array<char*, 1> no_environment{nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, file, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, answers, STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  pid_t child = 0;
  const int fault =
      ::posix_spawn(&child, program.c_str(), &actions, &attributes, arguments.data(), no_environment.data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (fault != 0)
    throw std::system_error(fault, std::generic_category(), "no process can be started to look at a file");
  return child;
}

// "ok image/png" or "no error.zip.broken"; nothing when it is not what an honest child says.
std::optional<base::Result<std::string>> read_answer(std::string_view answer, const std::string& extension) {
  if (!answer.ends_with('\n')) return std::nullopt;
  answer.remove_suffix(1);
  const auto said = answer.substr(0, answer.find(' '));
  const auto what = answer.substr(std::min(answer.size(), said.size() + 1));
  if (said == "ok" && what == type_of_extension(extension)) return base::Result<std::string>(std::string(what));
  const auto code = std::find(inspection_codes.begin(), inspection_codes.end(), what);
  if (said != "no" || code == inspection_codes.end()) return std::nullopt;
  const auto kind = *code == "error.zip.too_large" ? ErrorKind::too_large : ErrorKind::unsupported;
  return base::Result<std::string>(
      base::Error{kind, std::string(*code), {{"extension", extension}, {"type", "?"}}, "refused by its content"});
}

}  // namespace

// One of the children that may run at once.
class FileInspector::Place {
 public:
  explicit Place(FileInspector& of) : of_(of) {}
  ~Place() {
    {
      const std::lock_guard lock(of_.mutex_);
      --of_.running_;
    }
    of_.freed_.notify_one();
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

 private:
  FileInspector& of_;
};

unsigned FileInspector::running() const {
  const std::lock_guard lock(mutex_);
  return running_;
}

// Those who wait are few and wait a second: what comes over that hears so at once, and holds no worker.
bool FileInspector::wait_for_place(const StillWanted& still_wanted) {
  std::unique_lock lock(mutex_);
  if (running_ >= options_.at_once) {
    if (waiting_ >= options_.may_wait) return false;
    ++waiting_;
    for (int steps = 0; running_ >= options_.at_once && steps < options_.waits_for; ++steps) {
      freed_.wait_for(lock, step);
      if (still_wanted && !still_wanted()) break;
    }
    --waiting_;
    if (running_ >= options_.at_once) return false;
  }
  ++running_;
  return true;
}

base::Result<std::string> FileInspector::inspect(std::string_view file_name, const std::filesystem::path& file,
                                                 const StillWanted& still_wanted) {
  const auto extension = file_extension(file_name);
  if (extension.empty())
    return base::make_error(ErrorKind::unsupported, "error.file_type.no_extension",
                            "the name of the file has no extension");
  if (!type_of_extension(extension))
    return base::make_error(ErrorKind::unsupported, "error.file_type.unknown",
                            "the extension of the file is not one that is taken",
                            {{"extension", base::one_line(extension, 20)}});
  if (!wait_for_place(still_wanted)) return busy("too many files are being looked at");
  const Place place(*this);
  return ask_child(extension, file, still_wanted);
}

base::Result<std::string> FileInspector::ask_child(const std::string& extension, const std::filesystem::path& file,
                                                   const StillWanted& still_wanted) const {
  const Descriptor content(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  std::array<int, 2> ends{-1, -1};
  if (content.get() < 0 || ::pipe2(ends.data(), O_CLOEXEC) != 0)
    throw std::system_error(errno, std::generic_category(), "a file that came in cannot be given to be looked at");
  const Descriptor ours(ends[0]);
  Descriptor theirs(ends[1]);
  auto words = options_.words;
  words.insert(words.begin(), "alting");
  words.push_back(extension);
  const Child child(start(options_.program, words, content.get(), theirs.get()));
  theirs.close();

  std::string answer;
  std::array<char, longest_answer> part{};
  for (int steps = 0; steps < options_.patience;) {
    pollfd waits{ours.get(), POLLIN, 0};
    const int ready = ::poll(&waits, 1, static_cast<int>(step.count()));
    if (ready <= 0) ++steps;
    if (still_wanted && !still_wanted()) return busy("whoever sent the file has gone");
    if (ready <= 0) continue;
    const auto got = ::read(ours.get(), part.data(), part.size());
    if (got < 0 && errno == EINTR) continue;
    if (got > 0) answer.append(part.data(), static_cast<std::size_t>(got));
    if (got > 0 && !answer.ends_with('\n') && answer.size() <= longest_answer) continue;
    const auto read = answer.size() <= longest_answer ? read_answer(answer, extension) : std::nullopt;
    return read ? *read : failed(answer.empty() ? "the process ended without an answer" : "the answer is nonsense");
  }
  return failed("no answer in time");
}

}  // namespace alting::paper
