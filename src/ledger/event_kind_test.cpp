#include "ledger/event_kind.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/texts.h"

namespace alting::ledger {
namespace {

template <class T>
bool strictly_sorted(const std::vector<T>& all) {
  for (std::size_t i = 1; i < all.size(); ++i)
    if (!(all[i - 1] < all[i])) return false;
  return true;
}

TEST(EventKind, TheCatalogueIsAlphabeticalAndInTheOrderOfTheEnumeration) {
  std::vector<std::string_view> names;
  for (const auto& one : event_catalogue()) {
    EXPECT_EQ(static_cast<std::size_t>(one.kind), names.size()) << one.name;
    EXPECT_EQ(event_kind_from(one.name), one.kind);
    EXPECT_EQ(info(one.kind).name, one.name);
    EXPECT_EQ(one.text_id, "event." + std::string(one.name));
    EXPECT_FALSE(one.meaning.empty());
    names.push_back(one.name);
  }
  EXPECT_TRUE(strictly_sorted(names));
  EXPECT_EQ(names.size(), static_cast<std::size_t>(EventKind::supplement_received) + 1);
}

TEST(EventKind, TheParametersOfEachKindAreAlphabeticalAndExplained) {
  for (const auto& one : event_catalogue())
    for (const auto* list : {&one.parameters, &one.personal}) {
      std::vector<std::string_view> names;
      for (const auto& parameter : *list) {
        names.push_back(parameter.name);
        EXPECT_FALSE(parameter.meaning.empty()) << one.name << " " << parameter.name;
      }
      EXPECT_TRUE(strictly_sorted(names)) << one.name;
    }
}

TEST(EventKind, TheTitlesAreThoseOfTheTexts) {
  const auto texts = base::Texts::load(std::filesystem::path(ALTING_SOURCE_DIR) / "texts");
  ASSERT_TRUE(texts) << texts.error().detail;
  for (const auto& one : event_catalogue())
    for (std::size_t i = 0; i < base::all_languages.size(); ++i) {
      ASSERT_TRUE(texts->has(one.text_id)) << one.text_id;
      EXPECT_EQ(texts->get(base::all_languages[i], one.text_id), one.titles[i]);
    }
}

std::string row_for_monitors(const EventKindInfo& kind) {
  std::vector<std::string> parts;
  for (const auto& one : kind.parameters) parts.push_back(fmt::format("`{}`: {}", one.name, one.meaning));
  for (const auto& one : kind.personal) parts.push_back(fmt::format("*`{}`*: {}", one.name, one.meaning));
  return fmt::format("| `{}` | {} | {} |\n", kind.name, kind.meaning, fmt::join(parts, "; "));
}

TEST(EventKind, TheListForMonitorsIsTheCatalogue) {
  const auto page = base::read_file(std::filesystem::path(ALTING_SOURCE_DIR) / "docs/monitor.md", 1'000'000).value();
  std::string list = "<!-- kinds -->\n| kind | what happened | parameters |\n| --- | --- | --- |\n";
  for (const auto& one : event_catalogue()) list += row_for_monitors(one);
  list += "<!-- /kinds -->";
  EXPECT_NE(page.find(list), std::string::npos) << "docs/monitor.md should have:\n" << list;
}

TEST(EventKind, AParameterThatIsNotDeclaredIsNamed) {
  auto parameters = base::Json::object({{"reference", "AR-1"}});
  EXPECT_EQ(undeclared(EventKind::submission_received, parameters, {}), std::nullopt);
  parameters.set("note", "free text");
  EXPECT_EQ(undeclared(EventKind::submission_received, parameters, {}), "note");
  EXPECT_EQ(undeclared(EventKind::agency_read, {}, {{"name", "Kari"}}), "name");
}

}  // namespace
}  // namespace alting::ledger
