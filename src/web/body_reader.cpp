#include "web/body_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <system_error>

#include "base/text.h"
#include "crypto/hash.h"
#include "web/form_text.h"

namespace alting::web {

using base::ErrorKind;
using base::make_error;

// A temporary file that only this process may read, with the digest of what was written; or the digest alone.
class SpoolFile {
 public:
  SpoolFile() = default;  // writes nothing
  SpoolFile(const std::filesystem::path& folder, base::Random& random)
      : path_(folder / ("upload-" + base::to_hex(random.bytes(16)))) {
    descriptor_ = ::open(path_.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "a temporary file cannot be made");
  }
  ~SpoolFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove(path_, ignored);
  }
  SpoolFile(const SpoolFile&) = delete;
  SpoolFile& operator=(const SpoolFile&) = delete;

  void write(std::string_view octets) {
    digest_.add(octets);
    size_ += static_cast<std::int64_t>(octets.size());
    if (descriptor_ < 0) return;
    while (!octets.empty()) {
      ssize_t written = ::write(descriptor_, octets.data(), octets.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) throw std::system_error(errno, std::generic_category(), "a temporary file cannot be written");
      octets.remove_prefix(static_cast<std::size_t>(written));
    }
  }
  [[nodiscard]] std::int64_t size() const { return size_; }
  [[nodiscard]] bool is_on_disk() const { return descriptor_ >= 0; }
  [[nodiscard]] Upload finish(std::string field, std::string file_name, std::string media_type) {
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
    return {std::move(field), std::move(file_name), std::move(media_type), std::exchange(path_, {}), size_,
            digest_.digest()};
  }

 private:
  std::filesystem::path path_;
  int descriptor_ = -1;
  std::int64_t size_ = 0;
  crypto::Sha256 digest_;
};

namespace {

constexpr std::size_t part_overhead = 16 * 1024;  // heads and boundaries of one file's part

base::Status over_share() {
  return make_error(ErrorKind::unavailable, "error.over_share", "more at once than one client may have");
}

bool fits(Budget::Share* share, std::size_t octets) { return share == nullptr || share->grow(octets); }

std::string media_type_of(const Request& request) {
  std::string_view type = request.header("content-type");
  return base::to_lower(base::trim(type.substr(0, type.find(';'))));
}

}  // namespace

BodyReader::BodyReader(Request& request, const RouteLimits& limits, Place place)
    : request_(request), limits_(limits), place_(std::move(place)), total_limit_(limits.body) {
  std::string type = media_type_of(request);
  urlencoded_ = type == "application/x-www-form-urlencoded";
  whole_file_ = type == "application/octet-stream" && limits_.upload > 0;
  if (limits_.upload_total == 0) limits_.upload_total = limits_.upload;
  if (whole_file_) total_limit_ = limits_.upload;
  if (type != "multipart/form-data") return;
  total_limit_ = limits_.body + limits_.upload_total + (limits_.uploads + 1) * part_overhead;
  std::string boundary = multipart_boundary(request.header("content-type")).value_or("");
  MultipartReader::Sink sink{[this](const PartHead& head) { return begin_part(head); },
                             [this](std::string_view octets) { return part_content(octets); },
                             [this] { return end_part(); }};
  multipart_ = std::make_unique<MultipartReader>(boundary, std::move(sink));
}

BodyReader::~BodyReader() = default;

base::Status BodyReader::feed(std::string_view octets) {
  total_ += octets.size();
  if (total_ > total_limit_)
    return make_error(ErrorKind::too_large, writes_files() ? "error.upload.too_large" : "error.form.too_large",
                      "the content is too large");
  if (multipart_) return multipart_->feed(octets);
  if (whole_file_) return octets.empty() ? base::Status() : part_of_file(octets);
  if (!fits(place_.memory, octets.size())) return over_share();
  request_.body += octets;
  return {};
}

// What was typed on a page from before a login is not lost for a file among its fields (Router::stale_form): the file is
// read past, in no memory and on no disk. Where there is no token at all, nothing more is read.
base::Status BodyReader::without_token() {
  stale_ = true;
  if (!request_.form_value("token").empty()) return {};
  return make_error(ErrorKind::forbidden, "error.anti_forgery", "a file came before the anti-forgery token");
}

base::Status BodyReader::finish() {
  if (multipart_) {
    ALTING_CHECK(multipart_->finish());
    if (stale_) return make_error(ErrorKind::forbidden, "error.anti_forgery", "the anti-forgery token is not good");
    return {};
  }
  if (whole_file_) {
    if (stale_) return make_error(ErrorKind::forbidden, "error.anti_forgery", "the anti-forgery token is not good");
    if (file_) request_.uploads.push_back(file_->finish("", "", "application/octet-stream"));
    file_.reset();
    return {};
  }
  if (!urlencoded_) return {};
  ALTING_TRY(fields, parse_urlencoded(request_.body));
  request_.form = std::move(fields);
  request_.body.clear();
  return {};
}

