// What the extensions of a certificate say (RFC 5280 section 4.2). What cannot be read or stands there twice says nothing,
// where that is the stricter way; with such a key usage, extended usage or CRL address the certificate was refused.
#include <algorithm>

#include "crypto/openssl_certificate.h"

namespace alting::crypto {
namespace {

using PoliciesPtr = Owned<CERTIFICATEPOLICIES, CERTIFICATEPOLICIES_free>;
using ExtendedUsagesPtr = Owned<EXTENDED_KEY_USAGE, EXTENDED_KEY_USAGE_free>;
using CrlPointsPtr = Owned<CRL_DIST_POINTS, CRL_DIST_POINTS_free>;
using InfoAccessPtr = Owned<AUTHORITY_INFO_ACCESS, AUTHORITY_INFO_ACCESS_free>;

constexpr std::size_t max_addresses = 8;
constexpr std::size_t longest_revocation_address = 1024;

template <class Owner>
Owner extension_of(const X509* certificate, int id) {
  Owner out(static_cast<typename Owner::pointer>(X509_get_ext_d2i(certificate, id, nullptr, nullptr)));
  ERR_clear_error();
  return out;
}

// "" for one that is longer than anybody's.
std::string identifier_text(const ASN1_OBJECT* object) {
  char text[128] = "";
  const int size = OBJ_obj2txt(text, sizeof text, object, 1);
  ERR_clear_error();
  return size > 0 && size < static_cast<int>(sizeof text) ? std::string(text) : std::string();
}

void add_web_address(std::vector<std::string>& to, const std::string& one) {
  if ((one.starts_with("http://") || one.starts_with("https://")) && one.size() <= longest_revocation_address &&
      to.size() < max_addresses && std::ranges::find(to, one) == to.end())
    to.push_back(one);
}

std::optional<std::string> address_in(const GENERAL_NAME* name) {
  if (name->type != GEN_URI) return std::nullopt;
  const ASN1_IA5STRING* written = name->d.uniformResourceIdentifier;
  std::string text(reinterpret_cast<const char*>(ASN1_STRING_get0_data(written)),
                   static_cast<std::size_t>(ASN1_STRING_length(written)));
  // A blank or a control character (a NUL, after which other readers end) is in no address.
  if (std::ranges::any_of(text, [](char c) { return c <= ' ' || c > '~'; })) return std::nullopt;
  return text;
}

std::uint32_t bit_of(KeyUsage usage) {
  switch (usage) {
    case KeyUsage::digital_signature: return KU_DIGITAL_SIGNATURE;
    case KeyUsage::non_repudiation: return KU_NON_REPUDIATION;
    case KeyUsage::key_encipherment: return KU_KEY_ENCIPHERMENT;
    case KeyUsage::cert_sign: return KU_KEY_CERT_SIGN;
    case KeyUsage::crl_sign: return KU_CRL_SIGN;
  }
  return 0;
}

}  // namespace

std::vector<std::string> addresses_in(const GENERAL_NAMES* names) {
  std::vector<std::string> out;
  for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i)
    if (auto address = address_in(sk_GENERAL_NAME_value(names, i))) out.push_back(std::move(*address));
  return out;
}

std::vector<std::string> Certificate::policies() const {
  const auto listed_ones = extension_of<PoliciesPtr>(native(), NID_certificate_policies);
  std::vector<std::string> out;
  for (int i = 0; i < sk_POLICYINFO_num(listed_ones.get()); ++i)
    out.push_back(identifier_text(sk_POLICYINFO_value(listed_ones.get(), i)->policyid));
  return out;
}

bool Certificate::has_any_usage_extension() const { return (X509_get_extension_flags(native()) & EXFLAG_KUSAGE) != 0; }

bool Certificate::has_usage(KeyUsage usage) const {
  return has_any_usage_extension() && (X509_get_key_usage(native()) & bit_of(usage)) != 0;
}

std::vector<std::string> Certificate::extended_usages() const {
  const auto listed_ones = extension_of<ExtendedUsagesPtr>(native(), NID_ext_key_usage);
  std::vector<std::string> out;
  for (int i = 0; i < sk_ASN1_OBJECT_num(listed_ones.get()); ++i)
    out.push_back(identifier_text(sk_ASN1_OBJECT_value(listed_ones.get(), i)));
  return out;
}

bool Certificate::is_authority() const { return X509_check_ca(native()) == 1; }

std::vector<std::string> Certificate::crl_addresses() const {
  const auto points = extension_of<CrlPointsPtr>(native(), NID_crl_distribution_points);
  std::vector<std::string> out;
  for (int i = 0; i < sk_DIST_POINT_num(points.get()); ++i) {
    const DIST_POINT_NAME* name = sk_DIST_POINT_value(points.get(), i)->distpoint;
    if (name == nullptr || name->type != 0) continue;
    for (const std::string& address : addresses_in(name->name.fullname)) add_web_address(out, address);
  }
  return out;
}

std::vector<std::string> Certificate::ocsp_addresses() const {
  const auto ways = extension_of<InfoAccessPtr>(native(), NID_info_access);
  std::vector<std::string> out;
  for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(ways.get()); ++i) {
    const ACCESS_DESCRIPTION* way = sk_ACCESS_DESCRIPTION_value(ways.get(), i);
    if (OBJ_obj2nid(way->method) != NID_ad_OCSP) continue;
    if (const auto address = address_in(way->location)) add_web_address(out, *address);
  }
  return out;
}

}  // namespace alting::crypto
