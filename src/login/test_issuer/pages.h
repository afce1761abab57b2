// The pages of the test issuer: choose an eID, choose a person, go back. They work without scripts and say that nobody
// is checked.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/texts.h"
#include "login/test_issuer/protocol.h"
#include "web/assets.h"
#include "web/html.h"
#include "web/http.h"

namespace alting::login::test_issuer {

class Pages {
 public:
  Pages(const base::Texts& texts, const web::Assets& assets) : texts_(texts), assets_(assets) {}

  // `here`: the path of this step, "/velg/<interaction>".
  [[nodiscard]] web::Response choose_method(base::Language language, const std::string& here,
                                            terms::AssuranceLevel least) const;
  struct PersonChoice {
    std::string here;    // "/velg/<interaction>/bankid"
    std::string cancel;  // path that cancels
    std::string back;    // to the choice of eID
    const Method* method = nullptr;
    std::vector<IssuerPerson> people;
    std::string search;
    std::string token;
    std::string typed;  // a number that was not taken, with
    std::string fault;  // what is wrong with it
  };
  [[nodiscard]] web::Response choose_person(base::Language language, const PersonChoice& choice) const;
  // Says that one is on the way, and goes on to `next` (a path of this issuer) as soon as the page is loaded, and with
  // it `frames` (paths of this issuer that lead on to the front-channel logouts).
  [[nodiscard]] web::Response on_the_way(base::Language language, std::string_view text_id, const std::string& next,
                                         const std::vector<std::string>& frames = {}) const;
  [[nodiscard]] web::Response message(base::Language language, std::string_view text_id, int status) const;

 private:
  [[nodiscard]] web::Response page(base::Language language, const std::string& title, const web::html::Html& content,
                                   const std::string& here, int status, const std::string& refresh_to = {},
                                   bool with_error = false) const;
  [[nodiscard]] std::string t(base::Language language, std::string_view id) const {
    return std::string(texts_.get(language, id));
  }

  const base::Texts& texts_;
  const web::Assets& assets_;
};

}  // namespace alting::login::test_issuer
