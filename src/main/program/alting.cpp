// The program's main function, apart so that tests can link all the rest.
#include "main/commands.h"
#include "paper/file_inspector.h"
#include "paper/file_inspector_child.h"

int main(int count, char** words) {
  // Started by a running one to look at a file that came in: nothing else of the program runs in that process.
  if (count == 3 && words[1] == alting::paper::inspector_word) alting::paper::run_file_inspector(words[2]);
  return alting::main::run(count, words);
}
