#include "paper/file_type.h"

#include <fmt/format.h>
#include <magic.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <vector>

#include "base/text.h"

namespace alting::paper {
namespace {

constexpr std::size_t looked_at = 1024 * 1024;

// `also` are other names for the type; `content` is what libmagic says of good files beside the type itself, where a
// last '*' stands for anything.
struct FileType {
  std::string_view extension, type;
  std::vector<std::string_view> also = {}, content = {};
};

const std::vector<FileType>& file_types() {
  static const std::vector<std::string_view> zip_based{"application/zip", "application/octet-stream"};
  static const std::vector<std::string_view> ole{"application/x-ole-storage", "application/CDFV2",
                                                 "application/vnd.ms-office"};
  static const std::vector<std::string_view> text{
      "text/*",        "application/csv", "application/json", "application/x-ndjson", "application/x-empty",
      "inode/x-empty", "message/*"};
  static const std::vector<std::string_view> xml{"text/xml", "text/plain", "text/html", "image/svg+xml",
                                                 "application/*xml"};
  static const std::vector<FileType> types{
      {"pdf", "application/pdf", {"application/x-pdf"}},
      {"png", "image/png", {"image/x-png"}},
      {"jpg", "image/jpeg", {"image/jpg", "image/pjpeg"}},
      {"jpeg", "image/jpeg", {"image/jpg", "image/pjpeg"}},
      {"jfif", "image/jpeg", {"image/jpg", "image/pjpeg"}},
      {"gif", "image/gif"},
      {"webp", "image/webp"},
      {"bmp", "image/bmp", {"image/x-ms-bmp"}, {"image/x-ms-bmp"}},
      {"tif", "image/tiff", {"image/tif"}},
      {"tiff", "image/tiff", {"image/tif"}},
      {"heic", "image/heic", {"image/heif"}, {"image/heif"}},
      {"heif", "image/heif", {"image/heic"}, {"image/heic"}},
      {.extension = "mp4", .type = "video/mp4", .content = {"video/*"}},
      {.extension = "mov", .type = "video/quicktime", .content = {"video/*"}},
      {.extension = "mpg", .type = "video/mpeg", .content = {"video/*"}},
      {.extension = "mpeg", .type = "video/mpeg", .content = {"video/*"}},
      {"mp3", "audio/mpeg", {"audio/mp3"}},
      {"m4a", "audio/mp4", {"audio/x-m4a"}, {"audio/x-m4a", "video/mp4"}},
      {.extension = "txt", .type = "text/plain", .content = text},
      {"csv", "text/csv", {"text/plain", "application/csv", "application/vnd.ms-excel"}, text},
      {"json", "application/json", {"text/json", "text/plain"}, {"text/plain", "application/x-ndjson"}},
      {"xml", "application/xml", {"text/xml", "text/plain"}, xml},
      {"gml", "application/gml+xml", {"application/xml", "text/xml"}, xml},
      {"sos", "text/plain", {"text/vnd.sosi"}, text},
      {"sosi", "text/plain", {"text/vnd.sosi"}, text},
      {"ifc", "application/x-step", {"application/ifc", "text/plain", "model/ifc"}, text},
      {"rtf", "application/rtf", {"text/rtf"}, {"text/rtf"}},
      {.extension = "eml", .type = "message/rfc822", .content = text},
      {.extension = "doc", .type = "application/msword", .content = ole},
      {"xls", "application/vnd.ms-excel", {"application/msexcel"}, ole},
      {.extension = "ppt", .type = "application/vnd.ms-powerpoint", .content = ole},
      {.extension = "msg", .type = "application/vnd.ms-outlook", .content = ole},
      {.extension = "docx",
       .type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
       .content = zip_based},
      {.extension = "xlsx",
       .type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
       .content = zip_based},
      {.extension = "pptx",
       .type = "application/vnd.openxmlformats-officedocument.presentationml.presentation",
       .content = zip_based},
      {.extension = "odt", .type = "application/vnd.oasis.opendocument.text", .content = zip_based},
      {.extension = "ods", .type = "application/vnd.oasis.opendocument.spreadsheet", .content = zip_based},
      {.extension = "odp", .type = "application/vnd.oasis.opendocument.presentation", .content = zip_based},
      {"zip", "application/zip", {"application/x-zip-compressed"}},
  };
  return types;
}

const FileType* find_type(std::string_view extension) {
  const auto& types = file_types();
  const auto found =
      std::find_if(types.begin(), types.end(), [&](const FileType& type) { return type.extension == extension; });
  return found == types.end() ? nullptr : &*found;
}

bool matches(std::string_view pattern, std::string_view type) {
  if (!pattern.ends_with('*')) return pattern == type;
  return type.starts_with(pattern.substr(0, pattern.size() - 1));
}

bool any_matches(const std::vector<std::string_view>& patterns, std::string_view type) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](std::string_view pattern) { return matches(pattern, type); });
}

