// Asking about one certificate (RFC 6960), and reading what was answered.
#include <openssl/ocsp.h>

#include <algorithm>

#include "crypto/openssl_ocsp.h"
#include "crypto/revocation.h"
#include "crypto/signature_strength.h"

namespace alting::crypto {
namespace {

constexpr std::size_t longest_answer = 64 * 1024;
constexpr auto may_be_ahead = base::Duration::minutes(5);
constexpr auto counts_without_end = base::Duration::hours(1);

base::Error no_answer(std::string_view why) {
  ERR_clear_error();
  return base::make_error(base::ErrorKind::unavailable, "error.certificate.revocation_unknown", std::string(why));
}

BasicAnswerPtr basic_answer(base::ByteView der) {
  const unsigned char* at = octets(der);
  const OcspResponsePtr response(d2i_OCSP_RESPONSE(nullptr, &at, static_cast<long>(der.size())));
  if (!response || at != octets(der) + der.size() ||
      OCSP_response_status(response.get()) != OCSP_RESPONSE_STATUS_SUCCESSFUL)
    return nullptr;
  return BasicAnswerPtr(OCSP_response_get1_basic(response.get()));
}

bool is_responder(X509* signer, const Certificate& issuer, base::Instant at) {
  if (X509_cmp(signer, issuer.native()) == 0) return true;
  must(X509_up_ref(signer) == 1, "keeping a certificate");
  const Certificate responder = CertificateMaker::wrap(X509Ptr(signer));
  // A broken certificate in the answer never gets to the accessors below: its chain does not hold.
  const auto chain = build_chain(responder, {}, {issuer}, at);
  if (!chain || chain->size() != 2) return false;
  const auto usages = responder.extended_usages();
  return std::ranges::find(usages, oid_ocsp_signing) != usages.end() &&
         (!responder.has_any_usage_extension() || responder.has_usage(KeyUsage::digital_signature));
}

bool is_signed(OCSP_BASICRESP* basic, const Certificate& issuer, base::Instant at) {
  const ASN1_OBJECT* algorithm = nullptr;
  X509_ALGOR_get0(&algorithm, nullptr, nullptr, OCSP_resp_get0_tbs_sigalg(basic));
  if (!is_strong_signature(OBJ_obj2nid(algorithm))) return false;
  const StackPtr known(sk_X509_new_null());
  must(known && sk_X509_push(known.get(), issuer.native()) > 0, "adding a certificate");
  X509* signer = nullptr;
  if (OCSP_resp_get0_signer(basic, &signer, known.get()) != 1 || signer == nullptr) return false;
  if (!is_responder(signer, issuer, at)) return false;
  return OCSP_basic_verify(basic, known.get(), nullptr, OCSP_NOVERIFY) == 1;
}

bool has_unknown(OCSP_BASICRESP* basic) { return OCSP_BASICRESP_get_ext_by_critical(basic, 1, -1) >= 0; }

OCSP_SINGLERESP* answer_on(OCSP_BASICRESP* basic, const Certificate& leaf, const Certificate& issuer) {
  for (int i = 0; i < OCSP_resp_count(basic); ++i) {
    OCSP_SINGLERESP* one = OCSP_resp_get0(basic, i);
    // OpenSSL gives what is in it only as if it might be changed.
    auto* id = const_cast<OCSP_CERTID*>(OCSP_SINGLERESP_get0_id(one));
    const OcspIdPtr wanted = ocsp_id(id, leaf, issuer);
    if (wanted && OCSP_id_cmp(id, wanted.get()) == 0) return one;
  }
  return nullptr;
}

OcspStatus status_from(int status) {
  if (status == V_OCSP_CERTSTATUS_GOOD) return OcspStatus::good;
  return status == V_OCSP_CERTSTATUS_REVOKED ? OcspStatus::revoked : OcspStatus::unknown;
}

}  // namespace

// With SHA-1, which every responder knows (RFC 5019 section 2.1.1); it names the issuer, and proves nothing.
base::Bytes ocsp_request(const Certificate& leaf, const Certificate& issuer) {
  const OcspRequestPtr request(OCSP_REQUEST_new());
  OcspIdPtr id(OCSP_cert_to_id(EVP_sha1(), leaf.native(), issuer.native()));
  must(request && id && OCSP_request_add0_id(request.get(), id.get()) != nullptr, "making an OCSP request");
  (void)id.release();  // the request's now
  return der_of(request.get(), i2d_OCSP_REQUEST);
}

base::Result<OcspAnswer> read_ocsp_answer(base::ByteView der, const Certificate& leaf, const Certificate& issuer,
                                          base::Instant at) {
  if (der.size() > longest_answer) return no_answer("the answer is too large");
  const BasicAnswerPtr basic = basic_answer(der);
  if (!basic) return no_answer("no answer of OCSP, or one without content");
  if (has_unknown(basic.get()) || !is_signed(basic.get(), issuer, at))
    return no_answer("the answer is not signed by the issuer or a responder of it");
  OCSP_SINGLERESP* one = answer_on(basic.get(), leaf, issuer);
  if (one == nullptr || OCSP_SINGLERESP_get_ext_by_critical(one, 1, -1) >= 0)
    return no_answer("the answer is on another certificate");
  ASN1_GENERALIZEDTIME *revoked_at = nullptr, *this_update = nullptr, *next_update = nullptr;
  int reason = 0;
  OcspAnswer answer;
  answer.status = status_from(OCSP_single_get0_status(one, &reason, &revoked_at, &this_update, &next_update));
  const auto since = instant_of(this_update);
  answer.next_update = instant_of(next_update);
  if (!since || (next_update != nullptr && !answer.next_update))
    return no_answer("the answer does not say when it counts");
  answer.this_update = *since;
  if (*since > at + may_be_ahead || answer.next_update.value_or(*since + counts_without_end) < at)
    return no_answer("the answer's time has ended, or has not begun");
  if (answer.status == OcspStatus::revoked) answer.revoked_at = instant_of(revoked_at).value_or(*since);
  return answer;
}

}  // namespace alting::crypto
