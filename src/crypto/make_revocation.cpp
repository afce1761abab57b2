// Makes lists of revoked certificates and OCSP answers.
#include <stdexcept>

#include "crypto/make_certificate.h"
#include "crypto/openssl_ocsp.h"

namespace alting::crypto {
namespace {

using MadeListPtr = Owned<X509_CRL, X509_CRL_free>;
using RevokedPtr = Owned<X509_REVOKED, X509_REVOKED_free>;
using TimePtr = Owned<ASN1_TIME, ASN1_TIME_free>;
using GeneralizedTimePtr = Owned<ASN1_GENERALIZEDTIME, ASN1_GENERALIZEDTIME_free>;
using MadeExtensionPtr = Owned<X509_EXTENSION, X509_EXTENSION_free>;

TimePtr time_of(base::Instant at) {
  TimePtr out(ASN1_TIME_set(nullptr, at.micros / 1'000'000));
  must(out != nullptr, "setting a time");
  return out;
}

GeneralizedTimePtr generalized_time_of(base::Instant at) {
  GeneralizedTimePtr out(ASN1_GENERALIZEDTIME_set(nullptr, at.micros / 1'000'000));
  must(out != nullptr, "setting a time");
  return out;
}

AsnIntegerPtr number_of(const std::string& serial) {
  const auto bytes = base::from_hex(serial);
  if (!bytes) throw std::logic_error("a serial number is hexadecimal");
  const BignumPtr value(BN_bin2bn(octets(*bytes), static_cast<int>(bytes->size()), nullptr));
  AsnIntegerPtr out(value ? BN_to_ASN1_INTEGER(value.get(), nullptr) : nullptr);
  must(out != nullptr, "setting a serial number");
  return out;
}

void add_revoked(X509_CRL* list, const RevokedSerial& one) {
  RevokedPtr entry(X509_REVOKED_new());
  must(entry && X509_REVOKED_set_serialNumber(entry.get(), number_of(one.serial).get()) == 1 &&
           X509_REVOKED_set_revocationDate(entry.get(), time_of(one.at).get()) == 1 &&
           X509_CRL_add0_revoked(list, entry.get()) == 1,
       "listing a revoked certificate");
  (void)entry.release();  // the list's now
}

void add_list_extension(X509_CRL* list, const Certificate& issuer, int id, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer.native(), nullptr, nullptr, list, 0);
  const MadeExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str()));
  must(extension && X509_CRL_add_ext(list, extension.get(), -1) == 1, "adding an extension to a list");
}

OcspIdPtr id_of(const std::string& serial, const Certificate& issuer) {
  OcspIdPtr out(OCSP_cert_id_new(EVP_sha1(), X509_get_subject_name(issuer.native()),
                                 X509_get0_pubkey_bitstr(issuer.native()), number_of(serial).get()));
  must(out != nullptr, "naming a certificate");
  return out;
}

int number_of(OcspStatus status) {
  switch (status) {
    case OcspStatus::good: return V_OCSP_CERTSTATUS_GOOD;
    case OcspStatus::revoked: return V_OCSP_CERTSTATUS_REVOKED;
    case OcspStatus::unknown: break;
  }
  return V_OCSP_CERTSTATUS_UNKNOWN;
}

}  // namespace

base::Bytes make_crl(const RevocationListOrder& order, const Certificate& issuer, const PrivateKey& issuer_key) {
  const MadeListPtr list(X509_CRL_new());
  must(list && X509_CRL_set_version(list.get(), X509_CRL_VERSION_2) == 1 &&
           X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(issuer.native())) == 1 &&
           X509_CRL_set1_lastUpdate(list.get(), time_of(order.this_update).get()) == 1 &&
           X509_CRL_set1_nextUpdate(list.get(), time_of(order.next_update).get()) == 1,
       "making a list");
  for (const RevokedSerial& one : order.revoked) add_revoked(list.get(), one);
  const AsnIntegerPtr number(ASN1_INTEGER_new());
  must(number && ASN1_INTEGER_set_int64(number.get(), order.number) == 1 &&
           X509_CRL_add1_ext_i2d(list.get(), NID_crl_number, number.get(), 0, 0) == 1,
       "numbering a list");
  add_list_extension(list.get(), issuer, NID_authority_key_identifier, "keyid:always");
  if (!order.part.empty()) add_list_extension(list.get(), issuer, NID_issuing_distribution_point, order.part);
  must(X509_CRL_sort(list.get()) == 1 && X509_CRL_sign(list.get(), issuer_key.native(), EVP_sha256()) > 0,
       "signing a list");
  return der_of(list.get(), i2d_X509_CRL);
}

base::Result<std::string> serial_asked(base::ByteView request, const Certificate& issuer) {
  const auto refused_request = [](std::string_view why) {
    ERR_clear_error();
    return base::make_error(base::ErrorKind::invalid, "error.certificate.revocation_unknown", std::string(why));
  };
  if (request.size() > 16 * 1024) return refused_request("the request is too large");
  const unsigned char* at = octets(request);
  const OcspRequestPtr read(d2i_OCSP_REQUEST(nullptr, &at, static_cast<long>(request.size())));
  if (!read || at != octets(request) + request.size() || OCSP_request_onereq_count(read.get()) != 1)
    return refused_request("no request of OCSP on one certificate");
  OCSP_CERTID* id = OCSP_onereq_get0_id(OCSP_request_onereq_get0(read.get(), 0));
  ASN1_INTEGER* serial = nullptr;
  (void)OCSP_id_get0_info(nullptr, nullptr, nullptr, &serial, id);
  const std::string text = hexadecimal(serial);
  if (OCSP_id_cmp(id, id_of(text, issuer).get()) != 0) return refused_request("another issuer's certificate");
  return text;
}

base::Bytes make_ocsp_answer(const OcspAnswerOrder& order, const Certificate& issuer, const Certificate& signer,
                             const PrivateKey& signer_key) {
  const BasicAnswerPtr basic(OCSP_BASICRESP_new());
  const auto this_update = generalized_time_of(order.this_update);
  const auto next_update = order.next_update ? generalized_time_of(*order.next_update) : nullptr;
  const auto revoked_at = order.revoked_at ? generalized_time_of(*order.revoked_at) : nullptr;
  const bool own = X509_cmp(signer.native(), issuer.native()) == 0;
  must(basic &&
           OCSP_basic_add1_status(basic.get(), id_of(order.serial, issuer).get(), number_of(order.status),
                                  OCSP_REVOKED_STATUS_NOSTATUS, revoked_at.get(), this_update.get(),
                                  next_update.get()) != nullptr &&
           OCSP_basic_sign(basic.get(), signer.native(), signer_key.native(), EVP_sha256(), nullptr,
                           own ? OCSP_NOCERTS : 0) == 1,
       "making an OCSP answer");
  const OcspResponsePtr response(OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic.get()));
  must(response != nullptr, "making an OCSP answer");
  return der_of(response.get(), i2d_OCSP_RESPONSE);
}

base::Bytes make_ocsp_refusal(int status) {
  const OcspResponsePtr response(OCSP_response_create(status, nullptr));
  must(response != nullptr, "making an OCSP answer");
  return der_of(response.get(), i2d_OCSP_RESPONSE);
}

}  // namespace alting::crypto
