#include "web/components/long_words.h"

#include <gtest/gtest.h>

namespace alting::web::ui {
namespace {

TEST(LongWords, may_be_broken_where_they_are_joined_and_nowhere_else) {
  EXPECT_EQ(add_soft_hyphens("Melding om brudd på personopplysningssikkerheten"),
            "Melding om brudd på personopplysnings\u00ADsikkerheten");
  EXPECT_EQ(add_soft_hyphens("brot på personopplysningstryggleiken"), "brot på personopplysnings\u00ADtryggleiken");
  EXPECT_EQ(add_soft_hyphens("Behandlingsansvarliges informasjonssikkerhetsansvar"),
            "Behandlings\u00ADansvarliges informasjons\u00ADsikkerhets\u00ADansvar");
  // Short, no joint that is sure, or the end of a word.
  for (const std::string_view same :
       {"innsendingsdato", "Kontaktperson", "undersøkelseskommisjonene", "", "12345678901234567890"})
    EXPECT_EQ(add_soft_hyphens(same), same);
  EXPECT_EQ(add_soft_hyphens("virksomhetsinnstillings"), "virksomhets\u00ADinnstillings");
}

}  // namespace
}  // namespace alting::web::ui
