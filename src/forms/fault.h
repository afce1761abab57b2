// A mistake in an app folder, with where it stands.
#pragma once
#include <string>

namespace alting::forms {

struct Fault {  // what `alting app check` prints
  std::string file;
  int line = 0;  // 0 when unknown
  std::string message;
};

}  // namespace alting::forms
