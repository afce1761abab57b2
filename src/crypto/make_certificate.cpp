// Makes X.509 certificates: self-signed ones, and those that another signs.
#include "crypto/make_certificate.h"

#include <openssl/conf.h>

#include "crypto/openssl_certificate.h"

namespace alting::crypto {
namespace {

using NamePtr = Owned<X509_NAME, X509_NAME_free>;
using ExtensionPtr = Owned<X509_EXTENSION, X509_EXTENSION_free>;
using ConfPtr = Owned<CONF, NCONF_free>;

constexpr std::size_t serial_size = 16;

void add_field(X509_NAME* name, const char* field, const std::string& text) {
  if (!text.empty())
    must(
        X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, octets(text), static_cast<int>(text.size()), -1, 0) == 1,
        "writing a name");
}

void name_subject(X509* certificate, const CertificateOrder& order) {
  const NamePtr name(X509_NAME_new());
  add_field(name.get(), "C", "NO");
  add_field(name.get(), "O", order.organisation);
  if (!order.organisation_number.empty()) add_field(name.get(), "2.5.4.97", "NTRNO-" + order.organisation_number);
  add_field(name.get(), "serialNumber", order.serial_number_attribute);
  add_field(name.get(), "CN", order.common_name);
  must(X509_set_subject_name(certificate, name.get()) == 1, "setting a name");
}

void set_times(X509* certificate, const CertificateOrder& order) {
  must(ASN1_TIME_set(X509_getm_notBefore(certificate), order.not_before.micros / 1'000'000) != nullptr &&
           ASN1_TIME_set(X509_getm_notAfter(certificate), order.not_after.micros / 1'000'000) != nullptr,
       "setting times");
}

void set_serial(X509* certificate, base::Random& random) {
  base::Bytes serial = random.bytes(serial_size);
  serial[0] = static_cast<char>((serial[0] & 0x7f) | 0x40);  // positive and never of fewer octets
  const BignumPtr number(BN_bin2bn(octets(serial), static_cast<int>(serial.size()), nullptr));
  must(number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr,
       "setting a serial number");
}

void add_extension(X509* certificate, X509* issuer, int id, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  // Policies may name sections of a file of configuration, and want to know that there is none.
  const ConfPtr no_more(NCONF_new(nullptr));
  X509V3_set_nconf(&context, no_more.get());
  const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str()));
  must(extension && X509_add_ext(certificate, extension.get(), -1) == 1, "adding an extension");
}

std::string alternative_names(const CertificateOrder& order) {
  std::string out;
  for (const auto& name : order.dns_names) out += (out.empty() ? "DNS:" : ",DNS:") + name;
  for (const auto& address : order.addresses) out += (out.empty() ? "IP:" : ",IP:") + address;
  return out;
}

X509Ptr prepare(const CertificateOrder& order, const PublicKey& subject, base::Random& random) {
  X509Ptr certificate(X509_new());
  must(certificate && X509_set_version(certificate.get(), X509_VERSION_3) == 1 &&
           X509_set_pubkey(certificate.get(), subject.native()) == 1,
       "making a certificate");
  name_subject(certificate.get(), order);
  set_times(certificate.get(), order);
  set_serial(certificate.get(), random);
  return certificate;
}

std::string listed(const std::vector<std::string>& parts) {
  std::string out;
  for (const auto& part : parts) out += (out.empty() ? "" : ",") + part;
  return out;
}

std::string usage_text(const CertificateOrder& order) {
  std::vector<KeyUsage> usages = order.usages;
  if (usages.empty() && order.authority) usages = {KeyUsage::cert_sign, KeyUsage::crl_sign};
  if (usages.empty()) usages = {KeyUsage::digital_signature};
  std::vector<std::string> words{"critical"};
  for (const KeyUsage usage : usages) switch (usage) {
      case KeyUsage::digital_signature: words.emplace_back("digitalSignature"); break;
      case KeyUsage::non_repudiation: words.emplace_back("nonRepudiation"); break;
      case KeyUsage::key_encipherment: words.emplace_back("keyEncipherment"); break;
      case KeyUsage::cert_sign: words.emplace_back("keyCertSign"); break;
      case KeyUsage::crl_sign: words.emplace_back("cRLSign"); break;
    }
  return listed(words);
}

std::string extended_usage_text(const CertificateOrder& order) {
  if (order.extended_usages) return listed(*order.extended_usages);
  return order.authority ? "" : "serverAuth,clientAuth";
}

Certificate complete(X509Ptr certificate, const CertificateOrder& order, X509* issuer, const PrivateKey& issuer_key) {
  must(X509_set_issuer_name(certificate.get(), X509_get_subject_name(issuer)) == 1, "setting an issuer");
  const auto add = [&](int id, const std::string& value) {
    if (!value.empty()) add_extension(certificate.get(), issuer, id, value);
  };
  add(NID_basic_constraints, order.authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
  add(NID_key_usage, usage_text(order));
  add(NID_ext_key_usage, extended_usage_text(order));
  add(NID_certificate_policies, listed(order.policies));
  add(NID_crl_distribution_points, order.crl_address.empty() ? "" : "URI:" + order.crl_address);
  add(NID_info_access, order.ocsp_address.empty() ? "" : "OCSP;URI:" + order.ocsp_address);
  add(NID_subject_alt_name, alternative_names(order));
  add_extension(certificate.get(), issuer, NID_subject_key_identifier, "hash");
  if (issuer != certificate.get())
    add_extension(certificate.get(), issuer, NID_authority_key_identifier, "keyid:always");
  must(X509_sign(certificate.get(), issuer_key.native(), EVP_sha256()) > 0, "signing a certificate");
  return CertificateMaker::wrap(std::move(certificate));
}

}  // namespace

Certificate make_self_signed(const CertificateOrder& order, const PrivateKey& key, base::Random& random) {
  X509Ptr certificate = prepare(order, key.public_key(), random);
  X509* itself = certificate.get();
  return complete(std::move(certificate), order, itself, key);
}

Certificate issue_certificate(const CertificateOrder& order, const PublicKey& subject, const Certificate& issuer,
                              const PrivateKey& issuer_key, base::Random& random) {
  return complete(prepare(order, subject, random), order, issuer.native(), issuer_key);
}

}  // namespace alting::crypto
