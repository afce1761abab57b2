// Text files as people and other systems write them: UTF-8 or UTF-16, with or without a byte order mark, with the line
// ends of any system and blanks around what matters. Whatever the program reads as text is read here.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace alting::base {

// As UTF-8 with "\n" between lines and no byte order mark. UTF-16 is known by its mark; an Error when it is malformed.
// UTF-8 is not checked here: what is wrong in it is told by whoever reads it.
[[nodiscard]] Result<std::string> to_plain_text(std::string octets);
[[nodiscard]] Result<std::string> read_text_file(const std::filesystem::path& path, std::size_t limit);
// Without the blanks around them; empty ones are left out.
[[nodiscard]] std::vector<std::string> lines_of(std::string_view text);

// The same for a stream of unknown length: pieces in, pieces of UTF-8 out. Line ends are left as they are, since what
// is read so (JSON, CSV) takes any.
class TextDecoder {
 public:
  [[nodiscard]] Result<std::string> decode(std::string piece);
  [[nodiscard]] Status end() const;  // an Error when the stream ended inside a character

 private:
  enum class Form { unknown, octets, little_endian, big_endian };
  void recognise();
  Form form_ = Form::unknown;
  std::string waiting_;  // what does not make a character yet
  char16_t high_ = 0;    // the first half of a pair
};

}  // namespace alting::base
