// The built static files: fingerprinted, compressed beforehand, the same for everyone and kept for a year (RFC 8246
// immutable).
//
// `cmake --build . --target assets` writes them with a manifest. All are read at start (they are some 200 kB), so no
// request touches the disk.
#pragma once
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "web/public.h"

namespace alting::web {

class Assets {
 public:
  Assets() = default;  // none: url() gives addresses that answer 404 (tests of markup)
  // Reads manifest.json and the files. Throws std::runtime_error when one is missing or not the one the manifest names.
  [[nodiscard]] static Assets load(const std::filesystem::path& folder);
  // "alting.css" -> "/static/3f9a...c1/alting.css". Names that the manifest does not have get "/static/none/...".
  [[nodiscard]] std::string url(std::string_view name) const;
  // The file at the request's path, in the best encoding the browser takes; nothing when there is no such file.
  [[nodiscard]] std::optional<PublicResponse> answer(const PublicRequest& request) const;

 private:
  struct File {
    std::string content_type, etag, body, gzip, brotli;
  };
  std::map<std::string, File, std::less<>> files_;        // by path
  std::map<std::string, std::string, std::less<>> urls_;  // by logical name
};

}  // namespace alting::web
