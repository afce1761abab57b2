#include "main/protect_process.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cerrno>
#include <system_error>

namespace alting::main {

void protect_process() {
  ::umask(077);
  constexpr rlimit none{.rlim_cur = 0, .rlim_max = 0};
  if (::setrlimit(RLIMIT_CORE, &none) != 0) throw std::system_error(errno, std::generic_category(), "setrlimit");
#ifndef __SANITIZE_ADDRESS__  // the leak check attaches to its own process
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) throw std::system_error(errno, std::generic_category(), "prctl");
#endif
}

}  // namespace alting::main
