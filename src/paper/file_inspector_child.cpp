// In this order: limits that the kernel keeps; what the libraries read from the disk is read; everything but computing
// and answering is given up, by a filter that kills the process; only then is the file looked at.
#include "paper/file_inspector_child.h"

#include <fcntl.h>
#include <locale.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <initializer_list>

#include "paper/zip.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define ALTING_UNDER_SANITIZER 1
#else
#define ALTING_UNDER_SANITIZER 0
#endif

namespace alting::paper {
namespace {

// A sanitizer maps terabytes for its own books, and makes calls of its own.
constexpr bool under_sanitizer = ALTING_UNDER_SANITIZER != 0;

[[noreturn]] void give_up() { ::_exit(1); }

void limit(__rlimit_resource what, rlim_t least) {
  const rlimit both{least, least};
  if (::setrlimit(what, &both) != 0) give_up();
}

// Octets of address space in use now (proc(5), statm), so that what the program itself takes is not counted.
std::size_t mapped_now() {
  std::size_t pages = 0;
  std::FILE* file = std::fopen("/proc/self/statm", "re");
  if (!file || std::fscanf(file, "%zu", &pages) != 1) give_up();
  std::fclose(file);
  return pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

void set_limits(const ChildLimits& limits) {
  if (::prctl(PR_SET_DUMPABLE, 0) != 0 || ::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) give_up();
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_FSIZE, 0);
  limit(RLIMIT_CPU, limits.cpu_seconds);
  if (under_sanitizer) return;
  limit(RLIMIT_DATA, limits.memory);
  limit(RLIMIT_AS, mapped_now() + limits.memory);
}

class ProcessorTime final : public base::Clock {
 public:
  [[nodiscard]] base::Instant now() const override {
    timespec used{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return {used.tv_sec * 1'000'000 + used.tv_nsec / 1'000};
  }
};

// Lists of file types, of characters and the like come from the disk at their first use. A document goes the whole way.
void read_what_is_needed(const base::Clock& clock) {
  const locale_t utf8 = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);  // for names in archives; kept to the end
  if (!utf8) give_up();
  ::uselocale(utf8);
  ::setenv("TZ", "UTC0", 1);  // without it, every time in an archive looks whether /etc/localtime has changed
  const auto document = zip({{"[Content_Types].xml", "<Types/>"}, {"blåbær.xml", "<a/>"}}, {});
  if (!inspect("docx", document, clock)) give_up();
  (void)inspect("txt", "Hei på deg\n", clock);
}

void drop_privileges() {
  if (!under_sanitizer) {
    limit(RLIMIT_NOFILE, 0);
    limit(RLIMIT_NPROC, 0);
  }
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
  if (!filter) give_up();
  const auto allow = [&](std::initializer_list<int> calls) {
    for (const int call : calls)
      if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0) != 0) give_up();
  };
  // Of the two descriptors that are open, one cannot be written and one cannot be read.
  allow({SCMP_SYS(write), SCMP_SYS(munmap), SCMP_SYS(brk), SCMP_SYS(madvise), SCMP_SYS(mremap), SCMP_SYS(futex),
         SCMP_SYS(clock_gettime), SCMP_SYS(exit), SCMP_SYS(exit_group)});
  // Memory, but none that could be run.
  const auto allow_without_execution = [&](int call) {
    if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) != 0) give_up();
  };
  allow_without_execution(SCMP_SYS(mmap));
  allow_without_execution(SCMP_SYS(mprotect));
  if (under_sanitizer)  // which also looks through a pipe whether memory can be read
    allow({SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(sched_yield), SCMP_SYS(sigaltstack), SCMP_SYS(rt_sigprocmask),
           SCMP_SYS(rt_sigaction), SCMP_SYS(nanosleep), SCMP_SYS(clock_nanosleep), SCMP_SYS(pipe2), SCMP_SYS(read),
           SCMP_SYS(close)});
  if (seccomp_load(filter) != 0) give_up();
  seccomp_release(filter);
}

// Mapped before the filter is there, looked at after.
base::ByteView map_input() {
  struct stat about{};
  if (::fstat(STDIN_FILENO, &about) != 0 || about.st_size < 0) give_up();
  if (about.st_size == 0) return {};
  const auto size = static_cast<std::size_t>(about.st_size);
  void* const octets = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, STDIN_FILENO, 0);
  if (octets == MAP_FAILED) give_up();
  return {static_cast<const char*>(octets), size};
}

}  // namespace

void run_file_inspector(std::string_view extension, const ChildLimits& limits, const Inspection& inspection) {
  const auto content = map_input();
  set_limits(limits);
  const ProcessorTime clock;
  read_what_is_needed(clock);
  drop_privileges();
  const auto found = inspection(extension, content, clock);
  const auto answer = (found ? "ok " + *found : "no " + found.error().code) + "\n";
  const auto written = ::write(STDOUT_FILENO, answer.data(), answer.size());
  ::_exit(written == static_cast<ssize_t>(answer.size()) ? 0 : 1);
}

}  // namespace alting::paper
