// The portal's words: texts/<area>.{nb,nn,en}.toml, flat dotted ids with one text per language.
//
// Complete at start: missing() must be empty before anything is served (check() throws otherwise). A text has places in
// braces,
// "{name}", filled by format(). These texts are plain, not HTML; `web` escapes them.
#pragma once
#include <array>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/language.h"
#include "base/result.h"

namespace alting::base {

class Texts {
 public:
  using Params = std::vector<std::pair<std::string, std::string>>;

  // Reads all areas in the folder. An id may occur once, whatever the area.
  [[nodiscard]] static Result<Texts> load(const std::filesystem::path& folder);
  // Adds the ids of one file of one language.
  [[nodiscard]] Status add(Language language, std::string_view toml, std::string_view name);

  // "texts: nn lacks 'portal.title'", and texts whose places differ between languages; sorted.
  [[nodiscard]] std::vector<std::string> missing() const;
  void check() const;  // throws std::logic_error that lists what is missing

  [[nodiscard]] bool has(std::string_view id) const;
  // Lives as long as the Texts. An unknown id throws std::logic_error: a defect of the program.
  [[nodiscard]] std::string_view get(Language language, std::string_view id) const;
  [[nodiscard]] std::string format(Language language, std::string_view id, const Params& params) const;
  // Takes id.one for 1 and id.other for the rest (CLDR's rule for these languages and whole numbers); {count} is filled
  // in, in groups of figures.
  [[nodiscard]] std::string plural(Language language, std::string_view id, std::int64_t count,
                                   Params params = {}) const;
  // What to tell a person about an error: the text of its code, else that of its kind ("error.kind.not_found").
  [[nodiscard]] std::string explain(Language language, const Error& error) const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
  };
  struct Entry {
    std::array<std::string, all_languages.size()> text;
    std::array<bool, all_languages.size()> present{};
  };
  std::unordered_map<std::string, Entry, Hash, std::equal_to<>> entries_;
};

// Replaces {name} by its value; other text, braces too, stays as it is. Values are not looked at again.
[[nodiscard]] std::string fill_places(std::string_view text, const Texts::Params& params);

}  // namespace alting::base
