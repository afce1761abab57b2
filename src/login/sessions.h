// A session: who is logged in, kept in the database under the hash of a random id that only the browser's cookie holds.
//
// It has an idle and an absolute limit (SessionLimits; settings login.idle_minutes and login.longest_hours). A new id at login and at step-up; logging out
// everywhere ends all of the person's sessions; front-channel logout finds them by the issuer's `sid`.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "terms/actor.h"
#include "web/http.h"

namespace alting::login {

struct Session {
  terms::Actor actor;  // a person
  base::Instant started, last_seen;
  std::string reference;     // public: stands in the log for grouping own reads
  base::Instant idle_ends;   // when it is over if nothing more is asked for
  base::Instant ends;        // when it is over in any case
  base::Duration idle = {};  // how long it may rest
  // When the person showed the issuer who they are: a session may begin without that, by single sign-on. Nothing where
  // the issuer does not say.
  std::optional<base::Instant> logged_in_at = {};
};

class Sessions {
 public:
  virtual ~Sessions() = default;
  // From the request's session cookie; nothing when there is none, or it is over. Touches last_seen at most once a
  // minute.
  [[nodiscard]] virtual std::optional<Session> find(const web::Request& request) = 0;
  virtual void close(const web::Request& request) = 0;                      // this session
  virtual void close_all(const terms::Actor& actor, base::Instant at) = 0;  // everywhere
  struct Device {
    std::string reference;
    base::Instant started, last_seen;
    std::string method;
    std::string browser, system;  // "Firefox", "Windows" (login/device.h), "" when unknown
    bool current = false;
  };
  [[nodiscard]] virtual std::vector<Device> devices(const Session& session) = 0;
  // Ends one of the person's own sessions; false when they have no open one of this reference.
  virtual bool close_one(const terms::Actor& actor, std::string_view reference, base::Instant at) = 0;
};

// The address that begins a login. `return_to` is a path of this site (the deep link): it survives login, step-up and the
// choice of reportee. `remember`: the method is kept in this browser when the login succeeds.
[[nodiscard]] std::string start_login_path(std::string_view return_to, std::optional<terms::AssuranceLevel> level,
                                           std::string_view method = {}, bool remember = false);

}  // namespace alting::login
