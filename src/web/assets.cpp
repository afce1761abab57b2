#include "web/assets.h"

#include <stdexcept>

#include "web/compress.h"

namespace alting::web {
namespace {

std::string read_whole(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("a static file is missing: " + path.string());
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

}  // namespace

// manifest.json: {"alting.css": {"path": "3f9a.../alting.css", "type": "text/css", "hash": "...", "encodings": ["br",
// "gzip"]}, ...}
Assets Assets::load(const std::filesystem::path& folder) {
  auto manifest = base::Json::parse(read_whole(folder / "manifest.json"));
  if (!manifest || !manifest->is_object()) throw std::runtime_error("the static files' manifest cannot be read");
  Assets assets;
  for (const auto& [name, entry] : manifest->members()) {
    std::string path(entry.text("path"));
    File file;
    file.content_type = entry.text("type");
    file.etag = fmt::format("\"{}\"", entry.text("hash"));
    file.body = read_whole(folder / path);
    if (file.body.size() != static_cast<std::size_t>(entry["size"].integer_or(-1)))
      throw std::runtime_error("a static file is not the one of the manifest: " + path);
    if (is_compressible(file.content_type)) {
      file.gzip = read_whole(folder / (path + ".gz"));
      file.brotli = read_whole(folder / (path + ".br"));
    }
    std::string url = "/static/" + path;
    assets.urls_.emplace(name, url);
    assets.files_.emplace(std::move(url), std::move(file));
  }
  return assets;
}

std::string Assets::url(std::string_view name) const {
  auto found = urls_.find(name);
  return found == urls_.end() ? fmt::format("/static/none/{}", name) : found->second;
}

std::optional<PublicResponse> Assets::answer(const PublicRequest& request) const {
  auto found = files_.find(request.path());
  if (found == files_.end()) return std::nullopt;
  const File& file = found->second;
  Encoding encoding = file.gzip.empty() ? Encoding::identity : choose_encoding(request.accept_encoding());
  const std::string& body = encoding == Encoding::brotli ? file.brotli
                            : encoding == Encoding::gzip ? file.gzip
                                                         : file.body;
  PublicResponse response(file.content_type, body, {.max_age = std::chrono::days(365), .unchanging = true});
  if (!file.gzip.empty()) response.set_encoded(encoding);
  response.set_etag(file.etag, request);
  return response;
}

}  // namespace alting::web
