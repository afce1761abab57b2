// Keeps other processes of the same user out of this one: the first thing that the program does.
#pragma once

namespace alting::main {

// Makes the process one whose memory and files nobody else reads: no core dumps (RLIMIT_CORE 0), no attaching and no
// /proc/<pid>/mem for other processes of the same user (PR_SET_DUMPABLE 0, prctl(2)), and new files for the owner alone
// (umask 077). The keys of everything are in this memory. Called once, before anything is read.
// Throws std::system_error when the system refuses.
void protect_process();

}  // namespace alting::main
