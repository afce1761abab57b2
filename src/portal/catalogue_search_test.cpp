#include "portal/catalogue_search.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace alting::portal {
namespace {

TEST(CatalogueSearch, finds_a_form_by_all_that_people_call_it) {
  forms::StartInfo start;
  start.title = "Meld brudd på personopplysningssikkerheten";
  start.topic = "Personvern";
  start.keywords = {"avvik", "hacket"};
  forms::Controller controller;
  controller.name = "Datatilsynet";
  const auto found = [&](std::string_view query) { return matches(start, controller, base::search_words(query)); };
  for (const auto* query :
       {"", "brudd", "BRUDD", "  meld   brudd ", "personvern", "avvik", "datatilsynet hacket", "tilsyn"})
    EXPECT_TRUE(found(query)) << query;
  for (const auto* query : {"skatt", "brudd skatt", "bruddet"}) EXPECT_FALSE(found(query)) << query;
}

}  // namespace
}  // namespace alting::portal
