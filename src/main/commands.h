// The program's commands. Exit status: 0 success, 1 failure, 64 when the command line cannot be understood. Of `traces`,
// `check` and `doctor`: 0 nothing was found, 1 something was, 2 they could not look. Of `verify`: 1 broken, 2 intact but
// the signer is unknown, 66 a file that cannot be read.
#pragma once

namespace alting::main {

int run(int count, char** words);

}  // namespace alting::main
