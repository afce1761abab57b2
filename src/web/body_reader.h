// Reads a request's content as it comes, within the route's limits: forms into fields, files (of a form, or the whole
// content as application/octet-stream where the route takes files) into private temporary files with their SHA-256,
// anything else into Request::body.
//
// What is held meanwhile, in memory and on the disk, is held in shares (web/budget.h).
//
// Refusals: error.over_share, error.form.too_large, error.form.too_many, error.upload.too_large, error.upload.too_many,
// error.upload.not_taken, error.upload.type, error.upload.disk_full, error.multipart, error.anti_forgery (a file came before a good token: at
// once when it came before any; else at the end, when the fields that follow the file are there too), error.text.*.
#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"
#include "web/budget.h"
#include "web/http.h"
#include "web/multipart.h"

namespace alting::web {

class SpoolFile;

class BodyReader {
 public:
  struct Place {
    std::filesystem::path folder;  // of the temporary files
    base::Random* random = nullptr;
    std::function<bool(const Request&)> token_is_good;
    Budget::Share* memory = nullptr;  // none: as much as the limits of the route say
    Budget::Share* disk = nullptr;
    std::function<bool()> disk_has_room = {};  // none: it has
  };
  // `request` has its headers; it must outlive the reader, which fills form, uploads and body.
  BodyReader(Request& request, const RouteLimits& limits, Place place);
  ~BodyReader();
  BodyReader(const BodyReader&) = delete;
  BodyReader& operator=(const BodyReader&) = delete;

  [[nodiscard]] std::size_t total_limit() const { return total_limit_; }
  // More than this needs a visitor who is known; what has said its length is told at once, and the rest when it comes.
  static constexpr std::size_t stranger_limit = 64 * 1024;
  void limit_to(std::size_t limit) { total_limit_ = std::min(total_limit_, limit); }
  [[nodiscard]] bool writes_files() const {
    return multipart_ != nullptr || whole_file_;
  }  // feed() then belongs on a thread that may wait
  // Throws std::system_error when the disk does not take a file.
  [[nodiscard]] base::Status feed(std::string_view octets);
  [[nodiscard]] base::Status finish();

 private:
  [[nodiscard]] base::Status begin_part(const PartHead& head);
  [[nodiscard]] base::Status part_content(std::string_view octets);
  [[nodiscard]] base::Status end_part();
  [[nodiscard]] base::Status part_of_file(std::string_view octets);
  [[nodiscard]] bool wants_digest_only() const;
  [[nodiscard]] base::Status without_token();
  [[nodiscard]] bool type_is_taken(const std::string& file_name, std::string_view media_type) const;

  Request& request_;
  RouteLimits limits_;
  Place place_;
  std::size_t total_limit_ = 0, total_ = 0, fields_total_ = 0, files_total_ = 0;
  bool urlencoded_ = false;
  bool whole_file_ = false;  // the content is one file (application/octet-stream), where the route takes files
  std::unique_ptr<MultipartReader> multipart_;
  PartHead part_;
  std::string file_name_, field_;
  std::unique_ptr<SpoolFile> file_;
  bool stale_ = false;  // the token is not good: files are read past
  bool large_ = false;  // so is this file (RouteLimits::tell_large)
};

// Removes what an earlier run left in the folder of temporary files, and makes it private (0700).
void prepare_upload_folder(const std::filesystem::path& folder);

}  // namespace alting::web
