// TLS of the server: what it speaks, how it renews its certificate, and what a stalled handshake costs others.
#include "web/server.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <future>

#include "web/server_fixture.h"
#include "web/tls.h"

namespace alting::web {
namespace {

// A key and a certificate for localhost, made for this test alone.
void write_certificate(const std::filesystem::path& certificate_file, const std::filesystem::path& key_file,
                       long serial) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial);
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

struct Offer {
  int version = TLS1_3_VERSION;  // and those before it
  std::string groups = "X25519:P-256";
  std::string suites = "DEFAULT:@SECLEVEL=0";  // of TLS 1.2
};

// What a TLS client with this offer gets; "" when the handshake fails.
std::string ask_tls(std::uint16_t port, const Offer& offer, std::string_view request) {
  RawClient client(port);
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
  SSL_CTX_set_max_proto_version(context, offer.version);
  EXPECT_EQ(SSL_CTX_set1_groups_list(context, offer.groups.c_str()), 1) << offer.groups;
  EXPECT_EQ(SSL_CTX_set_cipher_list(context, offer.suites.c_str()), 1) << offer.suites;
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

// The serial number of the certificate a new connection is shown; -1 when the handshake fails.
long serial_shown(std::uint16_t port) {
  RawClient client(port);
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  SSL* tls = SSL_new(context);
  SSL_set_fd(tls, client.descriptor());
  long serial = -1;
  if (SSL_connect(tls) == 1) {
    X509* shown = SSL_get1_peer_certificate(tls);
    serial = ASN1_INTEGER_get(X509_get_serialNumber(shown));
    X509_free(shown);
  }
  SSL_free(tls);
  SSL_CTX_free(context);
  return serial;
}

class TlsTest : public ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    folder_ = std::filesystem::temp_directory_path() / ("alting-tls-" + base::to_hex(random_.bytes(6)));
    std::filesystem::create_directories(folder_);
    options_.tls_certificate = folder_ / "certificate.pem";
    options_.tls_key = folder_ / "key.pem";
    write_certificate(*options_.tls_certificate, *options_.tls_key, 1);
  }
  void TearDown() override {
    ServerTest::TearDown();
    std::filesystem::remove_all(folder_);
  }
  std::string get(const Offer& offer, std::string_view path = "/") {
    return ask_tls(server_->port(), offer,
                   fmt::format("GET {} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", path));
  }
  static void wait_for(const std::function<bool()>& what) {
    for (int i = 0; i < 500 && !what(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    ASSERT_TRUE(what());
  }
  std::filesystem::path folder_;
};

TEST_F(TlsTest, speaks_tls_1_2_and_1_3_and_nothing_older) {
  start();
  for (int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    std::string answer = get({.version = version});
    EXPECT_EQ(status_of_text(answer), 200);
    EXPECT_THAT(answer, HasSubstr("Strict-Transport-Security: max-age="));
  }
  EXPECT_EQ(get({.version = TLS1_1_VERSION}), "");
  EXPECT_GT(get({}, "/big").size(), 8'000'000u);
  EXPECT_EQ(ask(get_home).substr(0, 4), "");  // plain HTTP on a TLS port gets nothing
}

// The client chooses the group before anything is known of it: one of 164 ms would stop the server for all.
TEST_F(TlsTest, takes_only_groups_that_cost_little) {
  start();
  for (const char* group : {"X25519", "P-256", "P-384"})
    EXPECT_EQ(status_of_text(get({.groups = group})), 200) << group;
  for (const char* group : {"ffdhe8192", "ffdhe2048", "P-521", "X448"}) EXPECT_EQ(get({.groups = group}), "") << group;
}

TEST_F(TlsTest, takes_only_suites_with_forward_secrecy_and_authenticated_encryption) {
  start();
  for (const char* suites : {"ECDHE+AESGCM", "ECDHE+CHACHA20"})
    EXPECT_EQ(status_of_text(get({.version = TLS1_2_VERSION, .suites = suites})), 200) << suites;
  for (const char* suites :
       {"kRSA:@SECLEVEL=0", "ECDHE+SHA256:!AESGCM:!CHACHA20:@SECLEVEL=0", "ECDHE+SHA1:@SECLEVEL=0", "kDHE:@SECLEVEL=0"})
    EXPECT_EQ(get({.version = TLS1_2_VERSION, .suites = suites}), "") << suites;
}

TEST_F(TlsTest, reads_a_renewed_certificate_without_a_restart_and_keeps_the_old_one_when_it_cannot) {
  start();
  EXPECT_EQ(serial_shown(server_->port()), 1);
  write_certificate(*options_.tls_certificate, folder_ / "other.pem", 2);  // half of a pair
  server_->reload_tls();
  EXPECT_EQ(serial_shown(server_->port()), 1);
  std::filesystem::rename(folder_ / "other.pem", *options_.tls_key);
  server_->reload_tls();
  EXPECT_EQ(serial_shown(server_->port()), 2);
}

TEST_F(TlsTest, a_stalled_handshake_gives_way_to_the_next) {
  options_.max_handshakes = 3;
  options_.io_threads = 1;
  options_.header_timeout = base::Duration::seconds(30);
  start();
  std::vector<std::unique_ptr<RawClient>> stalled;
  for (int i = 0; i < 3; ++i) stalled.push_back(std::make_unique<RawClient>(server_->port()));
  wait_for([&] { return metrics_.text().find("\nalting_tls_handshakes 3\n") != std::string::npos; });
  EXPECT_EQ(status_of_text(get({})), 200);
  EXPECT_TRUE(stalled.front()->is_closed());
  EXPECT_FALSE(stalled.back()->is_closed(0));
}

// One waits in its network's row, and is called when a place is free: nobody asks again and again.
TEST_F(TlsTest, who_is_over_waits_for_a_turn_and_gets_it) {
  options_.max_handshakes_per_network = 2;
  options_.handshakes_per_second = 1'000;
  options_.io_threads = 1;
  options_.header_timeout = base::Duration::seconds(30);
  start();
  std::vector<std::unique_ptr<RawClient>> stalled;
  for (int i = 0; i < 2; ++i) stalled.push_back(std::make_unique<RawClient>(server_->port()));
  wait_for([&] { return metrics_.text().find("\nalting_tls_handshakes 2\n") != std::string::npos; });
  auto waiting = std::async(std::launch::async, [&] { return status_of_text(get({})); });
  wait_for([&] { return metrics_.text().find("{reason=\"handshake_waits\"} 1\n") != std::string::npos; });
  stalled.front()->close();
  EXPECT_EQ(waiting.get(), 200);
  EXPECT_FALSE(stalled.back()->is_closed(0));
}

// Silence has its price for the network it comes from alone, and not for long.
TEST_F(TlsTest, a_stalled_handshake_gives_way_within_its_network) {
  options_.max_handshakes_per_network = 2;
  options_.handshakes_per_second = 1'000;
  options_.header_timeout = base::Duration::seconds(30);
  start();
  std::vector<std::unique_ptr<RawClient>> stalled;
  for (int i = 0; i < 2; ++i) {
    stalled.push_back(std::make_unique<RawClient>(server_->port()));
    wait_for(
        [&] { return metrics_.text().find(fmt::format("\nalting_tls_handshakes {}\n", i + 1)) != std::string::npos; });
  }
  EXPECT_EQ(status_of_text(get({})), 200);
  EXPECT_TRUE(stalled.front()->is_closed());
  EXPECT_FALSE(stalled.back()->is_closed(0));
}

// One turn a second, and a hundred who have gone: they are not waited for, and hold no place.
TEST_F(TlsTest, who_has_gone_while_waiting_takes_no_turn_and_no_place) {
  options_.max_handshakes_per_network = 1;
  options_.handshakes_per_second = 1;
  options_.header_timeout = base::Duration::seconds(30);
  start();
  EXPECT_EQ(status_of_text(get({})), 200);  // the burst
  for (int i = 0; i < 100; ++i) RawClient(server_->port()).close();
  const auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(status_of_text(get({})), 200);
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(10));
  wait_for([&] { return metrics_.text().find("\nalting_http_connections 0\n") != std::string::npos; });
}

TEST_F(TlsTest, sees_by_itself_that_the_files_have_changed) {
  TlsFiles files(*options_.tls_certificate, *options_.tls_key, false);
  const auto before = files.current();
  files.reload(false);
  EXPECT_EQ(files.current(), before);
  write_certificate(*options_.tls_certificate, *options_.tls_key, 3);
  std::filesystem::last_write_time(*options_.tls_key,
                                   std::filesystem::file_time_type::clock::now() + std::chrono::seconds(5));
  files.reload(false);
  EXPECT_NE(files.current(), before);
}

}  // namespace
}  // namespace alting::web