// "Text/CSV; charset=utf-8" is text/csv.
std::string bare_type(std::string_view declared) {
  return base::to_lower(base::trim(declared.substr(0, declared.find(';'))));
}

// What libmagic takes for unknown octets can still be a document by its first ones: old ZIP-based files begin so.
bool begins_as_zip(base::ByteView content) { return content.starts_with("PK\x03\x04"); }

// Or text that is too short for libmagic to call it text.
bool is_plain_text(base::ByteView content) {
  const auto is_control = [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t';
  };
  return content.size() < 1'000 && base::is_utf8(content) && std::none_of(content.begin(), content.end(), is_control);
}

struct MagicFreer {
  void operator()(magic_set* magic) const { magic_close(magic); }
};

}  // namespace

std::string detect_file_type(base::ByteView content) {
  thread_local const std::unique_ptr<magic_set, MagicFreer> magic = [] {
    std::unique_ptr<magic_set, MagicFreer> opened(
        magic_open(MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_ELF));
    if (!opened || magic_load(opened.get(), nullptr) != 0)
      throw std::runtime_error("libmagic: its list of file types cannot be loaded");
    return opened;
  }();
  const char* type = magic_buffer(magic.get(), content.data(), std::min(content.size(), looked_at));
  return type ? type : "application/octet-stream";
}

std::string file_extension(std::string_view file_name) {
  const std::size_t dot = file_name.rfind('.');
  return dot == std::string_view::npos ? std::string() : base::to_lower(file_name.substr(dot + 1));
}

std::optional<std::string> type_of_extension(std::string_view extension) {
  const FileType* type = find_type(base::to_lower(extension));
  return type ? std::optional<std::string>(type->type) : std::nullopt;
}

base::Result<std::string> agreed_file_type(std::string_view file_name, std::string_view declared_type,
                                           base::ByteView content) {
  const std::string extension = file_extension(file_name), declared = bare_type(declared_type);
  const auto refused = [&](const char* code, const std::string& said, std::string why) {
    return base::make_error(base::ErrorKind::unsupported, code, std::move(why),
                            {{"extension", base::one_line(extension, 20)}, {"type", base::one_line(said, 100)}});
  };
  const FileType* type = find_type(extension);
  if (extension.empty())
    return refused("error.file_type.no_extension", declared, "the name of the file has no extension");
  if (!type) return refused("error.file_type.unknown", declared, "the extension of the file is not one that is taken");
  if (!declared.empty() && declared != "application/octet-stream" && declared != type->type &&
      !any_matches(type->also, declared))
    return refused("error.file_type.disagrees", declared, "the declared type is not that of the extension");
  const std::string seen = detect_file_type(content);
  const bool unknown_octets = seen == "application/octet-stream";
  if (seen == type->type || (any_matches(type->content, seen) && (!unknown_octets || begins_as_zip(content))))
    return std::string(type->type);
  if (unknown_octets && any_matches(type->content, "text/plain") && is_plain_text(content))
    return std::string(type->type);
  return refused("error.file_type.disagrees", seen, "the content is not what the extension says");
}

}  // namespace alting::paper
