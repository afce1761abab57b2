// Makes X.509 certificates: self-signed ones, and those that another signs.
#include <openssl/x509v3.h>

#include "crypto/certificate.h"
#include "crypto/openssl.h"

namespace alting::crypto {

struct CertificateMaker {
  static Certificate wrap(X509Ptr certificate) {
    return Certificate(std::shared_ptr<X509>(certificate.release(), X509_free));
  }
};

namespace {

using NamePtr = Owned<X509_NAME, X509_NAME_free>;
using ExtensionPtr = Owned<X509_EXTENSION, X509_EXTENSION_free>;

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

Certificate complete(X509Ptr certificate, const CertificateOrder& order, X509* issuer, const PrivateKey& issuer_key) {
  must(X509_set_issuer_name(certificate.get(), X509_get_subject_name(issuer)) == 1, "setting an issuer");
  add_extension(certificate.get(), issuer, NID_basic_constraints,
                order.authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
  add_extension(certificate.get(), issuer, NID_key_usage,
                order.authority ? "critical,keyCertSign,cRLSign" : "critical,digitalSignature");
  if (!order.authority) add_extension(certificate.get(), issuer, NID_ext_key_usage, "serverAuth,clientAuth");
  add_extension(certificate.get(), issuer, NID_subject_key_identifier, "hash");
  if (issuer != certificate.get())
    add_extension(certificate.get(), issuer, NID_authority_key_identifier, "keyid:always");
  if (const std::string names = alternative_names(order); !names.empty())
    add_extension(certificate.get(), issuer, NID_subject_alt_name, names);
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
