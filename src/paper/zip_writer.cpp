// Writes a ZIP archive while its entries come, on libarchive; the same calls give the same octets.
#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <exception>
#include <stdexcept>
#include <utility>

#include "paper/zip.h"

namespace alting::paper {
namespace {

struct EntryFreer {
  void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};

}  // namespace

struct ZipWriter::State {
  State(Sink output, base::Instant time) : sink(std::move(output)), at(time), archive(archive_write_new()) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    sink = nullptr;  // what freeing still flushes is of no use
    archive_write_free(archive);
  }

  void must(int status, const char* what) const {
    if (failure) std::rethrow_exception(failure);
    const char* why = archive_error_string(archive);
    if (status < ARCHIVE_WARN) throw std::runtime_error(fmt::format("libarchive: {}: {}", what, why ? why : "failed"));
  }

  // An exception must not fly through libarchive's C frames, and libarchive does not clean up after a failed write: it
  // points into what it was given, or leaks. So it is told that all went well, and the exception waits for must().
  static la_ssize_t write(struct archive*, void* self, const void* data, std::size_t size) {
    auto* state = static_cast<State*>(self);
    try {
      if (state->sink && !state->failure) state->sink({static_cast<const char*>(data), size});
    } catch (...) {
      state->failure = std::current_exception();
    }
    return static_cast<la_ssize_t>(size);
  }

  Sink sink;
  base::Instant at;
  struct archive* archive;
  std::exception_ptr failure;
};

ZipWriter::ZipWriter(Sink sink, base::Instant at) : state_(std::make_unique<State>(std::move(sink), at)) {
  struct archive* archive = state_->archive;
  state_->must(archive_write_set_format_zip(archive), "choosing ZIP");
  state_->must(archive_write_set_options(archive, "zip:compression=deflate,zip:hdrcharset=UTF-8"), "choosing options");
  state_->must(archive_write_set_bytes_in_last_block(archive, 1), "choosing no padding");
  state_->must(archive_write_open(archive, state_.get(), nullptr, State::write, nullptr), "opening");
}
ZipWriter::ZipWriter(ZipWriter&&) noexcept = default;
ZipWriter& ZipWriter::operator=(ZipWriter&&) noexcept = default;
ZipWriter::~ZipWriter() = default;

void ZipWriter::begin_entry(std::string_view name, std::optional<std::int64_t> stored_size) {
  state_->must(stored_size ? archive_write_zip_set_compression_store(state_->archive)
                           : archive_write_zip_set_compression_deflate(state_->archive),
               "choosing how to pack");
  const std::unique_ptr<archive_entry, EntryFreer> entry(archive_entry_new());
  archive_entry_set_pathname_utf8(entry.get(), std::string(name).c_str());
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), 0644);
  archive_entry_set_mtime(entry.get(), state_->at.micros / 1'000'000, 0);
  if (stored_size) archive_entry_set_size(entry.get(), *stored_size);
  state_->must(archive_write_header(state_->archive, entry.get()), "starting an entry");
}

void ZipWriter::begin(std::string_view name) { begin_entry(name, std::nullopt); }
void ZipWriter::begin_stored(std::string_view name, std::int64_t size) { begin_entry(name, size); }

void ZipWriter::write(base::ByteView part) {
  while (!part.empty()) {
    const la_ssize_t written = archive_write_data(state_->archive, part.data(), part.size());
    state_->must(written <= 0 ? ARCHIVE_FATAL : ARCHIVE_OK, "writing an entry");
    part.remove_prefix(static_cast<std::size_t>(written));
  }
}

void ZipWriter::add(std::string_view name, base::ByteView content) {
  begin(name);
  write(content);
}

void ZipWriter::finish() { state_->must(archive_write_close(state_->archive), "finishing"); }

base::Bytes zip(const std::vector<ZipEntry>& entries, base::Instant at) {
  base::Bytes out;
  ZipWriter writer([&](base::ByteView part) { out += part; }, at);
  for (const ZipEntry& entry : entries) writer.add(entry.name, entry.content);
  writer.finish();
  return out;
}

}  // namespace alting::paper
