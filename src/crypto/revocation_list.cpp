// Lists of revoked certificates (RFC 5280 section 5), checked as section 6.3.3 has it, without deltas.
#include <openssl/pem.h>

#include <algorithm>

#include "crypto/openssl_certificate.h"
#include "crypto/revocation.h"
#include "crypto/signature_strength.h"

namespace alting::crypto {
namespace {

using CrlPtr = Owned<X509_CRL, X509_CRL_free>;
using PartPtr = Owned<ISSUING_DIST_POINT, ISSUING_DIST_POINT_free>;

constexpr std::size_t longest_list = std::size_t{32} << 20;

base::Error no_list(std::string_view why) {
  ERR_clear_error();
  return base::make_error(base::ErrorKind::unavailable, "error.certificate.revocation_unknown", std::string(why));
}

CrlPtr read_list(base::ByteView bytes) {
  if (bytes.starts_with("-----BEGIN ")) {
    const BioPtr bio = read_bio(bytes);
    return CrlPtr(PEM_read_bio_X509_CRL(bio.get(), nullptr, nullptr, nullptr));
  }
  const unsigned char* at = octets(bytes);
  CrlPtr list(d2i_X509_CRL(nullptr, &at, static_cast<long>(bytes.size())));
  if (list && at != octets(bytes) + bytes.size()) list.reset();
  return list;
}

// What the list holds when it is a part (its issuing distribution point); false when that cannot be read.
struct WhichPart {
  PartPtr part;
  bool readable = true;
};
WhichPart part_of(const X509_CRL* list) {
  int found = 0;
  WhichPart out;
  out.part.reset(
      static_cast<ISSUING_DIST_POINT*>(X509_CRL_get_ext_d2i(list, NID_issuing_distribution_point, &found, nullptr)));
  ERR_clear_error();
  out.readable = out.part != nullptr || found == -1;
  return out;
}

bool is_known_in_list(X509_EXTENSION* extension) {
  if (X509_EXTENSION_get_critical(extension) == 0)
    return OBJ_obj2nid(X509_EXTENSION_get_object(extension)) != NID_delta_crl;
  switch (OBJ_obj2nid(X509_EXTENSION_get_object(extension))) {
    case NID_issuing_distribution_point:
    case NID_authority_key_identifier:
    case NID_crl_number: return true;
    default: return false;
  }
}

bool is_known_in_entry(X509_EXTENSION* extension) {
  if (X509_EXTENSION_get_critical(extension) == 0) return true;
  const int id = OBJ_obj2nid(X509_EXTENSION_get_object(extension));
  return id == NID_crl_reason || id == NID_invalidity_date;
}

bool is_all_known(X509_CRL* list) {
  for (int i = 0; i < X509_CRL_get_ext_count(list); ++i)
    if (!is_known_in_list(X509_CRL_get_ext(list, i))) return false;
  const STACK_OF(X509_REVOKED)* entries = X509_CRL_get_REVOKED(list);
  for (int i = 0; i < sk_X509_REVOKED_num(entries); ++i) {
    const X509_REVOKED* entry = sk_X509_REVOKED_value(entries, i);
    for (int j = 0; j < X509_REVOKED_get_ext_count(entry); ++j)
      if (!is_known_in_entry(X509_REVOKED_get_ext(entry, j))) return false;
  }
  return true;
}

}  // namespace

base::Result<RevocationList> RevocationList::parse(base::ByteView der_or_pem) {
  if (der_or_pem.size() > longest_list) return no_list("the list is too large");
  CrlPtr list = read_list(der_or_pem);
  if (!list) return no_list("not a list of revoked certificates");
  const auto this_update = instant_of(X509_CRL_get0_lastUpdate(list.get()));
  const auto next_update = instant_of(X509_CRL_get0_nextUpdate(list.get()));
  if (!this_update || !next_update) return no_list("the list does not say when it counts");
  return RevocationList({list.release(), X509_CRL_free}, *this_update, *next_update);
}

base::Status RevocationList::verify(const Certificate& issuer) const {
  X509_CRL* list = list_.get();
  if (X509_NAME_cmp(X509_CRL_get_issuer(list), X509_get_subject_name(issuer.native())) != 0)
    return no_list("the list is another issuer's");
  if (issuer.has_any_usage_extension() && !issuer.has_usage(KeyUsage::crl_sign))
    return no_list("the issuer may sign no lists");
  const WhichPart which = part_of(list);
  if (!which.readable || !is_all_known(list)) return no_list("the list has an extension that is not known");
  if (which.part && (which.part->indirectCRL > 0 || which.part->onlysomereasons != nullptr))
    return no_list("the list is of some reasons, or of other issuers");
  EVP_PKEY* key = X509_get0_pubkey(issuer.native());
  if (key == nullptr || !is_strong_signature(X509_CRL_get_signature_nid(list)) || X509_CRL_verify(list, key) != 1)
    return no_list("the list is not signed by its issuer");
  return {};
}

bool RevocationList::covers(const Certificate& certificate) const {
  X509_CRL* list = list_.get();
  if (X509_NAME_cmp(X509_CRL_get_issuer(list), X509_get_issuer_name(certificate.native())) != 0) return false;
  const WhichPart which = part_of(list);
  if (!which.readable) return false;
  if (!which.part) return true;
  if (which.part->onlyattr > 0 || (which.part->onlyuser > 0 && certificate.is_authority()) ||
      (which.part->onlyCA > 0 && !certificate.is_authority()))
    return false;
  const DIST_POINT_NAME* at = which.part->distpoint;
  if (at == nullptr) return true;
  if (at->type != 0) return false;
  const std::vector<std::string> here = addresses_in(at->name.fullname), named = certificate.crl_addresses();
  return std::ranges::any_of(named, [&](const auto& one) { return std::ranges::find(here, one) != here.end(); });
}

std::optional<base::Instant> RevocationList::revoked(const Certificate& certificate) const {
  X509_REVOKED* entry = nullptr;
  if (X509_CRL_get0_by_serial(list_.get(), &entry, X509_get0_serialNumber(certificate.native())) == 0 ||
      entry == nullptr)
    return std::nullopt;
  return instant_of(X509_REVOKED_get0_revocationDate(entry)).value_or(this_update_);
}

}  // namespace alting::crypto
