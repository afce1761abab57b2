// The other side of file_inspector.h: what runs in the process that looks at one file.
#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "paper/inspect.h"

namespace alting::paper {

struct ChildLimits {
  unsigned cpu_seconds = 4;                             // of the whole process
  std::size_t memory = std::size_t{300} * 1024 * 1024;  // octets, beside what is mapped when it begins
};

using Inspection =
    std::function<base::Result<std::string>(std::string_view extension, base::ByteView content, const base::Clock&)>;

// Looks at standard input and answers on standard output; does not return. The clock that it gives counts the processor
// time of the process, so that a busy machine refuses no file.
[[noreturn]] void run_file_inspector(std::string_view extension, const ChildLimits& limits = {},
                                     const Inspection& inspection = inspect);

}  // namespace alting::paper
