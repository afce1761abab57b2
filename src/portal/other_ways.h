// How to reach an agency when the portal is down: what its forms say (start.otherWays, docs/app-folder.md). Form folders
// are in memory, so this is said also when the database does not answer.
#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "forms/catalogue.h"
#include "portal/view.h"

namespace alting::portal {

// Of one form, for its own page: a section with a heading of level 2, and the link to the form on paper. Only the link
// when the form says no way.
[[nodiscard]] Html other_ways(const View& view, const forms::App& app);
struct FormWays {
  std::string title, paper;
  std::vector<base::RichText> ways;
  Html list;  // the ways as they stand on a page
};
using WaysByAgency = std::map<std::string, std::vector<FormWays>>;

// What all forms say, made once for each language, and again when the catalogue holds other forms: refusals come many at
// a time, just when there is little to spare.
class KnownWays {
 public:
  explicit KnownWays(const forms::AppCatalogue& apps) : apps_(apps) {}  // which outlives it
  [[nodiscard]] std::shared_ptr<const WaysByAgency> in(Language language);

 private:
  struct Kept {
    std::vector<std::shared_ptr<const forms::App>> apps;
    std::shared_ptr<const WaysByAgency> ways;
  };
  const forms::AppCatalogue& apps_;
  std::mutex mutex_;
  std::map<Language, Kept> kept_;
};

// Of all forms, each agency folded under its name. Nothing when no form says any.
[[nodiscard]] Html all_other_ways(const View& view, KnownWays& known);
[[nodiscard]] Html all_other_ways(const View& view, const forms::AppCatalogue& apps);
// The same as plain text, for where there is no page.
[[nodiscard]] std::string other_ways_in_words(const base::Texts& texts, const forms::AppCatalogue& apps,
                                              Language language);

}  // namespace alting::portal
