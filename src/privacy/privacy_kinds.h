// The tables of the catalogues as the privacy statement tells of them, and a copy of what is kept: in a few kinds, each with its
// words in texts/ and its laws and times out of the catalogue, so that neither can say another thing than what the program
// keeps to.
//
// Each table with personal data that the operator is controller of is of one kind: those that are named, else all of a
// room. A room's new table is told of by what its room is; a room without a kind fails the test.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/language.h"
#include "base/texts.h"
#include "forms/data_catalogue.h"
#include "store/catalogue.h"

namespace alting::privacy {

inline constexpr std::string_view basis_of_nobody = "none needed";  // the legal basis of invented persons

struct PrivacyKind {
  std::string_view code;                    // of its texts: "privacy.kind.CODE.what" and so on
  std::vector<const terms::Table*> tables;  // and what is of no table:
  std::vector<const terms::Use*> uses;
  // The legal bases it names, as the law is cited in Norwegian, each once.
  [[nodiscard]] std::vector<std::string_view> laws() const;
  // Whether there are provisions among these that nobody has looked up yet.
  [[nodiscard]] bool has_unconfirmed() const;
};
// In the order of the page. Invented persons of a demo are nobody's data and not told of.
[[nodiscard]] std::vector<PrivacyKind> privacy_kinds(const store::Catalogue& catalogue);
// The code of the kind that a table of this room is of, invented persons' too; "" where the room has none.
[[nodiscard]] std::string_view kind_of(std::string_view room, std::string_view table);

// "24 timer", "ett år".
[[nodiscard]] std::string period_in_words(const base::Texts& texts, base::Language language, terms::Period period);
// How long the agency keeps its copy of what is sent to a service, as its folder says; "" where no period is in force.
[[nodiscard]] std::string agency_period_in_words(const base::Texts& texts, base::Language language,
                                                 const forms::DataCatalogue& data, base::Instant now);
// The period in force of each rule that has one, by its id with "_" for ".": what the sentences on times are filled with.
[[nodiscard]] base::Texts::Params periods_in_words(const base::Texts& texts, base::Language language,
                                                   const store::Catalogue& catalogue, base::Instant now);

}  // namespace alting::privacy
