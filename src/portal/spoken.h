// The portal's words in one language: all of a page that is needed to say something on paper, where there is no page.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/texts.h"

namespace alting::portal {

struct Spoken {
  const base::Texts& texts;
  const base::Language language;

  [[nodiscard]] std::string t(std::string_view id, const base::Texts::Params& params = {}) const {
    return texts.format(language, id, params);
  }
  [[nodiscard]] std::string plural(std::string_view id, std::int64_t count) const {
    return texts.plural(language, id, count);
  }
  [[nodiscard]] std::string explain(const base::Error& error) const { return texts.explain(language, error); }
};

}  // namespace alting::portal
