// A server that asks its clients for a certificate, over TLS and from a proxy.
#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "base/file.h"
#include "crypto/make_certificate.h"
#include "web/server_fixture.h"

namespace alting::web {
namespace {

struct ClientCertificate {
  crypto::PrivateKey key;
  std::vector<crypto::Certificate> chain;
};

struct CertificateOffer {
  const ClientCertificate* shows = nullptr;
  const crypto::PrivateKey* signs_with = nullptr;  // another key than the certificate's
  int version = TLS1_3_VERSION;
  const char* signatures = nullptr;  // it can make
  bool resumes = false;              // asks a second time, with the session of the first
};

// The key, or one that says it is that key and signs with another.
EVP_PKEY* native_key(const crypto::PrivateKey& key, const crypto::PrivateKey* signs_with) {
  if (signs_with == nullptr) {
    EVP_PKEY_up_ref(key.native());
    return key.native();
  }
  unsigned char point[65];
  std::size_t size = 0;
  BIGNUM* number = nullptr;
  EXPECT_EQ(EVP_PKEY_get_octet_string_param(key.native(), OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point, &size), 1);
  EXPECT_EQ(EVP_PKEY_get_bn_param(signs_with->native(), OSSL_PKEY_PARAM_PRIV_KEY, &number), 1);
  OSSL_PARAM_BLD* parts = OSSL_PARAM_BLD_new();
  OSSL_PARAM_BLD_push_utf8_string(parts, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0);
  OSSL_PARAM_BLD_push_octet_string(parts, OSSL_PKEY_PARAM_PUB_KEY, point, size);
  OSSL_PARAM_BLD_push_BN(parts, OSSL_PKEY_PARAM_PRIV_KEY, number);
  OSSL_PARAM* params = OSSL_PARAM_BLD_to_param(parts);
  EVP_PKEY_CTX* context = EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr);
  EVP_PKEY* forged = nullptr;
  EXPECT_EQ(EVP_PKEY_fromdata_init(context), 1);
  EXPECT_EQ(EVP_PKEY_fromdata(context, &forged, EVP_PKEY_KEYPAIR, params), 1);
  EVP_PKEY_CTX_free(context);
  OSSL_PARAM_free(params);
  OSSL_PARAM_BLD_free(parts);
  BN_free(number);
  return forged;
}

class CertificateServerTest : public ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    folder_ = std::filesystem::temp_directory_path() / ("alting-ask-" + base::to_hex(random_.bytes(6)));
    std::filesystem::create_directories(folder_);
    const auto key = crypto::PrivateKey::generate(crypto::KeyType::p256);
    base::write_file_durably(folder_ / "key.pem", key.pem().reveal(), 0600);
    base::write_file_durably(folder_ / "certificate.pem",
                             crypto::make_self_signed(order("localhost", false), key, random_).pem(), 0600);
    options_.tls_certificate = folder_ / "certificate.pem";
    options_.tls_key = folder_ / "key.pem";
    options_.ask_client_certificate = true;
    router_.add(Method::get, "/who", [](const Request& request) {
      std::string answer = std::to_string(static_cast<int>(request.client_chain_from));
      for (const auto& one : request.client_chain) {
        const auto read = crypto::Certificate::from_der(one);
        answer += "|" + (read ? read->subject("CN").value_or("") : "unread");
      }
      return text(answer + "|" + std::string(request.header("client-cert")));
    });
  }
  void TearDown() override {
    ServerTest::TearDown();
    std::filesystem::remove_all(folder_);
  }
  [[nodiscard]] crypto::CertificateOrder order(const std::string& name, bool authority) const {
    return {.common_name = name,
            .not_before = clock_.now() - base::Duration::days(2),
            .not_after = clock_.now() + base::Duration::days(1),
            .authority = authority};
  }
  ClientCertificate client(crypto::KeyType type = crypto::KeyType::p256) {
    auto authority_key = crypto::PrivateKey::generate(crypto::KeyType::p256);
    auto authority = crypto::make_self_signed(order("Utsteder", true), authority_key, random_);
    auto key = crypto::PrivateKey::generate(type);
    auto own = crypto::issue_certificate(order("Klient", false), key.public_key(), authority, authority_key, random_);
    return {std::move(key), {std::move(own), std::move(authority)}};
  }
  // What a client gets that asks who it is; "" when the connection is refused.
  std::string who(const CertificateOffer& offer, std::string_view more_headers = {}) {
    SSL_CTX* context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_max_proto_version(context, offer.version);
    SSL_CTX_set_security_level(context, 0);
    EXPECT_TRUE(offer.signatures == nullptr || SSL_CTX_set1_client_sigalgs_list(context, offer.signatures) == 1);
    if (offer.shows != nullptr) {
      SSL_CTX_use_certificate(context, offer.shows->chain.front().native());
      for (std::size_t i = 1; i < offer.shows->chain.size(); ++i)
        SSL_CTX_add1_chain_cert(context, offer.shows->chain[i].native());
      EVP_PKEY* key = native_key(offer.shows->key, offer.signs_with);
      EXPECT_EQ(SSL_CTX_use_PrivateKey(context, key), 1);
      EVP_PKEY_free(key);
    }
    SSL_SESSION* session = nullptr;
    std::string answer = ask_once(context, session, more_headers);
    if (offer.resumes) {
      const bool resumable = session != nullptr && SSL_SESSION_is_resumable(session) == 1;
      answer = ask_once(context, session, more_headers) + (resumable ? "|resumable" : "");
    }
    SSL_SESSION_free(session);
    SSL_CTX_free(context);
    return answer;
  }

  std::filesystem::path folder_;

 private:
  // The content of the answer. Leaves its session in `session`, and begins with what is there.
  std::string ask_once(SSL_CTX* context, SSL_SESSION*& session, std::string_view more_headers) {
    RawClient socket(server_->port());
    SSL* tls = SSL_new(context);
    SSL_set_fd(tls, socket.descriptor());
    if (session != nullptr) SSL_set_session(tls, session);
    const std::string request =
        fmt::format("GET /who HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{}\r\n", more_headers);
    std::string all;
    if (SSL_connect(tls) == 1 && SSL_write(tls, request.data(), static_cast<int>(request.size())) > 0) {
      std::string octets(16'384, '\0');
      for (int count = 0; (count = SSL_read(tls, octets.data(), static_cast<int>(octets.size()))) > 0;)
        all.append(octets, 0, static_cast<std::size_t>(count));
    }
    if (SSL_session_reused(tls) == 1) all += "|reused";
    SSL_SESSION_free(session);
    session = SSL_get1_session(tls);
    SSL_free(tls);
    const auto head = all.find("\r\n\r\n");
    return head == std::string::npos ? std::string() : all.substr(head + 4);
  }
};

