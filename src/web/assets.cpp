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

std::optional<Response> Assets::answer(std::string_view path, std::string_view accept_encoding,
                                       std::string_view if_none_match) const {
  auto found = files_.find(path);
  if (found == files_.end()) return std::nullopt;
  const File& file = found->second;
  Response response;
  response.content_type = file.content_type;
  response.shareable = true;
  response.cache_control = "public, max-age=31536000, immutable";
  response.headers.emplace_back("ETag", file.etag);
  if (!file.gzip.empty()) response.headers.emplace_back("Vary", "Accept-Encoding");
  if (!if_none_match.empty() && if_none_match.find(file.etag) != std::string_view::npos) {
    response.status = 304;
    return response;
  }
  Encoding encoding = file.gzip.empty() ? Encoding::identity : choose_encoding(accept_encoding);
  if (encoding != Encoding::identity) response.headers.emplace_back("Content-Encoding", std::string(to_text(encoding)));
  response.body = encoding == Encoding::brotli ? file.brotli : encoding == Encoding::gzip ? file.gzip : file.body;
  return response;
}

}  // namespace alting::web
