// A background job: what a room does by itself, again and again (job_runner.h runs it).
//
// The room says it, `main` puts all in one list (main/rooms.cpp). One without a legal basis, and two of one code, stop
// the program at start: what happens to persons' data without anybody asking has a reason that can be read.
#pragma once
#include <cstdint>
#include <functional>
#include <string_view>

#include "base/time.h"

namespace alting::store {

struct Job {
  std::string_view code;         // "forget_kept_posts": its name in the table, the log and the metrics; stays for ever
  std::string_view legal_basis;  // "personvernforordningen art. 5 nr. 1 bokstav e"
  base::Duration every;          // from start to start, also over restarts; 1 s or more
  // Does it, on a thread of the runner, and answers how many it treated. It may be cut off anywhere by a kill, and after
  // a machine slept it may run in two processes at once: each of its transactions leaves things in order. An exception
  // is a failure, and it is tried again. A stop waits for it: seconds, no more.
  std::function<std::int64_t()> run;
  // True: `run` does a part of the work, some seconds at most, and is called again until it answers 0, the runner is
  // stopped, or it has had its turn and others wait; what is left then is due at once.
  bool until_none_left = false;
  // True: what it ends by a rule of retention is counted in its transactions, by what it is told of holds (holds.h).
  bool counts_itself = false;
};

}  // namespace alting::store
