// The HTTP client, on libcurl: one transfer at a time on the caller's thread, each address checked before it is spoken to.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <system_error>

#include "net/address.h"
#include "net/curl_handle.h"
#include "net/http_client.h"

namespace alting::net {
namespace {

using base::Error;
using base::ErrorKind;
using base::make_error;

Error transfer_error(const TransferEnd& end) {
  if (end.kept_out && end.code == CURLE_COULDNT_CONNECT)
    return make_error(ErrorKind::forbidden, "error.net.inside", "the address leads to a closed network");
  return make_error(ErrorKind::unavailable, "error.net.no_answer", curl_easy_strerror(end.code));
}

void lower(std::string& text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// The file a download grows in. Its tag says which version of the remote file the octets belong to.
class PartFile {
 public:
  explicit PartFile(const std::filesystem::path& target)
      : path_(target.string() + ".part"),
        tag_path_(target.string() + ".part.tag"),
        descriptor_(::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
    if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "cannot open the file of a download");
    std::ifstream stream(tag_path_);
    std::getline(stream, tag_);
    size_ = tag_.empty() ? 0 : static_cast<std::int64_t>(::lseek(descriptor_, 0, SEEK_END));
  }
  ~PartFile() { ::close(descriptor_); }
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;

  [[nodiscard]] std::int64_t size() const { return size_; }
  [[nodiscard]] const std::string& tag() const { return tag_; }

  void restart(const std::string& tag) {
    if (::ftruncate(descriptor_, 0) != 0)
      throw std::system_error(errno, std::generic_category(), "cannot empty the file of a download");
    size_ = 0;
    tag_ = tag;
    std::ofstream stream(tag_path_, std::ios::trunc);
    stream << tag << '\n';
  }
  void append(std::string_view piece) {
    while (!piece.empty()) {
      const auto written = ::pwrite(descriptor_, piece.data(), piece.size(), size_);
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) throw std::system_error(errno, std::generic_category(), "cannot write a download");
      size_ += written;
      piece.remove_prefix(static_cast<std::size_t>(written));
    }
  }
  // fsync the content, rename, fsync the directory: the target is whole or not there.
  void finish(const std::filesystem::path& target) {
    if (::fsync(descriptor_) != 0) throw std::system_error(errno, std::generic_category(), "cannot sync a download");
    std::filesystem::rename(path_, target);
    std::filesystem::remove(tag_path_);
    auto folder = target.parent_path();
    if (folder.empty()) folder = ".";
    const int directory = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory >= 0) {
      ::fsync(directory);
      ::close(directory);
    }
  }

 private:
  std::filesystem::path path_, tag_path_;
  int descriptor_;
  std::int64_t size_ = 0;
  std::string tag_;
};

// Only a strong validator may join pieces of a file (RFC 9110 section 13.1.5).
std::string strong_tag(std::string_view etag) {
  return etag.starts_with("W/") || !etag.starts_with('"') ? std::string() : std::string(etag);
}

std::string_view find_header(const Headers& headers, std::string_view name) {
  for (const auto& [key, value] : headers)
    if (key == name) return value;
  return {};
}

std::int64_t number_or(std::string_view text, std::int64_t fallback) {
  std::int64_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  return fault == std::errc{} && end == text.data() + text.size() ? number : fallback;
}

