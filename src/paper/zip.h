// ZIP archives (APPNOTE.TXT 6.3): written for exports and downloads, read from people with nothing taken on trust.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"

namespace alting::paper {

struct ZipEntry {
  std::string name;  // UTF-8, parts divided by '/'
  base::Bytes content;
};

// Writes as it goes, so that an archive may be larger than memory: of each entry only its line of the directory is kept.
// Zip64 where an archive or an entry needs it. The same calls give the same octets.
class ZipWriter {
 public:
  using Sink = std::function<void(base::ByteView)>;  // may throw; the archive is then lost
  ZipWriter(Sink sink, base::Instant at);            // `at` is the time of every entry
  ZipWriter(ZipWriter&&) noexcept;
  ZipWriter& operator=(ZipWriter&&) noexcept;
  ~ZipWriter();
  void add(std::string_view name, base::ByteView content);
  void begin(std::string_view name);  // then write() its parts
  // As it is, not deflated: for what is packed already. Exactly so many octets must follow.
  void begin_stored(std::string_view name, std::int64_t size);
  void write(base::ByteView part);
  void finish();  // without it, the archive is cut off

 private:
  struct State;
  void begin_entry(std::string_view name, std::optional<std::int64_t> stored_size);
  std::unique_ptr<State> state_;
};

[[nodiscard]] base::Bytes zip(const std::vector<ZipEntry>& entries, base::Instant at);

struct ZipLimits {
  std::size_t entries = 1000;
  std::size_t entry_size = 50 * 1024 * 1024;         // octets unpacked
  std::size_t total_size = 100 * 1024 * 1024;        // octets unpacked, all entries
  std::size_t ratio = 200;                           // unpacked to packed, of the whole archive, once above 1 MiB
  std::size_t name_size = 255;                       // octets
  std::size_t depth = 12;                            // folders in a name
  base::Duration time = base::Duration::seconds(2);  // of unpacking, by the clock that is given
};

// Called for each file in turn: first with no octets, then with its content, part by part.
using ZipVisitor = std::function<void(const std::string& name, base::ByteView part)>;

// Goes through the files of an archive; folders are left out, archives within are not opened. Refused (error.zip.*): too
// much of anything, more time than there is, files that are packed in other ways than most programs do (stored and
// deflated are taken: what else libarchive knows can cost minutes and hundreds of megabytes; seen in the directory before
// anything is unpacked), names that lead out ("..", absolute, drive letters, control characters; '\' divides like '/'),
// names twice, links, encryption, damage.
[[nodiscard]] base::Status walk_zip(base::ByteView archive, const base::Clock& clock, const ZipLimits& limits,
                                    const ZipVisitor& visit);

// The same, with what the files hold.
[[nodiscard]] base::Result<std::vector<ZipEntry>> unzip(base::ByteView archive, const base::Clock& clock,
                                                        const ZipLimits& limits = {});

}  // namespace alting::paper
