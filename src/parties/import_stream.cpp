#include "parties/import_stream.h"

#include <zlib.h>

#include <fstream>

namespace alting::parties {
namespace {

constexpr std::size_t piece_size = 256 * 1024;

base::Error fault(base::ErrorKind kind, std::string_view code, std::string detail) {
  return base::make_error(kind, std::string(code), std::move(detail));
}

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

}  // namespace

base::Result<ByteSource> file_source(const std::filesystem::path& file) {
  // A function must be copyable, and a stream is not: its copies share the one stream.
  const auto in = std::make_shared<std::ifstream>(file, std::ios::binary);
  if (!*in) return fault(base::ErrorKind::not_found, "error.import.no_file", "the file cannot be opened");
  return ByteSource([in]() -> base::Result<base::Bytes> {
    base::Bytes piece(piece_size, '\0');
    in->read(piece.data(), static_cast<std::streamsize>(piece.size()));
    if (in->bad())
      return fault(base::ErrorKind::unavailable, "error.import.unreadable", "the file cannot be read to its end");
    piece.resize(static_cast<std::size_t>(in->gcount()));
    return piece;
  });
}

struct TextStream::Inflater {
  Inflater() {
    if (inflateInit2(&state, 15 + 16) != Z_OK) throw std::bad_alloc();
  }
  ~Inflater() { inflateEnd(&state); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  z_stream state{};
  base::Bytes packed;
  std::size_t used = 0;
  bool member_ended = false;
};

TextStream::TextStream(ByteSource source) : source_(std::move(source)) {}
TextStream::~TextStream() = default;

base::Result<base::Bytes> TextStream::next() {
  if (ended_) return base::Bytes();
  if (inflater_) return unpack();
  ALTING_TRY(piece, source_());
  octets_read_ += static_cast<std::int64_t>(piece.size());
  if (!std::exchange(begun_, true) && piece.size() >= 2 && piece[0] == '\x1f' && piece[1] == '\x8b') {
    inflater_ = std::make_unique<Inflater>();
    inflater_->packed = std::move(piece);
    return unpack();
  }
  ended_ = piece.empty();
  octets_given_ += static_cast<std::int64_t>(piece.size());
  if (octets_given_ > largest_stream)
    return fault(base::ErrorKind::too_large, "error.import.too_large", "more than 32 GiB");
  return piece;
}

base::Result<base::Bytes> TextStream::unpack() {
  auto& in = *inflater_;
  base::Bytes out(piece_size, '\0');
  in.state.next_out = reinterpret_cast<Bytef*>(out.data());
  in.state.avail_out = static_cast<uInt>(out.size());
  while (in.state.avail_out > 0) {
    if (in.used == in.packed.size()) {
      ALTING_TRY(piece, source_());
      octets_read_ += static_cast<std::int64_t>(piece.size());
      if (piece.empty()) {
        if (!in.member_ended)
          return fault(base::ErrorKind::invalid, "error.import.truncated", "the packed stream ends too early");
        ended_ = true;
        break;
      }
      in.packed = std::move(piece);
      in.used = 0;
    }
    if (std::exchange(in.member_ended, false) && inflateReset(&in.state) != Z_OK)
      return fault(base::ErrorKind::invalid, "error.import.gzip", "a broken gzip stream");
    in.state.next_in = reinterpret_cast<Bytef*>(in.packed.data() + in.used);
    in.state.avail_in = static_cast<uInt>(in.packed.size() - in.used);
    const int answer = inflate(&in.state, Z_NO_FLUSH);
    in.used = in.packed.size() - in.state.avail_in;
    if (answer == Z_STREAM_END)
      in.member_ended = true;
    else if (answer != Z_OK && answer != Z_BUF_ERROR)
      return fault(base::ErrorKind::invalid, "error.import.gzip", "a broken gzip stream");
  }
  out.resize(out.size() - in.state.avail_out);
  octets_given_ += static_cast<std::int64_t>(out.size());
  if (octets_given_ > largest_stream)
    return fault(base::ErrorKind::too_large, "error.import.too_large", "more than 32 GiB unpacked");
  return out;
}

base::Result<bool> Elements::more() {
  while (!ended_) {
    ALTING_TRY(piece, stream_.next());
    ended_ = piece.empty();
    if (ended_) {
      ALTING_CHECK(decoder_.end());
      break;
    }
    ALTING_TRY(text, decoder_.decode(std::move(piece)));
    buffer_ += text;
    if (!text.empty()) return true;
  }
  return false;
}

void Elements::drop(std::size_t octets) {
  buffer_.erase(0, octets);
  offset_ += static_cast<std::int64_t>(octets);
  at_ = 0;
}

base::Result<std::string> Elements::beginning() {
  constexpr std::size_t wanted = 4096;
  while (buffer_.size() < wanted) {
    ALTING_TRY(got, more());
    if (!got) break;
  }
  const auto first = std::find_if(buffer_.begin(), buffer_.end(), [](char c) { return !is_space(c); });
  json_ = first != buffer_.end() && (*first == '[' || *first == '{');
  return buffer_.substr(0, wanted);
}

base::Result<std::optional<Element>> Elements::next() { return json_ ? next_element() : next_line(); }

base::Result<std::optional<Element>> Elements::next_line() {
  for (;;) {
    const auto end = buffer_.find('\n', at_);
    if (end == std::string::npos) {
      at_ = buffer_.size();
      if (buffer_.size() > largest_element)
        return fault(base::ErrorKind::too_large, "error.import.element_too_large", "a line is longer than 1 MiB");
      ALTING_TRY(got, more());
      if (got) continue;
      if (buffer_.empty()) return std::optional<Element>();
    }
    Element element{++count_, offset_, buffer_.substr(0, end)};
    drop(end == std::string::npos ? buffer_.size() : end + 1);
    return std::optional(std::move(element));
  }
}

// Walks to the end of the next element: brackets are counted outside strings, and a backslash hides what follows it.
base::Result<std::optional<Element>> Elements::next_element() {
  std::size_t start = std::string::npos;
  int depth = 0;
  bool in_string = false, hidden = false;
  for (;;) {
    for (; at_ < buffer_.size(); ++at_) {
      const char c = buffer_[at_];
      if (start == std::string::npos) {
        if (is_space(c)) continue;
        if (closed_) return fault(base::ErrorKind::invalid, "error.import.not_an_array", "text after the array");
        if (!begun_) {
          if (c != '[')
            return fault(base::ErrorKind::invalid, "error.import.not_an_array", "the file is no JSON array");
          begun_ = true;
        } else if (c == ']') {
          closed_ = true;
        } else if (c == '{') {
          start = at_;
          depth = 1;
        } else if (c != ',') {
          return fault(base::ErrorKind::invalid, "error.import.not_an_array",
                       fmt::format("an element at octet {} is no object", offset_ + static_cast<std::int64_t>(at_)));
        }
        continue;
      }
      if (in_string) {
        if (hidden)
          hidden = false;
        else if (c == '\\')
          hidden = true;
        else if (c == '"')
          in_string = false;
        continue;
      }
      if (c == '"')
        in_string = true;
      else if (c == '{' || c == '[')
        ++depth;
      else if (c == '}' || c == ']')
        --depth;
      if (depth > 0) continue;
      Element element{++count_, offset_ + static_cast<std::int64_t>(start), buffer_.substr(start, at_ + 1 - start)};
      ++at_;
      if (at_ >= piece_size) drop(at_);
      return std::optional(std::move(element));
    }
    if (start == std::string::npos) {
      drop(at_);
    } else if (start > 0) {
      const auto kept = at_ - start;
      drop(start);
      start = 0;
      at_ = kept;
    }
    if (buffer_.size() > largest_element)
      return fault(base::ErrorKind::too_large, "error.import.element_too_large", "an element is larger than 1 MiB");
    ALTING_TRY(got, more());
    if (got) continue;
    if (start == std::string::npos && closed_) return std::optional<Element>();
    return fault(base::ErrorKind::invalid, "error.import.truncated", "the array does not end");
  }
}

}  // namespace alting::parties
