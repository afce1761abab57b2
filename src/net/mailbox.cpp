#include "net/mailbox.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <mutex>
#include <new>
#include <stdexcept>

#include "base/text.h"
#include "net/curl_handle.h"
#include "net/mail_options.h"

namespace alting::net {
namespace {

constexpr std::size_t max_search_answer = 4 * 1024 * 1024;

struct Taken {
  std::string octets;
  std::size_t limit;
};

std::size_t take_octets(char* data, std::size_t size, std::size_t count, void* user) {
  auto& taken = *static_cast<Taken*>(user);
  if (taken.octets.size() + size * count > taken.limit) return CURL_WRITEFUNC_ERROR;
  try {
    taken.octets.append(data, size * count);
  } catch (const std::bad_alloc&) {  // nothing is thrown through libcurl
    return CURL_WRITEFUNC_ERROR;
  }
  return size * count;
}

// "* SEARCH 2 5 9"
std::vector<std::uint32_t> uids_of(std::string_view answer) {
  std::vector<std::uint32_t> uids;
  for (const auto line : base::split(answer, '\n')) {
    if (!base::to_upper(line.substr(0, 8)).starts_with("* SEARCH")) continue;
    for (const auto word : base::split(base::trim(line.substr(8)), ' ')) {
      std::uint32_t uid = 0;
      const auto [end, fault] = std::from_chars(word.data(), word.data() + word.size(), uid);
      if (fault == std::errc{} && end == word.data() + word.size() && uid > 0) uids.push_back(uid);
    }
  }
  std::sort(uids.begin(), uids.end());
  return uids;
}

class ImapMailbox final : public Mailbox {
 public:
  ImapMailbox(const MailOptions& options, std::string password)
      : options_(options), url_(options.bounces), password_(std::move(password)) {
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0) throw std::runtime_error("libcurl does not start");
    if (url_.find('/', url_.find("://") + 3) == std::string::npos) url_ += "/INBOX";
    handle_.reset(curl_easy_init());
    if (!handle_) throw std::runtime_error("libcurl gives no handle");
  }
  ~ImapMailbox() override {
    handle_.reset();
    curl_global_cleanup();
  }

  base::Result<std::vector<FetchedMail>> fetch(int at_most) override {
    const std::scoped_lock lock(mutex_);
    Taken found{{}, max_search_answer};
    if (const auto code = run(url_, "UID SEARCH UNDELETED", found); code != CURLE_OK) return fault(code);
    auto uids = uids_of(found.octets);
    if (uids.size() > static_cast<std::size_t>(std::max(at_most, 0))) uids.resize(static_cast<std::size_t>(at_most));
    std::vector<FetchedMail> mails;
    for (const auto uid : uids) {
      Taken mail{{}, max_fetched_mail + 1024};
      const auto url = fmt::format("{};UID={};PARTIAL=0.{}", url_, uid, max_fetched_mail);
      const auto code = run(url, {}, mail);
      // What cannot be fetched alone of all is a mail too, of which nothing can be understood.
      if (code != CURLE_OK && code != CURLE_WEIRD_SERVER_REPLY && code != CURLE_WRITE_ERROR) {
        if (mails.empty()) return fault(code);
        break;
      }
      mails.push_back({uid, std::move(mail.octets)});
    }
    return mails;
  }

  base::Status remove(const std::vector<std::uint32_t>& uids) override {
    if (uids.empty()) return {};
    const std::scoped_lock lock(mutex_);
    for (const auto& command :
         {fmt::format("UID STORE {} +FLAGS.SILENT (\\Deleted)", fmt::join(uids, ",")), std::string("EXPUNGE")}) {
      Taken ignored{{}, max_search_answer};
      if (const auto code = run(url_, command, ignored); code != CURLE_OK) return fault(code);
    }
    return {};
  }

 private:
  static base::Error fault(CURLcode code) {
    return base::make_error(base::ErrorKind::unavailable, "error.mail.mailbox", curl_easy_strerror(code));
  }

  // `command` "": what the address names is fetched.
  CURLcode run(const std::string& url, const std::string& command, Taken& into) {
    CURL* handle = handle_.get();
    curl_easy_reset(handle);  // the connection stays
    curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "imap,imaps");
    if (!command.empty()) curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, command.c_str());
    curl_easy_setopt(handle, CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!options_.ca_file.empty()) curl_easy_setopt(handle, CURLOPT_CAINFO, options_.ca_file.c_str());
    curl_easy_setopt(handle, CURLOPT_USERNAME, options_.bounces_user.c_str());
    curl_easy_setopt(handle, CURLOPT_PASSWORD, password_.c_str());
    // An answer in one line, such as that to a search, is cut off at half of this.
    curl_easy_setopt(handle, CURLOPT_BUFFERSIZE, static_cast<long>(CURL_MAX_READ_SIZE));
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(options_.timeout.micros / 1000));
    curl_easy_setopt(handle, CURLOPT_PROXY, "");
    curl_easy_setopt(handle, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_octets);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, &into);
    return curl_easy_perform(handle);
  }

  const MailOptions options_;
  std::string url_;
  const std::string password_;
  std::mutex mutex_;
  CurlHandle handle_;
};

}  // namespace

base::Result<std::unique_ptr<Mailbox>> make_mailbox(const MailOptions& options) {
  if (options.bounces.empty()) return std::unique_ptr<Mailbox>();
  ALTING_CHECK(check_mail_options(options));
  ALTING_TRY(password, read_password("mail.bounces_password_file", options.bounces_password_file));
  return std::unique_ptr<Mailbox>(std::make_unique<ImapMailbox>(options, std::move(password)));
}

}  // namespace alting::net
