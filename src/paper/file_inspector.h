// Looks at files from outside in a process of their own.
//
// libarchive and libmagic parse what anyone sends. They do so in a child process that holds no key, no secret and no
// connection: the program started anew (not forked, so that nothing of this one's memory is in it), with an empty
// environment, the file as its standard input and a pipe for its answer, and no other descriptor. Before it reads the
// first octet of the file it gives up everything but computing (file_inspector_child.cpp). Each file has a child of its
// own, so that no file has a say about another's. The answer is one line, and is believed only when it is one of those
// that an honest child can give for this file's name.
#pragma once
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace alting::paper {

// The first word of the program's command line when it is to be such a child; main() looks for it before all else.
inline constexpr std::string_view inspector_word = "inspect-one-file";

class FileInspector {
 public:
  struct Options {
    std::filesystem::path program = "/proc/self/exe";
    std::vector<std::string> words{std::string(inspector_word)};  // before the file's extension
    unsigned at_once = 2;                                         // children; each takes one core
    unsigned may_wait = 4;                                        // callers who wait for a child to end
    int waits_for = 10;                                           // steps of 100 ms that such a caller waits at most
    int patience = 100;  // steps of 100 ms until a child that has not answered is killed
  };
  explicit FileInspector(Options options) : options_(std::move(options)) {}

  // False once nobody waits for the answer any more. Empty: somebody always does.
  using StillWanted = std::function<bool()>;

  // The media type of the file, by inspect(). Errors beside its own: error.file_type.no_extension;
  // error.inspection.busy (unavailable) when too many
  // files are being looked at, or the asker has gone; error.inspection.failed (unsupported) when the child died, said
  // nothing in time, or nonsense: the file is then refused.
  [[nodiscard]] base::Result<std::string> inspect(std::string_view file_name, const std::filesystem::path& file,
                                                  const StillWanted& still_wanted = {});
  [[nodiscard]] unsigned running() const;

 private:
  class Place;
  [[nodiscard]] bool wait_for_place(const StillWanted& still_wanted);
  [[nodiscard]] base::Result<std::string> ask_child(const std::string& extension, const std::filesystem::path& file,
                                                    const StillWanted& still_wanted) const;
  Options options_;
  mutable std::mutex mutex_;
  std::condition_variable freed_;
  unsigned running_ = 0, waiting_ = 0;
};

}  // namespace alting::paper