class CurlClient final : public HttpClient {
 public:
  CurlClient(HttpOptions options, ClientRules rules) : options_(std::move(options)), rules_(std::move(rules)) {
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0) throw std::runtime_error("libcurl does not start");
  }
  ~CurlClient() override {
    idle_.clear();
    curl_global_cleanup();
  }

  base::Result<HttpAnswer> send(const HttpRequest& request) override {
    HttpAnswer answer;
    bool too_large = false;
    Receiver receiver;
    receiver.begin = [&](int, const Headers&) {
      answer.body.clear();
      return true;
    };
    receiver.take = [&](std::string_view piece) {
      too_large = answer.body.size() + piece.size() > request.max_answer;
      if (!too_large) answer.body.append(piece);
      return !too_large;
    };
    const auto timeout_ms = std::max<std::int64_t>(1, request.timeout.micros / 1000);
    Transfer transfer{request.method, request.url, request.body, request.headers, static_cast<long>(timeout_ms), 0};
    auto end = follow(std::move(transfer), receiver, request.redirects);
    if (!end) return std::move(end.error());
    if (too_large)
      return make_error(ErrorKind::too_large, "error.net.answer_too_large", "the answer is larger than the limit");
    if (end->code != CURLE_OK) return transfer_error(*end);
    answer.status = end->status;
    answer.headers = std::move(end->headers);
    return answer;
  }

  base::Result<Downloaded> download(const Download& wanted) override {
    PartFile file(wanted.target);
    Downloaded done;
    std::int64_t total = -1;
    bool too_large = false, wrong_range = false;
    Transfer transfer{"GET", wanted.url,
                      "",    wanted.headers,
                      0,     std::max<long>(1, static_cast<long>(wanted.stall_timeout.micros / 1'000'000))};
    if (file.size() > 0) {
      transfer.headers.emplace_back("Range", fmt::format("bytes={}-", file.size()));
      transfer.headers.emplace_back("If-Range", file.tag());
    }
    int status = 0;
    Receiver receiver;
    receiver.begin = [&](int code, const Headers& headers) {
      status = code;
      if (code != 200 && code != 206) return true;
      if (code == 200) {
        file.restart(strong_tag(find_header(headers, "etag")));
      } else {
        wrong_range = !find_header(headers, "content-range").starts_with(fmt::format("bytes {}-", file.size()));
      }
      const auto length = number_or(find_header(headers, "content-length"), -1);
      total = length < 0 ? -1 : file.size() + length;
      too_large = total > wanted.max_size;
      return !too_large && !wrong_range;
    };
    receiver.take = [&](std::string_view piece) {
      if (status != 200 && status != 206) return true;  // the words of a refusal: dropped
      too_large = file.size() + static_cast<std::int64_t>(piece.size()) > wanted.max_size;
      if (too_large) return false;
      file.append(piece);
      if (wanted.progress) wanted.progress(file.size(), total);
      return true;
    };
    auto end = follow(std::move(transfer), receiver, wanted.redirects);
    if (!end) return std::move(end.error());
    if (too_large)
      return make_error(ErrorKind::too_large, "error.net.answer_too_large", "the file is larger than the limit");
    if (status == 416 || wrong_range) {
      file.restart("");  // what lies there is no beginning of what the server has: begin anew next time
      return make_error(ErrorKind::unavailable, "error.net.cut_off",
                        "the server's file has changed; call again to begin anew");
    }
    if (end->code != CURLE_OK)
      return make_error(ErrorKind::unavailable, "error.net.cut_off", curl_easy_strerror(end->code));
    if (end->status != 200 && end->status != 206)
      return make_error(ErrorKind::unavailable, "error.net.refused",
                        fmt::format("the server answered with status {}", end->status));
    if (total >= 0 && file.size() != total)
      return make_error(ErrorKind::unavailable, "error.net.cut_off", "fewer octets came than were announced");
    file.finish(wanted.target);
    done.size = file.size();
    return done;
  }

 private:
  // Redirects are followed here, one by one, so that each address passes the rules and the observer.
  base::Result<TransferEnd> follow(Transfer transfer, const Receiver& receiver, int redirects) {
    for (int left = redirects;; --left) {
      ALTING_TRY(address, rules_.permitted(transfer.url));
      transfer.encrypted = address.encrypted;
      const ConnectGuard guard = rules_.guard ? rules_.guard(address) : ConnectGuard{};
      if (!enter(address.origin))
        return make_error(ErrorKind::too_many, "error.net.busy", "too many requests to one host at once");
      const Leave leave{*this, address.origin};
      if (options_.observer) options_.observer({transfer.method, transfer.url, transfer.body, transfer.headers});
      CurlHandle handle = take_handle();
      TransferEnd end = run_transfer(handle.get(), options_, transfer, receiver, guard);
      give_back(std::move(handle));
      if (end.code != CURLE_OK || !is_redirect(end.status) || end.redirect.empty() || left <= 0 ||
          transfer.method != "GET")
        return end;
      transfer.url = end.redirect;
    }
  }

  struct Leave {
    CurlClient& client;
    const std::string& origin;
    ~Leave() {
      const std::scoped_lock lock(client.mutex_);
      if (--client.under_way_[origin] == 0) client.under_way_.erase(origin);
    }
  };
  bool enter(const std::string& origin) {
    const std::scoped_lock lock(mutex_);
    auto& count = under_way_[origin];
    if (count >= options_.max_at_once_per_host) return false;
    ++count;
    return true;
  }
  CurlHandle take_handle() {
    {
      const std::scoped_lock lock(mutex_);
      if (!idle_.empty()) {
        CurlHandle handle = std::move(idle_.back());
        idle_.pop_back();
        return handle;
      }
    }
    CurlHandle handle(curl_easy_init());
    if (!handle) throw std::runtime_error("libcurl gives no handle");
    return handle;
  }
  void give_back(CurlHandle handle) {
    const std::scoped_lock lock(mutex_);
    if (idle_.size() < 16) idle_.push_back(std::move(handle));
  }

  HttpOptions options_;
  ClientRules rules_;
  std::mutex mutex_;
  std::map<std::string, int> under_way_;
  std::vector<CurlHandle> idle_;
};

}  // namespace

std::string_view HttpAnswer::header(std::string_view lower_case_name) const {
  return find_header(headers, lower_case_name);
}

std::unique_ptr<HttpClient> make_curl_client(HttpOptions options, ClientRules rules) {
  return std::make_unique<CurlClient>(std::move(options), std::move(rules));
}

std::unique_ptr<HttpClient> make_http_client(HttpOptions options) {
  for (auto& host : options.hosts) lower(host);
  ClientRules rules;
  rules.permitted = [hosts = options.hosts,
                     plain = options.plain_http](const std::string& url) -> base::Result<Address> {
    auto address = parse_address(url);
    if (!address)
      return make_error(ErrorKind::invalid, "error.net.bad_address", "not an absolute http or https address");
    const std::string name = address->is_own_port() ? address->host : address->host + ":" + address->port;
    if (std::find(hosts.begin(), hosts.end(), name) == hosts.end())
      return make_error(ErrorKind::forbidden, "error.net.host_not_listed",
                        "this host is not among those the settings allow: " + name);
    if (!address->encrypted && !plain && !address->is_loopback())
      return make_error(ErrorKind::forbidden, "error.net.not_encrypted", "plain http is for this machine only");
    return std::move(*address);
  };
  return make_curl_client(std::move(options), std::move(rules));
}

}  // namespace alting::net
