#include "main/commands.h"

int main(int count, char** words) { return alting::main::run(count, words); }
