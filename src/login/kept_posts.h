// What was posted when the session was over: kept for whom the page was made for, and given back to them after login.
//
// A page with a form that takes long to fill in carries a mark: who it was made for and when, sealed. When such a form
// is posted without a session, its fields are sealed and stored for that person and that page, and for nobody else: who
// logs in next on the same machine does not see them. Only a page that was made for someone has a mark, so nobody can
// store anything without having been logged in. Nothing is saved in the draft before the person has seen it again.
//
// An organisation that is logged in with its certificate is who it is made for, as a person is.
//
// Limits: four pages a person (the oldest gives way), 1 MiB each, eight hours.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "crypto/secret_bytes.h"
#include "store/database.h"
#include "terms/actor.h"
#include "web/http.h"

namespace alting::login {

class KeptPosts {
 public:
  using Fields = web::Fields;  // in the order of the form

  // `key`: 32 octets of the data folder. All must outlive it.
  KeptPosts(store::Database& database, const crypto::SecretBytes& key, const base::Clock& clock, base::Random& random);

  // For a hidden field. Empty for an actor who is neither a person nor an organisation.
  [[nodiscard]] std::string mark(const terms::Actor& actor) const;
  // Whether it is kept: not when the mark is none of ours or more than a day old, nor when there is too much.
  // `place`: the page's path, as find() is asked with.
  [[nodiscard]] bool keep(std::string_view mark, std::string_view place, const Fields& fields);
  // Whether the page was made for another person than this one: its fields are theirs.
  [[nodiscard]] bool is_of_another(std::string_view mark, const terms::Actor& actor) const;
  // Whether it was made for this person, in a session of theirs of the last day.
  [[nodiscard]] bool is_made_for(std::string_view mark, const terms::Actor& actor) const;
  // What is kept for this person and page, and not over by the rule login.kept_post (retention.toml).
  [[nodiscard]] std::optional<Fields> find(const terms::Actor& actor, std::string_view place) const;
  void forget(const terms::Actor& actor, std::string_view place);

  static constexpr base::Duration mark_good_for = base::Duration::days(1);
  static constexpr std::size_t largest = 1024 * 1024;  // octets, all fields together
  static constexpr std::int64_t max_pages = 4;         // a person

 private:
  [[nodiscard]] std::optional<std::int64_t> holder_in(std::string_view mark) const;
  store::Database& database_;
  crypto::SecretBytes mark_key_, fields_key_;
  const base::Clock& clock_;
  base::Random& random_;
};

}  // namespace alting::login
