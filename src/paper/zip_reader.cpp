// Reads a ZIP archive within its limits, on libarchive.
#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>
#include <langinfo.h>
#include <locale.h>

#include <algorithm>
#include <unordered_set>

#include "base/text.h"
#include "paper/zip.h"
#include "paper/zip_directory.h"

namespace alting::paper {
namespace {

using base::ErrorKind;
using base::Result;

constexpr std::size_t ratio_counts_from = 1024 * 1024;

base::Error too_much(std::string_view what, std::size_t limit) {
  return base::make_error(ErrorKind::too_large, "error.zip.too_large",
                          fmt::format("the archive has more than {} {}", limit, what));
}
base::Error refused(std::string_view code, std::string_view why) {
  return base::make_error(ErrorKind::unsupported, std::string(code), std::string(why));
}

// "Zip slip": a name that would be written outside its folder.
bool leads_out_of_folder(std::string_view name) {
  if (name.empty() || name.front() == '/' || (name.size() > 1 && name[1] == ':')) return true;
  if (std::any_of(name.begin(), name.end(),
                  [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '\\'; }))
    return true;
  for (std::string_view part : base::split(name, '/'))
    if (part.empty() || part == "." || part == "..") return true;
  return false;
}

// libarchive turns names into the thread's character set and loses those that it does not have; while one of these
// lives, that is UTF-8, whatever the program was started with.
class Utf8Names {
 public:
  Utf8Names() {
    if (std::string_view(nl_langinfo(CODESET)) == "UTF-8") return;
    utf8_ = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    before_ = uselocale(utf8_);
  }
  Utf8Names(const Utf8Names&) = delete;
  Utf8Names& operator=(const Utf8Names&) = delete;
  ~Utf8Names() {
    if (before_) uselocale(before_);
    if (utf8_) freelocale(utf8_);
  }

 private:
  locale_t utf8_ = nullptr, before_ = nullptr;
};

class Reader {
 public:
  Reader(base::ByteView bytes, const base::Clock& clock, const ZipLimits& limits, const ZipVisitor& visit)
      : clock_(clock),
        limits_(limits),
        visit_(visit),
        end_(clock.now() + limits.time),
        packed_(bytes.size()),
        archive_(archive_read_new()) {
    archive_read_support_format_zip_seekable(archive_.get());  // by its directory, as others read it; no other formats
    archive_read_set_options(archive_.get(), "zip:hdrcharset=UTF-8");
    opened_ = archive_read_open_memory(archive_.get(), bytes.data(), bytes.size()) == ARCHIVE_OK;
  }

  base::Status read() {
    if (!opened_) return refused("error.zip.broken", "the archive cannot be read");
    std::unordered_set<std::string> names;
    archive_entry* entry = nullptr;
    for (std::size_t count = 0;; ++count) {
      const int status = archive_read_next_header(archive_.get(), &entry);
      if (status == ARCHIVE_EOF) return {};
      if (status < ARCHIVE_WARN) return refused("error.zip.broken", "the archive cannot be read");
      if (count == limits_.entries) return too_much("entries", limits_.entries);
      ALTING_TRY(name, name_of(entry));
      if (!names.insert(name).second) return refused("error.zip.name", "a name occurs twice in the archive");
      if (archive_entry_filetype(entry) == AE_IFDIR) continue;
      if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_symlink(entry) || archive_entry_hardlink(entry))
        return refused("error.zip.link", "the archive has links or devices");
      if (archive_entry_is_encrypted(entry)) return refused("error.zip.encrypted", "the archive is encrypted");
      ALTING_CHECK(check_method());
      ALTING_CHECK(read_content(name));
    }
  }

 private:
  Result<std::string> name_of(archive_entry* entry) const {
    const char* utf8 = archive_entry_pathname_utf8(entry);
    std::string_view name = utf8 ? utf8 : "";
    if (archive_entry_filetype(entry) == AE_IFDIR && name.ends_with('/')) name.remove_suffix(1);
    if (name.size() > limits_.name_size || !base::is_utf8(name) || leads_out_of_folder(name))
      return refused("error.zip.name", "a name in the archive is not allowed");
    if (static_cast<std::size_t>(std::count(name.begin(), name.end(), '/')) > limits_.depth)
      return too_much("folders in a name", limits_.depth);
    return base::to_nfc(name);
  }

  // What libarchive is about to use: the file's own header decides, which may say another thing than the directory.
  base::Status check_method() const {
    const char* format = archive_format_name(archive_.get());
    const std::string_view name = format ? format : "";
    if (name.ends_with("(uncompressed)") || name.ends_with("(deflation)")) return {};
    return refused("error.zip.method", "the archive is packed in a way that is not taken");
  }

  base::Status read_content(const std::string& name) {
    visit_(name, {});
    std::size_t size = 0;
    for (;;) {
      if (clock_.now() > end_) return refused("error.zip.too_slow", "the archive takes too long to unpack");
      char part[65536];
      const la_ssize_t got = archive_read_data(archive_.get(), part, sizeof part);
      if (got < 0) return refused("error.zip.broken", "an entry of the archive cannot be read");
      if (got == 0) return {};
      size += static_cast<std::size_t>(got);
      total_ += static_cast<std::size_t>(got);
      if (size > limits_.entry_size) return too_much("octets in an entry", limits_.entry_size);
      if (total_ > limits_.total_size) return too_much("octets in all", limits_.total_size);
      if (total_ > ratio_counts_from && total_ / limits_.ratio > packed_)
        return too_much("times its size inside", limits_.ratio);
      visit_(name, {part, static_cast<std::size_t>(got)});
    }
  }

  struct Freer {
    void operator()(struct archive* archive) const { archive_read_free(archive); }
  };
  Utf8Names names_;
  const base::Clock& clock_;
  const ZipLimits& limits_;
  const ZipVisitor& visit_;
  base::Instant end_;
  std::size_t packed_, total_ = 0;
  std::unique_ptr<struct archive, Freer> archive_;
  bool opened_ = false;
};

}  // namespace

base::Status walk_zip(base::ByteView archive, const base::Clock& clock, const ZipLimits& limits,
                      const ZipVisitor& visit) {
  // An archive of nothing is only its end record (APPNOTE.TXT 4.3.16), which libarchive does not take.
  if (archive == base::Bytes("PK\5\6") + base::Bytes(18, '\0')) return {};
  ALTING_CHECK(check_zip_directory(archive, limits));
  return Reader(archive, clock, limits, visit).read();
}

Result<std::vector<ZipEntry>> unzip(base::ByteView archive, const base::Clock& clock, const ZipLimits& limits) {
  std::vector<ZipEntry> entries;
  ALTING_CHECK(walk_zip(archive, clock, limits, [&](const std::string& name, base::ByteView part) {
    if (part.empty()) entries.push_back({name, {}});
    entries.back().content += part;
  }));
  return entries;
}

}  // namespace alting::paper
