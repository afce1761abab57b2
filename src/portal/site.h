// What every page needs, whatever it is about: the words, who is asking, whom they act for and who says that they may.
// What one page set needs beside this it is given itself (page_set.h).
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "access/access.h"
#include "access/requests.h"
#include "base/random.h"
#include "base/texts.h"
#include "base/time.h"
#include "login/kept_posts.h"
#include "login/sessions.h"
#include "parties/parties.h"
#include "terms/mode.h"
#include "web/cookies.h"

namespace alting::portal {

// Whoever answers questions on personal data (personvernforordningen art. 37 to 39).
struct DataProtectionOfficer {
  std::string name = {}, email = {}, phone = {};  // each "": it is not given
};

// How far the pages meet the requirements of accessibility, as the operator has found by testing its own installation
// (the form of uustatus.no). Nothing is claimed that nobody tested.
enum class Accessibility : std::uint8_t { not_tested, partly, fully, not_at_all };
struct AccessibilityFacts {
  Accessibility status = Accessibility::not_tested;
  std::string tested = {};                   // the day of the last test, "2026-11-28"; "": none
  std::string declaration = {};              // the operator's own at uustatus.no, https; "": none
  int answer_days = 14;                      // within which who reports a fault is answered
  std::vector<std::string> deviations = {};  // in words, beside those that come with the program
};

// Who runs the portal: named at the foot of each page, to be reached by the help page, controller of what the portal
// itself keeps.
struct Operator {
  std::string name, email;
  std::string phone = {};                // "": none is given
  std::string organisation_number = {};  // nine digits; "": none is given
  DataProtectionOfficer dpo = {};
  std::string hosting = {};  // where the data are, and who processes them, in words; "": it is not said
  AccessibilityFacts accessibility = {};
};

// All of it outlives the pages.
struct Site {
  const base::Texts& texts;
  const web::Cookies& cookies;
  login::Sessions& sessions;
  login::KeptPosts& kept_posts;
  parties::Parties& parties;
  access::Decider& decider;
  access::AccessRequests& requests;
  const base::Clock& clock;
  base::Random& random;
  // Whether this person's post under this one-time id did this act: what a page may say was done.
  std::function<bool(std::string_view post, const terms::Actor& actor, std::string_view act)> was_done;
  terms::Mode mode = terms::Mode::test;
  std::string public_url;  // "https://portal.example"
  Operator run_by;
  std::function<void()> before_forms = {};  // before the pages that show forms; development: reads changed ones again
};

}  // namespace alting::portal
