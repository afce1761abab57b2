#include "web/client_certificate.h"

#include <gtest/gtest.h>

namespace alting::web {
namespace {

using Chain = std::vector<base::Bytes>;

TEST(ClientCertificate, is_a_byte_sequence_and_its_chain_a_list_of_them) {
  EXPECT_EQ(read_client_certificate(":AQID:", ""), (Chain{"\1\2\3"}));
  EXPECT_EQ(read_client_certificate(" :AQID: ", ":BA==:, :BQ==:,:Bg==:\t,\t:Bw==:"),
            (Chain{"\1\2\3", "\4", "\5", "\6", "\7"}));
  EXPECT_EQ(read_client_certificate(":BA:", ""), (Chain{"\4"})) << "without padding (RFC 8941 section 4.2.7)";
}

TEST(ClientCertificate, in_any_other_writing_is_none) {
  for (const char* bad :
       {"", ":", "::", "AQID", ":AQID", "AQID:", "\"AQID\"", ":AQ-_:", ":AQ D:", ":AQID:;a=1",
        ":AQID:, :AQID:", ":AQID::", ":AQID: x", ":B=A=:", ":====:", ":A:", "-----BEGIN CERTIFICATE-----"})
    EXPECT_EQ(read_client_certificate(bad, ""), std::nullopt) << bad;
  for (const char* bad : {":", "AQID", ":BA==:,", ",:BA==:", ":BA==: :BA==:", ":BA==:,,:BA==:", ":BA==:;q=1", "::"})
    EXPECT_EQ(read_client_certificate(":AQID:", bad), std::nullopt) << bad;
  EXPECT_EQ(read_client_certificate("", ":AQID:"), std::nullopt) << "a chain of nobody";
}

TEST(ClientCertificate, has_a_limit_of_number_and_of_size) {
  std::string chain;
  for (std::size_t i = 1; i < max_chain; ++i) chain += (chain.empty() ? ":BA==:" : ", :BA==:");
  EXPECT_EQ(read_client_certificate(":AQID:", chain)->size(), max_chain);
  EXPECT_EQ(read_client_certificate(":AQID:", chain + ", :BA==:"), std::nullopt);
  const std::string most = ":" + base::to_base64(std::string(max_chain_octets, 'x')) + ":";
  EXPECT_TRUE(read_client_certificate(most, ""));
  EXPECT_FALSE(read_client_certificate(most, ":BA==:"));
}

class WhoseCertificate : public testing::Test {
 protected:
  WhoseCertificate() { options.certificate_proxies = {"10.0.0.1", "2001:DB8::1"}; }
  bool settle(std::string_view peer, const Chain& proved, Fields headers) {
    request = {};
    request.headers = std::move(headers);
    request.headers.emplace_back("host", "x");
    return settle_client_certificate(request, peer, proved, options);
  }
  ServerOptions options;
  Request request;
  const Chain proved{"eget", "mellom"};
};

TEST_F(WhoseCertificate, of_who_speaks_tls_is_the_one_it_proved) {
  ASSERT_TRUE(settle("192.0.2.7", proved, {}));
  EXPECT_EQ(request.client_chain_from, ChainFrom::tls);
  EXPECT_EQ(request.client_chain, proved);
  ASSERT_TRUE(settle("192.0.2.7", {}, {}));
  EXPECT_EQ(request.client_chain_from, ChainFrom::none);
  EXPECT_TRUE(request.client_chain.empty());
}

TEST_F(WhoseCertificate, behind_a_listed_proxy_is_the_one_that_the_proxy_says) {
  for (const char* peer : {"10.0.0.1", "::ffff:10.0.0.1", "2001:db8:0::1"}) {
    ASSERT_TRUE(settle(peer, {}, {{"client-cert", ":AQID:"}, {"client-cert-chain", ":BA==:"}})) << peer;
    EXPECT_EQ(request.client_chain_from, ChainFrom::proxy) << peer;
    EXPECT_EQ(request.client_chain, (Chain{"\1\2\3", "\4"})) << peer;
  }
}

TEST_F(WhoseCertificate, of_a_listed_proxy_is_never_its_clients) {
  ASSERT_TRUE(settle("10.0.0.1", proved, {}));
  EXPECT_EQ(request.client_chain_from, ChainFrom::none);
  EXPECT_TRUE(request.client_chain.empty());
  ASSERT_TRUE(settle("10.0.0.1", proved, {{"client-cert", ""}}));
  EXPECT_EQ(request.client_chain_from, ChainFrom::none);
  ASSERT_TRUE(settle("10.0.0.1", proved, {{"client-cert", ":AQID:"}}));
  EXPECT_EQ(request.client_chain, (Chain{"\1\2\3"}));
}

TEST_F(WhoseCertificate, is_nobodys_when_who_is_no_proxy_sends_the_header) {
  for (const auto& header : {Fields{{"client-cert", ":AQID:"}}, Fields{{"client-cert", ""}},
                             Fields{{"client-cert-chain", ":AQID:"}}, Fields{{"client-cert", "rubbish"}}}) {
    ASSERT_TRUE(settle("10.0.0.2", proved, header));
    EXPECT_EQ(request.client_chain_from, ChainFrom::not_a_proxy);
    EXPECT_TRUE(request.client_chain.empty());
  }
  options.certificate_proxies.clear();
  ASSERT_TRUE(settle("10.0.0.1", {}, {{"client-cert", ":AQID:"}, {"x-forwarded-for", "10.0.0.1"}}));
  EXPECT_EQ(request.client_chain_from, ChainFrom::not_a_proxy);
}

TEST_F(WhoseCertificate, that_a_proxy_writes_wrongly_is_told) {
  EXPECT_FALSE(settle("10.0.0.1", {}, {{"client-cert", "rubbish"}}));
  EXPECT_FALSE(settle("10.0.0.1", {}, {{"client-cert-chain", ":AQID:"}}));
  EXPECT_FALSE(settle("10.0.0.1", {}, {{"client-cert", ":AQID:, :BA==:"}})) << "two lines of the header";
}

TEST_F(WhoseCertificate, is_read_here_and_nowhere_else) {
  for (const char* peer : {"10.0.0.1", "192.0.2.7"}) {
    (void)settle(peer, {}, {{"client-cert", ":AQID:"}, {"client-cert-chain", ":BA==:"}});
    EXPECT_EQ(request.headers.size(), 1U) << peer;
    EXPECT_EQ(request.header("host"), "x") << peer;
  }
}

}  // namespace
}  // namespace alting::web