TEST_F(CertificateServerTest, hands_on_what_the_client_proved_whoever_issued_it) {
  start();
  const auto elliptic = client(), rsa = client(crypto::KeyType::rsa);
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION})
    for (const ClientCertificate* one : {&elliptic, &rsa})
      EXPECT_EQ(who({.shows = one, .version = version}), "1|Klient|Utsteder|") << version;
}

TEST_F(CertificateServerTest, serves_who_shows_none) {
  start();
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) EXPECT_EQ(who({.version = version}), "0|") << version;
}

TEST_F(CertificateServerTest, asks_nobody_unless_it_is_told_to) {
  options_.ask_client_certificate = false;
  start();
  const auto one = client();
  EXPECT_EQ(who({.shows = &one}), "0|");
}

// The certificate is public; only the key makes one its owner.
// The certificate is public; only the key makes one its owner.
TEST_F(CertificateServerTest, refuses_who_has_the_certificate_but_not_its_key) {
  start();
  const auto one = client();
  const auto other = crypto::PrivateKey::generate(crypto::KeyType::p256);
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION})
    EXPECT_EQ(who({.shows = &one, .signs_with = &other, .version = version}), "") << version;
}

TEST_F(CertificateServerTest, takes_only_signatures_of_the_client_that_it_names) {
  start();
  const auto elliptic = client(), rsa = client(crypto::KeyType::rsa);
  EXPECT_EQ(who({.shows = &rsa, .version = TLS1_2_VERSION, .signatures = "RSA+SHA256"}), "1|Klient|Utsteder|");
  EXPECT_EQ(who({.shows = &elliptic, .version = TLS1_2_VERSION, .signatures = "ECDSA+SHA256"}), "1|Klient|Utsteder|");
  EXPECT_EQ(who({.shows = &elliptic, .version = TLS1_2_VERSION, .signatures = "ECDSA+SHA512"}), "0|");
}

TEST_F(CertificateServerTest, resumes_no_session) {
  start();
  const auto one = client();
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION})
    EXPECT_EQ(who({.shows = &one, .version = version, .resumes = true}), "1|Klient|Utsteder|") << version;
}

TEST_F(CertificateServerTest, asks_anew_with_a_certificate_of_its_own_that_was_renewed) {
  start();
  server_->reload_tls();
  const auto one = client();
  EXPECT_EQ(who({.shows = &one}), "1|Klient|Utsteder|");
}

TEST_F(CertificateServerTest, a_header_from_who_is_no_proxy_takes_its_certificate_away) {
  start();
  const auto one = client();
  const std::string header = "Client-Cert: :" + base::to_base64(one.chain.front().der()) + ":\r\n";
  EXPECT_EQ(who({.shows = &one}, header), "3|");
  EXPECT_EQ(who({}, header), "3|");
}

TEST_F(CertificateServerTest, a_listed_proxy_hands_on_its_clients_and_never_its_own) {
  options_.tls_certificate.reset();
  options_.tls_key.reset();
  options_.certificate_proxies = {"127.0.0.1"};
  start();
  const auto one = client();
  const auto get = [&](std::string_view headers) {
    return ask(fmt::format("GET /who HTTP/1.1\r\nHost: x\r\n{}\r\n", headers));
  };
  EXPECT_THAT(get("Client-Cert: :" + base::to_base64(one.chain[0].der()) +
                  ":\r\nClient-Cert-Chain: :" + base::to_base64(one.chain[1].der()) + ":\r\n"),
              testing::EndsWith("\r\n\r\n2|Klient|Utsteder|"));
  EXPECT_THAT(get(""), testing::EndsWith("\r\n\r\n0|"));
  EXPECT_EQ(status_of_text(get("Client-Cert: rubbish\r\n")), 400);
  EXPECT_EQ(status_of_text(get("Client-Cert: :AQID:\r\nClient-Cert: :AQID:\r\n")), 400);
}

}  // namespace
}  // namespace alting::web
