// The program's commands. Exit status: 0 success, 1 failure, 2 for `verify` when the receipt is intact but the signer
// unknown, 64 when the command line cannot be understood.
#pragma once

namespace alting::main {

int run(int count, char** words);

}  // namespace alting::main
