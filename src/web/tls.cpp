// What the client may choose is what costs us little (X25519, P-256, P-384: at most 2 ms, where ffdhe8192 costs 170) and
// has forward secrecy: in TLS 1.2 ECDHE with AES-GCM or ChaCha20 only, in 1.3 there is nothing else.
#include "web/tls.h"

#include <boost/asio/ssl/context.hpp>

#include "base/log.h"
#include "web/client_certificate.h"

namespace alting::web {
namespace {

namespace ssl = boost::asio::ssl;

// Whose certificate it is does not matter to TLS; that the client has its key does, and OpenSSL sees to it.
int take_any(X509_STORE_CTX*, void*) { return 1; }

// The key is the client's, and so is what its signature costs us: RSA and two curves.
constexpr const char* client_signatures =
    "ecdsa_secp256r1_sha256:ecdsa_secp384r1_sha384:rsa_pss_rsae_sha256:rsa_pss_rsae_sha384:rsa_pss_rsae_sha512:"
    "rsa_pkcs1_sha256:rsa_pkcs1_sha384:rsa_pkcs1_sha512";

void ask_for_certificate(SSL_CTX* context) {
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_cert_verify_callback(context, take_any, nullptr);
  SSL_CTX_set_max_cert_list(context, static_cast<long>(max_chain_octets));
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
  constexpr std::string_view sessions =
      "alting certificate";  // there are none, and who asks for one is let go on without
  if (SSL_CTX_set_session_id_context(context, reinterpret_cast<const unsigned char*>(sessions.data()),
                                     static_cast<unsigned>(sessions.size())) != 1 ||
      SSL_CTX_set_num_tickets(context, 0) != 1 || SSL_CTX_set1_client_sigalgs_list(context, client_signatures) != 1)
    throw std::logic_error("OpenSSL does not know the signatures we take of clients");
}

std::shared_ptr<ssl::context> read_context(const std::filesystem::path& certificate, const std::filesystem::path& key,
                                           bool ask) {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  context->set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 | ssl::context::no_sslv3 |
                       ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1 | SSL_OP_NO_RENEGOTIATION |
                       SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX* native = context->native_handle();
  if (SSL_CTX_set1_groups_list(native, "X25519:P-256:P-384") != 1 ||
      SSL_CTX_set_cipher_list(native, "ECDHE+AESGCM:ECDHE+CHACHA20") != 1)
    throw std::logic_error("OpenSSL does not know the groups and suites we speak");
  if (ask) ask_for_certificate(native);
  context->use_certificate_chain_file(certificate.string());
  context->use_private_key_file(key.string(), ssl::context::pem);
  return context;
}

}  // namespace

TlsFiles::TlsFiles(std::filesystem::path certificate, std::filesystem::path key, bool ask)
    : certificate_(std::move(certificate)), key_(std::move(key)), ask_(ask) {
  tried_ = stamp();
  current_ = read_context(certificate_, key_, ask_);
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
    auto fresh = read_context(certificate_, key_, ask_);
    const std::lock_guard lock(mutex_);
    current_ = std::move(fresh);
  } catch (const std::exception& broken) {
    base::log(base::LogLevel::error, "tls_not_reloaded", {{"error", broken.what()}});
    return;
  }
  base::log(base::LogLevel::info, "tls_reloaded");
}

namespace {

base::Bytes der_of(X509* certificate) {
  base::Bytes out(static_cast<std::size_t>(std::max(0, i2d_X509(certificate, nullptr))), '\0');
  auto* at = reinterpret_cast<unsigned char*>(out.data());
  (void)i2d_X509(certificate, &at);
  return out;
}

}  // namespace

std::vector<base::Bytes> certificates_of(SSL* tls) {
  std::vector<base::Bytes> out;
  X509* own = SSL_get0_peer_certificate(tls);
  if (own == nullptr) return out;
  out.push_back(der_of(own));
  const STACK_OF(X509)* along = SSL_get_peer_cert_chain(tls);  // a server's is without the client's own
  for (int i = 0; i < sk_X509_num(along) && out.size() < max_chain; ++i) out.push_back(der_of(sk_X509_value(along, i)));
  return out;
}

}  // namespace alting::web
