// What an app folder says of the personal data in its documents, as a program acts on it: whose it is, which dated rule
// ends it for which holder, and with which rows of the portal it is erased (config/catalogue.toml and retention.toml; the
// rooms' own are terms/catalogue.h, and script/lib/catalogue.py has the form of both).
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "base/toml.h"
#include "terms/retention.h"

namespace alting::forms {

struct DataCatalogue {
  struct Version {
    base::Instant from;
    std::optional<terms::Period> period;  // none where people end it
    std::string law, why;
  };
  struct Rule {
    std::string id;                 // "avviksmelding.agency"
    std::string begins;             // what the period counts from, or what ends it, in words
    std::vector<Version> versions;  // the oldest first
  };
  struct Subject {
    std::string kind;   // party, person, actor, organisation
    std::string field;  // the answer that names them, or "": the party and the actor of the row it stands in
  };
  struct Document {
    std::string name;                    // data type
    std::vector<std::string> stands_in;  // tables of the portal: "draft", "submission", "attachment"
    std::vector<Subject> subjects;
    std::vector<std::string> rules;
    std::vector<std::string> erased_with;  // of stands_in
  };
  std::vector<Document> documents;
  std::vector<Rule> rules;
  // The rules by which the agency's copy ends, each once: what a document says it is purged by. Where there are several the
  // last to end it counts.
  std::vector<std::string> purged_by;
};
// What was last sent before this moment is the agency's no more. Nothing: the agency's copy has no period in force, and
// the agency ends it itself.
[[nodiscard]] std::optional<base::Instant> agency_copy_ended_before(const DataCatalogue& data, base::Instant now);

// Reads both files; each mistake is told with the file it is in and its line. `is_personal` is asked of fields of the
// form's own document.
using ReportFault = std::function<void(std::string_view file, int line, std::string message)>;
[[nodiscard]] DataCatalogue read_data_catalogue(const std::vector<base::TomlLeaf>& catalogue,
                                                const std::vector<base::TomlLeaf>& retention,
                                                const std::function<bool(std::string_view field)>& is_personal,
                                                const ReportFault& report);

}  // namespace alting::forms