bool BodyReader::type_is_taken(const std::string& file_name, std::string_view media_type) const {
  if (limits_.upload_types.empty()) return true;
  std::string name = base::to_lower(file_name);
  std::string type = base::to_lower(base::trim(media_type.substr(0, media_type.find(';'))));
  return std::ranges::any_of(limits_.upload_types, [&](const std::string& taken) {
    return taken.starts_with('.') ? name.ends_with(taken) : type == taken;
  });
}

base::Status BodyReader::begin_part(const PartHead& head) {
  part_ = head;
  field_.clear();
  file_.reset();
  large_ = false;
  ALTING_TRY(name, clean_text(head.name));
  part_.name = std::move(name);
  if (part_.name.empty() || part_.name.size() > 500)
    return make_error(ErrorKind::invalid, "error.multipart", "a part without a usable name");
  file_name_ = head.file_name ? clean_file_name(*head.file_name) : std::string();
  return {};
}

// A browser sends an empty, nameless part for a file field that was left alone; only content makes a file of it.
base::Status BodyReader::part_content(std::string_view octets) {
  if (!part_.file_name) {
    fields_total_ += octets.size();
    if (fields_total_ > limits_.body)
      return make_error(ErrorKind::too_large, "error.form.too_large", "the form is too large");
    if (!fits(place_.memory, octets.size())) return over_share();
    field_ += octets;
    return {};
  }
  return octets.empty() ? base::Status() : part_of_file(octets);
}

bool BodyReader::wants_digest_only() const {
  return std::ranges::find(limits_.digest_only, part_.name) != limits_.digest_only.end();
}

base::Status BodyReader::part_of_file(std::string_view octets) {
  if (stale_ || large_) return {};
  if (!file_) {
    if (limits_.upload == 0 || limits_.uploads == 0)
      return make_error(ErrorKind::unsupported, "error.upload.not_taken", "no files are taken here");
    if (request_.uploads.size() >= limits_.uploads)
      return make_error(ErrorKind::too_large, "error.upload.too_many", "too many files",
                        {{"limit", std::to_string(limits_.uploads)}});
    if (limits_.anti_forgery && !place_.token_is_good(request_)) return without_token();
    if (!type_is_taken(file_name_, part_.media_type))
      return make_error(ErrorKind::unsupported, "error.upload.type", "this type of file is not taken here");
    if (!wants_digest_only() && place_.disk_has_room && !place_.disk_has_room())
      return make_error(ErrorKind::unavailable, "error.upload.disk_full", "the disk is nearly full");
    file_ = wants_digest_only() ? std::make_unique<SpoolFile>()
                                : std::make_unique<SpoolFile>(place_.folder, *place_.random);
  }
  const auto written = static_cast<std::size_t>(file_->size());
  const bool large = written + octets.size() > limits_.upload || files_total_ + octets.size() > limits_.upload_total;
  if (large && limits_.tell_large && multipart_) {
    files_total_ -= written;
    file_.reset();
    large_ = true;
    return {};
  }
  if (written + octets.size() > limits_.upload)
    return make_error(ErrorKind::too_large, "error.upload.too_large", "the file is too large",
                      {{"limit", std::to_string(limits_.upload)}});
  if (files_total_ + octets.size() > limits_.upload_total)
    return make_error(ErrorKind::too_large, "error.upload.too_large", "the files are too large together",
                      {{"limit", std::to_string(limits_.upload_total)}});
  files_total_ += octets.size();
  if (file_->is_on_disk() && !fits(place_.disk, octets.size())) return over_share();
  file_->write(octets);
  return {};
}

base::Status BodyReader::end_part() {
  if (!part_.file_name) {
    if (request_.form.size() >= max_fields)
      return make_error(ErrorKind::too_large, "error.form.too_many", "too many fields in a form");
    ALTING_TRY(value, clean_text(field_));
    request_.form.emplace_back(part_.name, std::move(value));
  } else if (large_) {
    request_.uploads.emplace_back(part_.name, file_name_, part_.media_type, std::filesystem::path(), 0, base::Bytes());
    request_.uploads.back().too_large = true;
  } else if (file_) {
    request_.uploads.push_back(file_->finish(part_.name, file_name_, part_.media_type));
    file_.reset();
  } else if (!file_name_.empty()) {
    // A file was chosen, and it is empty or was read past: the handler, or who keeps what was typed, is to say so.
    if (limits_.upload == 0 || request_.uploads.size() >= limits_.uploads) return {};
    if (limits_.anti_forgery && !stale_ && !place_.token_is_good(request_)) ALTING_CHECK(without_token());
    if (stale_) {
      request_.uploads.emplace_back(part_.name, file_name_, part_.media_type, std::filesystem::path(), 0,
                                    base::Bytes());
      return {};
    }
    SpoolFile empty(place_.folder, *place_.random);
    request_.uploads.push_back(empty.finish(part_.name, file_name_, part_.media_type));
  }
  return {};
}

void prepare_upload_folder(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.is_regular_file() && entry.path().filename().string().starts_with("upload-"))
      std::filesystem::remove(entry.path());
}

}  // namespace alting::web
