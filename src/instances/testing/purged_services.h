// For tests: the services as they are shipped, of an agency whose folders say how long it keeps its copies: of the guidance
// form five years, of its letters three.
#pragma once
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>

namespace alting::instances::testing {

inline void replace_in(const std::filesystem::path& file, std::string_view from, std::string_view to) {
  std::ifstream in(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (text.find(from) == std::string::npos) throw std::runtime_error(file.string() + " has no " + std::string(from));
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  std::ofstream(file, std::ios::binary) << text;
}

// Answers the folder.
inline std::filesystem::path make_purged_services(const std::filesystem::path& services) {
  std::filesystem::create_directories(services);
  std::filesystem::copy(std::filesystem::path(ALTING_SOURCE_DIR) / "services", services,
                        std::filesystem::copy_options::recursive);
  const auto form = services / "dat/veiledning/config", letters = services / "dat/brev/config";
  replace_in(form / "catalogue.toml", R"(rule = "veiledning.agency", acts = "kept")",
             R"(rule = "veiledning.agency", acts = "purge")");
  replace_in(
      form / "retention.toml",
      "ends_when = \"the agency's plan for preserving and discarding lets it go, or the archive has taken it over\"",
      "starts = \"when the last of it was sent\"");
  replace_in(form / "retention.toml", "from = 2026-01-01\nlaw = \"arkivlova",
             "from = 2026-01-01\nperiod = \"5 years\"\nlaw = \"arkivlova");
  std::ofstream(letters / "catalogue.toml") << R"([documents.brev]
meaning = "What the agency writes."
stands_in = ["message"]
subject = [{ kind = "party" }]
rules = [{ rule = "brev.agency", acts = "purge" }]
erase = [{ with = "message" }]
[documents.brev.fields]
personal = true
)";
  std::ofstream(letters / "retention.toml") << R"([rules."brev.agency"]
meaning = "The agency's copy."
starts = "when it was sent, or last answered"
[[rules."brev.agency".versions]]
from = 2026-01-01
period = "3 years"
law = "none: a sample"
why = "a sample"
)";
  return services;
}

}  // namespace alting::instances::testing
