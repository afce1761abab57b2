// The contact and reservation register over HTTP, by its documented interface. What its newest answer calls things is
// not fully known, so each name can be set (parties/contact_settings.h).
#pragma once
#include <memory>
#include <string>

#include "net/http_client.h"
#include "net/token_client.h"
#include "parties/krr.h"

namespace alting::parties {

struct KrrFields {
  std::string numbers = "personidentifikatorer";  // of the question
  std::string persons = "personer";               // of the answer, and in it:
  std::string number = "personidentifikator", reservation = "reservasjon", status = "status", language = "spraak",
              contact = "kontaktinformasjon", notice_status = "varslingsstatus", email = "epostadresse",
              mobile = "mobiltelefonnummer";
  std::string updated = "_oppdatert", verified = "_sist_verifisert", shared = "_duplisert";  // after the address's name
  std::string changes_from = "fraEndringsId", changes = "list", changes_up_to = "tilEndringsId",
              changes_last = "sisteEndringsId";
};

struct KrrOptions {
  std::string url;  // "https://kontaktregisteret.no"; what follows is "/rest/v2/personer"
  KrrFields fields;
};

// Both must outlive it.
[[nodiscard]] std::unique_ptr<Krr> make_krr_client(net::HttpClient& http, net::TokenSource& tokens, KrrOptions options);

}  // namespace alting::parties
