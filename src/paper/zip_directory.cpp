#include "paper/zip_directory.h"

#include <fmt/format.h>

#include <algorithm>

namespace alting::paper {
namespace {

using base::ErrorKind;

constexpr std::size_t end_size = 22, locator_size = 20, end64_size = 56, entry_size = 46;
constexpr std::size_t largest_comment = 65'535;
constexpr std::uint64_t stored = 0, deflated = 8;

base::Error broken(std::string_view why) {
  return base::make_error(ErrorKind::unsupported, "error.zip.broken", std::string(why));
}

// Little-endian; zero beyond the end, which no signature is.
std::uint64_t number(base::ByteView octets, std::size_t at, std::size_t size) {
  if (at > octets.size() || octets.size() - at < size) return 0;
  std::uint64_t value = 0;
  for (std::size_t i = size; i > 0; --i) value = value << 8 | static_cast<unsigned char>(octets[at + i - 1]);
  return value;
}

bool has_mark(base::ByteView octets, std::size_t at, std::string_view mark) {
  return at <= octets.size() && octets.substr(at).starts_with(mark);
}

// Where the directory begins: before its end record, by as many octets as that says. What stands before the archive (a
// program that unpacks it) makes the record's own position wrong, and its size not.
base::Result<std::size_t> find_directory(base::ByteView archive) {
  const std::size_t searched = std::min(archive.size(), end_size + largest_comment);
  const std::size_t found = archive.substr(archive.size() - searched).rfind("PK\5\6");
  if (found == base::ByteView::npos || searched - found < end_size) return broken("the archive has no end record");
  std::size_t end = archive.size() - searched + found;
  std::uint64_t size = number(archive, end + 12, 4);
  // ZIP64: where the locator stands, its record counts, also when the size alone would have fitted.
  if (size == 0xffffffff || (end >= locator_size && has_mark(archive, end - locator_size, "PK\6\7"))) {
    if (end < locator_size || !has_mark(archive, end - locator_size, "PK\6\7"))
      return broken("the archive has no locator of its end record");
    end = static_cast<std::size_t>(std::min<std::uint64_t>(number(archive, end - locator_size + 8, 8), archive.size()));
    if (!has_mark(archive, end, "PK\6\6") || archive.size() - end < end64_size)
      return broken("the archive has no ZIP64 end record");
    size = number(archive, end + 40, 8);
  }
  if (size > end) return broken("the archive's directory is larger than what stands before its end record");
  return end - static_cast<std::size_t>(size);
}

}  // namespace

base::Status check_zip_directory(base::ByteView archive, const ZipLimits& limits) {
  ALTING_TRY(at, find_directory(archive));
  for (std::size_t count = 0;; ++count) {
    if (has_mark(archive, at, "PK\5\6") || has_mark(archive, at, "PK\6\6")) return {};
    if (!has_mark(archive, at, "PK\1\2") || archive.size() - at < entry_size)
      return broken("the archive's directory is damaged");
    if (count == limits.entries)
      return base::make_error(ErrorKind::too_large, "error.zip.too_large",
                              fmt::format("the archive has more than {} entries", limits.entries));
    const auto method = number(archive, at + 10, 2);
    if (method != stored && method != deflated)
      return base::make_error(ErrorKind::unsupported, "error.zip.method",
                              fmt::format("an entry of the archive is packed by method {}", method));
    at += entry_size + static_cast<std::size_t>(number(archive, at + 28, 2) + number(archive, at + 30, 2) +
                                                number(archive, at + 32, 2));
  }
}

}  // namespace alting::paper
