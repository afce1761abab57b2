#include "web/server.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <future>

#include "web/server_fixture.h"

namespace alting::web {
namespace {

// A key and a certificate for localhost, made for this test alone.
void write_certificate(const std::filesystem::path& certificate_file, const std::filesystem::path& key_file) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  X509_NAME* name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  X509_sign(certificate, key, EVP_sha256());
  FILE* file = std::fopen(certificate_file.c_str(), "w");
  PEM_write_X509(file, certificate);
  std::fclose(file);
  file = std::fopen(key_file.c_str(), "w");
  PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(file);
  X509_free(certificate);
  EVP_PKEY_free(key);
}

// What a TLS client that offers versions up to `version` gets; "" when the handshake fails.
std::string ask_tls(std::uint16_t port, int version, std::string_view request) {
  RawClient client(port);
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
  SSL_CTX_set_max_proto_version(context, version);
  SSL* tls = SSL_new(context);
  SSL_set_fd(tls, client.descriptor());
  std::string all;
  if (SSL_connect(tls) == 1 && SSL_write(tls, request.data(), static_cast<int>(request.size())) > 0) {
    std::string octets(65'536, '\0');
    for (int count = 0; (count = SSL_read(tls, octets.data(), static_cast<int>(octets.size()))) > 0;)
      all.append(octets, 0, static_cast<std::size_t>(count));
  }
  SSL_free(tls);
  SSL_CTX_free(context);
  return all;
}

TEST_F(ServerTest, speaks_tls_1_2_and_1_3_and_nothing_older) {
  std::filesystem::create_directories(options_.upload_folder);
  auto folder = std::filesystem::temp_directory_path() / ("alting-tls-" + base::to_hex(random_.bytes(6)));
  std::filesystem::create_directories(folder);
  options_.tls_certificate = folder / "certificate.pem";
  options_.tls_key = folder / "key.pem";
  write_certificate(*options_.tls_certificate, *options_.tls_key);
  start();
  std::string request = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  for (int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    std::string answer = ask_tls(server_->port(), version, request);
    EXPECT_EQ(status_of_text(answer), 200);
    EXPECT_THAT(answer, HasSubstr("Strict-Transport-Security: max-age="));
  }
  EXPECT_EQ(ask_tls(server_->port(), TLS1_1_VERSION, request), "");
  std::string large =
      ask_tls(server_->port(), TLS1_3_VERSION, "GET /big HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_GT(large.size(), 8'000'000u);
  EXPECT_EQ(ask(get_home).substr(0, 4), "");  // plain HTTP on a TLS port gets nothing
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace alting::web
