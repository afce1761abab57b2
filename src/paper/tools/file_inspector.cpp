// For tests: a process that looks at one file as the program's does, or, when told to by its first word, one that has
// been taken over by the file and does what it should not be able to.
//
//   file_inspector inspect-one-file EXTENSION
//   file_inspector opens-a-file EXTENSION ...
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <map>
#include <string>

#include "paper/file_inspector.h"
#include "paper/file_inspector_child.h"
#include "paper/file_type.h"

namespace {

using alting::base::Result;
using alting::paper::Inspection;

// Does `what`, and if it still lives, takes the file for what it says it is.
Inspection that_first(void (*what)()) {
  return [what](std::string_view extension, alting::base::ByteView, const alting::base::Clock&) -> Result<std::string> {
    what();
    return alting::paper::type_of_extension(extension).value_or("");
  };
}

[[noreturn]] void spin() {
  volatile bool on = true;
  while (on) {
  }
  __builtin_unreachable();
}

void say(std::string_view words) { (void)!::write(STDOUT_FILENO, words.data(), words.size()); }

void fill_memory() {
  constexpr std::size_t much = std::size_t{400} * 1024 * 1024;
  char* octets = new char[much];
  std::memset(octets, 1, much);
  asm volatile("" : : "r"(octets) : "memory");  // so that none of it is thought away
}

const std::map<std::string_view, Inspection>& acts() {
  static const std::map<std::string_view, Inspection> all{
      {"opens-a-file", that_first([] { (void)::open("/etc/passwd", O_RDONLY | O_CLOEXEC); })},
      {"makes-a-socket", that_first([] { (void)::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0); })},
      {"makes-a-process", that_first([] { (void)::fork(); })},
      {"kills-its-parent", that_first([] { (void)::kill(::getppid(), SIGTERM); })},
      {"runs-what-it-wrote", that_first([] {
         (void)::mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
       })},
      {"fills-memory", that_first(fill_memory)},
      {"dies", that_first([] { __builtin_trap(); })},
      {"dies-in-a-word", that_first([] {
         say("ok image/p");
         __builtin_trap();
       })},
      {"spins", that_first(spin)},
      {"says-nonsense", that_first([] { say("hei\n"); })},
      {"says-too-much", that_first([] { say(std::string(100'000, 'x')); })},
      {"says-another-type",
       [](std::string_view, alting::base::ByteView, const alting::base::Clock&) -> Result<std::string> {
         return std::string("text/html");
       }},
      {"says-a-code-of-its-own",
       [](std::string_view, alting::base::ByteView, const alting::base::Clock&) -> Result<std::string> {
         return alting::base::make_error(alting::base::ErrorKind::invalid, "error.log_in");
       }},
  };
  return all;
}

}  // namespace

int main(int count, char** words) {
  if (count != 3) return 64;
  if (words[1] == alting::paper::inspector_word) alting::paper::run_file_inspector(words[2]);
  const auto act = acts().find(words[1]);
  if (act == acts().end()) return 64;
  alting::paper::run_file_inspector(words[2], {.cpu_seconds = 1}, act->second);
}
