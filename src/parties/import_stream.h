// From a stream of octets, plain or gzip, to the elements of a JSON array or the lines of a CSV file, in bounded
// memory.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "base/text_file.h"

namespace alting::parties {

// Gives the next piece; an empty one is the end. An Error (a broken download) ends the import, which can go on later.
using ByteSource = std::function<base::Result<base::Bytes>()>;

// error.import.no_file when it cannot be opened; a read that fails is error.import.unreadable.
[[nodiscard]] base::Result<ByteSource> file_source(const std::filesystem::path& file);

inline constexpr std::size_t largest_element = 1024 * 1024;             // octets of one array element or line
inline constexpr std::int64_t largest_stream = std::int64_t{32} << 30;  // octets when unpacked

// Unpacks gzip (RFC 1952, several members too) when the stream begins with its mark; other streams pass as they are.
class TextStream {
 public:
  explicit TextStream(ByteSource source);
  ~TextStream();
  TextStream(const TextStream&) = delete;
  TextStream& operator=(const TextStream&) = delete;
  // The next piece of text, at most 256 KiB; empty at the end. error.import.gzip, error.import.truncated,
  // error.import.too_large.
  [[nodiscard]] base::Result<base::Bytes> next();
  [[nodiscard]] std::int64_t octets_read() const { return octets_read_; }  // of the source, for a progress bar

 private:
  struct Inflater;
  [[nodiscard]] base::Result<base::Bytes> unpack();
  ByteSource source_;
  std::unique_ptr<Inflater> inflater_;
  std::int64_t octets_read_ = 0, octets_given_ = 0;
  bool begun_ = false, ended_ = false;
};

struct Element {
  std::int64_t number = 0;  // from 1
  std::int64_t offset = 0;  // octets of unpacked text before it
  std::string text;
};

// Takes the stream apart. A JSON array's elements are cut at their brackets; each is parsed strictly by whoever takes
// it.
class Elements {
 public:
  explicit Elements(TextStream& stream) : stream_(stream) {}
  // Looks at the first octets: '[' begins a JSON array, everything else is lines. At most 4 KiB of the beginning, for
  // the fingerprint.
  [[nodiscard]] base::Result<std::string> beginning();
  // Nothing at the end. error.import.not_an_array, error.import.truncated, error.import.element_too_large.
  [[nodiscard]] base::Result<std::optional<Element>> next();
  [[nodiscard]] bool is_json() const { return json_; }

 private:
  [[nodiscard]] base::Result<bool> more();  // reads a piece; false at the end
  [[nodiscard]] base::Result<std::optional<Element>> next_element();
  [[nodiscard]] base::Result<std::optional<Element>> next_line();
  void drop(std::size_t octets);

  TextStream& stream_;
  base::TextDecoder decoder_;  // files from other systems: UTF-16, byte order marks
  std::string buffer_;
  std::size_t at_ = 0;       // of buffer_, what was looked at
  std::int64_t offset_ = 0;  // of the stream, where buffer_ begins
  std::int64_t count_ = 0;
  bool json_ = false, begun_ = false, closed_ = false, ended_ = false;
};

}  // namespace alting::parties
