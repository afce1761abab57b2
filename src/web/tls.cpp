// What the client may choose is what costs us little (X25519, P-256, P-384: at most 2 ms, where ffdhe8192 costs 170) and
// has forward secrecy: in TLS 1.2 ECDHE with AES-GCM or ChaCha20 only, in 1.3 there is nothing else.
#include "web/tls.h"

#include <boost/asio/ssl/context.hpp>

#include "base/log.h"

namespace alting::web {
namespace {

namespace ssl = boost::asio::ssl;

std::shared_ptr<ssl::context> read_context(const std::filesystem::path& certificate, const std::filesystem::path& key) {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  context->set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 | ssl::context::no_sslv3 |
                       ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1 | SSL_OP_NO_RENEGOTIATION |
                       SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX* native = context->native_handle();
  if (SSL_CTX_set1_groups_list(native, "X25519:P-256:P-384") != 1 ||
      SSL_CTX_set_cipher_list(native, "ECDHE+AESGCM:ECDHE+CHACHA20") != 1)
    throw std::logic_error("OpenSSL does not know the groups and suites we speak");
  context->use_certificate_chain_file(certificate.string());
  context->use_private_key_file(key.string(), ssl::context::pem);
  return context;
}

}  // namespace

TlsFiles::TlsFiles(std::filesystem::path certificate, std::filesystem::path key)
    : certificate_(std::move(certificate)), key_(std::move(key)) {
  tried_ = stamp();
  current_ = read_context(certificate_, key_);
}

TlsFiles::~TlsFiles() = default;

std::shared_ptr<ssl::context> TlsFiles::current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

std::string TlsFiles::stamp() const {
  std::string all;
  for (const auto& file : {certificate_, key_}) {
    std::error_code ignored;
    const auto written = std::filesystem::last_write_time(file, ignored).time_since_epoch().count();
    all += fmt::format("{} {} ", written, std::filesystem::file_size(file, ignored));
  }
  return all;
}

void TlsFiles::reload(bool always) {
  const std::string now = stamp();
  {
    const std::lock_guard lock(mutex_);
    if (!always && now == tried_) return;
    tried_ = now;
  }
  try {
    auto fresh = read_context(certificate_, key_);
    const std::lock_guard lock(mutex_);
    current_ = std::move(fresh);
  } catch (const std::exception& broken) {
    base::log(base::LogLevel::error, "tls_not_reloaded", {{"error", broken.what()}});
    return;
  }
  base::log(base::LogLevel::info, "tls_reloaded");
}

}  // namespace alting::web
