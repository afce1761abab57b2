#include "crypto/certificate.h"

#include <openssl/pem.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <ctime>

#include "crypto/hash.h"
#include "crypto/openssl.h"

namespace alting::crypto {
namespace {

using base::Bytes;
using base::ByteView;
using base::Instant;
using base::Result;

using ObjectPtr = Owned<ASN1_OBJECT, ASN1_OBJECT_free>;
using StorePtr = Owned<X509_STORE, X509_STORE_free>;
using StoreCtxPtr = Owned<X509_STORE_CTX, X509_STORE_CTX_free>;
struct StackFreer {
  void operator()(STACK_OF(X509) * stack) const { sk_X509_free(stack); }  // the certificates belong to others
};
using StackPtr = std::unique_ptr<STACK_OF(X509), StackFreer>;

constexpr std::size_t longest_certificate = 64 * 1024;
constexpr std::size_t longest_certificate_pem = 1024 * 1024;
constexpr std::size_t max_certificates = 32;

base::Error malformed() {
  ERR_clear_error();
  return base::make_error(base::ErrorKind::invalid, "error.certificate.malformed", "not an X.509 certificate");
}

std::shared_ptr<X509> shared(X509* certificate) { return {certificate, X509_free}; }

Instant to_instant(const ASN1_TIME* time) {
  std::tm parts{};
  must(ASN1_TIME_to_tm(time, &parts) == 1, "reading a certificate's time");
  return {static_cast<std::int64_t>(timegm(&parts)) * 1'000'000};
}

std::optional<std::string> field_of(const X509_NAME* name, const std::string& field) {
  const ObjectPtr object(OBJ_txt2obj(field.c_str(), 0));
  ERR_clear_error();
  if (!object) return std::nullopt;
  const int at = X509_NAME_get_index_by_OBJ(name, object.get(), -1);
  if (at < 0 || X509_NAME_get_index_by_OBJ(name, object.get(), at) >= 0) return std::nullopt;
  unsigned char* text = nullptr;
  const int size = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
  if (size < 0) return std::nullopt;
  std::string out(reinterpret_cast<char*>(text), static_cast<std::size_t>(size));
  OPENSSL_free(text);
  return out;
}

}  // namespace

Result<Certificate> Certificate::from_der(ByteView der) {
  if (der.size() > longest_certificate) return malformed();
  const unsigned char* at = octets(der);
  X509* certificate = d2i_X509(nullptr, &at, static_cast<long>(der.size()));
  if (!certificate) return malformed();
  Certificate out(shared(certificate));
  if (at != octets(der) + der.size()) return malformed();
  return out;
}

Result<Certificate> Certificate::from_pem(ByteView pem) {
  ALTING_TRY(all, list_from_pem(pem));
  return all.front();
}

Result<std::vector<Certificate>> Certificate::list_from_pem(ByteView pem) {
  if (pem.size() > longest_certificate_pem) return malformed();
  const BioPtr bio = read_bio(pem);
  std::vector<Certificate> out;
  while (out.size() < max_certificates) {
    X509* certificate = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr);
    if (!certificate) break;
    out.push_back(Certificate(shared(certificate)));
  }
  ERR_clear_error();
  if (out.empty()) return malformed();
  return out;
}

std::optional<std::string> Certificate::subject(const std::string& field) const {
  return field_of(X509_get_subject_name(native()), field);
}
std::optional<std::string> Certificate::issuer(const std::string& field) const {
  return field_of(X509_get_issuer_name(native()), field);
}
Instant Certificate::not_before() const { return to_instant(X509_get0_notBefore(native())); }
Instant Certificate::not_after() const { return to_instant(X509_get0_notAfter(native())); }

std::string Certificate::serial() const {
  const BignumPtr number(ASN1_INTEGER_to_BN(X509_get0_serialNumber(native()), nullptr));
  must(number != nullptr, "reading a serial number");
  Bytes out(static_cast<std::size_t>(BN_num_bytes(number.get())), '\0');
  BN_bn2bin(number.get(), octets(out));
  return base::to_hex(out);
}

std::string Certificate::fingerprint() const { return base::to_hex(sha256(der())); }

Result<PublicKey> Certificate::public_key() const {
  EVP_PKEY* key = X509_get_pubkey(native());
  return key ? PublicKey::adopt(key) : Result<PublicKey>(malformed());
}

Bytes Certificate::der() const {
  Bytes out(static_cast<std::size_t>(std::max(0, i2d_X509(native(), nullptr))), '\0');
  unsigned char* at = octets(out);
  must(i2d_X509(native(), &at) > 0, "writing a certificate");
  return out;
}

std::string Certificate::pem() const {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  must(bio && PEM_write_bio_X509(bio.get(), native()) == 1, "writing a certificate");
  return contents(bio.get());
}

base::Status check_chain(const Certificate& leaf, const std::vector<Certificate>& between,
                         const std::vector<Certificate>& trusted, Instant at) {
  const StorePtr store(X509_STORE_new());
  const StoreCtxPtr context(X509_STORE_CTX_new());
  const StackPtr stack(sk_X509_new_null());
  must(store && context && stack, "making a certificate store");
  for (const Certificate& anchor : trusted)
    must(X509_STORE_add_cert(store.get(), anchor.native()) == 1, "trusting a certificate");
  for (const Certificate& step : between) must(sk_X509_push(stack.get(), step.native()) > 0, "adding a certificate");
  must(X509_STORE_CTX_init(context.get(), store.get(), leaf.native(), stack.get()) == 1, "starting a check");
  X509_VERIFY_PARAM* rules = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_time(rules, at.micros / 1'000'000);
  X509_VERIFY_PARAM_set_depth(rules, 6);
  X509_VERIFY_PARAM_set_auth_level(rules, 2);  // 112 bits: no SHA-1, no RSA below 2048
  // An enterprise or intermediate certificate that the operator names is trusted itself, not only roots.
  X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_PARTIAL_CHAIN);
  const bool good = X509_verify_cert(context.get()) == 1;
  const int why = X509_STORE_CTX_get_error(context.get());
  ERR_clear_error();
  if (good) return {};
  return base::make_error(base::ErrorKind::unauthenticated, "error.certificate.untrusted",
                          X509_verify_cert_error_string(why));
}

}  // namespace alting::crypto
