#include "crypto/certificate.h"

#include <openssl/pem.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <ctime>

#include "crypto/hash.h"
#include "crypto/openssl_certificate.h"

namespace alting::crypto {
namespace {

using base::Bytes;
using base::ByteView;
using base::Instant;
using base::Result;

using ObjectPtr = Owned<ASN1_OBJECT, ASN1_OBJECT_free>;
using StorePtr = Owned<X509_STORE, X509_STORE_free>;
using StoreCtxPtr = Owned<X509_STORE_CTX, X509_STORE_CTX_free>;

constexpr std::size_t longest_certificate = 64 * 1024;
constexpr std::size_t longest_certificate_pem = 1024 * 1024;
constexpr std::size_t max_certificates = 32;

base::Error malformed() {
  ERR_clear_error();
  return base::make_error(base::ErrorKind::invalid, "error.certificate.malformed", "not an X.509 certificate");
}

// What cannot be understood in it is found here, once: its extensions, its times.
bool is_sound(X509* certificate) {
  return X509_check_purpose(certificate, -1, -1) == 1 &&
         (X509_get_extension_flags(certificate) & EXFLAG_INVALID) == 0 &&
         instant_of(X509_get0_notBefore(certificate)) && instant_of(X509_get0_notAfter(certificate));
}

// RFC 4514 in UTF-8; control characters are escaped. "" for a name that is no text.
std::string name_text(const X509_NAME* name) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  must(bio != nullptr, "opening memory");
  const bool written = X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) >= 0;
  ERR_clear_error();
  return written ? contents(bio.get()) : std::string();
}

std::optional<std::string> field_of(const X509_NAME* name, const std::string& field) {
  const ObjectPtr object(OBJ_txt2obj(field.c_str(), 0));
  ERR_clear_error();
  if (!object) return std::nullopt;
  const int at = X509_NAME_get_index_by_OBJ(name, object.get(), -1);
  if (at < 0 || X509_NAME_get_index_by_OBJ(name, object.get(), at) >= 0) return std::nullopt;
  unsigned char* text = nullptr;
  const int size = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
  if (size < 0) {
    ERR_clear_error();
    return std::nullopt;
  }
  std::string out(reinterpret_cast<char*>(text), static_cast<std::size_t>(size));
  OPENSSL_free(text);
  return out;
}

}  // namespace

std::optional<Instant> instant_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) {
    ERR_clear_error();
    return std::nullopt;
  }
  return Instant{static_cast<std::int64_t>(timegm(&parts)) * 1'000'000};
}

std::string hexadecimal(const ASN1_INTEGER* number) {
  const BignumPtr value(ASN1_INTEGER_to_BN(number, nullptr));
  must(value != nullptr, "reading a serial number");
  Bytes out(static_cast<std::size_t>(BN_num_bytes(value.get())), '\0');
  BN_bn2bin(value.get(), octets(out));
  return base::to_hex(out);
}

Result<Certificate> Certificate::from_der(ByteView der) {
  if (der.size() > longest_certificate) return malformed();
  const unsigned char* at = octets(der);
  X509Ptr certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  if (!certificate || !is_sound(certificate.get())) return malformed();
  Certificate out = CertificateMaker::wrap(std::move(certificate));
  if (out.der() != der) return malformed();  // more than one, or written in another way than its only one
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
    X509Ptr certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    if (!certificate) break;
    if (!is_sound(certificate.get())) return malformed();
    out.push_back(CertificateMaker::wrap(std::move(certificate)));
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
std::string Certificate::subject_name() const { return name_text(X509_get_subject_name(native())); }
std::string Certificate::issuer_name() const { return name_text(X509_get_issuer_name(native())); }
Instant Certificate::not_before() const { return instant_of(X509_get0_notBefore(native())).value(); }
Instant Certificate::not_after() const { return instant_of(X509_get0_notAfter(native())).value(); }
std::string Certificate::serial() const { return hexadecimal(X509_get0_serialNumber(native())); }
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

namespace {

base::Error untrusted(int why) {
  const std::string code = why == X509_V_ERR_CERT_HAS_EXPIRED     ? "error.certificate.expired"
                           : why == X509_V_ERR_CERT_NOT_YET_VALID ? "error.certificate.not_yet_valid"
                                                                  : "error.certificate.untrusted_chain";
  return base::make_error(base::ErrorKind::unauthenticated, code, X509_verify_cert_error_string(why));
}

}  // namespace

Result<std::vector<Certificate>> build_chain(const Certificate& leaf, const std::vector<Certificate>& between,
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
  if (!good) return untrusted(why);
  std::vector<Certificate> chain;
  const STACK_OF(X509)* found = X509_STORE_CTX_get0_chain(context.get());
  for (int i = 0; i < sk_X509_num(found); ++i) {
    X509* one = sk_X509_value(found, i);
    must(X509_up_ref(one) == 1, "keeping a certificate");
    chain.push_back(CertificateMaker::wrap(X509Ptr(one)));
  }
  return chain;
}

}  // namespace alting::crypto
