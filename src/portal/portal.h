// The pages people see. Each is a thin face over functions of the domain rooms: read the request, ask for a permit,
// call one use case, show the answer in the reader's language. Works without scripts; every address of a party's data
// names the party.
#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "access/access.h"
#include "base/random.h"
#include "base/texts.h"
#include "base/time.h"
#include "forms/forms.h"
#include "inbox/inbox.h"
#include "instances/instances.h"
#include "ledger/ledger.h"
#include "login/kept_posts.h"
#include "login/sessions.h"
#include "parties/parties.h"
#include "terms/mode.h"
#include "web/assets.h"
#include "web/components/layout.h"
#include "web/cookies.h"
#include "web/router.h"

namespace alting::portal {

// The page around every page, one for each language; made at start.
class Frames {
 public:
  Frames(const base::Texts& texts, const web::Assets& assets, terms::Mode mode, std::string_view operator_name);
  [[nodiscard]] const web::ui::Frame& of(base::Language language) const {
    return frames_[static_cast<std::size_t>(language)];
  }

 private:
  std::vector<web::ui::Frame> frames_;
};

// What the pages are made from; all outlive the routes.
struct Services {
  const base::Texts& texts;
  const web::Assets& assets;
  const web::Cookies& cookies;
  login::Sessions& sessions;
  login::KeptPosts& kept_posts;
  parties::Parties& parties;
  access::Decider& decider;
  access::Delegations& delegations;
  const forms::AppCatalogue& apps;
  instances::Instances& instances;
  inbox::Inbox& inbox;
  ledger::Ledger& ledger;
  const base::Clock& clock;
  base::Random& random;
  terms::Mode mode = terms::Mode::test;
  std::string public_url;
  std::string operator_name, operator_email, operator_phone;
  std::function<void()> refresh_apps;  // development: folders that changed on disk are read again
  const Frames& frames;
  // Whether this person's post under this one-time id did this act: what a page may say was done.
  std::function<bool(std::string_view post, const terms::Actor& actor, std::string_view act)> was_done;
};

// Content of another room (login) in the portal's page. `refresh_to`: a path to go on to at once, or "".
[[nodiscard]] web::Response framed(Services& services, const web::Request& request, std::string_view title,
                                   const web::html::Html& content, int status, std::string_view refresh_to);

void add_routes(web::Router& router, Services& services);

}  // namespace alting::portal
